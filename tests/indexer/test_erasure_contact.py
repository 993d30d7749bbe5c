"""What came in through the contact form is erased with all that led there."""

from __future__ import annotations

import datetime as dt

import pytest

from indexer.erasure import Request, erase, find_tickets
from kb.contact import ContactDesk, ContactForm
from kb.models import SearchResult
from kb.sessions import Visit
from kb.store import Store
from kb.ticketing import Ticketing
from kb.told import record_contact
from kb.visits import Source, record_search, search_id
from tests.fakes import BagOfWordsEmbedder

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
ASKED = "moonflower planter hums all night"


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


def test_a_contact_goes_with_its_search_its_context_and_its_message_to_the_webhook(settings, store):
    source = Source(Visit("aaaa", "00" * 32), "help_center")
    result = SearchResult(
        id=search_id(source, ASKED, NOW), query=ASKED, locale="en", generation=1,
        confidence=0.1, answer=None, outcome="nothing", hits=(),
    )  # fmt: skip
    record_search(store.events, result, source, ("en",), NOW)
    desk = ContactDesk(Ticketing(store, 100_000, telling=True), ("en",), "en")
    form = ContactForm(
        "Why does it hum?", "In the hallway of my aunt.", "Sam Doe", "sam@doe.example",
        asked=ASKED, read=("pump.en",), page="https://shop.example/moonflower",
    )  # fmt: skip
    ticket = desk.write(form, "token", "help_center", "en", NOW).ticket
    record_contact(store.events, source, NOW, search=result.id, ticket_id=ticket.id)
    assert store.mentions("moonflower")
    request = Request(customers=("sam@doe.example",))
    found = find_tickets(store, request)
    report = erase(found, request, settings, store, BagOfWordsEmbedder(), now=NOW)
    assert report.proof.clean
    assert report.tickets == [ticket.id]
    assert store.mentions("moonflower") == {}
    assert store.mentions(ticket.id) == {}
    assert store.outbox.all(10) == []
    again = desk.write(form, "token", "help_center", "en", NOW)
    assert again.ticket.id != ticket.id
