"""What a rep does in a morning: sign in, open, insert, send, and see it learned."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from api.web.words import words
from kb.models import Customer, Message, Ticket

TROUBLE = {
    "en": ("Tray squeaks", "The drip tray squeaks like a mouse whenever I pull it out."),
    "fa": ("صدای سینی", "سینی زیر گلدان هر بار که بیرون می‌کشم مثل موش جیرجیر می‌کند."),
    "zh": ("托盘有异响", "每次把接水托盘拉出来的时候，它都会像老鼠一样吱吱响。"),
}
CURE = {
    "en": "Please rub a little candle wax on both rails of the tray; the squeaking stops at once.",
    "fa": "لطفاً کمی موم شمع روی هر دو ریل سینی بکشید؛ صدا فوراً قطع می‌شود.",
    "zh": "请在托盘两侧的导轨上涂一点蜡烛蜡，吱吱声马上就会消失。",
}
WHERE = [("en", False), ("fa", True), ("zh", False)]
IDS = ["en-desktop", "fa-phone", "zh-desktop"]


def ticket(locale, number, name="Sam Adeyemi"):
    subject, text = TROUBLE[locale]
    now = dt.datetime.now(dt.UTC)
    return Ticket(
        id=f"journey-{locale}-{number}",
        locale=locale,
        subject=subject,
        messages=(Message(author="customer", text=text, name=name, at=now),),
        created=now,
        customer=Customer(name=name, email="sam@example.com"),
    )


def test_a_rep_signs_in_by_a_link_that_works_once(visitor, sample_house):
    page = visitor()
    link = f"/sign-in/link/{sample_house.link('rep')}"
    page.goto(link)
    page.get_by_role("button", name=words("en", "account").link_enter).click()
    expect(page).to_have_url(re.compile("/console"))
    again = visitor()
    again.goto(link)
    expect(again.get_by_role("heading", level=1)).to_have_text(words("en", "account").link_spent)
    again.goto("/console")
    expect(again).to_have_url(re.compile("/sign-in"))


@pytest.mark.parametrize(("locale", "phone"), WHERE, ids=IDS)
def test_a_reply_is_sent_learned_and_suggested_for_the_next_ticket(
    visitor, sample_house, locale, phone
):
    t = words(locale, "console")
    store, now = sample_house.store, dt.datetime.now(dt.UTC)
    first, second = ticket(locale, 1), ticket(locale, 2, "Kim Larsen")
    store.documents.save(first, now, replaces=None)
    page = visitor(locale, phone=phone, role="rep")

    page.goto("/console")
    page.get_by_role("link", name=TROUBLE[locale][0]).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TROUBLE[locale][0])
    page.locator("#text").fill(CURE[locale])
    page.get_by_role("button", name=t.send_and_solve).click()
    expect(page.locator("#learned")).to_contain_text(t.learned_yes, timeout=20_000)
    solved = store.documents.get(first.id)
    assert solved.status == "solved"
    assert solved.messages[-1].text.strip() == CURE[locale]

    store.documents.save(second, now, replaces=None)
    page.goto(f"/console/tickets/{second.id}")
    card = page.locator(".suggestion", has_text=CURE[locale].split()[-1]).first
    expect(card).to_be_visible()
    card.get_by_role("button", name=t.insert).click()
    expect(page.locator("#text")).to_have_value(re.compile(re.escape(CURE[locale])))


def test_a_ticket_is_answered_by_keyboard_alone(visitor, sample_house):
    page = visitor(role="rep")
    page.goto("/console")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    # By address: the list is alive, and the second row need not stay the second.
    focused = page.locator("[data-row]:focus")
    page.keyboard.press("j")
    first = focused.get_attribute("href")
    page.keyboard.press("j")
    assert focused.get_attribute("href") != first
    page.keyboard.press("k")
    assert focused.get_attribute("href") == first
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/console/tickets/"))
    page.goto("/console/tickets/T-90001")
    expect(page.locator(".suggestion").first).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).not_to_have_value("")
    page.keyboard.type("1 more thing")  # a letter is a letter while somebody types
    expect(page.locator("#text")).to_have_value(re.compile("1 more thing"))
    page.keyboard.press("Control+Enter")
    expect(
        page.get_by_role("status").filter(has_text=words("en", "console").done_reply)
    ).to_be_visible()


PERSIAN = """({key, code}) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", {key, code, bubbles: true, cancelable: true}))"""


def test_keys_work_where_a_persian_keyboard_is_chosen(visitor):
    page = visitor("fa", role="rep")
    page.goto("/console")
    page.evaluate(PERSIAN, {"key": "ت", "code": "KeyJ"})
    expect(page.locator("[data-row]").first).to_be_focused()
    page.evaluate(PERSIAN, {"key": "؟", "code": "Slash"})
    expect(page.locator("dialog#keys")).to_be_visible()


def test_a_ticket_opens_where_its_last_message_is(visitor):
    page = visitor(role="rep")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("/console/tickets/T-90004")
    last, composer = page.locator(".thread > .bubble").last, page.locator(".composer")
    expect(last).to_contain_text("last time I ask politely")
    expect(last).to_be_in_viewport(ratio=1)
    assert last.bounding_box()["y"] + last.bounding_box()["height"] <= composer.bounding_box()["y"]


def test_on_a_phone_the_view_one_is_in_is_in_sight(visitor):
    page = visitor("fa", phone=True, role="rep")
    page.goto("/console?view=solved")
    expect(page.locator(".views [aria-current]")).to_be_in_viewport(ratio=0.9)


def test_no_reply_leaves_with_a_blank_in_it(visitor, sample_house):
    now = dt.datetime.now(dt.UTC)
    open_ticket = ticket("en", "blank")
    sample_house.store.documents.save(open_ticket, now, replaces=None)
    page = visitor(role="rep")
    page.goto(f"/console/tickets/{open_ticket.id}")
    page.locator("#text").fill("Your parcel {{order.number}} is on its way.")
    page.get_by_role("button", name=words("en", "console").send, exact=True).click()
    expect(page.locator("#problem")).to_contain_text("order.number")
    expect(page.locator("#text")).to_have_value("Your parcel {{order.number}} is on its way.")
    page.locator("#text").fill("Your parcel 7741 is on its way.")
    page.get_by_role("button", name=words("en", "console").send, exact=True).click()
    expect(page.locator("#problem")).to_have_count(0)
    stored = sample_house.store.documents.get(open_ticket.id)
    assert [message.text.strip() for message in stored.messages[1:]] == [
        "Your parcel 7741 is on its way."
    ]
