"""The gate: a change that makes search worse, on the whole or for some readers, does not pass.

Compared with a baseline: the primary measure on every dataset and every slice that is big enough,
and how well the confidence tells right from wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.compare import Change, changes, slice_changes
from eval.records import RUN_FILE, DatasetRecord, RunRecord, SystemRecord
from eval.slices import ALL_QUERIES
from kb.errors import InvalidInput

CONFIDENCE = "confidence"
"""Stands for the confidence where slices are listed."""

_DIGITS = 6
_WORST = 3
_RENEW = "renew the baseline with `kb eval gate DATASET… --baseline FILE --write`"


class _Remembered(BaseModel):
    """Part of a run record that a baseline needs; the rest is passed over.

    So a baseline stays readable when parameters or records get new fields, which is when the gate
    is needed most.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class BaselineConfidence(_Remembered):
    auroc_relevant: float | None
    auroc_scope: float | None


class BaselineSystem(_Remembered):
    system: str
    per_query: dict[str, dict[str, float]]
    confidence: BaselineConfidence | None = None


class BaselineDataset(_Remembered):
    dataset: str
    fingerprint: str
    primary: str
    slices: dict[str, tuple[str, ...]]
    systems: tuple[BaselineSystem, ...]


class Baseline(_Remembered):
    """What a run is compared with: as `kb eval gate --write` wrote it, or a whole `run.json`."""

    created: datetime
    embedder: str
    results: tuple[BaselineDataset, ...]


@dataclass(frozen=True)
class GateRow:
    """One figure before and after."""

    dataset: str
    slice: str
    """`all`, a slice of the queries, or `confidence` for the area under its ROC curve."""
    measure: str
    queries: int
    before: float
    after: float
    losing: bool
    worst: tuple[Change, ...] = ()
    """Of a losing slice: the queries that lost most."""

    @property
    def drop(self) -> float:
        return round(self.before - self.after, _DIGITS)


@dataclass(frozen=True)
class GateReport:
    rows: tuple[GateRow, ...]
    max_drop: float
    not_in_baseline: tuple[str, ...]
    """Datasets that were run and have nothing to be compared with."""

    @property
    def losing(self) -> tuple[GateRow, ...]:
        return tuple(row for row in self.rows if row.losing)

    @property
    def passed(self) -> bool:
        return not self.losing

    @property
    def better(self) -> tuple[str, ...]:
        """Datasets whose total is higher by more than may be lost: time for a new baseline."""
        return tuple(
            row.dataset
            for row in self.rows
            if row.slice == ALL_QUERIES and -row.drop > self.max_drop
        )


def gate(
    baseline: Baseline,
    run: RunRecord,
    system: str,
    *,
    against: Sequence[str] = (),
    max_drop: float,
    min_queries: int,
) -> GateReport:
    """Compare a run with the baseline.

    Args:
        against: what the system may be called in the baseline, the first known counts; unset: the
            same.
        max_drop: a figure that falls by more loses, in the measure's own unit.
        min_queries: slices with fewer judged queries are passed over: one query would decide.

    Raises:
        InvalidInput: the run lacks one of the baseline's datasets, asks other questions, or one of
            the two lacks the system.
    """
    rows: list[GateRow] = []
    for before in baseline.results:
        after = run.dataset(before.dataset)
        if after is None:
            raise InvalidInput(
                f"The baseline has '{before.dataset}', which was not run; run it, or {_RENEW}."
            )
        if after.fingerprint != before.fingerprint:
            raise InvalidInput(
                f"'{before.dataset}' has other queries or judgements than when the baseline was "
                f"written, so its figures cannot be compared; {_RENEW}."
            )
        old = _system(before, against or (system,))
        rows.extend(_rows(before, old, after, after.system(system), max_drop, min_queries))
    known = {record.dataset for record in baseline.results}
    unknown = tuple(r.dataset for r in run.results if r.dataset not in known)
    return GateReport(tuple(rows), max_drop, unknown)


def read_baseline(path: Path) -> Baseline:
    """Read a baseline, or the `run.json` in a folder, as one.

    Raises:
        InvalidInput: there is none.
    """
    file = path / RUN_FILE if path.is_dir() else path
    try:
        return Baseline.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        reason = "it is none"
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
        raise InvalidInput(
            f"{file} cannot be read as a baseline ({reason}). "
            "Write one with `kb eval gate DATASET… --baseline FILE --write`."
        ) from error


def write_baseline(run: RunRecord, system: str, path: Path) -> None:
    """Write what of a run a baseline has to remember about one system.

    Raises:
        InvalidInput: a dataset was not run with the system.
    """
    chosen = [
        record.model_copy(update={"systems": (_primary_only(record, system),)})
        for record in run.results
    ]
    whole = run.model_copy(update={"results": tuple(chosen)})
    baseline = Baseline.model_validate(whole.model_dump())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(baseline.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _primary_only(record: DatasetRecord, system: str) -> SystemRecord:
    found = record.system(system)
    return found.model_copy(update={"per_query": {record.primary: found.per_query[record.primary]}})


def _rows(
    before: BaselineDataset,
    old: BaselineSystem,
    after: DatasetRecord,
    new: SystemRecord,
    max_drop: float,
    min_queries: int,
) -> Iterator[GateRow]:
    measure = before.primary
    one, other = old.per_query.get(measure, {}), new.per_query.get(measure, {})
    slices = {ALL_QUERIES: tuple(one), **before.slices}
    means = {change.slice: change for change in slice_changes(one, other, slices)}
    for name, members in slices.items():
        change = means.get(name)
        if change is None or (name != ALL_QUERIES and change.queries < min_queries):
            continue
        losing = _falls(change.before, change.after, max_drop)
        of_slice = {query: one[query] for query in members if query in one}
        worst = changes(of_slice, other, after.queries)[:_WORST] if losing else ()
        yield GateRow(
            dataset=before.dataset,
            slice=name,
            measure=measure,
            queries=change.queries,
            before=change.before,
            after=change.after,
            losing=losing,
            worst=tuple(item for item in worst if item.difference < 0),
        )
    if old.confidence and new.confidence:
        areas = {
            "AUROC relevant": (old.confidence.auroc_relevant, new.confidence.auroc_relevant),
            "AUROC scope": (old.confidence.auroc_scope, new.confidence.auroc_scope),
        }
        for name, (then, now) in areas.items():
            # Without one of the two kinds there is no area: every first hit is right, say.
            if then is not None and now is not None:
                yield GateRow(
                    dataset=before.dataset,
                    slice=CONFIDENCE,
                    measure=name,
                    queries=len(after.queries),
                    before=then,
                    after=now,
                    losing=_falls(then, now, max_drop),
                )


def _system(record: BaselineDataset, names: Sequence[str]) -> BaselineSystem:
    systems = {system.system: system for system in record.systems}
    for name in names:
        if name in systems:
            return systems[name]
    raise InvalidInput(
        f"The baseline of {record.dataset} has no '{names[0]}', only {', '.join(systems)}."
    )


def _falls(before: float, after: float, max_drop: float) -> bool:
    # Rounded: a drop of exactly the limit must not depend on binary fractions.
    return round(before - after, _DIGITS) > max_drop
