"""What the report says, as data: chosen, sorted and counted from a run's record.

Nothing here knows HTML; the template shows these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.observed import ExpectedDocument, Observed, ShownDocument
from eval.records import (
    ComparisonRecord,
    DatasetRecord,
    MeasureRecord,
    RunRecord,
    SystemRecord,
)

MAIN = "hybrid"
HALVES = ("lexical", "dense")
WORST = 20
TOP = 5
EXPECTED = 6
"""Expected documents listed per query; some datasets have hundreds."""
_PERFECT = 1 - 1e-9


@dataclass(frozen=True)
class Row:
    """A system's line in the table of all figures."""

    system: str
    measures: tuple[MeasureRecord | None, ...]
    """In the order of the table's measures."""
    best: bool
    """Highest primary measure on this dataset; several if level."""
    comparisons: tuple[ComparisonRecord, ...]
    containment: MeasureRecord | None
    latency_ms: Mapping[str, float]


@dataclass(frozen=True)
class Group:
    """A dataset's lines in the table."""

    dataset: DatasetRecord
    anchor: str
    judged: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Expected:
    document: ExpectedDocument
    rank: int | None
    """Where the main system returned it, from 1; None if it did not."""


@dataclass(frozen=True)
class Shown:
    document: ShownDocument
    relevant: bool


@dataclass(frozen=True)
class Failure:
    """A query that the main system answers badly, with what it showed and should have shown."""

    id: str
    text: str
    locale: str
    slices: tuple[str, ...]
    value: float
    others: tuple[tuple[str, float], ...]
    """The other systems' values."""
    stated: float | None
    expected: tuple[Expected, ...]
    """Best grade first; if there are more than fit, those that came, by rank."""
    more_expected: int
    """How many are left out."""
    shown: tuple[Shown, ...]
    firsts: tuple[tuple[str, Shown], ...]
    """The first document of the other systems that showed any."""
    depth: int
    """How many documents were asked for."""


def main_system(dataset: DatasetRecord) -> SystemRecord | None:
    """The system that the report looks at: hybrid, else the last one named."""
    named = [record for record in dataset.systems if record.system == MAIN]
    return next(iter(named or dataset.systems[::-1]), None)


def halves_of(dataset: DatasetRecord) -> tuple[SystemRecord, ...]:
    """What the main system is held against: lexical and dense, else all other systems."""
    main = main_system(dataset)
    others = tuple(record for record in dataset.systems if record is not main)
    return tuple(record for record in others if record.system in HALVES) or others


def better_half(dataset: DatasetRecord) -> SystemRecord | None:
    """The strongest of them on the primary measure; the first one if level."""
    return max(halves_of(dataset), key=lambda s: value_of(s, dataset.primary), default=None)


def value_of(system: SystemRecord, measure: str) -> float:
    """Mean of a measure, -1 where it was not taken."""
    record = system.measures.get(measure)
    return record.value if record else -1.0


def judged(dataset: DatasetRecord) -> int:
    """How many queries have a relevant document, and so a value."""
    values = (s.per_query[dataset.primary] for s in dataset.systems if s.per_query)
    return len(next(values, ()))


def measures_of(record: RunRecord) -> tuple[str, ...]:
    """All measures of a run in order of first appearance."""
    names = (m for d in record.results for s in d.systems for m in s.measures)
    return tuple(dict.fromkeys(names))


def systems_of(record: RunRecord) -> tuple[str, ...]:
    """All systems of a run in order of first appearance."""
    return tuple(dict.fromkeys(s.system for d in record.results for s in d.systems))


def series_of(systems: Sequence[str]) -> dict[str, int]:
    """Which colour a system has: the main one the accent, its halves the same ones every time."""
    fixed = [name for name in (MAIN, *HALVES) if name in systems]
    numbers = {MAIN: 0, HALVES[0]: 1, HALVES[1]: 2}
    taken = {name: numbers[name] for name in fixed}
    free = (n for n in range(len(systems) + 3) if n not in taken.values())
    return {name: taken[name] if name in taken else next(free) for name in systems}


