"""Measures of planted gaps, by examples worked out by hand."""

from __future__ import annotations

import pytest

from eval.gaps.measures import Figures, Member, about, b_cubed, figures, mean


def member(key: str, *subjects: str, people: int = 1) -> Member:
    return Member(key, frozenset(subjects), people)


def subject(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_a_gap_is_about_what_at_least_half_of_its_people_ask() -> None:
    assert about([member("1", "a"), member("2", "b", people=3)]) == "b"
    assert about([member("1", "a"), member("2", "b"), member("3", "c")]) is None
    assert about([member("1", "a"), member("2")]) == "a"
    assert about([member("1", "a"), member("2", people=2)]) is None
    assert about([member("1"), member("2")]) is None
    assert about([member("1", "b"), member("2", "a")]) == "a"  # of equals the first by name
    assert about([]) is None


def test_a_question_about_two_subjects_counts_for_both() -> None:
    assert about([member("1", "a", "b"), member("2", "b")]) == "b"


def test_precision_and_recall_of_a_ranking() -> None:
    ranked = [
        [member("1", "a")],  # right
        [member("2", "x")],  # wrong
        [member("3", "a"), member("4", "a")],  # right, but nothing new
        [member("5")],  # nonsense
        [member("6", "b", people=5), member("7", "x")],  # right
        [member("8", "c")],  # too late for @5
    ]
    hidden = {"1": subject("a"), "3": subject("a"), "4": subject("a"), "6": subject("b"),
              "8": subject("c"), "9": subject("d")}  # fmt: skip
    found = figures(ranked, subject("a", "b", "c", "d"), hidden)
    assert found.precision_5 == 3 / 5
    assert found.precision_n == 2 / 4  # n = 4
    assert found.recall_5 == 2 / 4
    assert found.recall_n == 1 / 4
    assert found.b_cubed == pytest.approx(
        2 * found.purity * found.completeness / (found.purity + found.completeness)
    )


def test_recall_of_many_hidden_subjects_is_of_the_five_that_fit() -> None:
    ranked = [[member(str(n), f"s{n}")] for n in range(8)]
    hidden = {str(n): subject(f"s{n}") for n in range(8)}
    found = figures(ranked, subject(*(f"s{n}" for n in range(8))), hidden)
    assert (found.recall_5, found.recall_n, found.precision_5, found.precision_n) == (1, 1, 1, 1)


def test_an_empty_ranking_finds_nothing() -> None:
    found = figures([], subject("a"), {"1": subject("a"), "2": subject("a")})
    assert (found.precision_5, found.precision_n, found.recall_5, found.recall_n) == (0, 0, 0, 0)
    assert (found.purity, found.completeness) == (1.0, 0.5)  # each question by itself


def test_nothing_hidden_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="nothing is hidden"):
        figures([[member("1", "a")]], frozenset(), {})


def test_b_cubed_of_the_example_of_amigo_and_others() -> None:
    """Three clusters over 14 items of three kinds (as in Amigó et al. 2009, computed by hand)."""
    clusters = [
        [member(f"a{n}", "a") for n in range(4)] + [member("b0", "b")],
        [member(f"b{n}", "b") for n in range(1, 5)] + [member("c0", "c")],
        [member(f"c{n}", "c") for n in range(1, 5)],
    ]
    truth = {m.key: m.subjects for cluster in clusters for m in cluster}
    precision, recall = b_cubed(clusters, truth)
    assert precision == pytest.approx((4 * 4 / 5 + 1 / 5 + 4 * 4 / 5 + 1 / 5 + 4) / 14)
    assert recall == pytest.approx((4 + 1 / 5 + 4 * 4 / 5 + 1 / 5 + 4 * 4 / 5) / 14)


def test_b_cubed_judges_hidden_questions_only_but_by_all_that_is_with_them() -> None:
    clusters = [[member("1", "a"), member("2", "a"), member("x", "covered"), member("n")]]
    truth = {"1": subject("a"), "2": subject("a"), "3": subject("a")}
    precision, recall = b_cubed(clusters, truth)
    assert precision == pytest.approx((2 / 4 + 2 / 4 + 1) / 3)  # "3" is in no gap: one of its own
    assert recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3) / 3)


def test_questions_are_about_the_same_only_with_the_same_subjects() -> None:
    clusters = [[member("1", "a"), member("2", "a", "b")]]
    truth = {"1": subject("a"), "2": subject("a", "b")}
    assert b_cubed(clusters, truth) == (0.5, 1.0)


def test_means_are_measure_by_measure() -> None:
    one, other = (figures([[member("1", s)]], subject("a"), {"1": subject("a")}) for s in "ab")
    both = mean([one, other])
    assert both.precision_n == 0.5
    assert set(both.model_dump()) == set(Figures.model_fields)
