"""Decisions about existing content, one a subject; see kb.gaps.decisions.content."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, delete, select

from kb.gaps.decisions.content import ContentDecision, SubjectKind
from kb.store.connections import writing
from kb.store.schema import content_decisions
from kb.store.verdicts import insert_into

_FAILURE = "The store cannot be written ({reason}); `kb doctor` checks it."


class ContentDecisions:
    """Repository of decisions. Whatever writes raises OperationalError where it cannot."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, kind: SubjectKind) -> dict[str, ContentDecision]:
        """All decisions about subjects of a kind, by key."""
        query = select(content_decisions.c.payload).where(content_decisions.c.kind == kind)
        with self._engine.connect() as connection:
            payloads = connection.execute(query).scalars().all()
        found = [ContentDecision.model_validate_json(payload) for payload in payloads]
        return {one.key: one for one in sorted(found, key=lambda one: (one.at, one.key))}

    def decide(self, decision: ContentDecision) -> None:
        """Keep a decision in place of the last one about its subject."""
        row = {
            "kind": decision.kind,
            "key": decision.key,
            "at": decision.at.astimezone(dt.UTC),
            "payload": decision.model_dump_json(),
        }
        new = {name: row[name] for name in ("at", "payload")}
        with writing(self._engine, _FAILURE) as connection:
            statement = insert_into(connection, content_decisions).values(row)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["kind", "key"], set_=new)
            )

    def take_back(self, kind: SubjectKind, key: str) -> bool:
        """Forget a decision; False if there was none."""
        theirs = (content_decisions.c.kind == kind, content_decisions.c.key == key)
        with writing(self._engine, _FAILURE) as connection:
            return connection.execute(delete(content_decisions).where(*theirs)).rowcount > 0
