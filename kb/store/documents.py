"""Documents as they came, by id.

Sources own what they hold: `kb index` replaces and removes the documents of one source. What came
through the API has the source `api`; no file replaces or removes it. Changes of single documents
are compare-and-swap on the content hash, so that nobody overwrites what they have not seen.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Engine,
    Row,
    and_,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from kb.errors import Conflict
from kb.models import Document, Ticket
from kb.store.connections import aware
from kb.store.erased import erased_among, remember_erased
from kb.store.outbox import MessageType, announce
from kb.store.schema import documents

API = "api"
"""Source of what came through the API."""

_adapter: TypeAdapter[Document] = TypeAdapter(Document)
_BATCH = 500


@dataclass(frozen=True)
class StoredDocument:
    document: Document
    content_hash: str
    """sha256 (hex) of the document's JSON."""
    source: str
    origin: str
    """File (and line) it came from; `api`."""
    stored_at: dt.datetime
    """When it was last changed."""


@dataclass(frozen=True)
class Head:
    """A ticket, as far as one has to know whether it has to be read again."""

    id: str
    content_hash: str
    stored_at: dt.datetime
    status: str


@dataclass(frozen=True)
class Changes:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def any(self) -> bool:
        return bool(self.added or self.updated or self.removed)

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.added + other.added,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
        )


class Documents:
    """Repository of articles, macros and tickets, as they came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Whole sources

    def upsert(
        self,
        items: Iterable[tuple[Document, str]],
        source: str,
        now: dt.datetime,
        on_erased: Callable[[Document, str], None] = lambda _document, _origin: None,
    ) -> Changes:
        """Store (document, origin) pairs of one source; unchanged ones are left alone.

        What was changed through the API stays as it is there, and counts as unchanged. Every batch
        is a transaction of its own, so that a long source does not keep other writers waiting.

        Args:
            on_erased: gets the pairs that are refused because they were erased on request.
        """
        changes = Changes()
        iterator = iter(items)
        while batch := list(islice(iterator, _BATCH)):
            try:
                done, refused = self._upsert_batch(batch, source, now)
            except IntegrityError:  # the API stored one of them just now
                done, refused = self._upsert_batch(batch, source, now)
            changes += done
            for document, origin in batch:
                if document.id in refused:
                    on_erased(document, origin)
        return changes

    def _upsert_batch(
        self, batch: Sequence[tuple[Document, str]], source: str, now: dt.datetime
    ) -> tuple[Changes, set[str]]:
        with self._engine.begin() as connection:
            refused = erased_among(connection, [document.id for document, _ in batch])
            rows = [_row(d, origin, source, now) for d, origin in batch if d.id not in refused]
            return _upsert_rows(connection, rows), refused

    def remove_missing(self, source: str, present: set[str], broken_origins: set[str]) -> Changes:
        """Drop documents of `source` that it no longer holds.

        A document whose file is merely broken now (its origin is in `broken_origins`) stays as it
        was last read, so that a typo does not take an article off the site.
        """
        with self._engine.begin() as connection:
            rows = connection.execute(
                select(documents.c.id, documents.c.origin).where(documents.c.source == source)
            ).all()
            gone = [
                row.id for row in rows if row.id not in present and row.origin not in broken_origins
            ]
            _delete(connection, gone)
        return Changes(removed=len(gone))

    # Single documents

    def save(
        self,
        document: Document,
        now: dt.datetime,
        *,
        replaces: str | None,
        telling: MessageType | None = None,
    ) -> str:
        """Store one document that came through the API.

        Args:
            replaces: content hash of what is stored now; None: nothing is.
            telling: what the webhook is to be told of it, in the same transaction.

        Returns:
            Its content hash.

        Raises:
            Conflict: something else is stored by now, or the document was erased on request.
        """
        row = _row(document, API, API, now)
        with self._engine.begin() as connection:
            if erased_among(connection, [document.id]):
                raise Conflict(f"'{document.id}' was erased on request; use another id.")
            if replaces is None:
                try:
                    connection.execute(insert(documents), row)
                except IntegrityError as error:
                    raise _changed(document.id) from error
            else:
                swapped = connection.execute(
                    update(documents)
                    .where(documents.c.id == document.id, documents.c.content_hash == replaces)
                    .values(**row)
                )
                if not swapped.rowcount:
                    raise _changed(document.id)
            if telling:
                announce(connection, telling, document.id, now)
        return str(row["content_hash"])

    def remove(self, ids: Sequence[str]) -> int:
        """Drop documents by id; returns how many there were."""
        with self._engine.begin() as connection:
            return _delete(connection, ids)

    def erase(self, ids: Sequence[str], now: dt.datetime) -> None:
        """Refuse these ids from now on, and leave them out of `hashes`; `remove` drops them."""
        with self._engine.begin() as connection:
            remember_erased(connection, ids, now)

    def get(self, identifier: str) -> Document | None:
        stored = self.stored(identifier)
        return stored.document if stored else None

    def stored(self, identifier: str) -> StoredDocument | None:
        """A document with what the store knows of it."""
        return next(self.some([identifier]), None)

    # Many

    def all(self) -> Iterator[StoredDocument]:
        """All documents, ordered by id, streamed."""
        with self._engine.connect() as connection:
            query = select(documents).order_by(documents.c.id)
            for row in connection.execution_options(yield_per=_BATCH).execute(query):
                yield _stored(row)

    def hashes(self) -> dict[str, str]:
        """Content hashes by id, ordered by id; without erased documents."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(documents.c.id, documents.c.content_hash)).all()
            found = dict(sorted((row.id, row.content_hash) for row in rows))
            for identifier in erased_among(connection, found):
                del found[identifier]
        return found

    def some(self, ids: Sequence[str]) -> Iterator[StoredDocument]:
        """Documents by id, in any order; one that is not there is missing."""
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            with self._engine.connect() as connection:
                rows = connection.execute(select(documents).where(documents.c.id.in_(batch))).all()
            yield from map(_stored, rows)

    def tickets(
        self,
        limit: int,
        *,
        status: Literal["open", "solved"] | None = None,
        after: tuple[dt.datetime, str] | None = None,
        fields: Mapping[str, str] | None = None,
        like: Sequence[Collection[str]] = (),
    ) -> list[StoredDocument]:
        """Tickets, the last changed first.

        Args:
            after: (stored_at, id) of the last one already seen.
            fields: values that top-level fields have: `group`, `locale`, …
            like: groups of LIKE patterns in lower case, escaped by `!`; the ticket's JSON matches
                one of each group. Every ticket is looked at until `limit` are found.
        """
        conditions = [documents.c.kind == "ticket"]
        if status:
            conditions.append(self._field("status") == status)
        conditions += [self._field(name) == value for name, value in (fields or {}).items()]
        text = func.lower(documents.c.payload)
        conditions += [
            or_(*(text.like(pattern, escape="!") for pattern in patterns)) for patterns in like
        ]
        if after:
            moment, identifier = after
            same = and_(documents.c.stored_at == moment, documents.c.id < identifier)
            # The first says nothing more, but in a way that an index understands.
            conditions.append(documents.c.stored_at <= moment)
            conditions.append(or_(documents.c.stored_at < moment, same))
        order = (documents.c.stored_at.desc(), documents.c.id.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(documents).where(*conditions).order_by(*order).limit(limit)
            ).all()
        return [_stored(row) for row in rows]

    def ticket_heads(
        self, *, status: Literal["open", "solved"] | None = None, since: dt.datetime | None = None
    ) -> list[Head]:
        """What changed, without reading it: of tickets with a status, or changed since then.

        With `since` it takes as long as there are changes; without, every ticket is looked at.
        """
        conditions = [documents.c.kind == "ticket"]
        if status:
            conditions.append(self._field("status") == status)
        if since:
            conditions.append(documents.c.stored_at >= since)
        columns = (documents.c.id, documents.c.content_hash, documents.c.stored_at)
        query = select(*columns, self._field("status").label("status")).where(*conditions)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Head(row.id, row.content_hash, aware(row.stored_at), row.status) for row in rows]

    def ticket_mark(self) -> tuple[int, dt.datetime | None]:
        """How many tickets there are, and when one of them last changed: differs after most
        changes, and costs next to nothing."""
        changed = documents.c.stored_at
        query = select(func.count(), func.max(changed)).where(documents.c.kind == "ticket")
        with self._engine.connect() as connection:
            count, latest = connection.execute(query).one()
        return int(count), aware(latest) if latest else None

    def tickets_mentioning(self, text: str) -> Iterator[tuple[str, Ticket]]:
        """(id, ticket) of every ticket whose JSON contains `text`, in any ASCII case; streamed."""
        query = select(documents).where(
            documents.c.kind == "ticket",
            func.lower(documents.c.payload).contains(text.lower(), autoescape=True),
        )
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_BATCH).execute(query):
                stored = _stored(row)
                if isinstance(stored.document, Ticket):
                    yield row.id, stored.document

    def _field(self, name: str) -> ColumnElement[str]:
        """A top-level text field of a document's JSON."""
        if self._engine.dialect.name == "postgresql":
            return func.json_extract_path_text(cast(documents.c.payload, JSON), name)
        return func.json_extract(documents.c.payload, f"$.{name}")


