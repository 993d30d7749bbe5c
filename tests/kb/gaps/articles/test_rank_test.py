"""The Mann-Whitney test, beside scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kb.gaps.articles.rank_test import lies_above


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_scipy_ties_included(seed):
    random = np.random.default_rng(seed)
    upper = random.poisson(5, 8 + seed).tolist()
    lower = random.poisson(3, 9).tolist()
    expected = stats.mannwhitneyu(upper, lower, alternative="greater", method="asymptotic").pvalue
    assert lies_above(upper, lower) == pytest.approx(expected)


def test_one_outlier_is_no_evidence():
    assert lies_above([1, 1, 1, 1, 1, 1, 1, 10_000], [1] * 8) > 0.1


def test_too_few_or_equal_values_show_nothing():
    assert lies_above([9] * 7, [1] * 7) == 1.0
    assert lies_above([3] * 20, [3] * 20) == 1.0
