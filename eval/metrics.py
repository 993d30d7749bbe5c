"""Measures by the field's names, computed by ir-measures.

Queries with relevant documents that a run does not mention score zero; queries without relevant
documents do not take part (abstention is measured by the confidence, not by ranking).

nDCG is trec_eval's: the gain of a document is its grade (not 2^grade - 1), the discount
log2(rank + 1), and the ideal order is made of all judged documents of the query, cut off as the
run is (Järvelin and Kekäläinen 2002). Grades below 1, and no judgement at all, gain nothing.

Ties: ir-measures hands RR@k and Judged@k to programs that put the lower document id first, all
else to trec_eval, which puts the higher first. Runs are therefore ranked once, as trec_eval does
it (`eval.trec.ranking`), so that all measures look at the same order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import ir_measures
import numpy as np

from eval.datasets import Qrels
from eval.trec import ranking
from kb.errors import InvalidInput

Run = Mapping[str, Mapping[str, float]]
"""Query id to document id to score."""

#: Graded gain with log2 discount; share found; reciprocal rank; any relevant document at all.
MEASURES = ("nDCG@10", "R@10", "R@100", "RR@10", "Success@1", "Success@3")

# Not ir-measures' whole list: the others start perl or are not installed with it.
_PROVIDERS = ir_measures.providers.FallbackProvider(  # type: ignore[no-untyped-call]
    [ir_measures.pytrec_eval, ir_measures.judged, ir_measures.msmarco]
)
_HIGHEST = 1_000_000


def per_query(run: Run, qrels: Qrels, measure: str) -> dict[str, float]:
    """Value of one measure for every query in `qrels` that has a relevant document.

    Raises:
        InvalidInput: there is no such measure.
    """
    parsed = parse_measure(measure)
    judged = {q: grades for q, grades in qrels.items() if any(g > 0 for g in grades.values())}
    values = dict.fromkeys(judged, 0.0)
    ranked = {q: _without_ties(run[q]) for q in judged if run.get(q)}
    for metric in _PROVIDERS.iter_calc([parsed], judged, ranked):
        values[metric.query_id] = float(metric.value)
    return values


@cache
def parse_measure(name: str) -> ir_measures.Measure:
    """A measure by its ir-measures name.

    Raises:
        InvalidInput: there is none of that name, it lacks a cutoff, or nothing here computes it.
    """
    try:
        measure = ir_measures.parse_measure(name)
        # trec_eval ends the process over a cutoff of 0, and cannot count to others.
        if any(not 1 <= measure.params.get(limit, 1) <= _HIGHEST for limit in ("cutoff", "rel")):
            raise ValueError(f"cutoffs and grades go from 1 to {_HIGHEST}")
        list(_PROVIDERS.iter_calc([measure], {"q": {"d": 1}}, {"q": {"d": 1.0}}))
    except (ValueError, TypeError, NameError, AssertionError, LookupError) as error:
        raise InvalidInput(
            f"'{name}' is no measure known here (most need a cutoff, as in R@10; cutoffs and "
            "grades start at 1). Use names such as "
            f"{', '.join(MEASURES)}, AP, P@5, nDCG, R(rel=2)@10, Judged@10."
        ) from error
    return measure


def _without_ties(documents: Mapping[str, float]) -> Mapping[str, float]:
    """Scores that fall strictly along trec_eval's ranking."""
    return {document: -float(rank) for rank, document in enumerate(ranking(documents))}


def summary(run: Run, qrels: Qrels, measures: Sequence[str] = MEASURES) -> dict[str, float]:
    """Mean over the judged queries of each measure; empty if nothing is judged.

    Raises:
        InvalidInput: there is no such measure.
    """
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
    probabilities: Sequence[float],
    labels: Sequence[bool],
    bins: int = 10,
    weights: Sequence[float] | None = None,
) -> float:
    """Mean gap between stated and observed frequency over equal-width bins (Naeini et al. 2015).

    Args:
        weights: of the examples; unset: all weigh the same.
    """
    stated, observed = np.asarray(probabilities), np.asarray(labels, dtype=float)
    share = np.ones(len(stated)) if weights is None else np.asarray(weights)
    share = share / max(float(share.sum()), 1e-12)
    index = np.minimum((stated * bins).astype(int), bins - 1)
    # A bin's share of the weight times the gap between its means is the gap between its sums.
    gaps = np.bincount(index, share * stated, bins) - np.bincount(index, share * observed, bins)
    return round(float(np.abs(gaps).sum()), 4)