def _upsert_rows(connection: Connection, rows: Sequence[dict[str, object]]) -> Changes:
    columns = (documents.c.id, documents.c.content_hash, documents.c.source, documents.c.origin)
    ids = [row["id"] for row in rows]
    found = connection.execute(select(*columns).where(documents.c.id.in_(ids)))
    known = {row.id: row for row in found}
    new = [row for row in rows if row["id"] not in known]
    if new:
        connection.execute(insert(documents), new)
    updated = unchanged = 0
    for row in rows:
        old = known.get(str(row["id"]))
        if old is None:
            continue
        same = old.content_hash == row["content_hash"] or old.source == API
        moved = (old.source, old.origin) != (row["source"], row["origin"])
        if old.source != API and (moved or not same):
            # Asked again in the statement: it may have come through the API since.
            mine = and_(documents.c.id == row["id"], documents.c.source != API)
            connection.execute(update(documents).where(mine).values(**row))
        updated += not same
        unchanged += same
    return Changes(len(new), updated, unchanged)


def _delete(connection: Connection, ids: Sequence[str]) -> int:
    deleted = 0
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        deleted += connection.execute(delete(documents).where(documents.c.id.in_(batch))).rowcount
    return deleted


def _changed(identifier: str) -> Conflict:
    return Conflict(
        f"Somebody else changed '{identifier}' in between; read it again, then repeat what is "
        "still needed."
    )


def _stored(row: Row[tuple[object, ...]]) -> StoredDocument:
    at: dt.datetime = row.stored_at
    return StoredDocument(
        _adapter.validate_json(row.payload),
        row.content_hash,
        row.source,
        row.origin,
        aware(at),
    )


def _row(document: Document, origin: str, source: str, now: dt.datetime) -> dict[str, object]:
    payload = document.model_dump_json()
    return {
        "id": document.id,
        "kind": document.kind,
        "content_hash": hashlib.sha256(payload.encode()).hexdigest(),
        "payload": payload,
        "source": source,
        "origin": origin,
        "stored_at": now.astimezone(dt.UTC),
    }
