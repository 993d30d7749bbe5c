"""From a form to a ticket: once, and under a reference that can be said."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from kb.contact import ContactDesk, ContactForm, new_token, reference_of
from kb.models import TicketContext
from kb.store import Store
from kb.ticketing import Resolution, Ticketing

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FORM = ContactForm("My pump rattles", "Since Monday.", "Sam Doe", "sam@doe.example")
TOKEN = "1795347000000-00000000000000000000000000000000"


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture
def ticketing(store):
    return Ticketing(store, 100_000, telling=True)


@pytest.fixture
def desk(ticketing):
    return ContactDesk(ticketing, ("en", "fa", "zh"), "en")


def test_a_contact_is_an_open_ticket_with_all_that_was_told(desk, ticketing):
    form = replace(FORM, asked="pump noise", read=("pump.en",), page="https://shop.example/pump")
    written = desk.write(form, TOKEN, "widget", "en", NOON)
    ticket = ticketing.get(written.ticket.id).ticket
    assert written.new
    assert ticket == written.ticket
    assert (ticket.subject, ticket.status, ticket.channel) == ("My pump rattles", "open", "widget")
    assert ticket.messages[0].text == "My pump rattles\n\nSince Monday."
    assert (ticket.customer.name, ticket.customer.email) == ("Sam Doe", "sam@doe.example")
    assert ticket.context == TicketContext(
        asked="pump noise", read=("pump.en",), page="https://shop.example/pump"
    )


def test_the_language_is_that_of_the_words_or_else_that_of_the_page(desk):
    persian = replace(FORM, question="پمپ از دیروز صدا می‌دهد و آب بالا نمی‌آید", details="")
    assert desk.write(persian, new_token(NOON), "help_center", "en", NOON).ticket.locale == "fa"
    unclear = replace(FORM, question="?!", details="")
    assert desk.write(unclear, new_token(NOON), "help_center", "zh", NOON).ticket.locale == "zh"


def test_a_form_that_is_sent_twice_is_one_ticket(desk, ticketing, store):
    first = desk.write(FORM, TOKEN, "help_center", "en", NOON)
    again = desk.write(FORM, TOKEN, "help_center", "en", NOON + dt.timedelta(minutes=1))
    assert (again.new, again.ticket) == (False, first.ticket)
    assert len(ticketing.page(10)) == 1
    assert len(store.outbox.all(10)) == 1


def test_a_form_that_is_sent_again_with_other_words_is_another_ticket(desk, ticketing):
    first = desk.write(FORM, TOKEN, "help_center", "en", NOON)
    other = desk.write(replace(FORM, details="Also leaks."), TOKEN, "help_center", "en", NOON)
    assert other.new
    assert other.ticket.id == reference_of(TOKEN, 1) != first.ticket.id
    assert len(ticketing.page(10)) == 2


def test_nobody_gets_the_ticket_of_somebody_else_who_used_the_same_token(desk):
    desk.write(FORM, TOKEN, "help_center", "en", NOON)
    other = desk.write(replace(FORM, email="eve@doe.example"), TOKEN, "help_center", "en", NOON)
    assert other.ticket.customer.email == "eve@doe.example"


def test_an_erased_reference_is_not_used_again(desk, store):
    store.documents.erase([reference_of(TOKEN)], NOON)
    assert desk.write(FORM, TOKEN, "help_center", "en", NOON).ticket.id == reference_of(TOKEN, 1)


def test_references_have_no_letters_that_are_mistaken_for_others():
    for number in range(200):
        reference = reference_of(str(number))
        assert re.fullmatch("H-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", reference)


def test_other_tickets_keep_the_content_hash_they_had_before_there_was_a_context(desk):
    ticket = desk.write(FORM, TOKEN, "help_center", "en", NOON).ticket
    assert "context" not in ticket.model_dump_json()


def test_the_webhook_is_told_of_a_contact_and_of_its_solution_and_of_no_other_ticket(
    desk, ticketing, store
):
    written = desk.write(FORM, TOKEN, "help_center", "en", NOON)
    imported = written.ticket.model_copy(update={"id": "T-1", "channel": "email"})
    ticketing.create(imported, NOON)
    for identifier in (written.ticket.id, "T-1"):
        ticketing.resolve(identifier, Resolution(text="Tilt the tank."), NOON, None)
        ticketing.resolve(identifier, Resolution(text="Tilt the tank."), NOON, None)
    told = {(message.type, message.ticket_id) for message in store.outbox.all(10)}
    assert told == {("ticket.created", written.ticket.id), ("ticket.solved", written.ticket.id)}
    assert len(store.outbox.all(10)) == 2


def test_without_a_webhook_nothing_is_put_into_the_outbox(store):
    desk = ContactDesk(Ticketing(store, 100_000), ("en",), "en")
    desk.write(FORM, TOKEN, "help_center", "en", NOON)
    assert store.outbox.all(10) == []
