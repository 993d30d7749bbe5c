"""Documents as they came, by id."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import Engine, delete, insert, select, update

from kb.models import Document
from kb.store.schema import documents

_adapter: TypeAdapter[Document] = TypeAdapter(Document)
_BATCH = 500


@dataclass(frozen=True)
class StoredDocument:
    document: Document
    content_hash: str
    """sha256 (hex) of the document's JSON."""


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

    def upsert(
        self,
        items: Iterable[tuple[Document, str]],
        source: str,
        now: dt.datetime,
    ) -> Changes:
        """Store (document, origin) pairs of one source; unchanged ones are left alone."""
        added = updated = unchanged = 0
        with self._engine.begin() as connection:
            for batch in _batches(items):
                rows = [_row(document, origin, source, now) for document, origin in batch]
                known = {
                    row.id: row
                    for row in connection.execute(
                        select(
                            documents.c.id,
                            documents.c.content_hash,
                            documents.c.source,
                            documents.c.origin,
                        ).where(documents.c.id.in_([row["id"] for row in rows]))
                    )
                }
                new = [row for row in rows if row["id"] not in known]
                if new:
                    connection.execute(insert(documents), new)
                added += len(new)
                for row in rows:
                    old = known.get(str(row["id"]))
                    if old is None:
                        continue
                    same = old.content_hash == row["content_hash"]
                    if not same or (old.source, old.origin) != (row["source"], row["origin"]):
                        connection.execute(
                            update(documents).where(documents.c.id == row["id"]).values(**row)
                        )
                    updated += not same
                    unchanged += same
        return Changes(added, updated, unchanged)

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
            for start in range(0, len(gone), _BATCH):
                batch = gone[start : start + _BATCH]
                connection.execute(delete(documents).where(documents.c.id.in_(batch)))
        return Changes(removed=len(gone))

    def remove(self, ids: Sequence[str]) -> int:
        """Drop documents by id; returns how many there were."""
        with self._engine.begin() as connection:
            result = connection.execute(delete(documents).where(documents.c.id.in_(ids)))
            return int(result.rowcount)

    def all(self) -> Iterator[StoredDocument]:
        """All documents, ordered by id, streamed."""
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(
                select(documents.c.payload, documents.c.content_hash).order_by(documents.c.id)
            )
            for row in rows:
                yield StoredDocument(_adapter.validate_json(row.payload), row.content_hash)

    def get(self, identifier: str) -> Document | None:
        with self._engine.connect() as connection:
            payload = connection.execute(
                select(documents.c.payload).where(documents.c.id == identifier)
            ).scalar()
        return None if payload is None else _adapter.validate_json(payload)


def _row(document: Document, origin: str, source: str, now: dt.datetime) -> dict[str, object]:
    payload = document.model_dump_json()
    return {
        "id": document.id,
        "kind": document.kind,
        "content_hash": hashlib.sha256(payload.encode()).hexdigest(),
        "payload": payload,
        "source": source,
        "origin": origin,
        "stored_at": now,
    }


def _batches(
    items: Iterable[tuple[Document, str]],
) -> Iterator[list[tuple[Document, str]]]:
    batch: list[tuple[Document, str]] = []
    for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
