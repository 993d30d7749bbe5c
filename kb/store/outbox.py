"""What the webhook has to be told: a row for each message until it is delivered or given up.

A row is written in the transaction of the change that it tells of, so that nothing is lost when the
receiver, or we, are down. It names the ticket and holds nothing of it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Engine, Row, delete, insert, or_, select, update

from kb.store.connections import aware, writing
from kb.store.schema import webhook_outbox as outbox

MessageType = Literal["ticket.created", "ticket.solved"]
MessageState = Literal["pending", "delivered", "given_up"]

_FAILURE = "The webhook's outbox cannot be written ({reason}); `kb doctor` checks the store."


@dataclass(frozen=True)
class OutboxMessage:
    """One message to the receiver."""

    id: str
    """`webhook-id`: the same in every attempt, so that the receiver knows a repetition."""
    type: MessageType
    ticket_id: str
    created_at: dt.datetime
    state: MessageState
    attempts: int
    tried_at: dt.datetime | None
    """The last attempt; None before the first."""
    problem: str
    """Why the last attempt failed; empty where it did not."""


def announce(connection: Connection, kind: MessageType, ticket_id: str, now: dt.datetime) -> None:
    """Put a message into the outbox, within the transaction of what it tells of."""
    connection.execute(
        insert(outbox).values(
            id=f"msg_{uuid.uuid4().hex}",
            type=kind,
            ticket_id=ticket_id,
            created_at=now.astimezone(dt.UTC),
            state="pending",
            attempts=0,
            tried_at=None,
            problem="",
        )
    )


class Outbox:
    """Repository of the webhook's messages.

    Whatever writes raises OperationalError where the database is busy or the disk full.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pending(self, limit: int) -> list[OutboxMessage]:
        """Messages to deliver: those never tried first, then those tried longest ago."""
        query = select(outbox).where(outbox.c.state == "pending")
        order = (outbox.c.attempts > 0, outbox.c.tried_at, outbox.c.created_at, outbox.c.id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(*order).limit(limit)).all()
        return [_message(row) for row in rows]

    def all(self, limit: int, state: MessageState | None = None) -> list[OutboxMessage]:
        """Messages, the newest first."""
        query = select(outbox).order_by(outbox.c.created_at.desc(), outbox.c.id).limit(limit)
        if state:
            query = query.where(outbox.c.state == state)
        with self._engine.connect() as connection:
            return [_message(row) for row in connection.execute(query)]

    def delivered(self, identifier: str, now: dt.datetime) -> None:
        """The receiver has it."""
        self._set(identifier, now, state="delivered", problem="")

    def failed(self, identifier: str, problem: str, now: dt.datetime) -> None:
        """An attempt failed; it stays pending."""
        self._set(identifier, now, problem=problem)

    def _set(self, identifier: str, now: dt.datetime, **values: str) -> None:
        tried = {"attempts": outbox.c.attempts + 1, "tried_at": now.astimezone(dt.UTC)}
        with writing(self._engine, _FAILURE) as connection:
            mine = outbox.c.id == identifier
            connection.execute(update(outbox).where(mine).values(**tried, **values))

    def give_up(self, before: dt.datetime) -> list[OutboxMessage]:
        """Stop trying what is pending since before then; returns it."""
        old = (outbox.c.state == "pending", outbox.c.created_at < before.astimezone(dt.UTC))
        with writing(self._engine, _FAILURE) as connection:
            given_up = [_message(row) for row in connection.execute(select(outbox).where(*old))]
            if given_up:
                connection.execute(update(outbox).where(*old).values(state="given_up"))
        return given_up

    def retry(self, ids: Sequence[str], now: dt.datetime) -> int:
        """Deliver again what was given up, or delivered: these ids, or all that was given up.

        Returns:
            How many messages wait for it now; they have a day again.
        """
        wanted = outbox.c.id.in_(ids) if ids else outbox.c.state == "given_up"
        again = {"state": "pending", "created_at": now.astimezone(dt.UTC), "problem": ""}
        with writing(self._engine, _FAILURE) as connection:
            done = connection.execute(update(outbox).where(wanted).values(**again))
        return int(done.rowcount)

    def forget(self, ticket_ids: Sequence[str]) -> int:
        """Drop the messages about these tickets, which are being erased; returns how many."""
        dropped = 0
        with writing(self._engine, _FAILURE) as connection:
            for identifier in ticket_ids:
                about = outbox.c.ticket_id == identifier
                dropped += connection.execute(delete(outbox).where(about)).rowcount
        return dropped

    def expire(self, before: dt.datetime) -> int:
        """Drop what was delivered or given up, and not touched since; returns how many."""
        done = or_(outbox.c.state == "delivered", outbox.c.state == "given_up")
        old = outbox.c.created_at < before.astimezone(dt.UTC)
        with writing(self._engine, _FAILURE) as connection:
            return int(connection.execute(delete(outbox).where(done, old)).rowcount)


def _message(row: Row[tuple[object, ...]]) -> OutboxMessage:
    return OutboxMessage(
        row.id,
        row.type,
        row.ticket_id,
        aware(row.created_at),
        row.state,
        row.attempts,
        aware(row.tried_at) if row.tried_at else None,
        row.problem,
    )