def groups_of(record: RunRecord) -> tuple[Group, ...]:
    """The table of all figures."""
    measures = measures_of(record)
    groups = []
    for number, dataset in enumerate(record.results, start=1):
        best = max((value_of(s, dataset.primary) for s in dataset.systems), default=-1.0)
        rows = tuple(
            Row(
                system=system.system,
                measures=tuple(system.measures.get(measure) for measure in measures),
                best=len(dataset.systems) > 1 and 0 <= best == value_of(system, dataset.primary),
                comparisons=system.comparisons,
                containment=system.answer_containment,
                latency_ms=system.latency_ms,
            )
            for system in dataset.systems
        )
        groups.append(Group(dataset, f"dataset-{number}", judged(dataset), rows))
    return tuple(groups)


def means_of(record: RunRecord) -> tuple[tuple[str, tuple[float | None, ...]], ...]:
    """Systems that ran on every dataset, with the mean of each measure over the datasets."""
    if len(record.results) < 2:
        return ()
    means = []
    for name in systems_of(record):
        runs = [s for d in record.results for s in d.systems if s.system == name]
        if len(runs) == len(record.results):
            means.append((name, tuple(_mean(runs, measure) for measure in measures_of(record))))
    return tuple(means)


def _mean(runs: Sequence[SystemRecord], measure: str) -> float | None:
    values = [run.measures[measure].value for run in runs if measure in run.measures]
    return sum(values) / len(values) if len(values) == len(runs) else None


def differences_of(dataset: DatasetRecord) -> tuple[str, tuple[float, ...]] | None:
    """The better half's name, and per judged query the main system's value minus its."""
    main, other = main_system(dataset), better_half(dataset)
    if main is None or other is None:
        return None
    theirs = other.per_query.get(dataset.primary, {})
    ours = main.per_query.get(dataset.primary, {})
    return other.system, tuple(value - theirs.get(query, 0.0) for query, value in ours.items())


def failures_of(dataset: DatasetRecord, observed: Observed) -> tuple[Failure, ...]:
    """The worst queries by the main system's primary measure, none that is perfect.

    Where it is level, those come first on which the better half did better by most, then by id.
    """
    main = main_system(dataset)
    if main is None:
        return ()
    values = main.per_query.get(dataset.primary, {})
    halves = [half.per_query.get(dataset.primary, {}) for half in halves_of(dataset)]
    losses = {
        query: max((half.get(query, 0.0) for half in halves), default=0.0) - value
        for query, value in values.items()
    }
    order = sorted(
        (query for query, value in values.items() if value < _PERFECT),
        key=lambda query: (values[query], -losses[query], query),
    )
    return tuple(_failure(dataset, main, observed, query) for query in order[:WORST])


def _failure(dataset: DatasetRecord, main: SystemRecord, observed: Observed, query: str) -> Failure:
    relevant = observed.expected.get(query, ())
    grades = {document.document_id: document.grade for document in relevant}
    shown = observed.shown.get(main.system, {}).get(query, ())
    ranks = observed.ranks.get(main.system, {}).get(query, {})
    expected = [Expected(d, ranks.get(d.document_id)) for d in relevant]
    if len(expected) > EXPECTED:
        expected.sort(key=lambda entry: entry.rank or observed.depth + 1)
    others = [record for record in dataset.systems if record is not main]
    firsts = [
        (record.system, first)
        for record in others
        for first in observed.shown.get(record.system, {}).get(query, ())[:1]
    ]
    return Failure(
        id=query,
        text=dataset.queries.get(query, ""),
        locale=observed.locales.get(query, ""),
        slices=tuple(name for name, members in dataset.slices.items() if query in members),
        value=main.per_query[dataset.primary][query],
        others=tuple(
            (s.system, s.per_query.get(dataset.primary, {}).get(query, 0.0)) for s in others
        ),
        stated=main.stated.get(query),
        expected=tuple(expected[:EXPECTED]),
        more_expected=max(0, len(expected) - EXPECTED),
        shown=tuple(Shown(d, d.document_id in grades) for d in shown[:TOP]),
        firsts=tuple((name, Shown(d, d.document_id in grades)) for name, d in firsts),
        depth=observed.depth,
    )
