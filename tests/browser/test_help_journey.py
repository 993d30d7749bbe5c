"""Customers: suggestions while typing, results, an article, and whether it helped."""

from __future__ import annotations

import json
import re
import time

import httpx
import pytest
from playwright.sync_api import expect

from api.web.words import words
from kb.spelling.known import read_all

WHERE = pytest.mark.parametrize(
    ("locale", "phone"), [("en", False), ("fa", True), ("zh", False)],
    ids=["en-desktop", "fa-phone", "zh-desktop"],
)  # fmt: skip
BEGUN = {"en": "reset passw", "fa": "رمز عب", "zh": "忘记密"}
FOUND = {"en": "reset-password.en", "fa": "reset-password.fa", "zh": "reset-password.zh"}


@pytest.fixture(autouse=True, scope="module")
def lists(sample_house):
    """What `kb serve` makes before the first visitor."""
    read_all()
    for _ in range(600):
        reply = httpx.get(f"{sample_house.url}/v1/complete?q=a", timeout=30)
        if "max-age" in reply.headers["cache-control"]:
            return
        time.sleep(0.1)


def box(page):
    return page.locator("input[name=q]")


def options(page):
    return page.get_by_role("option")


@WHERE
def test_an_article_is_reached_by_keyboard_from_what_is_typed(visitor, locale, phone):
    page = visitor(locale, phone=phone)
    page.goto(f"/?locale={locale}")
    box(page).focus()
    page.keyboard.insert_text(BEGUN[locale])
    expect(options(page).first).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    target = page.locator(f"[role=option][href*='{FOUND[locale]}']")
    for _ in range(options(page).count()):
        page.keyboard.press("ArrowDown")
        if target.get_attribute("aria-selected") == "true":
            break
    expect(box(page)).to_have_attribute("aria-activedescendant", target.get_attribute("id"))
    expect(box(page)).to_have_value(BEGUN[locale])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/articles/{FOUND[locale]}"))
    expect(page.locator("html")).to_have_attribute("lang", locale)


@WHERE
def test_how_many_there_are_is_told_to_screen_readers_in_the_pages_language(visitor, locale, phone):
    page = visitor(locale, phone=phone)
    page.goto(f"/?locale={locale}")
    box(page).press_sequentially(BEGUN[locale])
    count = options(page)
    expect(count.first).to_be_visible()
    told = words(locale, "help").count("completions", count.count())
    expect(page.locator("form.search [role=status]")).to_have_text(str(told))
    groups = page.locator("form.search [role=group]")
    for index in range(groups.count()):
        label = groups.nth(index).get_attribute("aria-labelledby")
        expect(page.locator(f"[id='{label}']")).to_be_visible()


@WHERE
def test_open_suggestions_and_the_form_that_asks_why_are_accessible(
    visitor, violations, locale, phone
):
    page = visitor(locale, phone=phone, dark=phone)
    page.goto(f"/articles/{FOUND[locale]}?locale={locale}")
    page.get_by_role("button", name=words(locale, "help").vote_no, exact=True).click()
    expect(page.locator("#vote legend")).to_be_focused()
    box(page).press_sequentially(BEGUN[locale])
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


def test_escape_closes_and_enter_without_a_choice_searches_what_was_typed(desktop):
    desktop.goto("/?locale=en")
    box(desktop).press_sequentially("planter off")
    expect(options(desktop).first).to_be_visible()
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("Escape")
    expect(options(desktop)).to_have_count(0)
    expect(box(desktop)).to_have_value("planter off")
    assert box(desktop).get_attribute("aria-activedescendant") is None
    desktop.keyboard.press("Enter")
    expect(desktop).to_have_url(re.compile(r"\?q=planter\+off&locale=en"))


def test_beyond_the_last_option_is_the_field_itself(desktop):
    desktop.goto("/?locale=en")
    box(desktop).press_sequentially("refund")
    expect(options(desktop).first).to_be_visible()
    desktop.keyboard.press("ArrowUp")
    expect(options(desktop).last).to_have_attribute("aria-selected", "true")
    desktop.keyboard.press("ArrowDown")
    expect(desktop.locator("[role=option][aria-selected=true]")).to_have_count(0)


