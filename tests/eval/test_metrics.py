"""Measures against values computed by hand."""

from __future__ import annotations

from math import log2

import pytest

from eval.metrics import MEASURES, auroc, expected_calibration_error, per_query, summary

#: q1: two grades; q2: one relevant document; q3: judged, but nothing is relevant; q4: not judged.
QRELS = {"q1": {"a": 2, "b": 1, "c": 0}, "q2": {"x": 1}, "q3": {"z": 0}, "q4": {}}


def ranked(*documents: str) -> dict[str, float]:
    return {document: float(len(documents) - n) for n, document in enumerate(documents)}


def test_ndcg_discounts_graded_gains_by_the_logarithm_of_the_rank() -> None:
    run = {"q1": ranked("b", "c", "a")}
    gained = 1 / log2(2) + 2 / log2(4)
    ideal = 2 / log2(2) + 1 / log2(3)
    assert per_query(run, QRELS, "nDCG@10")["q1"] == pytest.approx(gained / ideal)


def test_the_ideal_order_has_an_ndcg_of_one() -> None:
    assert per_query({"q1": ranked("a", "b", "c")}, QRELS, "nDCG@10")["q1"] == pytest.approx(1)


def test_recall_is_the_share_of_relevant_documents_within_the_cutoff() -> None:
    run = {"q1": ranked("a", *[f"n{n}" for n in range(9)], "b")}
    assert per_query(run, QRELS, "R@10")["q1"] == 0.5
    assert per_query(run, QRELS, "R@100")["q1"] == 1.0


@pytest.mark.parametrize(("before", "value"), [(0, 1.0), (1, 0.5), (3, 0.25), (10, 0.0)])
def test_the_reciprocal_rank_is_that_of_the_first_relevant_document(
    before: int, value: float
) -> None:
    run = {"q1": ranked(*[f"n{n}" for n in range(before)], "b", "a")}
    assert per_query(run, QRELS, "RR@10")["q1"] == pytest.approx(value)


@pytest.mark.parametrize(
    ("before", "first", "third"), [(0, 1.0, 1.0), (2, 0.0, 1.0), (3, 0.0, 0.0)]
)
def test_success_is_whether_anything_relevant_is_within_the_cutoff(
    before: int, first: float, third: float
) -> None:
    run = {"q2": ranked(*[f"n{n}" for n in range(before)], "x")}
    assert per_query(run, QRELS, "Success@1")["q2"] == first
    assert per_query(run, QRELS, "Success@3")["q2"] == third


def test_a_document_judged_irrelevant_counts_as_an_unjudged_one() -> None:
    for measure in MEASURES:
        values = per_query({"q1": ranked("c", "a")}, QRELS, measure)
        assert values == per_query({"q1": ranked("n", "a")}, QRELS, measure)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_query_the_run_does_not_mention_scores_zero_instead_of_vanishing(measure: str) -> None:
    assert per_query({"q1": ranked("a", "b")}, QRELS, measure) == {"q1": 1.0, "q2": 0.0}
    assert per_query({"q1": ranked("a", "b"), "q2": {}}, QRELS, measure)["q2"] == 0.0
    assert per_query({}, QRELS, measure) == {"q1": 0.0, "q2": 0.0}


@pytest.mark.parametrize("measure", MEASURES)
def test_queries_without_relevant_documents_take_no_part(measure: str) -> None:
    run = {q: ranked("z", "a") for q in ("q3", "q4", "unknown")}
    assert per_query(run, {"q3": {"z": 0}, "q4": {}, "q5": {"z": -1}}, measure) == {}


def test_the_summary_is_the_mean_over_all_judged_queries() -> None:
    run = {"q1": ranked("a", "b"), "q3": ranked("z")}
    assert summary(run, QRELS) == dict.fromkeys(MEASURES, 0.5)


@pytest.mark.parametrize("qrels", [{}, {"q": {}}, {"q": {"a": 0}}])
def test_without_judgements_there_is_no_summary(qrels: dict[str, dict[str, int]]) -> None:
    assert summary({"q": ranked("a")}, qrels) == {}


def test_tied_scores_are_measured_the_same_in_whatever_order_they_are_listed() -> None:
    one = {"q1": {"a": 1.0, "b": 1.0, "n": 1.0}}
    other = {"q1": {"n": 1.0, "b": 1.0, "a": 1.0}}
    for measure in MEASURES:
        assert per_query(one, QRELS, measure) == per_query(other, QRELS, measure)


# ── Confidence ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("scores", "labels", "area"),
    [
        ([0.1, 0.9], [False, True], 1.0),
        ([0.9, 0.1], [False, True], 0.0),
        ([0.5, 0.5], [False, True], 0.5),
        # Pairs (positive, negative): 0.9 beats both, 0.5 beats 0.1 and ties with 0.5: 3.5 of 4.
        ([0.9, 0.5, 0.5, 0.1], [True, True, False, False], 0.875),
        # 0.6 beats 0.1 only: one of three.
        ([0.6, 0.7, 0.8, 0.1], [True, False, False, False], 0.3333),
    ],
)
def test_auroc_is_how_often_a_positive_outscores_a_negative(
    scores: list[float], labels: list[bool], area: float
) -> None:
    assert auroc(scores, labels) == area


@pytest.mark.parametrize("labels", [[], [True], [False, False]])
def test_auroc_needs_both_kinds(labels: list[bool]) -> None:
    assert auroc([0.5] * len(labels), labels) is None


@pytest.mark.parametrize(
    ("stated", "observed", "error"),
    [
        pytest.param([1.0, 0.0], [True, False], 0.0, id="certain and right"),
        pytest.param([1.0, 0.0], [False, True], 1.0, id="certain and wrong"),
        pytest.param([0.75] * 4, [True, True, True, False], 0.0, id="calibrated"),
        pytest.param([0.9, 0.9], [True, False], 0.4, id="overconfident"),
        # Bin [0, 0.1): half the answers, stated 0.05, observed 0.5; bin [0.9, 1]: 0.95 and 1.
        pytest.param([0.05, 0.05, 0.95, 0.95], [False, True, True, True], 0.25, id="two bins"),
        # Within one bin gaps cancel out: that is what the measure is.
        pytest.param([0.12, 0.18], [False, False], 0.15, id="one bin"),
        pytest.param([], [], 0.0, id="nothing stated"),
    ],
)
def test_the_calibration_error_is_the_mean_gap_between_stated_and_observed(
    stated: list[float], observed: list[bool], error: float
) -> None:
    assert expected_calibration_error(stated, observed) == error


def test_more_bins_see_gaps_that_cancelled_out() -> None:
    stated, observed = [0.02, 0.08], [True, False]
    assert expected_calibration_error(stated, observed, bins=10) == 0.45
    assert expected_calibration_error(stated, observed, bins=20) == 0.53
