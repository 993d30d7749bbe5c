"""Two runs side by side, from their records: what changed, for which questions, and by chance?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.records import DatasetRecord, RunRecord
from eval.statistics import bootstrap_intervals, holm, randomisation_p_values
from kb.errors import InvalidInput

_DIGITS = 6


@dataclass(frozen=True)
class Change:
    """One query that went up or down."""

    query: str
    text: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        return self.after - self.before

    @property
    def flipped(self) -> bool:
        """From nothing found to something, or the other way."""
        return (self.before > 0) != (self.after > 0)


@dataclass(frozen=True)
class SliceChange:
    slice: str
    queries: int
    before: float
    after: float

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class DatasetComparison:
    """One dataset before and after, on its primary measure."""

    dataset: str
    measure: str
    queries: int
    before: float
    after: float
    difference: float
    low: float
    high: float
    """95 % bootstrap interval of the difference."""
    p: float
    """Two-sided paired randomisation test."""
    p_holm: float
    """The same, corrected for all datasets compared (Holm 1979)."""
    changes: tuple[Change, ...]
    """Every query whose value changed, from the biggest loss to the biggest gain."""
    slices: tuple[SliceChange, ...]
    """From the biggest loss to the biggest gain."""

    @property
    def found(self) -> tuple[Change, ...]:
        """Queries that went from nothing to something."""
        return tuple(change for change in self.changes if change.flipped and change.after > 0)

    @property
    def lost(self) -> tuple[Change, ...]:
        """Queries that went from something to nothing."""
        return tuple(change for change in self.changes if change.flipped and change.before > 0)


@dataclass(frozen=True)
class Comparison:
    datasets: tuple[DatasetComparison, ...]
    left_out: tuple[str, ...]
    """Sentences about the datasets that cannot be compared."""


def compare(
    before: RunRecord,
    after: RunRecord,
    system_before: str,
    system_after: str,
    *,
    only: str | None = None,
    seed: int,
) -> Comparison:
    """Compare a system in one run with a system in another (or the same) run.

    Args:
        only: the one dataset to look at.
        seed: of bootstrap and randomisation test.

    Raises:
        InvalidInput: the runs share no dataset with the same questions, or lack the system.
    """
    pairs, left_out = _common(before, after, only)
    if not pairs:
        raise InvalidInput("The runs cannot be compared. " + " ".join(left_out))
    found = [compare_dataset(one, other, system_before, system_after, seed) for one, other in pairs]
    corrected = holm([item.p for item in found])
    return Comparison(
        tuple(
            replace(item, p_holm=round(p, _DIGITS))
            for item, p in zip(found, corrected, strict=True)
        ),
        tuple(left_out),
    )


def compare_dataset(
    before: DatasetRecord, after: DatasetRecord, system_before: str, system_after: str, seed: int
) -> DatasetComparison:
    """Compare on one dataset; `p_holm` is `p`, as for a single comparison.

    Args:
        before, after: records of the same questions, of which some are judged.

    Raises:
        InvalidInput: a record lacks the system or its values for the same queries.
    """
    measure = before.primary
    one = before.system(system_before).per_query.get(measure, {})
    other = after.system(system_after).per_query.get(measure, {})
    if one.keys() != other.keys():
        raise InvalidInput(
            f"{before.dataset}: the records do not hold {measure} for the same queries; "
            "run both again with this version."
        )
    queries = list(one)
    old, new = (np.array([values[query] for query in queries]) for values in (one, other))
    differences = (new - old)[:, None]
    low, high = bootstrap_intervals(differences, seed)[0].tolist()
    p = round(float(randomisation_p_values(differences, seed)[0]), _DIGITS)
    return DatasetComparison(
        dataset=before.dataset,
        measure=measure,
        queries=len(queries),
        before=_mean(one, queries),
        after=_mean(other, queries),
        difference=round(float(differences.mean()), _DIGITS),
        low=round(low, _DIGITS),
        high=round(high, _DIGITS),
        p=p,
        p_holm=p,
        changes=changes(one, other, after.queries),
        slices=slice_changes(one, other, before.slices),
    )


def changes(
    before: Mapping[str, float], after: Mapping[str, float], texts: Mapping[str, str]
) -> tuple[Change, ...]:
    """The queries whose value changed, from the biggest loss to the biggest gain.

    Args:
        before, after: value by query id.
        texts: what was asked, by query id.
    """
    found = [
        Change(query, texts.get(query, ""), value, after[query])
        for query, value in before.items()
        if query in after and after[query] != value
    ]
    return tuple(sorted(found, key=lambda change: (change.difference, change.query)))


def slice_changes(
    before: Mapping[str, float],
    after: Mapping[str, float],
    slices: Mapping[str, Sequence[str]],
) -> tuple[SliceChange, ...]:
    """The mean of every slice before and after, from the biggest loss to the biggest gain.

    Both over the same queries, whatever the other run calls them.
    """
    found = []
    for name, members in slices.items():
        queries = [query for query in members if query in before and query in after]
        if queries:
            found.append(
                SliceChange(name, len(queries), _mean(before, queries), _mean(after, queries))
            )
    return tuple(sorted(found, key=lambda change: (change.difference, change.slice)))


def _common(
    before: RunRecord, after: RunRecord, only: str | None
) -> tuple[list[tuple[DatasetRecord, DatasetRecord]], list[str]]:
    """Datasets with the same questions in both runs, and why the others have to be left out."""
    pairs, left_out = [], []
    names = dict.fromkeys(record.dataset for record in (*before.results, *after.results))
    if only is not None and only not in names:
        raise InvalidInput(f"Neither run has a dataset '{only}'; they have {', '.join(names)}.")
    for name in names if only is None else [only]:
        one, other = before.dataset(name), after.dataset(name)
        if one is None or other is None:
            left_out.append(f"{name} is only in the {'second' if one is None else 'first'} run.")
        elif one.fingerprint != other.fingerprint:
            left_out.append(
                f"{name} asks or judges differently in the two runs, so its figures measure "
                "different questions; run both on the same files."
            )
        elif not any(system.per_query.get(one.primary) for system in one.systems):
            left_out.append(f"{name} has no judged query.")
        else:
            pairs.append((one, other))
    return pairs, left_out


def _mean(values: Mapping[str, float], queries: Iterable[str]) -> float:
    return round(float(np.mean([values[query] for query in queries])), _DIGITS)
