"""The event log, and what it says about each source in sum.

    event_log    facts, each logged once however often it is reported (kb.events)
    verdicts     what an occasion says of a source: one verdict, and accepted outranks declined
    acceptance   verdicts summed by source, so that ranking reads them in a millisecond

The sums outlive the events they came from: they hold no text, and name no ticket but sources.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Column, ColumnElement, Connection, Engine, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from kb.acceptance import Acceptance
from kb.errors import OperationalError
from kb.events import Event, Offered, SuggestionsOffered, event_adapter
from kb.store import verdicts as judged
from kb.store.schema import events

_BATCH = 500
_SOUGHT_AT_ONCE = 50
"""Ids sought in other tickets' offers by one scan; each is a LIKE condition of its own."""


@dataclass(frozen=True)
class LoggedEvent:
    number: int
    at: dt.datetime
    event: Event


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
        self, event: Event, now: dt.datetime, verdicts: Mapping[str, bool] | None = None
    ) -> Logged:
        """Log an event, and count what it says of sources, in one transaction.

        Whatever is reported twice, or at once by two processes, counts once: a fact that is in the
        log is not logged again, and an occasion has one verdict on a source. A source first
        declined and then accepted is accepted; never the other way round.

        Args:
            verdicts: source id to whether it was accepted (True) or declined (False).

        Raises:
            OperationalError: the log cannot be written.
        """
        payload = event.model_dump_json()
        row = {
            "at": now.astimezone(dt.UTC),  # SQLite keeps the digits and drops the zone
            "type": event.type,
            "ticket_id": event.ticket_id,
            "occasion": event.occasion,
            "digest": hashlib.sha256(payload.encode()).hexdigest(),
            "payload": payload,
        }
        with self._writing() as connection:
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

    def acceptance_of(self, source_ids: Sequence[str]) -> dict[str, Acceptance]:
        """What is known of some sources; one that nobody has judged is missing."""
        found: dict[str, Acceptance] = {}
        with self._engine.connect() as connection:
            for batch in _batches(source_ids, _BATCH):
                found |= judged.sums(connection, batch)
        return found

    def of_occasion(self, occasion: str) -> list[LoggedEvent]:
        """Everything about one occasion, in order."""
        return list(self._select(events.c.occasion == occasion, events.c.number))

    def since(self, start: dt.datetime | None = None) -> Iterator[LoggedEvent]:
        """All events from a moment on (default: ever), in order, streamed."""
        return self._select(_from(start), events.c.number)

    def by_ticket(self, start: dt.datetime | None = None) -> Iterator[LoggedEvent]:
        """The same, streamed ticket by ticket, and occasion by occasion within a ticket."""
        return self._select(_from(start), events.c.ticket_id, events.c.occasion, events.c.number)

    def purge(self, before: dt.datetime) -> int:
        """Delete events older than a moment; returns how many. The sums stay.

        Raises:
            OperationalError: the log cannot be written.
        """
        moment = before.astimezone(dt.UTC)
        with self._writing() as connection:
            purged = connection.execute(delete(events).where(events.c.at < moment)).rowcount
            if purged:
                judged.drop_orphans(connection)
        return int(purged)

    def forget(self, ticket_ids: Sequence[str]) -> int:
        """Delete all events of tickets, and every trace of them as sources; returns how many.

        Where such a ticket's reply was offered for another ticket, that offer loses the id, and
        the draft that was made from it.

        Raises:
            OperationalError: the log cannot be written.
        """
        forgotten = 0
        with self._writing() as connection:
            for batch in _batches(ticket_ids, _SOUGHT_AT_ONCE):
                judged.forget(connection, batch)
                deleted = connection.execute(delete(events).where(events.c.ticket_id.in_(batch)))
                forgotten += deleted.rowcount
                _scrub_offers(connection, frozenset(batch))
        return forgotten

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise OperationalError(
                f"The event log cannot be written ({reason}); `kb doctor` checks the store."
            ) from error

    def _select(
        self, condition: ColumnElement[bool], *order: Column[int] | Column[str]
    ) -> Iterator[LoggedEvent]:
        query = select(events).where(condition).order_by(*order)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_BATCH).execute(query):
                at = row.at if row.at.tzinfo else row.at.replace(tzinfo=dt.UTC)  # SQLite drops it
                yield LoggedEvent(row.number, at, event_adapter.validate_json(row.payload))


def _from(start: dt.datetime | None) -> ColumnElement[bool]:
    return events.c.at >= start.astimezone(dt.UTC) if start else events.c.number >= 0


def _batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _scrub_offers(connection: Connection, erased: frozenset[str]) -> None:
    """Take erased sources out of other tickets' offers."""
    quoted = [json.dumps(source, ensure_ascii=False) for source in erased]
    mentions = or_(*(events.c.payload.contains(source, autoescape=True) for source in quoted))
    offers = events.c.type == "suggestions_offered"
    query = select(events.c.number, events.c.payload).where(offers, mentions)
    for number, payload in connection.execute(query).all():
        offer = SuggestionsOffered.model_validate_json(payload)
        scrubbed = offer.model_copy(
            update={
                "offered": tuple(_without(item, erased) for item in offer.offered),
                "meanwhile": offer.meanwhile and _without(offer.meanwhile, erased),
            }
        )
        connection.execute(
            update(events)
            .where(events.c.number == number)
            .values(payload=scrubbed.model_dump_json())
        )


def _without(item: Offered, erased: frozenset[str]) -> Offered:
    if erased.isdisjoint(item.sources):
        return item
    sources = tuple(source for source in item.sources if source not in erased)
    return item.model_copy(update={"sources": sources, "draft": ""})
