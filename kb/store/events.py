"""The event log, and what it says about each source in sum.

    event_log    facts, each logged once however often it is reported (kb.events)
    verdicts     what an occasion says of a source: one verdict, and accepted outranks declined
    acceptance   verdicts summed by source, so that ranking reads them in a millisecond

The sums outlive the events they came from: they hold no text, and name no ticket but sources.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Engine, delete, func, select

from kb.acceptance import Acceptance
from kb.events import SUGGESTION_TYPES, VISIT_TYPES, Event, event_adapter
from kb.store import verdicts as judged
from kb.store.connections import aware, writing
from kb.store.erased import erased_among
from kb.store.forgetting import batched, forget_visits, scrub_audit, scrub_offers
from kb.store.schema import events

_FAILURE = "The event log cannot be written ({reason}); `kb doctor` checks the store."

_BATCH = 500
_WRITTEN_AT_ONCE = 2000
"""Events of one transaction of `append_many`; others can write in between."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    number: int
    at: dt.datetime
    event: Event


class Fact(NamedTuple):
    """An event to be logged."""

    event: Event
    at: dt.datetime
    key: str = ""
    """What makes it the same fact when it is told again; empty: all that the event says."""


@dataclass(frozen=True)
class Logged:
    """What `append` did."""

    new: bool
    """False: the same fact was in the log already."""
    counted: Mapping[str, bool] = field(default_factory=dict)
    """The verdicts that changed the sums, by source id."""


