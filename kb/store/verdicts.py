"""What occasions say of sources, and the sums; used within the event log's transactions.

Portable between SQLite and PostgreSQL, and right when several processes write at once: whether a
verdict is new is decided by the database (`ON CONFLICT`), never by reading first.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kb.acceptance import Acceptance
from kb.store.schema import acceptance, events, verdicts


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the database's dialect."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def count(connection: Connection, occasion: str, source_id: str, accepted: bool) -> bool:
    """Count one verdict; False if the occasion has said as much, or better, of the source."""
    first = (
        insert_into(connection, verdicts)
        .values(occasion=occasion, source_id=source_id, accepted=accepted)
        .on_conflict_do_nothing()
        .returning(verdicts.c.source_id)
    )
    if connection.execute(first).first() is not None:
        _add(connection, source_id, int(accepted), int(not accepted))
        return True
    if not accepted:
        return False
    upgraded = connection.execute(
        update(verdicts)
        .where(verdicts.c.occasion == occasion, verdicts.c.source_id == source_id)
        .where(~verdicts.c.accepted)
        .values(accepted=True)
    )
    if upgraded.rowcount:
        _add(connection, source_id, 1, -1)
    return bool(upgraded.rowcount)


def _add(connection: Connection, source_id: str, accepted: int, declined: int) -> None:
    row = insert_into(connection, acceptance).values(
        source_id=source_id, accepted=accepted, declined=declined
    )
    more = {
        "accepted": acceptance.c.accepted + row.excluded.accepted,
        "declined": acceptance.c.declined + row.excluded.declined,
    }
    connection.execute(row.on_conflict_do_update(index_elements=["source_id"], set_=more))


def sums(connection: Connection, source_ids: Sequence[str]) -> dict[str, Acceptance]:
    """What is known of some sources; one that nobody has judged is missing."""
    rows = connection.execute(select(acceptance).where(acceptance.c.source_id.in_(source_ids)))
    return {row.source_id: Acceptance(row.accepted, row.declined) for row in rows}


def drop_orphans(connection: Connection) -> None:
    """Delete verdicts of occasions that no event is left of; the sums stay."""
    left = select(events.c.number).where(events.c.occasion == verdicts.c.occasion)
    connection.execute(delete(verdicts).where(~exists(left)))


def forget(connection: Connection, ticket_ids: Sequence[str]) -> None:
    """Delete what tickets' occasions said, and the sums of these tickets as sources.

    To be called while the tickets' events are still there.
    """
    theirs = select(events.c.occasion).where(events.c.ticket_id.in_(ticket_ids))
    for condition in (verdicts.c.occasion.in_(theirs), verdicts.c.source_id.in_(ticket_ids)):
        connection.execute(delete(verdicts).where(condition))
    connection.execute(delete(acceptance).where(acceptance.c.source_id.in_(ticket_ids)))