def test_nothing_is_asked_while_an_input_method_composes(visitor):
    page = visitor("zh")
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if "complete" in request.url else 0
    )
    page.goto("/?locale=zh")
    box(page).focus()
    session = page.context.new_cdp_session(page)
    session.send(
        "Input.imeSetComposition",
        {"text": "mi ma", "selectionStart": 5, "selectionEnd": 5},
    )
    page.wait_for_timeout(300)
    assert asked == []
    session.send("Input.insertText", {"text": "密码"})
    expect(options(page).first).to_be_visible()
    assert len(asked) == 1


def test_a_slow_answer_to_an_earlier_letter_does_not_come_back(desktop):
    def slow(route):
        query = route.request.url.split("q=")[1].split("&")[0]
        if query == "r":
            desktop.wait_for_timeout(400)
        article = {
            "id": query,
            "title": f"About {query}",
            "locale": "en",
            "section": "",
            "url": "/",
        }
        body = json.dumps({"query": query, "queries": [], "articles": [article]})
        route.fulfill(body=body, content_type="application/json")

    desktop.route("**/v1/complete*", slow)
    desktop.goto("/?locale=en")
    box(desktop).press_sequentially("re", delay=150)
    expect(options(desktop)).to_have_text(["About re"])
    desktop.wait_for_timeout(500)
    expect(options(desktop)).to_have_text(["About re"])


@WHERE
def test_who_was_not_helped_says_why_without_a_reload(visitor, locale, phone):
    t = words(locale, "help")
    page = visitor(locale, phone=phone)
    page.goto(f"/articles/{FOUND[locale]}?locale={locale}")
    address = page.url
    page.get_by_role("button", name=t.vote_no, exact=True).click()
    expect(page.locator("#vote legend")).to_be_focused()
    page.get_by_label(t.reasons["outdated"]).check()
    page.get_by_label(t.comment_label).fill("🌱")
    page.get_by_role("button", name=t.send_reason).click()
    expect(page.locator("#vote")).to_contain_text(t.thanks_why)
    assert page.url == address


@WHERE
def test_without_scripts_one_searches_reads_and_votes(visitor, locale, phone):
    t = words(locale, "help")
    page = visitor(locale, phone=phone, scripts=False)
    page.goto(f"/?locale={locale}")
    box(page).fill(BEGUN[locale])
    page.get_by_role("button", name=t.search, exact=True).click()
    page.locator(f"main a[href*='{FOUND[locale]}']").first.click()
    page.get_by_role("button", name=t.vote_yes, exact=True).click()
    expect(page.locator("#vote")).to_contain_text(t.thanks_yes)
    assert page.context.cookies() == []


def test_a_typo_is_mended_and_the_facets_narrow_what_is_found(desktop):
    desktop.goto("/?q=invioce&locale=en")
    expect(desktop.locator(".spelling")).to_contain_text("invoice")
    desktop.goto("/?q=refund&locale=en")
    facet = desktop.locator(".facets a").nth(1)
    facet.click()
    expect(desktop).to_have_url(re.compile("section="))
    expect(desktop.locator(".facets a[aria-current]")).to_have_count(1)


def test_a_heading_gives_its_address(visitor):
    page = visitor(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/articles/reset-password.en?locale=en&q=password")
    page.locator("h2 .anchor").first.click()
    expect(page.locator("#toasts")).to_contain_text(words("en", "help").link_copied)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/articles/reset-password.en?locale=en#request-the-link")


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
@pytest.mark.parametrize(
    "path", ["/", "/?q=refund", "/?section=planter", "/articles/hard-water.en"]
)
def test_no_page_scrolls_sideways_on_a_phone(visitor, path, locale):
    page = visitor(locale, phone=True)
    page.goto(f"{path}{'&' if '?' in path else '?'}locale={locale}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
