"""API keys, known by their digest alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select

from kb.models import Role
from kb.store.schema import api_keys, key_origins


@dataclass(frozen=True)
class StoredKey:
    """What is known of a key."""

    digest: str
    role: Role
    label: str
    origins: tuple[str, ...] = ()
    """Of a publishable key: where browsers may use it."""


class Keys:
    """Repository of API keys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        digest: str,
        role: Role,
        label: str,
        now: dt.datetime,
        origins: Sequence[str] = (),
    ) -> None:
        """Store a key by its sha256 digest (hex); the key itself is never stored."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(api_keys).values(digest=digest, role=role, label=label, created_at=now)
            )
            for origin in dict.fromkeys(origins):
                connection.execute(insert(key_origins).values(digest=digest, origin=origin))

    def find(self, digest: str) -> StoredKey | None:
        """A key by its digest."""
        with self._engine.connect() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.digest == digest)).first()
            if row is None:
                return None
            query = select(key_origins.c.origin).where(key_origins.c.digest == digest)
            origins = connection.execute(query.order_by(key_origins.c.origin)).scalars()
            return StoredKey(row.digest, row.role, row.label, tuple(origins))

    def role_of(self, digest: str) -> Role | None:
        with self._engine.connect() as connection:
            role: Role | None = connection.execute(
                select(api_keys.c.role).where(api_keys.c.digest == digest)
            ).scalar()
        return role

    def all(self) -> list[StoredKey]:
        """Every key, by label."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.label)).all()
            origins: dict[str, list[str]] = {}
            for digest, origin in connection.execute(select(key_origins).order_by("origin")):
                origins.setdefault(digest, []).append(origin)
        return [
            StoredKey(row.digest, row.role, row.label, tuple(origins.get(row.digest, ())))
            for row in rows
        ]

    def origins(self) -> frozenset[str]:
        """Where browsers may use any of the publishable keys."""
        with self._engine.connect() as connection:
            return frozenset(connection.execute(select(key_origins.c.origin)).scalars())

    def revoke(self, digest_prefix: str) -> int:
        """Revoke keys whose digest starts so; returns how many."""
        with self._engine.begin() as connection:
            theirs = key_origins.c.digest.startswith(digest_prefix, autoescape=True)
            connection.execute(delete(key_origins).where(theirs))
            result = connection.execute(
                delete(api_keys).where(api_keys.c.digest.startswith(digest_prefix, autoescape=True))
            )
            return int(result.rowcount)
