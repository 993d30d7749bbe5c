"""Run records with given values, for what compares them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from eval.records import (
    ConfidenceRecord,
    DatasetRecord,
    MeasureRecord,
    RunRecord,
    SystemRecord,
)
from kb.parameters import packaged_parameters

NDCG = "nDCG@10"


def confidence(relevant: float | None, scope: float | None) -> ConfidenceRecord:
    return ConfidenceRecord(
        auroc_relevant=relevant,
        auroc_scope=scope,
        expected_calibration_error=0.0,
        threshold=0.5,
        precision=None,
        coverage=None,
        reliability=(),
    )


def dataset_record(
    systems: Mapping[str, Mapping[str, float]],
    *,
    name: str = "shop",
    slices: Mapping[str, tuple[str, ...]] | None = None,
    fingerprint: str = "same",
    trust: ConfidenceRecord | None = None,
    texts: Mapping[str, str] | None = None,
) -> DatasetRecord:
    """A dataset whose systems have the given nDCG@10 by query."""
    slices = slices or {}
    records = []
    for system, values in systems.items():
        mean = sum(values.values()) / len(values) if values else 0.0
        records.append(
            SystemRecord(
                system=system,
                measures={NDCG: MeasureRecord(value=mean, low=mean, high=mean)} if values else {},
                slices={
                    part: {NDCG: sum(values[q] for q in members) / len(members)}
                    for part, members in slices.items()
                },
                per_query={NDCG: dict(values)},
                confidence=trust,
            )
        )
    queries = next(iter(systems.values()))
    return DatasetRecord(
        dataset=name,
        fingerprint=fingerprint,
        primary=NDCG,
        queries=dict(texts or {query: f"text of {query}" for query in queries}),
        slices=dict(slices),
        unanswerable=(),
        systems=tuple(records),
    )


def run_record(*datasets: DatasetRecord) -> RunRecord:
    return RunRecord(
        created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        embedder="bag-of-words",
        parameters=packaged_parameters(),
        results=datasets,
    )
