"""The audit log: lines are added and read, and leave with their retention; none is changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, func, insert, or_, select

from kb.models import Model
from kb.store.connections import aware, writing
from kb.store.schema import audit_log

_FAILURE = "What was done cannot be written to the audit log ({reason}); try again."


class AuditLine(Model):
    """Somebody did something."""

    number: int
    at: dt.datetime
    actor: str
    """E-mail address of the user; `command line` where somebody sat at the server."""
    action: str
    """Such as `article.saved`."""
    target: str
    """What it was done to: the path of an article, a user's address."""
    detail: Mapping[str, Any]


class AuditQuery(Model):
    """Which lines; empty means all."""

    actor: str = ""
    action: str = ""
    """An action, or the first part of several: `article`."""
    text: str = ""
    """Part of actor, target or detail, in any ASCII case."""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    before: int | None = None
    """Only lines with smaller numbers: where the page before ended."""


class Audit:
    """Repository of the audit log."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, at: dt.datetime, actor: str, action: str, target: str, detail: Mapping[str, Any]
    ) -> None:
        """Raises: OperationalError: it cannot be written."""
        payload = json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)
        values = {"at": at, "actor": actor, "action": action, "target": target}
        with writing(self._engine, _FAILURE) as connection:
            connection.execute(insert(audit_log).values(**values, detail=payload))

    def lines(self, query: AuditQuery, limit: int) -> list[AuditLine]:
        """The newest first."""
        wanted = select(audit_log).where(*_conditions(query))
        wanted = wanted.order_by(audit_log.c.number.desc()).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [
            AuditLine(
                number=row.number,
                at=aware(row.at),
                actor=row.actor,
                action=row.action,
                target=row.target,
                detail=json.loads(row.detail),
            )
            for row in rows
        ]

    def actors(self) -> list[str]:
        """Everybody in the log."""
        return self._distinct(audit_log.c.actor)

    def actions(self) -> list[str]:
        """Everything that was done."""
        return self._distinct(audit_log.c.action)

    def expire(self, before: dt.datetime) -> int:
        """Delete lines older than that; returns how many."""
        with writing(self._engine, _FAILURE) as connection:
            gone = connection.execute(delete(audit_log).where(audit_log.c.at < before))
            return int(gone.rowcount)

    def _distinct(self, column: ColumnElement[str]) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(select(column).distinct().order_by(column)).scalars())


def _conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    log = audit_log.c
    found: list[ColumnElement[bool]] = []
    if query.actor:
        found.append(log.actor == query.actor)
    if query.action:
        parts = log.action.startswith(f"{query.action}.", autoescape=True)
        found.append(or_(log.action == query.action, parts))
    if query.text:
        columns = (log.actor, log.target, log.detail)
        sought = query.text.lower()
        found.append(or_(*(func.lower(c).contains(sought, autoescape=True) for c in columns)))
    if query.since:
        found.append(log.at >= query.since)
    if query.until:
        found.append(log.at < query.until)
    if query.before is not None:
        found.append(log.number < query.before)
    return found
