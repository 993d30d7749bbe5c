"""Lists of tickets in the store: by fields, by words, by what changed. SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.inbox import Filters, Inbox
from kb.models import Article, Message, Ticket

NOW = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


def save(store, identifier, text, minutes=0, **fields):
    message = Message(author="customer", text=text, at=NOW)
    given = {"id": identifier, "locale": "en", "messages": (message,), "created": NOW, **fields}
    ticket = Ticket.model_validate(given)
    return store.documents.save(ticket, NOW + dt.timedelta(minutes=minutes), replaces=None)


def ids(found):
    return [stored.document.id for stored in found]


def test_tickets_are_restricted_by_fields_and_patterns(store):
    save(store, "a", "The pump RATTLES", group="devices")
    save(store, "b", "100% broken_pump", minutes=1)
    save(store, "c", "پمپ صدا می‌دهد", minutes=2, group="devices")
    documents = store.documents
    assert ids(documents.tickets(9, fields={"group": "devices"})) == ["c", "a"]
    assert ids(documents.tickets(9, like=[{"%pump%"}, {"%rattles%", "%zebra%"}])) == ["a"]
    assert ids(documents.tickets(9, like=[{"%100!%%"}, {"%broken!_pump%"}])) == ["b"]
    assert ids(documents.tickets(9, like=[{"%پمپ%"}])) == ["c"]


def test_heads_tell_what_changed_and_the_mark_that_something_did(store):
    article = Article(id="x", group="x", locale="en", title="T", body="B")
    store.documents.save(article, NOW + dt.timedelta(hours=1), replaces=None)
    assert store.documents.ticket_mark() == (0, None)
    version = save(store, "a", "One")
    save(store, "b", "Two", minutes=5, status="solved")
    assert store.documents.ticket_mark() == (2, NOW + dt.timedelta(minutes=5))
    (head,) = store.documents.ticket_heads(status="open")
    assert (head.id, head.content_hash, head.stored_at, head.status) == ("a", version, NOW, "open")
    since = NOW + dt.timedelta(minutes=5)
    assert [h.id for h in store.documents.ticket_heads(since=since)] == ["b"]


@pytest.mark.parametrize(
    ("query", "found"), [("RATTLES", ["a"]), ("صدا ۴۰۲", ["c"]), ("噪音", ["d"])]
)
def test_the_inbox_finds_words_in_either_database(store, query, found):
    save(store, "a", "The pump rattles")
    save(store, "c", "صداي پمپ، سفارش 402")
    save(store, "d", "水泵有噪音")
    page = Inbox(store, None, lambda: 0.0).page(Filters(query=query), NOW)
    assert [row.line.id for row in page.rows] == found


def test_a_database_of_an_earlier_version_gets_the_index_it_lacks(tmp_path):
    from sqlalchemy import inspect, text

    from kb.store import Store

    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    old = Store(url)
    with old._engine.begin() as connection:
        connection.execute(text("DROP INDEX documents_by_change"))
    old.close()
    again = Store(url)
    names = {index["name"] for index in inspect(again._engine).get_indexes("documents")}
    again.close()
    assert "documents_by_change" in names
