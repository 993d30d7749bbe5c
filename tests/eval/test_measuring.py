"""From values by query to what is recorded: hand-computed cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.datasets import Dataset, EvalQuery
from eval.measuring import (
    compared,
    confidence_record,
    fingerprint,
    latency,
    measure_records,
    primary_measure,
    reliability,
    slice_means,
)
from eval.metrics import expected_calibration_error
from eval.records import BinRecord, ComparisonRecord, MeasureRecord


def judged(*sizes: int) -> dict[str, dict[str, int]]:
    return {f"q{n}": {f"d{k}": 1 for k in range(size)} for n, size in enumerate(sizes)}


@pytest.mark.parametrize(
    ("sizes", "measure"),
    [
        ((1, 1, 1), "nDCG@10"),
        ((10, 10), "nDCG@10"),
        ((1, 11, 11), "Success@3"),
        # The median of two is 10.5.
        ((10, 11), "Success@3"),
        ((1, 1, 500), "nDCG@10"),
        ((), "nDCG@10"),
    ],
)
def test_where_most_queries_have_more_relevant_documents_than_a_page_success_counts(sizes, measure):
    assert primary_measure(judged(*sizes)) == measure


def test_documents_judged_irrelevant_do_not_make_many_relevant_ones():
    grades = {"good": 1} | {f"bad{n}": 0 for n in range(50)}
    assert primary_measure({"q": grades, "none": {"x": 0}}) == "nDCG@10"


# ── Fingerprint ──────────────────────────────────────────────────────────────────────────────

TINY = Dataset(
    "tiny",
    Path("corpus.jsonl"),
    (EvalQuery("a", "x", "en", "customer", ""), EvalQuery("b", "y", None, "rep", "s")),
    {"a": {"d": 1, "e": 2}, "b": {"d": 1}},
)


def test_the_fingerprint_is_the_same_whatever_the_order_of_lines_and_wherever_it_lies():
    shuffled = Dataset(
        "renamed",
        Path("elsewhere"),
        TINY.queries[::-1],
        {"b": {"d": 1}, "a": {"e": 2, "d": 1}},
    )
    assert fingerprint(shuffled) == fingerprint(TINY)
    assert len(fingerprint(TINY)) == 64


@pytest.mark.parametrize(
    "changed",
    [
        replace(TINY, qrels={"a": {"d": 1, "e": 1}, "b": {"d": 1}}),
        replace(TINY, qrels={"a": {"d": 1, "e": 2}}),
        replace(TINY, queries=TINY.queries[:1]),
        replace(TINY, queries=(replace(TINY.queries[0], text="z"), TINY.queries[1])),
        replace(TINY, queries=(replace(TINY.queries[0], role="rep"), TINY.queries[1])),
    ],
    ids=["grade", "judgement", "query", "text", "role"],
)
def test_another_question_or_judgement_is_another_fingerprint(changed):
    assert fingerprint(changed) != fingerprint(TINY)


# ── Means ────────────────────────────────────────────────────────────────────────────────────

VALUES = {"nDCG@10": {"a": 1.0, "b": 0.0}, "R@10": {"a": 0.25, "b": 0.25}}


def test_each_measure_gets_its_mean_and_interval():
    assert measure_records(VALUES, seed=1) == {
        "nDCG@10": MeasureRecord(value=0.5, low=0.0, high=1.0),
        "R@10": MeasureRecord(value=0.25, low=0.25, high=0.25),
    }


def test_without_judged_queries_there_are_no_measures():
    assert measure_records({"nDCG@10": {}, "R@10": {}}, seed=1) == {}
    assert measure_records({}, seed=1) == {}


def test_a_slice_s_mean_is_over_its_queries():
    assert slice_means(VALUES, {"x": ("a",), "y": ("b", "a")}) == {
        "x": {"nDCG@10": 1.0, "R@10": 0.25},
        "y": {"nDCG@10": 0.5, "R@10": 0.25},
    }


def test_latency_is_told_in_milliseconds():
    assert latency([0.001 * n for n in range(1, 102)]) == {"p50": 51.0, "p95": 96.0}
    assert latency([]) == {}


# ── Comparisons ──────────────────────────────────────────────────────────────────────────────


def test_comparisons_are_corrected_for_all_on_the_dataset():
    values = {
        "lexical": {"a": 0.0, "b": 0.0, "c": 0.0},
        "dense": {"a": 1.0, "b": 0.5, "c": 0.0},
        "hybrid": {"a": 1.0, "b": 1.0, "c": 1.0},
        "other": {"a": 1.0, "b": 1.0, "c": 1.0},
    }
    pairs = [("hybrid", "lexical"), ("hybrid", "dense"), ("other", "hybrid")]
    # Sign patterns: +1 +1 +1 -> 2/8; 0 +.5 +1 -> 2/4; no difference -> 1. Holm: times 3, 2, 1.
    assert compared(values, pairs, seed=1) == {
        "hybrid": (
            ComparisonRecord(baseline="lexical", difference=1.0, p=0.25, p_holm=0.75),
            ComparisonRecord(baseline="dense", difference=0.5, p=0.5, p_holm=1.0),
        ),
        "other": (ComparisonRecord(baseline="hybrid", difference=0.0, p=1.0, p_holm=1.0),),
    }


def test_pairs_are_matched_by_query_not_by_order():
    values = {"x": {"a": 1.0, "b": 0.0}, "y": {"b": 0.0, "a": 1.0}}
    (record,) = compared(values, [("x", "y")], seed=1)["x"]
    assert (record.difference, record.p) == (0.0, 1.0)


def test_nothing_is_compared_without_pairs_or_judged_queries():
    assert compared({"x": {"a": 1.0}}, [], seed=1) == {}
    assert compared({"x": {}, "y": {}}, [("x", "y")], seed=1) == {}


# ── Confidence ───────────────────────────────────────────────────────────────────────────────


def test_the_confidence_is_held_against_what_was_shown_first():
    record = confidence_record(
        stated={"right": 0.9, "wrong": 0.8, "shy": 0.4, "out": 0.1},
        first_relevant={"right": True, "wrong": False, "shy": True, "out": False},
        answerable={"right": True, "wrong": True, "shy": True, "out": False},
        threshold=0.5,
    )
    # Relevant 0.9 and 0.4 against 0.8 and 0.1: three of four pairs in order.
    assert record.auroc_relevant == 0.75
    assert record.auroc_scope == 1.0
    # A query per bin: (0.1 + 0.8 + 0.6 + 0.1) / 4.
    assert record.expected_calibration_error == 0.4
    assert record.precision == 0.5
    assert record.coverage == pytest.approx(2 / 3, abs=1e-6)
    assert record.reliability == (
        BinRecord(stated=0.1, observed=0.0, queries=1),
        BinRecord(stated=0.4, observed=1.0, queries=1),
        BinRecord(stated=0.8, observed=0.0, queries=1),
        BinRecord(stated=0.9, observed=1.0, queries=1),
    )


def test_the_threshold_itself_is_answered():
    record = confidence_record({"a": 0.5}, {"a": True}, {"a": True}, threshold=0.5)
    assert (record.precision, record.coverage) == (1.0, 1.0)
    assert (record.auroc_relevant, record.auroc_scope) == (None, None)


def test_without_answers_there_is_no_precision_and_without_answerable_queries_no_coverage():
    record = confidence_record({"a": 0.1}, {"a": False}, {"a": False}, threshold=0.5)
    assert (record.precision, record.coverage) == (None, None)


def test_the_reliability_curve_adds_up_to_the_calibration_error():
    stated = [n / 97 for n in range(98)]
    observed = [n % 3 == 0 for n in range(98)]
    bins = reliability(stated, observed)
    assert [b.queries for b in bins] == [10, 10, 10, 9, 10, 10, 9, 10, 10, 10]
    error = sum(b.queries * abs(b.stated - b.observed) for b in bins) / 98
    assert error == pytest.approx(expected_calibration_error(stated, observed), abs=1e-4)
