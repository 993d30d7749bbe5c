"""The system of record: documents as they came, and API keys (SQLAlchemy; SQLite or PostgreSQL).

Snapshots are built from here and can always be rebuilt; nothing in here is ever searched.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from kb.errors import ConfigurationError
from kb.models import Document, Role

_metadata = MetaData()

_documents = Table(
    "documents",
    _metadata,
    Column("id", String(300), primary_key=True),
    Column("kind", String(20), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("source", String(1000), nullable=False, index=True),
    Column("origin", String(1000), nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
)

_api_keys = Table(
    "api_keys",
    _metadata,
    Column("digest", String(64), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("label", String(200), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

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


class Store:
    """Repository of documents and keys. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Connect, and create the tables if they are missing.

        Raises:
            ConfigurationError: the URL is malformed or the database cannot be reached.
        """
        try:
            if url.startswith("sqlite:///"):
                Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
            self._engine = create_engine(url)
            if self._engine.dialect.name == "sqlite":
                _prepare_sqlite(self._engine)
            _metadata.create_all(self._engine)
        except (SQLAlchemyError, OSError, ImportError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise ConfigurationError(
                f"The store cannot be opened ({reason}); check KB_DATABASE_URL and KB_DATA_DIR."
            ) from error

    def close(self) -> None:
        self._engine.dispose()

    # Documents

    def upsert(
        self,
        documents: Iterable[tuple[Document, str]],
        source: str,
        now: dt.datetime,
    ) -> Changes:
        """Store (document, origin) pairs of one source; unchanged ones are left alone."""
        added = updated = unchanged = 0
        with self._engine.begin() as connection:
            for batch in _batches(documents):
                rows = [_row(document, origin, source, now) for document, origin in batch]
                known = {
                    row.id: row
                    for row in connection.execute(
                        select(
                            _documents.c.id,
                            _documents.c.content_hash,
                            _documents.c.source,
                            _documents.c.origin,
                        ).where(_documents.c.id.in_([row["id"] for row in rows]))
                    )
                }
                new = [row for row in rows if row["id"] not in known]
                if new:
                    connection.execute(insert(_documents), new)
                added += len(new)
                for row in rows:
                    old = known.get(str(row["id"]))
                    if old is None:
                        continue
                    same = old.content_hash == row["content_hash"]
                    if not same or (old.source, old.origin) != (row["source"], row["origin"]):
                        connection.execute(
                            update(_documents).where(_documents.c.id == row["id"]).values(**row)
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
                select(_documents.c.id, _documents.c.origin).where(_documents.c.source == source)
            ).all()
            gone = [
                row.id for row in rows if row.id not in present and row.origin not in broken_origins
            ]
            for start in range(0, len(gone), _BATCH):
                batch = gone[start : start + _BATCH]
                connection.execute(delete(_documents).where(_documents.c.id.in_(batch)))
        return Changes(removed=len(gone))

    def remove(self, ids: Sequence[str]) -> int:
        """Drop documents by id; returns how many there were."""
        with self._engine.begin() as connection:
            result = connection.execute(delete(_documents).where(_documents.c.id.in_(ids)))
            return int(result.rowcount)

    def documents(self) -> Iterator[StoredDocument]:
        """All documents, ordered by id, streamed."""
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(
                select(_documents.c.payload, _documents.c.content_hash).order_by(_documents.c.id)
            )
            for row in rows:
                yield StoredDocument(_adapter.validate_json(row.payload), row.content_hash)

    def get(self, identifier: str) -> Document | None:
        with self._engine.connect() as connection:
            payload = connection.execute(
                select(_documents.c.payload).where(_documents.c.id == identifier)
            ).scalar()
        return None if payload is None else _adapter.validate_json(payload)

    # API keys

    def add_key(self, digest: str, role: Role, label: str, now: dt.datetime) -> None:
        """Store a key by its sha256 digest (hex); the key itself is never stored."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(_api_keys).values(digest=digest, role=role, label=label, created_at=now)
            )

    def role_of_key(self, digest: str) -> Role | None:
        with self._engine.connect() as connection:
            role: Role | None = connection.execute(
                select(_api_keys.c.role).where(_api_keys.c.digest == digest)
            ).scalar()
        return role

    def list_keys(self) -> list[tuple[str, Role, str]]:
        """(digest, role, label) of every key, by label."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_api_keys).order_by(_api_keys.c.label)).all()
        return [(row.digest, row.role, row.label) for row in rows]

    def remove_key(self, digest_prefix: str) -> int:
        """Revoke keys whose digest starts so; returns how many."""
        with self._engine.begin() as connection:
            result = connection.execute(
                delete(_api_keys).where(
                    _api_keys.c.digest.startswith(digest_prefix, autoescape=True)
                )
            )
            return int(result.rowcount)


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
    documents: Iterable[tuple[Document, str]],
) -> Iterator[list[tuple[Document, str]]]:
    batch: list[tuple[Document, str]] = []
    for item in documents:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection, _record):  # type: ignore[no-untyped-def]  # DBAPI has no types
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.close()
