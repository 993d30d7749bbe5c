"""Fusion baselines against values computed by hand."""

from __future__ import annotations

import pytest

from eval.baselines import FUSIONS, best_first, convex, min_max, rrf

LEXICAL = {"a": 9.0, "b": 4.0, "c": 1.0}
DENSE = {"b": 0.9, "d": 0.8, "a": 0.7}


def test_reciprocal_ranks_add_up():
    fused = rrf(LEXICAL, DENSE)
    assert fused == pytest.approx(
        {"a": 1 / 61 + 1 / 63, "b": 1 / 62 + 1 / 61, "c": 1 / 63, "d": 1 / 62}
    )
    assert best_first(fused) == ["b", "a", "d", "c"]


def test_ranks_come_from_scores_not_from_the_order_of_mention():
    shuffled = {"c": 1.0, "a": 9.0, "b": 4.0}
    assert rrf(shuffled, DENSE) == rrf(LEXICAL, DENSE)


def test_the_convex_combination_weighs_normalised_scores():
    # Lexical: a 1, b 3/8, c 0. Dense: b 1, d 1/2, a 0.
    assert convex(LEXICAL, DENSE) == pytest.approx(
        {"a": 0.3, "b": 0.3 * 3 / 8 + 0.7, "c": 0.0, "d": 0.35}
    )


@pytest.mark.parametrize("name", FUSIONS)
def test_a_side_that_found_nothing_leaves_the_other_s_order(name):
    fuse = FUSIONS[name]
    assert best_first(fuse({}, DENSE)) == ["b", "d", "a"]
    assert best_first(fuse(LEXICAL, {})) == ["a", "b", "c"]
    assert fuse({}, {}) == {}


def test_equal_scores_all_count_as_best():
    assert min_max({"a": 0.2, "b": 0.2}) == {"a": 1.0, "b": 1.0}
    assert convex({"a": 5.0}, {"b": 0.8}) == pytest.approx({"a": 0.3, "b": 0.7})


def test_ties_are_broken_by_id():
    assert best_first({"b": 1.0, "a": 1.0, "c": 2.0}) == ["c", "a", "b"]
