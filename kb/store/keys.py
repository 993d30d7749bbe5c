"""API keys, known by their digest alone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, delete, insert, select

from kb.models import Role
from kb.store.schema import api_keys


class Keys:
    """Repository of API keys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, digest: str, role: Role, label: str, now: dt.datetime) -> None:
        """Store a key by its sha256 digest (hex); the key itself is never stored."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(api_keys).values(digest=digest, role=role, label=label, created_at=now)
            )

    def role_of(self, digest: str) -> Role | None:
        with self._engine.connect() as connection:
            role: Role | None = connection.execute(
                select(api_keys.c.role).where(api_keys.c.digest == digest)
            ).scalar()
        return role

    def all(self) -> list[tuple[str, Role, str]]:
        """(digest, role, label) of every key, by label."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.label)).all()
        return [(row.digest, row.role, row.label) for row in rows]

    def revoke(self, digest_prefix: str) -> int:
        """Revoke keys whose digest starts so; returns how many."""
        with self._engine.begin() as connection:
            result = connection.execute(
                delete(api_keys).where(api_keys.c.digest.startswith(digest_prefix, autoescape=True))
            )
            return int(result.rowcount)
