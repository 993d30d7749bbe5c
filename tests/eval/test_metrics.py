"""Measures against values computed by hand, by another program and by another implementation."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import MEASURES, auroc, expected_calibration_error, per_query, summary
from kb.errors import InvalidInput

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


# ── Worked by hand ───────────────────────────────────────────────────────────────────────────


def values_of(run: dict[str, dict[str, float]], qrels: dict[str, dict[str, int]], query: str = "q"):
    return {measure: per_query(run, qrels, measure).get(query) for measure in MEASURES}


def test_by_hand_graded_gains_with_an_unjudged_document_on_top() -> None:
    # Ranking: n (unjudged), b (1), a (3), c (0), d (2).
    # DCG  = 0/log2(2) + 1/log2(3) + 3/log2(4) + 0/log2(5) + 2/log2(6)
    #      = 0 + 0.63093 + 1.5 + 0 + 0.77371                       = 2.90464
    # Ideal order 3, 2, 1, 0: 3/log2(2) + 2/log2(3) + 1/log2(4)
    #      = 3 + 1.26186 + 0.5                                     = 4.76186
    # nDCG = 2.90464 / 4.76186                                     = 0.60998
    # With 2^grade - 1 as gain it would be (0.63093 + 3.5 + 1.16056) / (7 + 1.89279 + 0.5) = 0.563.
    run = {"q": {"n": 9.0, "b": 8.0, "a": 7.0, "c": 6.0, "d": 5.0}}
    assert values_of(run, {"q": {"a": 3, "b": 1, "c": 0, "d": 2}}) == {
        "nDCG@10": pytest.approx(0.60998, abs=1e-5),
        "R@10": 1.0,  # a, b and d of a, b and d
        "R@100": 1.0,
        "RR@10": 0.5,  # b is second
        "Success@1": 0.0,
        "Success@3": 1.0,
    }


def test_by_hand_ties_are_ranked_by_falling_document_id() -> None:
    # c, b and a have one score, so c is first, b second, a third; only a is relevant.
    # nDCG = (1/log2(4)) / (1/log2(2)) = 0.5; RR = 1/3.
    run = {"q": {"a": 1.0, "b": 1.0, "c": 1.0}}
    assert values_of(run, {"q": {"a": 1}}) == {
        "nDCG@10": 0.5, "R@10": 1.0, "R@100": 1.0, "RR@10": pytest.approx(1 / 3),
        "Success@1": 0.0, "Success@3": 1.0,
    }  # fmt: skip
    assert values_of(run, {"q": {"c": 1}}) == dict.fromkeys(MEASURES, 1.0)


def test_by_hand_a_tie_at_the_cutoff_keeps_the_higher_id() -> None:
    # Eleven documents with one score: d10 … d00; d00 is the eleventh and out of the first ten.
    run = {"q": {f"d{n:02}": 0.5 for n in range(11)}}
    assert values_of(run, {"q": {"d00": 1}}) == {
        "nDCG@10": 0.0, "R@10": 0.0, "R@100": 1.0, "RR@10": 0.0,
        "Success@1": 0.0, "Success@3": 0.0,
    }  # fmt: skip
    # d10 is the first.
    assert values_of(run, {"q": {"d10": 1}}) == dict.fromkeys(MEASURES, 1.0)


def test_by_hand_more_relevant_documents_than_the_cutoff_holds() -> None:
    # 20 relevant; the first ten hold 5 of them, on ranks 1 to 5; the next ten are relevant, too.
    # DCG@10 = sum of 1/log2(r + 1), r = 1..5: 1 + 0.63093 + 0.5 + 0.43068 + 0.38685 = 2.94846
    # Ideal: ten relevant documents, r = 1..10                                       = 4.54356
    # nDCG@10 = 2.94846 / 4.54356 = 0.64893; R@10 = 5/20; R@100 = 15/20.
    relevant = [f"r{n:02}" for n in range(20)]
    others = [f"n{n:02}" for n in range(5)]
    run = {"q": ranked(*relevant[:5], *others, *relevant[5:15])}
    assert values_of(run, {"q": dict.fromkeys(relevant, 1)}) == {
        "nDCG@10": pytest.approx(0.64893, abs=1e-5), "R@10": 0.25, "R@100": 0.75, "RR@10": 1.0,
        "Success@1": 1.0, "Success@3": 1.0,
    }  # fmt: skip


def test_by_hand_the_mean_counts_the_missing_and_leaves_out_the_unjudged() -> None:
    # q: 1/log2(3) = 0.63093; missing: 0; zero has only grade 0 and negative has a grade below 0:
    # both take no part, though the run answers them. Mean of two: 0.31546, rounded 0.3155.
    qrels = {"q": {"a": 1}, "missing": {"a": 1}, "zero": {"a": 0}, "negative": {"a": -1}}
    run = {q: ranked("n", "a") for q in ("q", "zero", "negative", "unknown")}
    assert summary(run, qrels, ["nDCG@10", "RR@10"]) == {"nDCG@10": 0.3155, "RR@10": 0.25}


def test_by_hand_a_grade_below_zero_gains_nothing_and_costs_nothing() -> None:
    # Spam (-2) first, then the relevant document: 1/log2(3) over 1/log2(2).
    run = {"q": ranked("spam", "a")}
    assert values_of(run, {"q": {"spam": -2, "a": 1}})["nDCG@10"] == pytest.approx(1 / log2(3))


# ── Against trec_eval, and against the definitions ───────────────────────────────────────────

DOCUMENTS = ["d1", "d10", "d2", "D3", "é", "ی", "中", "😀", *(f"x{n}" for n in range(12))]
IDS = st.sampled_from(["q1", "q2", "q3"])
RUNS = st.dictionaries(
    IDS,
    st.dictionaries(
        st.sampled_from(DOCUMENTS),
        # Few values, so that ties are the rule; and two that only double precision tells apart.
        st.sampled_from([0.0, 1.0, 1.0000000001, -3.5, 7.0]) | st.floats(-1e6, 1e6),
        max_size=len(DOCUMENTS),
    ),
)
QRELS_MAPS = st.dictionaries(
    IDS, st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(-1, 4), min_size=1)
)
TREC_EVAL_NAMES = {
    "nDCG@10": "ndcg_cut_10", "R@10": "recall_10", "R@100": "recall_100", "Success@1": "success_1",
    "Success@3": "success_3", "AP": "map", "P@5": "P_5", "RR": "recip_rank",
}  # fmt: skip


@given(RUNS, QRELS_MAPS)
def test_every_measure_agrees_with_trec_eval_whatever_the_ties(run, qrels) -> None:
    judged = {q for q, grades in qrels.items() if max(grades.values()) > 0}
    evaluator = pytrec_eval.RelevanceEvaluator(qrels, set(TREC_EVAL_NAMES.values()))
    found = evaluator.evaluate(run)
    for measure, name in TREC_EVAL_NAMES.items():
        expected = {q: found[q][name] if q in found else 0.0 for q in judged}
        assert per_query(run, qrels, measure) == pytest.approx(expected)


def by_definition(documents: Mapping[str, float], grades: Mapping[str, int]) -> dict[str, float]:
    """The measures of one query, straight from their definitions."""
    order = sorted(documents, reverse=True)
    order.sort(key=lambda document: -np.float32(documents[document]))
    gains = [max(0, grades.get(document, 0)) for document in order]
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)

    def dcg(values: list[int]) -> float:
        return sum(value / log2(place + 2) for place, value in enumerate(values[:10]))

    first = next((place for place, gain in enumerate(gains, start=1) if gain), None)
    return {
        "nDCG@10": dcg(gains) / dcg(ideal),
        "R@10": sum(map(bool, gains[:10])) / len(ideal),
        "R@100": sum(map(bool, gains[:100])) / len(ideal),
        "RR@10": 1 / first if first and first <= 10 else 0.0,
        "Success@1": float(first == 1),
        "Success@3": float(first is not None and first <= 3),
    }


@given(RUNS, QRELS_MAPS)
def test_every_measure_agrees_with_its_definition_whatever_the_ties(run, qrels) -> None:
    expected = {
        query: by_definition(run.get(query, {}), grades)
        for query, grades in qrels.items()
        if max(grades.values()) > 0
    }
    for measure in MEASURES:
        values = {query: of_query[measure] for query, of_query in expected.items()}
        assert per_query(run, qrels, measure) == pytest.approx(values)


@pytest.mark.parametrize(
    "name",
    ["foo", "", "R", "nDCG@0", "Success@0", "R(rel=0)@10", "P@99999999999999", "nDCG@ten",
     "ERR@10", "alpha_nDCG@10", "__import__('os')", "SetF(beta=0)"],
)  # fmt: skip
def test_an_unknown_or_impossible_measure_is_refused_with_examples(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"Use names such as nDCG@10, R@10"):
        per_query({"q": {"a": 1.0}}, {"q": {"a": 1}}, name)


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


def test_the_calibration_error_of_a_heavier_example_weighs_more() -> None:
    # One bin: stated 0.9 throughout; three parts of the weight are right, one is wrong.
    found = expected_calibration_error([0.9, 0.9], [True, False], weights=[3.0, 1.0])
    assert found == pytest.approx(0.15)  # |0.9 - 0.75|
