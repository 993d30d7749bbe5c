"""axe-core on every page, in three languages and both themes, on desktop and phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from eval.pages.walk import stops

VARIANTS = [("en", False, False), ("fa", True, True), ("zh", True, False)]


def opened(page, path):
    """The answer, once what the page loads by itself is there."""
    response = page.goto(path)
    expect(page.locator(".skeleton:visible")).to_have_count(0)
    return response


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
        response = opened(page, stop.path)
        if response.status != (404 if stop.name == "help-missing" else 200):
            found[stop.name] = [f"status {response.status}"]
        elif serious := violations(page):
            found[stop.name] = serious
    assert found == {}
