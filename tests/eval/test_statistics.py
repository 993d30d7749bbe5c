"""Intervals and tests against values computed by hand, and against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from eval.statistics import bootstrap_intervals, holm, pooled, randomisation_p_values


def column(values: list[float]) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def p_of(differences: list[float], seed: int = 1) -> float:
    return float(randomisation_p_values(column(differences), seed)[0])


# ── Bootstrap ────────────────────────────────────────────────────────────────────────────────


def test_the_mean_of_equal_values_is_certain():
    assert bootstrap_intervals(column([0.3] * 7), seed=1) == pytest.approx(np.array([[0.3, 0.3]]))


def test_one_query_alone_is_its_own_interval():
    assert bootstrap_intervals(column([0.4]), seed=1).tolist() == [[0.4, 0.4]]


def test_two_opposite_queries_say_nothing():
    # Drawn twice with replacement: both 0 in a quarter of the resamples, both 1 in another.
    assert bootstrap_intervals(column([0.0, 1.0]), seed=1).tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(("hits", "count"), [(50, 100), (90, 100), (10, 400)])
def test_a_share_s_interval_is_the_binomial_one(hits, count):
    low, high = bootstrap_intervals(column([1.0] * hits + [0.0] * (count - hits)), seed=3)[0]
    expected = stats.binom(count, hits / count)
    # Resampled successes are binomial; 10,000 resamples may be off by one success at the edges.
    assert low == pytest.approx(expected.ppf(0.025) / count, abs=1.01 / count)
    assert high == pytest.approx(expected.ppf(0.975) / count, abs=1.01 / count)


def test_intervals_agree_with_scipy_s():
    values = np.random.default_rng(5).random(80) ** 2
    theirs = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=9999, rng=2)
    ours = bootstrap_intervals(values[:, None], seed=1)[0]
    interval = theirs.confidence_interval
    assert ours == pytest.approx([interval.low, interval.high], abs=0.004)


def test_columns_see_the_same_resamples_and_a_seed_repeats_them():
    values = np.random.default_rng(0).random((30, 1))
    table = np.hstack([values, 2 * values])
    intervals = bootstrap_intervals(table, seed=4)
    assert intervals[1] == pytest.approx(2 * intervals[0])
    assert (bootstrap_intervals(table, seed=4) == intervals).all()
    assert (bootstrap_intervals(table, seed=5) != intervals).any()


# ── Randomisation test ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        pytest.param([0.5], 1.0, id="one query: both signs are as far"),
        pytest.param([0.1, 0.1, 0.1], 2 / 8, id="all alike: +++ and ---"),
        pytest.param([1.0, 2.0, 3.0], 2 / 8, id="all positive"),
        # |sum| is 7 for +++ and ---, 5 for ++- (observed) and --+, 1 for the other four.
        pytest.param([3.0, 3.0, -1.0], 4 / 8, id="one against"),
        # |sum| is 2 or 4: never nearer than observed.
        pytest.param([3.0, -1.0], 1.0, id="nothing learnt"),
        pytest.param([0.2, -0.2], 1.0, id="balanced"),
        pytest.param([0.0, 0.0], 1.0, id="identical systems"),
        pytest.param([0.25] * 13, 2 / 2**13, id="the longest exact one"),
    ],
)
def test_p_is_the_share_of_sign_patterns_at_least_as_far_from_0(differences, p):
    assert p_of(differences) == pytest.approx(p)
    assert p_of([-value for value in differences]) == pytest.approx(p)


def test_queries_without_a_difference_change_nothing():
    assert p_of([1.0, 2.0, 3.0] + [0.0] * 500) == p_of([1.0, 2.0, 3.0])


def test_equal_sums_count_as_equal_whatever_binary_fractions_do_to_them():
    # 0.1 + 0.2 - 0.3 is not 0 in binary; every pattern must count as at least as far as 0.
    assert p_of([0.1, 0.2, -0.3]) == 1.0


def test_a_sampled_p_is_never_zero():
    assert p_of([1.0] * 200) == 1 / 10_001


def test_a_sampled_p_agrees_with_the_exact_one():
    differences = np.random.default_rng(8).normal(0.3, 1, size=16)
    exact = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=True
    ).pvalue
    assert 0.02 < exact < 0.9
    assert p_of(differences.tolist()) == pytest.approx(exact, abs=0.02)


def test_systems_that_do_not_differ_are_called_different_as_often_as_stated():
    differences = np.random.default_rng(2).normal(size=(60, 400))
    significant = randomisation_p_values(differences, seed=1) < 0.05
    assert 0.02 <= significant.mean() <= 0.08


def test_few_and_many_differences_are_tested_together():
    few = [1.0, 2.0, 3.0] + [0.0] * 47
    many = [1.0] * 50
    none = [0.0] * 50
    p_values = randomisation_p_values(np.array([few, many, none]).T, seed=1)
    assert p_values == pytest.approx([0.25, 1 / 10_001, 1.0])


# ── Several datasets ─────────────────────────────────────────────────────────────────────────


def pooled_p(*strata: list[float]) -> float:
    return float(randomisation_p_values(pooled([np.array(values) for values in strata]), 1)[0])


def test_pooled_differences_have_the_mean_of_the_datasets_means():
    column = pooled([np.array([0.4]), np.array([0.1, 0.2, 0.3])])
    # Sizes are 1 and 3, 2 on average.
    assert column[:, 0] == pytest.approx([0.8, 0.2 / 3, 0.4 / 3, 0.2])
    assert column.mean() == pytest.approx((0.4 + 0.2) / 2)


@pytest.mark.parametrize(
    ("strata", "p"),
    [
        pytest.param(([1.0, 2.0], [3.0]), 2 / 8, id="all positive"),
        # Weighed 6 and 2, 2, -2. |sum| is at least the observed 8 for 6 with two of the three
        # (3 patterns), 6 with all of them, and their opposites.
        pytest.param(([3.0], [3.0, 3.0, -3.0]), 8 / 16, id="one against"),
        # Weighed 2 and three times -2/3: balanced, which three queries against one are not.
        pytest.param(([1.0], [-1.0, -1.0, -1.0]), 1.0, id="sizes do not count"),
    ],
)
def test_a_pooled_test_flips_signs_within_datasets_that_weigh_the_same(strata, p):
    assert pooled_p(*strata) == pytest.approx(p)


def test_datasets_of_one_size_are_tested_as_one():
    one, other = [0.3, -0.1, 0.2], [0.5, 0.1, -0.4]
    assert pooled_p(one, other) == p_of(one + other)


# ── Holm ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("p_values", "corrected"),
    [
        ([], []),
        ([0.04], [0.04]),
        ([0.01, 0.02], [0.02, 0.02]),
        # Smallest times 3, next times 2, last times 1 but never below the one before.
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.6, 0.7], [1.0, 1.0]),
        ([0.02, 0.02, 0.001], [0.04, 0.04, 0.003]),
    ],
)
def test_holm_multiplies_the_smallest_by_how_many_remain(p_values, corrected):
    assert holm(p_values) == pytest.approx(corrected)
