"""axe-core on every page, in three languages and both themes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from eval.pages.walk import stops

NAMES = [stop.name for stop in stops(SimpleNamespace(tickets=(), gaps=()), "en")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("locale", "dark", "phone"),
    [("en", False, False), ("fa", True, True), ("zh", True, False)],
    ids=["en-light", "fa-dark-phone", "zh-dark"],
)
def test_a_page_is_accessible(visitor, sample_house, violations, name, locale, dark, phone):
    stop = next(stop for stop in stops(sample_house, locale) if stop.name == name)
    page = visitor(locale, dark=dark, phone=phone, role=stop.role)
    response = page.goto(stop.path)
    assert response.status == (404 if name == "help-missing" else 200)
    assert violations(page) == []
