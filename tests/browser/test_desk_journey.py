"""A writer's morning at the desk: the first gap, its draft, a decision."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from api.web.words import words

MORNINGS = [
    ("en", False, True, "planned"),
    ("fa", True, True, "in_progress"),
    ("zh", False, False, "planned"),
]
IDS = ["en-desktop", "fa-phone", "zh-without-scripts"]


@pytest.mark.parametrize(("locale", "phone", "scripts", "state"), MORNINGS, ids=IDS)
def test_a_writer_finds_the_first_gap_reads_its_draft_and_decides(
    visitor, sample_house, locale, phone, scripts, state
):
    t = words(locale, "desk")
    page = visitor(locale, phone=phone, scripts=scripts, role="writer")
    page.goto("/desk")
    page.locator(".gap-row h3 a").first.click()
    page.locator("#draft ~ .actions .chip").first.click()
    expect(page.locator("#draft ~ article")).to_be_visible()
    page.get_by_role("radio", name=t.states[state]).check()
    page.get_by_role("button", name=t.decide_save).click()
    expect(page.locator(".gap-head .badge")).to_have_text(t.states[state])
    expect(page.locator("#history ~ ol .badge").first).to_have_text(t.states[state])
