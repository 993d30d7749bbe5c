"""Measures by the field's names, computed by ir-measures.

Queries with relevant documents that a run does not mention score zero; queries without relevant
documents do not take part (abstention is measured by the confidence, not by ranking).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
import numpy as np

from eval.datasets import Qrels

Run = Mapping[str, Mapping[str, float]]
"""Query id to document id to score."""

#: Graded gain with log2 discount; share found; reciprocal rank; any relevant document at all.
MEASURES = ("nDCG@10", "R@10", "R@100", "RR@10", "Success@1", "Success@3")


def per_query(run: Run, qrels: Qrels, measure: str) -> dict[str, float]:
    """Value of one measure for every query in `qrels`."""
    parsed = ir_measures.parse_measure(measure)
    judged = {q: grades for q, grades in qrels.items() if any(g > 0 for g in grades.values())}
    values = dict.fromkeys(judged, 0.0)
    for metric in ir_measures.iter_calc([parsed], judged, {q: run[q] for q in run if q in judged}):
        values[metric.query_id] = float(metric.value)
    return values


def summary(run: Run, qrels: Qrels, measures: Sequence[str] = MEASURES) -> dict[str, float]:
    """Mean over the judged queries of each measure; empty if nothing is judged."""
    result = {}
    for measure in measures:
        values = per_query(run, qrels, measure)
        if values:
            result[measure] = round(float(np.mean(list(values.values()))), 4)
    return result


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Area under the ROC curve: how often a positive outscores a negative (ties count half)."""
    from sklearn.metrics import roc_auc_score

    if len(set(labels)) < 2:
        return None
    return round(float(roc_auc_score(labels, scores)), 4)


def expected_calibration_error(
    probabilities: Sequence[float], labels: Sequence[bool], bins: int = 10
) -> float:
    """Mean gap between stated and observed frequency over equal-width bins (Naeini et al. 2015)."""
    stated, observed = np.asarray(probabilities), np.asarray(labels, dtype=float)
    index = np.minimum((stated * bins).astype(int), bins - 1)
    error = 0.0
    for bin_number in range(bins):
        members = index == bin_number
        if members.any():
            gap = abs(stated[members].mean() - observed[members].mean())
            error += members.mean() * gap
    return round(float(error), 4)
