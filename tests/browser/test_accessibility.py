"""axe-core on every page, in three languages and both themes, on desktop and phone."""

from __future__ import annotations

import pytest

from eval.pages.walk import stops
from tests.browser.axe import contrast_faults

VARIANTS = [("en", False, False), ("fa", True, True), ("zh", True, False)]


@pytest.mark.parametrize("role", ["", "rep", "writer", "admin"])
@pytest.mark.parametrize(
    ("locale", "dark", "phone"), VARIANTS, ids=["en-light", "fa-dark-phone", "zh-dark"]
)
def test_every_page_is_accessible(visitor, sample_house, violations, role, locale, dark, phone):
    page = visitor(locale, dark=dark, phone=phone, role=role)
    found = {}
    for stop in stops(sample_house, locale):
        if stop.role != role:
            continue
        response = page.goto(stop.path, wait_until="networkidle")
        if response.status != (404 if stop.name == "help-missing" else 200):
            found[stop.name] = [f"status {response.status}"]
        elif serious := violations(page):
            found[stop.name] = serious
    assert found == {}


@pytest.mark.parametrize("role", ["", "rep", "writer", "admin"])
def test_contrast_suffices_in_the_other_theme_too(visitor, sample_house, role):
    page = visitor("en", dark=True, role=role)
    fa = visitor("fa", role=role)
    for shown, locale in ((page, "en"), (fa, "fa")):
        for stop in stops(sample_house, locale):
            if stop.role == role:
                shown.goto(stop.path, wait_until="networkidle")
                assert contrast_faults(shown) == [], stop.name
