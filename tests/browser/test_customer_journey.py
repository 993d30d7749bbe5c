"""What customers do: ask, read, vote, write to the team; with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from api.web.words import words

ASKED = {
    "en": "how do i clean the tank",
    "fa": "چطور گلدان را رسوب‌زدایی کنم",
    "zh": "怎么清洗水箱",
}
READ = "clean-and-descale"
WHERE = [
    pytest.param("en", False, True, id="en-desktop"),
    pytest.param("fa", True, True, id="fa-phone"),
    pytest.param("zh", True, True, id="zh-phone"),
    pytest.param("fa", False, True, id="fa-desktop"),
    pytest.param("en", True, False, id="en-phone-without-scripts"),
    pytest.param("fa", False, False, id="fa-desktop-without-scripts"),
    pytest.param("zh", False, False, id="zh-desktop-without-scripts"),
]


def search(page, text, scripts):
    box = page.locator("input[name=q]").first
    box.fill(text)
    if scripts:
        box.press("Enter")
    else:
        page.locator("form[role=search] button, search form button").first.click()
    page.wait_for_url(re.compile(r"[?&]q="))


@pytest.mark.parametrize(("locale", "phone", "scripts"), WHERE)
def test_from_a_question_to_a_ticket(visitor, sample_house, locale, phone, scripts):
    t, c = words(locale, "help"), words(locale, "contact")
    page = visitor(locale, phone=phone, scripts=scripts)

    page.goto("/")
    assert page.locator("html").get_attribute("lang") == locale
    search(page, ASKED[locale], scripts)
    page.locator("main").get_by_role("link").filter(
        has=page.locator(f"xpath=self::a[contains(@href, '/articles/{READ}.{locale}')]")
    ).first.click()
    expect(page).to_have_url(re.compile(re.escape(f"/articles/{READ}.{locale}")))
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.get_by_role("button", name=t.vote_no).click()
    reason = page.locator("input[name=reason]").first
    expect(reason).to_be_visible()
    reason.check()
    page.locator("#vote-comment").fill(f"steps missing {locale}")
    page.get_by_role("button", name=t.send_reason).click()
    expect(page.get_by_text(t.thanks_why)).to_be_visible()

    page.locator("a[href*='/contact']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(c.title)
    question = page.locator("#contact-question")
    if question.input_value() == "":
        question.fill(ASKED[locale])
    page.locator("#contact-email").fill("no address")
    page.get_by_role("button", name=re.compile(f"^({c.send}|{c.send_anyway})$")).click()
    expect(page.locator("[role=alert]").first).to_be_visible()
    assert page.locator("#contact-question").input_value() == ASKED[locale]  # nothing is lost
    page.locator("#contact-email").fill(f"journey-{locale}@example.com")
    page.locator("#contact-details").fill("It smells.")
    page.get_by_role("button", name=re.compile(f"^({c.send}|{c.send_anyway})$")).click()
    if page.locator(".found a").count():  # what may answer is shown once, before it is sent
        page.get_by_role("button", name=c.send_anyway).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(c.sent)
    reference = page.locator(".reference dd").inner_text().strip()
    stored = sample_house.store.documents.get(reference)
    assert stored.status == "open"
    assert stored.customer.email == f"journey-{locale}@example.com"
    assert ASKED[locale] in f"{stored.subject}\n{stored.messages[0].text}"
    assert page.context.cookies() == []


def test_a_help_center_is_read_by_keyboard_alone(visitor):
    page = visitor()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("input[name=q]").first.focus()
    page.keyboard.type("how do i clean")
    expect(page.locator("[role=listbox] [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    expect(page.locator("input[name=q]").first).to_have_value("how do i clean")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]q="))
    link = page.locator("main h3 a, main .source a").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("(link) => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/articles/"))


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_suggestions_while_typing_lead_to_articles(visitor, locale):
    page = visitor(locale)
    page.goto("/")
    box = page.locator("input[name=q]").first
    box.press_sequentially({"en": "clean", "fa": "رسوب", "zh": "清洗"}[locale])
    option = page.locator("[role=option]").first
    expect(option).to_be_visible()
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    box.press("Enter")
    page.wait_for_url(re.compile(r"/articles/|[?&]q="))


def test_an_unanswered_question_is_carried_to_the_contact_form(visitor):
    page = visitor()
    page.goto("/?q=can+the+planter+stay+outside+in+winter")
    page.locator("main a[href*='/contact']").first.click()
    expect(page.locator("#contact-question")).to_have_value(
        "can the planter stay outside in winter"
    )
