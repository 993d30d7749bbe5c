"""From what systems returned to what is recorded about them: pure functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import numpy as np

from eval.datasets import Dataset, Qrels
from eval.metrics import auroc, expected_calibration_error
from eval.records import BinRecord, ComparisonRecord, ConfidenceRecord, MeasureRecord
from eval.slices import relevant_documents
from eval.statistics import bootstrap_intervals, holm, randomisation_p_values

PRIMARY, PRIMARY_OF_MANY = "nDCG@10", "Success@3"
MANY_RELEVANT = 10
"""With more relevant documents per query than a page shows, nDCG@10 and recall say little about
whether the reader is served; Success@3 does."""
BINS = 10
_DIGITS = 6

Values = Mapping[str, Mapping[str, float]]
"""Measure to judged query id to value."""


def primary_measure(qrels: Qrels) -> str:
    """nDCG@10; Success@3 where the median judged query has more than ten relevant documents."""
    sizes = [len(documents) for documents in relevant_documents(qrels).values()]
    many = bool(sizes) and float(np.median(sizes)) > MANY_RELEVANT
    return PRIMARY_OF_MANY if many else PRIMARY


def fingerprint(dataset: Dataset) -> str:
    """sha256 (hex) over everything asked and judged, whatever the order of lines."""
    queries = [
        [query.id, query.text, query.locale, query.role, query.slice] for query in dataset.queries
    ]
    qrels = {query: dict(grades) for query, grades in dataset.qrels.items()}
    text = json.dumps([sorted(queries, key=lambda q: str(q[0])), qrels], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def measure_records(values: Values, seed: int) -> dict[str, MeasureRecord]:
    """Mean and bootstrap interval of each measure; empty if nothing is judged."""
    measures = [measure for measure, of_query in values.items() if of_query]
    if not measures:
        return {}
    queries = list(values[measures[0]])
    table = np.array([[values[measure][query] for measure in measures] for query in queries])
    means, intervals = table.mean(axis=0), bootstrap_intervals(table, seed)
    return {
        measure: MeasureRecord(value=_rounded(mean), low=_rounded(low), high=_rounded(high))
        for measure, mean, (low, high) in zip(measures, means, intervals, strict=True)
    }


def slice_means(values: Values, slices: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Slice to measure to mean over the slice's queries."""
    return {
        name: {
            measure: _rounded(np.mean([of_query[query] for query in members]))
            for measure, of_query in values.items()
        }
        for name, members in slices.items()
    }


def compared(
    values: Mapping[str, Mapping[str, float]], pairs: Sequence[tuple[str, str]], seed: int
) -> dict[str, tuple[ComparisonRecord, ...]]:
    """System to its comparisons, corrected for all `pairs` together (Holm 1979).

    Args:
        values: system to judged query id to the primary measure.
        pairs: (system, baseline).
    """
    queries = list(next(iter(values.values()), {}))
    if not pairs or not queries:
        return {}
    rows = {system: np.array([of[query] for query in queries]) for system, of in values.items()}
    differences = np.stack([rows[system] - rows[baseline] for system, baseline in pairs], axis=1)
    p_values = randomisation_p_values(differences, seed).tolist()
    found: dict[str, tuple[ComparisonRecord, ...]] = {}
    for number, (corrected, (system, baseline)) in enumerate(
        zip(holm(p_values), pairs, strict=True)
    ):
        record = ComparisonRecord(
            baseline=baseline,
            difference=_rounded(differences[:, number].mean()),
            p=_rounded(p_values[number]),
            p_holm=_rounded(corrected),
        )
        found[system] = (*found.get(system, ()), record)
    return found


def confidence_record(
    stated: Mapping[str, float],
    first_relevant: Mapping[str, bool],
    answerable: Mapping[str, bool],
    threshold: float,
) -> ConfidenceRecord:
    """How far stated confidences can be trusted; all three map the same query ids."""
    queries = list(stated)
    probabilities = np.array([stated[query] for query in queries])
    right = np.array([first_relevant[query] for query in queries], dtype=bool)
    in_scope = np.array([answerable[query] for query in queries], dtype=bool)
    answered = probabilities >= threshold
    return ConfidenceRecord(
        auroc_relevant=auroc(probabilities.tolist(), right.tolist()),
        auroc_scope=auroc(probabilities.tolist(), in_scope.tolist()),
        expected_calibration_error=expected_calibration_error(
            probabilities.tolist(), right.tolist(), BINS
        ),
        threshold=threshold,
        precision=_rounded(right[answered].mean()) if answered.any() else None,
        coverage=_rounded(answered[in_scope].mean()) if in_scope.any() else None,
        reliability=reliability(probabilities.tolist(), right.tolist()),
    )


def reliability(stated: Sequence[float], observed: Sequence[bool]) -> tuple[BinRecord, ...]:
    """The reliability curve over ten equal-width bins; bins that nothing falls into are left out.

    The same bins as in `eval.metrics.expected_calibration_error`.
    """
    probabilities, right = np.asarray(stated), np.asarray(observed, dtype=float)
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    return tuple(
        BinRecord(
            stated=_rounded(probabilities[bins == number].mean()),
            observed=_rounded(right[bins == number].mean()),
            queries=int((bins == number).sum()),
        )
        for number in np.unique(bins)
    )


def latency(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds; empty if nothing was timed."""
    if not seconds:
        return {}
    return {
        f"p{share}": round(float(np.percentile(seconds, share)) * 1000, 2) for share in (50, 95)
    }


def _rounded(value: float | np.floating) -> float:
    return round(float(value), _DIGITS)