class Events:
    """Repository of events. Appended to, never changed, but for erasure; see kb.events."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(
        self,
        event: Event,
        now: dt.datetime,
        verdicts: Mapping[str, bool] | None = None,
        *,
        key: str = "",
    ) -> Logged:
        """Log an event, and count what it says of sources, in one transaction.

        Whatever is reported twice, or at once by two processes, counts once: a fact that is in the
        log is not logged again, and an occasion has one verdict on a source. A source first
        declined and then accepted is accepted; never the other way round.

        Args:
            verdicts: source id to whether it was accepted (True) or declined (False).
            key: see `Fact.key`.

        Raises:
            OperationalError: the log cannot be written.
        """
        row = _row(Fact(event, now, key))
        with writing(self._engine, _FAILURE) as connection:
            statement = judged.insert_into(connection, events).values(row)
            logged = statement.on_conflict_do_nothing().returning(events.c.number)
            if connection.execute(logged).first() is None:
                return Logged(new=False)
            counted = {
                source_id: accepted
                # In one order, so that two transactions cannot wait for each other.
                for source_id, accepted in sorted((verdicts or {}).items())
                if judged.count(connection, event.occasion, source_id, accepted)
            }
        return Logged(new=True, counted=counted)

    def append_many(
        self, facts: Iterable[Fact], told: Callable[[int], None] = lambda _count: None
    ) -> int:
        """Log many events; returns how many were not in the log yet.

        Every batch is a transaction of its own. Whoever is interrupted may begin anew.

        Args:
            told: gets the number of facts so far, after every batch.

        Raises:
            OperationalError: the log cannot be written.
        """
        new = done = 0
        iterator = iter(facts)
        while batch := [_row(fact) for fact in islice(iterator, _WRITTEN_AT_ONCE)]:
            with writing(self._engine, _FAILURE) as connection:
                statement = judged.insert_into(connection, events).on_conflict_do_nothing()
                logged = connection.execute(statement.returning(events.c.number), batch)
                new += len(logged.all())
            done += len(batch)
            told(done)
        return new

    def acceptance_of(self, source_ids: Sequence[str]) -> dict[str, Acceptance]:
        """What is known of some sources; one that nobody has judged is missing."""
        found: dict[str, Acceptance] = {}
        with self._engine.connect() as connection:
            for batch in batched(source_ids, _BATCH):
                found |= judged.sums(connection, batch)
        return found

    def of_occasion(self, occasion: str) -> list[LoggedEvent]:
        """Everything about one occasion, in order."""
        return list(self._select([events.c.occasion == occasion], events.c.number))

    def since(self, start: dt.datetime | None = None) -> Iterator[LoggedEvent]:
        """All events from a moment on (default: ever), in order, streamed."""
        return self._select(_from(start), events.c.number)

    def by_ticket(self, start: dt.datetime | None = None) -> Iterator[LoggedEvent]:
        """What reps did, streamed ticket by ticket, and occasion by occasion within a ticket."""
        # All of these have a ticket; saying so passes over most visitors' events in the index.
        of_reps = [events.c.type.in_(SUGGESTION_TYPES), events.c.ticket_id > ""]
        order = (events.c.ticket_id, events.c.occasion, events.c.number)
        return self._select([*of_reps, *_from(start)], *order)

    def visits(self, start: dt.datetime | None = None, after: int = 0) -> Iterator[LoggedEvent]:
        """What visitors did, in order, streamed.

        Args:
            start: from this moment on; default: ever.
            after: only events with a higher number, for who has read the others.
        """
        of_visitors = [events.c.type.in_(VISIT_TYPES), events.c.number > after]
        return self._select([*of_visitors, *_from(start)], events.c.number)

    def last_number(self) -> int:
        """Number of the event logged last; 0 in an empty log."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(events.c.number))).scalar() or 0

    def erased(self, ticket_ids: Collection[str]) -> set[str]:
        """Which of these tickets were erased on request."""
        with self._engine.connect() as connection:
            return erased_among(connection, ticket_ids)

    def purge(self, before: dt.datetime) -> int:
        """Delete events older than a moment; returns how many. The sums stay.

        Raises:
            OperationalError: the log cannot be written.
        """
        moment = before.astimezone(dt.UTC)
        with writing(self._engine, _FAILURE) as connection:
            purged = connection.execute(delete(events).where(events.c.at < moment)).rowcount
            if purged:
                judged.drop_orphans(connection)
        return int(purged)

    def forget(self, ticket_ids: Sequence[str]) -> int:
        """Delete all events of tickets, and every trace of them as sources; returns how many.

        Where such a ticket's reply was offered for another ticket, that offer loses the id, and
        the draft that was made from it. What a visitor did goes with the contact that became such a
        ticket: the events of the same search and of the same visit.

        Raises:
            OperationalError: the log cannot be written.
        """
        forgotten = 0
        with writing(self._engine, _FAILURE) as connection:
            for batch in batched(ticket_ids):
                judged.forget(connection, batch)
                forgotten += forget_visits(connection, batch)
                deleted = connection.execute(delete(events).where(events.c.ticket_id.in_(batch)))
                forgotten += deleted.rowcount
                scrub_offers(connection, batch)
                scrub_audit(connection, batch)
        return forgotten

    def _select(
        self, conditions: Sequence[ColumnElement[bool]], *order: Column[int] | Column[str]
    ) -> Iterator[LoggedEvent]:
        wanted = select(events.c.number, events.c.at, events.c.payload)
        query = wanted.where(*conditions).order_by(*order)
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(query)
            for number, at, payload in rows:
                moment = aware(at)
                yield LoggedEvent(number, moment, event_adapter.validate_json(payload))


def _from(start: dt.datetime | None) -> list[ColumnElement[bool]]:
    return [events.c.at >= start.astimezone(dt.UTC)] if start else []


def _row(fact: Fact) -> dict[str, Any]:
    payload = fact.event.model_dump_json()
    return {
        "at": fact.at.astimezone(dt.UTC),  # SQLite keeps the digits and drops the zone
        "type": fact.event.type,
        "ticket_id": fact.event.ticket_id,
        "occasion": fact.event.occasion,
        "digest": hashlib.sha256((fact.key or payload).encode()).hexdigest(),
        "payload": payload,
    }
