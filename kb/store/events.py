"""The event log, and what it says about each source in sum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, insert, select, update

from kb.events import Event, event_adapter
from kb.store.schema import acceptance, events

_BATCH = 500


@dataclass(frozen=True)
class Acceptance:
    """How often reps used what a source says, and how often they passed over or refused it."""

    accepted: int = 0
    declined: int = 0


@dataclass(frozen=True)
class LoggedEvent:
    number: int
    at: dt.datetime
    event: Event


class Events:
    """Repository of events. Appended to, never changed; see kb.events."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(
        self, event: Event, now: dt.datetime, verdicts: Mapping[str, bool] | None = None
    ) -> None:
        """Log an event, and count what it says of sources, in one transaction.

        Args:
            verdicts: source id to whether it was accepted (True) or declined (False).
        """
        row = {
            "at": now,
            "type": event.type,
            "ticket_id": event.ticket_id,
            "occasion": event.occasion,
            "payload": event.model_dump_json(),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(events), row)
            for source_id, accepted in (verdicts or {}).items():
                column = acceptance.c.accepted if accepted else acceptance.c.declined
                counted = connection.execute(
                    update(acceptance)
                    .where(acceptance.c.source_id == source_id)
                    .values({column: column + 1})
                )
                if not counted.rowcount:
                    fresh = {"accepted": int(accepted), "declined": int(not accepted)}
                    connection.execute(insert(acceptance).values(source_id=source_id, **fresh))

    def acceptance_of(self, source_ids: Sequence[str]) -> dict[str, Acceptance]:
        """What is known of some sources; one that nobody has judged is missing."""
        found: dict[str, Acceptance] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(source_ids), _BATCH):
                batch = source_ids[start : start + _BATCH]
                rows = connection.execute(
                    select(acceptance).where(acceptance.c.source_id.in_(batch))
                )
                found.update((r.source_id, Acceptance(r.accepted, r.declined)) for r in rows)
        return found

    def of_occasion(self, occasion: str) -> list[LoggedEvent]:
        """Everything about one occasion, in order."""
        return list(self._select(events.c.occasion == occasion))

    def since(self, start: dt.datetime | None = None) -> Iterator[LoggedEvent]:
        """All events from a moment on (default: ever), in order, streamed."""
        return self._select(events.c.at >= start if start else events.c.number >= 0)

    def _select(self, condition: ColumnElement[bool]) -> Iterator[LoggedEvent]:
        query = select(events).where(condition).order_by(events.c.number)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_BATCH).execute(query):
                at = row.at if row.at.tzinfo else row.at.replace(tzinfo=dt.UTC)  # SQLite drops it
                yield LoggedEvent(row.number, at, event_adapter.validate_json(row.payload))
