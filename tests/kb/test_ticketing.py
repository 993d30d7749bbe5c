"""Tickets are changed only as they were read, and what is repeated changes nothing."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from kb.errors import Conflict, InvalidInput, NotFound, TooLarge
from kb.models import Article, Message, Ticket
from kb.store import Store
from kb.ticketing import Resolution, Ticketing, resolved

NOW = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture
def tickets(store):
    return Ticketing(store, max_bytes=10_000)


def said(author: str, text: str, **more: object) -> Message:
    return Message.model_validate({"author": author, "text": text, **more})


def ticket(*messages: Message, **more: object) -> Ticket:
    thread = messages or (said("customer", "The pump rattles."),)
    return Ticket.model_validate({"id": "t", "locale": "en", "messages": thread, **more})


def test_a_reply_solves_the_ticket_and_is_the_accepted_message():
    answer = Resolution("Tilt the tank.", rep="Robin", group="devices", tags=("pump",))
    done = resolved(ticket(tags=("noise",)), answer, NOW)
    assert (done.status, done.group, done.tags) == ("solved", "devices", ("noise", "pump"))
    reply = done.messages[-1]
    assert (reply.author, reply.text, reply.name) == ("rep", "Tilt the tank.", "Robin")
    assert (reply.at, reply.accepted) == (NOW, True)


def test_a_reply_that_stands_in_the_thread_is_marked_not_added_again():
    thread = ticket(said("customer", "It rattles."), said("rep", "Tilt the tank.\n"))
    done = resolved(thread, Resolution("Tilt the tank."), NOW)
    assert [message.accepted for message in done.messages] == [False, True]
    assert resolved(thread, Resolution(message=1), NOW) == done


def test_resolving_twice_with_the_same_reply_changes_nothing():
    done = resolved(ticket(), Resolution("Tilt the tank.", tags=("pump",)), NOW)
    later = NOW + dt.timedelta(days=1)
    assert resolved(done, Resolution("Tilt the tank.", tags=("pump",)), later) == done


def test_what_is_learnt_later_is_added():
    done = resolved(ticket(), Resolution("Tilt the tank."), NOW)
    rated = resolved(done, Resolution("Tilt the tank.", satisfaction=5), NOW)
    assert (rated.satisfaction, rated.messages) == (5, done.messages)


def test_another_reply_is_a_conflict_unless_it_may_replace():
    done = resolved(ticket(), Resolution("Tilt the tank."), NOW)
    with pytest.raises(Conflict, match="already solved by another reply"):
        resolved(done, Resolution("Buy a new one."), NOW)
    replaced = resolved(done, Resolution("Buy a new one."), NOW, may_replace=True)
    assert [message.accepted for message in replaced.messages] == [False, False, True]


@pytest.mark.parametrize(
    "resolution", [Resolution(), Resolution(" \n"), Resolution(message=0), Resolution(message=7)]
)
def test_a_resolution_without_a_reply_is_refused(resolution):
    with pytest.raises(InvalidInput):
        resolved(ticket(), resolution, NOW)


def test_a_satisfaction_out_of_range_is_refused_not_stored():
    with pytest.raises(InvalidInput, match="satisfaction"):
        resolved(ticket(), Resolution("Tilt it.", satisfaction=9), NOW)


def test_an_open_ticket_is_replaced_a_solved_one_is_not(tickets):
    held, created = tickets.put(ticket(), NOW)
    assert (created, held.ticket.created) == (True, NOW)
    again, created = tickets.put(ticket(subject="Pump"), NOW)
    assert (created, again.ticket.subject, again.ticket.created) == (False, "Pump", NOW)
    tickets.resolve("t", Resolution("Tilt the tank."), NOW, None)
    with pytest.raises(Conflict, match="is solved"):
        tickets.put(ticket(), NOW)


def test_a_version_that_is_not_the_stored_one_is_a_conflict(tickets):
    first, _ = tickets.put(ticket(), NOW)
    second = tickets.append("t", [said("customer", "Hello?")], NOW, first.version)
    for change in (
        lambda: tickets.put(ticket(), NOW, first.version),
        lambda: tickets.append("t", [said("customer", "Hello?")], NOW, first.version),
        lambda: tickets.resolve("t", Resolution("Tilt it."), NOW, first.version),
    ):
        with pytest.raises(Conflict, match="Somebody else changed"):
            change()
    assert tickets.get("t").version == second.version


def test_unknown_tickets_and_documents_of_other_kinds_are_not_found(tickets, store):
    article = Article(id="a", group="a", locale="en", title="T", body="B")
    store.documents.upsert([(article, "a.md")], "folder", NOW)
    for identifier in ("a", "nobody"):
        with pytest.raises(NotFound):
            tickets.resolve(identifier, Resolution("Tilt it."), NOW, None)
        with pytest.raises(NotFound):
            tickets.append(identifier, [said("customer", "x")], NOW, None)
    with pytest.raises(Conflict, match="kind article"):
        tickets.put(ticket().model_copy(update={"id": "a"}), NOW)


def test_a_ticket_that_grows_too_large_is_refused(tickets):
    tickets.put(ticket(), NOW)
    with pytest.raises(TooLarge, match="10000 bytes"):
        tickets.append("t", [said("customer", "x" * 10_000)], NOW, None)


def in_parallel(actions):
    start = threading.Barrier(len(actions))
    outcomes: list[object] = []

    def run(action) -> None:
        start.wait()
        try:
            outcomes.append(action())
        except Conflict as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_different_resolutions_at_once_one_is_told_of_the_other(tickets):
    tickets.put(ticket(), NOW)
    outcomes = in_parallel(
        [
            lambda text=text: tickets.resolve("t", Resolution(text), NOW, None)
            for text in ("Tilt the tank.", "Refill it.")
        ]
    )
    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Conflict)) == [
        Conflict
    ]
    accepted = [m for m in tickets.get("t").ticket.messages if m.accepted]
    assert len(accepted) == 1


def test_the_same_resolution_at_once_is_stored_once(tickets):
    tickets.put(ticket(), NOW)
    outcomes = in_parallel(
        [lambda: tickets.resolve("t", Resolution("Tilt the tank."), NOW, None)] * 3
    )
    assert sorted(changed for _, changed in outcomes) == [False, False, True]
    assert len(tickets.get("t").ticket.messages) == 2


def test_messages_appended_at_once_are_all_kept(tickets):
    tickets.put(ticket(), NOW)
    in_parallel(
        [
            lambda n=n: tickets.append("t", [said("customer", f"message {n}")], NOW, None)
            for n in range(3)
        ]
    )
    assert len(tickets.get("t").ticket.messages) == 4
