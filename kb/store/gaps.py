"""Reports on gaps, what a gap is known by from one report to the next, and what was decided.

reports     the last report of each name, replaced as a whole
gap_topics  centroid and questions of each gap, so that it keeps its id
gap_states  every decision about a gap; the last one counts
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.errors import Conflict
from kb.gaps.decisions.states import StateChange
from kb.store.connections import aware, writing
from kb.store.schema import gap_states, gap_topics, reports
from kb.store.verdicts import insert_into

_FAILURE = "The store cannot be written ({reason}); `kb doctor` checks it."

_BATCH = 200


class Report(NamedTuple):
    """The last report of a name."""

    computed_at: dt.datetime
    generation: int
    """Of the snapshot that it was computed with."""
    payload: str
    """JSON."""


@dataclass(frozen=True, eq=False)
class Topic:
    """What a gap is recognised by."""

    id: str
    centroid: NDArray[np.float32]
    """Shape (dimension,)."""
    members: Mapping[str, float]
    """Weight by question key."""
    label: str
    seen_at: dt.datetime
    """When a report last had it."""


class Gaps:
    """Repository of gaps.

    Whatever writes raises OperationalError where the database is busy or the disk full.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Reports

    def save_report(self, name: str, payload: str, generation: int, now: dt.datetime) -> None:
        """Keep a report (JSON) in place of the last one of this name."""
        row = {
            "name": name,
            "computed_at": now.astimezone(dt.UTC),
            "generation": generation,
            "payload": payload,
        }
        with writing(self._engine, _FAILURE) as connection:
            statement = insert_into(connection, reports).values(row)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_=_rest(row, "name"))
            )

    def report(self, name: str) -> Report | None:
        """The last report of this name; None if there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(select(reports).where(reports.c.name == name)).first()
        return Report(aware(row.computed_at), row.generation, row.payload) if row else None

    def report_age(self, name: str) -> tuple[dt.datetime, int] | None:
        """(computed_at, generation) of the last report, without reading the report itself."""
        query = select(reports.c.computed_at, reports.c.generation).where(reports.c.name == name)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return (aware(row.computed_at), row.generation) if row else None

    # Topics

    def topics(self) -> list[Topic]:
        """All of them, by id."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(gap_topics).order_by(gap_topics.c.id)).all()
        return [_topic(row) for row in rows]

    def topic(self, gap_id: str) -> Topic | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(gap_topics).where(gap_topics.c.id == gap_id)).first()
        return _topic(row) if row else None

    def save_topics(
        self, topics: Sequence[Topic], now: dt.datetime, forget_before: dt.datetime | None = None
    ) -> None:
        """Keep what a report found, seen now; others stay as they were.

        Args:
            forget_before: topics last seen before this are dropped, except those that somebody
                decided something about.
        """
        moment = now.astimezone(dt.UTC)
        rows = sorted((_row(topic, moment) for topic in topics), key=lambda row: str(row["id"]))
        with writing(self._engine, _FAILURE) as connection:
            for start in range(0, len(rows), _BATCH):
                statement = insert_into(connection, gap_topics).values(rows[start : start + _BATCH])
                columns = ("centroid", "members", "label", "seen_at")
                new = {name: getattr(statement.excluded, name) for name in columns}
                connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new))
            if forget_before:
                old = gap_topics.c.seen_at < forget_before.astimezone(dt.UTC)
                decided = select(gap_states.c.gap_id)
                connection.execute(delete(gap_topics).where(old, gap_topics.c.id.not_in(decided)))

    # States

    def states(self) -> dict[str, StateChange]:
        """The last decision about every gap that has one."""
        # By version, so that a later one replaces an earlier one.
        query = select(gap_states.c.gap_id, gap_states.c.payload).order_by(gap_states.c.version)
        with self._engine.connect() as connection:
            last = {row.gap_id: row.payload for row in connection.execute(query)}
        return {name: StateChange.model_validate_json(text) for name, text in last.items()}

    def history(self, gap_id: str) -> list[StateChange]:
        """Every decision about a gap, the first one first."""
        query = select(gap_states.c.payload).where(gap_states.c.gap_id == gap_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(gap_states.c.version)).scalars().all()
        return [StateChange.model_validate_json(payload) for payload in rows]

    def decide(self, change: StateChange, after: int) -> None:
        """Log a decision.

        Args:
            after: how many decisions about the gap its maker knew of.

        Raises:
            Conflict: somebody else decided something in between.
        """
        row = {
            "gap_id": change.gap_id,
            "version": after + 1,
            "at": change.at.astimezone(dt.UTC),
            "payload": change.model_dump_json(),
        }
        with writing(self._engine, _FAILURE) as connection:
            try:
                connection.execute(insert(gap_states), row)
            except IntegrityError as error:
                raise Conflict(
                    "Somebody else changed the gap's state in between; look at it again."
                ) from error

    # All

    def forget(self) -> None:
        """Drop every text that came from questions: reports, labels and members of topics.

        Ids, centroids and decisions stay, so that the next report knows the gaps again.
        """
        with writing(self._engine, _FAILURE) as connection:
            connection.execute(delete(reports))
            connection.execute(update(gap_topics).values(members="{}", label=""))


def _rest(row: Mapping[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != key}


def _row(topic: Topic, now: dt.datetime) -> dict[str, object]:
    return {
        "id": topic.id,
        "centroid": np.asarray(topic.centroid, dtype="<f4").tobytes(),
        "members": json.dumps(dict(topic.members), ensure_ascii=False),
        "label": topic.label,
        "seen_at": now,
    }


def _topic(row: Row[tuple[object, ...]]) -> Topic:
    return Topic(
        id=row.id,
        centroid=np.frombuffer(row.centroid, dtype="<f4").astype(np.float32),
        members=json.loads(row.members),
        label=row.label,
        seen_at=aware(row.seen_at),
    )
