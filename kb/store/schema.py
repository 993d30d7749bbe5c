"""The tables, and how the database is opened (SQLite, PostgreSQL)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.exc import SQLAlchemyError

from kb.errors import ConfigurationError

_metadata = MetaData()

documents = Table(
    "documents",
    _metadata,
    Column("id", String(300), primary_key=True),
    Column("kind", String(20), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("source", String(1000), nullable=False, index=True),
    Column("origin", String(1000), nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    Index("documents_by_change", "kind", "stored_at"),
)

api_keys = Table(
    "api_keys",
    _metadata,
    Column("digest", String(64), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("label", String(200), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

events = Table(
    "event_log",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("type", String(40), nullable=False),
    Column("ticket_id", String(300), nullable=False),
    Column("occasion", String(64), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("payload", Text, nullable=False),
    Index("event_log_by_ticket", "ticket_id", "occasion", "number"),
)

verdicts = Table(
    "verdicts",
    _metadata,
    Column("occasion", String(64), primary_key=True),
    Column("source_id", String(300), primary_key=True),
    Column("accepted", Boolean, nullable=False),
)

acceptance = Table(
    "acceptance",
    _metadata,
    Column("source_id", String(300), primary_key=True),
    Column("accepted", Integer, nullable=False),
    Column("declined", Integer, nullable=False),
)

erased = Table(
    "erased",
    _metadata,
    Column("digest", String(64), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

salts = Table(
    "salts",
    _metadata,
    Column("name", String(40), primary_key=True),
    Column("salt", String(64), nullable=False),
)

reports = Table(
    "reports",
    _metadata,
    Column("name", String(40), primary_key=True),
    Column("computed_at", DateTime(timezone=True), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("payload", Text, nullable=False),
)

gap_topics = Table(
    "gap_topics",
    _metadata,
    Column("id", String(64), primary_key=True),
    Column("centroid", LargeBinary, nullable=False),
    Column("members", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

gap_states = Table(
    "gap_states",
    _metadata,
    Column("gap_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("payload", Text, nullable=False),
)


content_decisions = Table(
    "content_decisions",
    _metadata,
    Column("kind", String(20), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("payload", Text, nullable=False),
)

users = Table(
    "users",
    _metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("locale", String(20), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("password_hash", String(300), nullable=True),
    Column("subject", String(64), nullable=True, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("signed_in_at", DateTime(timezone=True), nullable=True),
)

user_sessions = Table(
    "user_sessions",
    _metadata,
    Column("digest", String(64), primary_key=True),
    Column("user_id", String(32), nullable=False, index=True),
    Column("place", String(10), nullable=False),
    Column("how", String(10), nullable=False),
    Column("agent", String(300), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, index=True),
)

one_time_tokens = Table(
    "one_time_tokens",
    _metadata,
    Column("digest", String(64), primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("user_id", String(32), nullable=False, index=True),
    Column("payload", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

audit_log = Table(
    "audit_log",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("actor", String(254), nullable=False, index=True),
    Column("action", String(60), nullable=False, index=True),
    Column("target", String(300), nullable=False),
    Column("detail", Text, nullable=False),
)

key_origins = Table(
    "key_origins",
    _metadata,
    Column("digest", String(64), primary_key=True),
    Column("origin", String(300), primary_key=True),
)

webhook_outbox = Table(
    "webhook_outbox",
    _metadata,
    Column("id", String(64), primary_key=True),
    Column("type", String(40), nullable=False),
    Column("ticket_id", String(300), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("tried_at", DateTime(timezone=True), nullable=True),
    Column("problem", Text, nullable=False),
)


def tables() -> list[Table]:
    """All of them, by name."""
    return sorted(_metadata.tables.values(), key=lambda table: table.name)


def open_database(url: str) -> Engine:
    """Connect, and create the tables that are missing.

    Raises:
        ConfigurationError: the URL is malformed or the database cannot be reached.
    """
    try:
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        _metadata.create_all(engine)
        for index in documents.indexes:  # a table of an earlier version may lack one
            index.create(engine, checkfirst=True)
    except (SQLAlchemyError, OSError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise ConfigurationError(
            f"The store cannot be opened ({reason}); check KB_DATABASE_URL and KB_DATA_DIR."
        ) from error
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection, _record):  # type: ignore[no-untyped-def]  # DBAPI has no types
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
        cursor.close()
