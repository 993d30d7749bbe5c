"""The webhook's outbox, on SQLite, and on PostgreSQL where it is installed."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.errors import Conflict
from kb.models import Message, Ticket

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def put(store, identifier: str, now: dt.datetime = NOON) -> None:
    ticket = Ticket(
        id=identifier, locale="en", messages=(Message(author="customer", text="Pump rattles"),)
    )
    store.documents.save(ticket, now, replaces=None, telling="ticket.created")


def test_what_was_tried_waits_behind_what_was_not(store):
    put(store, "first")
    put(store, "second", NOON + HOUR)
    store.outbox.failed(store.outbox.pending(1)[0].id, "HTTP 500", NOON + HOUR)
    assert [message.ticket_id for message in store.outbox.pending(10)] == ["second", "first"]
    assert store.outbox.pending(10)[1].problem == "HTTP 500"


def test_a_change_that_fails_announces_nothing(store):
    put(store, "first")
    with pytest.raises(Conflict):
        put(store, "first")
    assert len(store.outbox.all(10)) == 1


def test_what_is_delivered_is_not_tried_and_forgotten_after_a_while(store):
    put(store, "first")
    message = store.outbox.pending(1)[0]
    store.outbox.delivered(message.id, NOON + HOUR)
    assert store.outbox.pending(1) == []
    kept = store.outbox.all(10, "delivered")[0]
    assert (kept.attempts, kept.tried_at) == (1, NOON + HOUR)
    assert store.outbox.expire(NOON) == 0
    assert store.outbox.expire(NOON + HOUR) == 1


def test_retrying_gives_back_the_whole_day(store):
    put(store, "first")
    assert [message.ticket_id for message in store.outbox.give_up(NOON + HOUR)] == ["first"]
    assert store.outbox.retry([], NOON + 2 * HOUR) == 1
    assert store.outbox.give_up(NOON + HOUR) == []
    assert store.outbox.retry(["msg_unknown"], NOON) == 0


def test_the_outbox_forgets_a_ticket_and_never_held_its_words(store):
    put(store, "first")
    put(store, "second")
    assert "webhook_outbox" not in store.mentions("rattles")
    assert store.outbox.forget(["first"]) == 1
    assert [message.ticket_id for message in store.outbox.all(10)] == ["second"]
