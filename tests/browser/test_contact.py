"""Writing to the team, in a browser: answers while one writes, one's own clock, no scripts."""

from __future__ import annotations

import pytest

QUESTIONS = {"en": "my pump makes a noise", "fa": "پمپ صدا می‌دهد", "zh": "水泵有噪音"}


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_answers_appear_while_one_writes_and_what_is_typed_stays(visitor, locale):
    page = visitor(locale, phone=True)
    page.goto(f"/contact?locale={locale}")
    assert page.locator(".check-first").count() == 0
    page.keyboard.press("Tab")
    page.locator("#contact-question").focus()
    page.keyboard.type(QUESTIONS[locale])
    link = page.locator(f".proposals a[href*='pump-noise-or-leak.{locale}']")
    link.wait_for()
    assert page.locator("[data-status]").inner_text()
    assert page.locator("#contact-question").input_value() == QUESTIONS[locale]
    assert page.evaluate("document.activeElement.id") == "contact-question"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_answers_are_looked_for_first_and_the_form_is_sent(visitor, sample_house):
    page = visitor(scripts=False)
    page.goto("/contact?locale=en&q=my+pump+makes+a+noise&seen=warranty-and-repair.en")
    page.locator("#contact-email").fill("robin@doe.example")
    page.locator(".check-first").click()
    assert page.locator(".proposals a").count() >= 1
    assert page.locator("#contact-email").input_value() == "robin@doe.example"
    page.get_by_role("button", name="Send anyway").click()
    reference = page.locator(".reference dd").inner_text()
    ticket = sample_house.store.documents.get(reference)
    assert ticket.context.asked == "my pump makes a noise"
    assert ticket.context.read == ("warranty-and-repair.en",)
    page.reload()
    assert page.locator(".reference dd").inner_text() == reference


def test_the_promise_is_told_on_the_readers_own_clock_where_that_is_another(visitor):
    tehran = visitor("fa", timezone_id="Asia/Tehran")
    tehran.goto("/contact?locale=fa")
    assert "به وقت شما" in tehran.locator(".due .local-time").inner_text()
    berlin = visitor("en", timezone_id="Europe/Berlin")
    berlin.goto("/contact?locale=en")
    berlin.wait_for_selector(".due time")
    assert berlin.locator(".local-time").count() == 0


def test_what_is_wrong_is_reached_by_keyboard(visitor):
    page = visitor()
    page.goto("/contact?locale=en&q=pump")
    page.locator("#contact-email").fill("no address")
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    page.locator(".contact [role=alert]").wait_for()
    page.locator("[data-focus]:focus").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#contact-email:focus").wait_for()
    assert page.locator("#contact-email").get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(visitor, violations, dark):
    page = visitor(dark=dark)
    page.goto("/contact?locale=en&q=my+pump+makes+a+noise&seen=warranty-and-repair.en")
    page.locator(".proposals").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator(".contact [role=alert]").wait_for()
    assert violations(page) == []
