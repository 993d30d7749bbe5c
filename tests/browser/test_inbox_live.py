"""The inbox while one looks at it: what is new appears, and nothing jumps under the pointer."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import expect

from kb.models import Customer, Message, Ticket

SECONDS = 6_000  # longer than the pause between two questions, in milliseconds


def write(house, identifier, subject):
    now = dt.datetime.now(dt.UTC)
    ticket = Ticket(
        id=identifier,
        locale="en",
        subject=subject,
        messages=(Message(author="customer", text="It hums.", name="Ada Obi", at=now),),
        created=now,
        customer=Customer(name="Ada Obi", email=f"{identifier}@example.com"),
    )
    house.store.documents.save(ticket, now, replaces=None)


def test_a_new_ticket_appears_by_itself(visitor, sample_house):
    page = visitor(role="rep")
    page.clock.install()
    page.goto("/console?sort=newest")
    expect(page.locator("[data-row]").first).to_be_visible()
    before = page.locator("[data-count=open]").inner_text()
    write(sample_house, "live-1", "Humming lid one")
    page.clock.fast_forward(SECONDS)
    expect(page.get_by_role("link", name="Humming lid one")).to_be_visible()
    expect(page.locator("[data-count=open]")).not_to_have_text(before)


def test_what_is_new_is_announced_first_while_somebody_is_in_the_list(visitor, sample_house):
    page = visitor(role="rep")
    page.clock.install()
    page.goto("/console?sort=newest")
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.textContent")
    write(sample_house, "live-2", "Humming lid two")
    page.clock.fast_forward(SECONDS)
    show = page.get_by_role("button", name="1 new ticket")
    expect(show).to_be_visible()
    expect(page.get_by_role("link", name="Humming lid two")).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == focused
    show.click()
    expect(page.get_by_role("link", name="Humming lid two")).to_be_visible()


def test_a_rep_hears_that_a_colleague_changed_the_ticket(visitor, sample_house):
    write(sample_house, "live-3", "Humming lid three")
    page = visitor(role="rep")
    page.clock.install()
    page.goto("/console/tickets/live-3")
    page.locator("#text").fill("Half a reply")
    stored = sample_house.store.documents.stored("live-3")
    changed = stored.document.model_copy(update={"priority": "high"})
    now = dt.datetime.now(dt.UTC)
    sample_house.store.documents.save(changed, now, replaces=stored.content_hash)
    page.clock.fast_forward(2 * SECONDS)
    expect(page.locator("#ticket-news")).to_be_visible()
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#problem")).to_contain_text("Somebody was faster")
    expect(page.locator("#text")).to_have_value("Half a reply")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#text")).to_have_value("")
    assert sample_house.store.documents.get("live-3").messages[-1].text == "Half a reply"


def test_without_scripts_a_suggestion_is_used_and_sent_by_forms(visitor, sample_house):
    write(sample_house, "live-4", "My planter shows offline in the app")
    page = visitor(role="rep", scripts=False)
    page.goto("/console/tickets/live-4")
    page.get_by_role("link", name="Show suggestions").click()
    page.get_by_role("link", name="Use this draft").first.click()
    draft = page.locator("#text").input_value()
    assert "Ada" in draft
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("status").first).to_contain_text("The reply is in the ticket.")
    sent = sample_house.store.documents.get("live-4").messages[-1].text
    assert sent == draft.strip()


def test_keys_can_be_switched_off(visitor):
    page = visitor(role="rep")
    page.goto("/console")
    page.keyboard.press("?")
    page.get_by_label("Use keyboard shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-row]:focus")).to_have_count(0)
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use keyboard shortcuts").check()


def test_keys_work_at_once_when_a_dialog_was_closed(visitor, sample_house):
    page = visitor(role="rep")
    page.goto("/console")
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    # Until the next frame the focus, and so the next key, may still be inside.
    page.locator("dialog#keys button").first.dispatch_event(
        "keydown", {"key": "j", "code": "KeyJ", "bubbles": True}
    )
    expect(page.locator("[data-row]").first).to_be_focused()
