"""How sure a mean or a difference is: bootstrap intervals, randomisation tests, Holm correction.

Written with numpy because a run needs hundreds of intervals over the same queries: all share one
set of resamples, drawn once, and each costs a matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
RESAMPLES = 10_000
_EXACT_UP_TO = 13
"""Differing queries whose 2^13 sign patterns are fewer than the samples drawn otherwise."""
_BATCH = 500
_TIE = 1e-9
"""Sums of differences closer than this are the same sum, added in another order."""

Matrix = NDArray[np.float64]


def bootstrap_intervals(values: Matrix, seed: int, resamples: int = RESAMPLES) -> Matrix:
    """Percentile bootstrap interval (95 %) of the mean of each column (Efron 1979).

    Args:
        values: shape (queries, columns), at least one query. Queries are drawn with replacement,
            the same for every column.

    Returns:
        Shape (columns, 2): lower and upper bound.
    """
    count = len(values)
    generator = np.random.default_rng(seed)
    means = np.empty((resamples, values.shape[1]))
    for start in range(0, resamples, _BATCH):
        rows = min(_BATCH, resamples - start)
        drawn = generator.integers(count, size=(rows, count))
        drawn += np.arange(rows)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
        means[start : start + rows] = times @ values / count
    tail = 100 * (1 - LEVEL) / 2
    return np.percentile(means, [tail, 100 - tail], axis=0).T


def randomisation_p_values(differences: Matrix, seed: int, samples: int = RESAMPLES) -> Matrix:
    """Two-sided paired randomisation test of each column's mean against 0.

    If two systems were alike, each query's difference could as well have the other sign; p is the
    share of sign patterns whose mean is at least as far from 0 as the observed one (Smucker, Allan
    and Carterette 2007). Exact where few queries differ; otherwise from `samples` random patterns,
    the observed one counted among them, so that p is never 0 (Davison and Hinkley 1997, eq. 4.11).

    Args:
        differences: shape (queries, columns), system minus baseline.

    Returns:
        Shape (columns,).
    """
    p_values = np.ones(differences.shape[1])
    differing = np.count_nonzero(differences, axis=0)
    for column in np.flatnonzero((differing > 0) & (differing <= _EXACT_UP_TO)):
        # A difference of 0 has no sign to flip.
        p_values[column] = _exact(differences[differences[:, column] != 0, column])
    many = np.flatnonzero(differing > _EXACT_UP_TO)
    if len(many):
        p_values[many] = _sampled(differences[:, many], seed, samples)
    return p_values


def pooled(strata: Sequence[Matrix]) -> Matrix:
    """Differences of several datasets as one column in which every dataset weighs the same.

    Each is scaled by (mean size / own size), so the column's mean is the mean of the datasets'
    means; `randomisation_p_values` of it is the stratified test, which flips signs within each.

    Args:
        strata: each of shape (queries,), at least one query.

    Returns:
        Shape (queries of all, 1).
    """
    mean_size = sum(len(values) for values in strata) / len(strata)
    return np.concatenate([values * (mean_size / len(values)) for values in strata])[:, None]


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """p-values corrected for testing all of them at once, in the same order (Holm 1979)."""
    count = len(p_values)
    corrected = [0.0] * count
    highest = 0.0
    for place, index in enumerate(sorted(range(count), key=lambda i: p_values[i])):
        highest = max(highest, (count - place) * p_values[index])
        corrected[index] = min(1.0, highest)
    return tuple(corrected)


def _exact(differences: Matrix) -> float:
    """p over all sign patterns of `differences`, shape (queries,)."""
    patterns = np.arange(2 ** len(differences))[:, None] >> np.arange(len(differences)) & 1
    sums = _signed_sums(patterns, differences)
    return float(np.mean(np.abs(sums) >= abs(differences.sum()) - _TIE))


def _sampled(differences: Matrix, seed: int, samples: int) -> Matrix:
    generator = np.random.default_rng(seed)
    observed = np.abs(differences.sum(axis=0)) - _TIE
    as_far = np.zeros(differences.shape[1])
    for start in range(0, samples, _BATCH):
        shape = (min(_BATCH, samples - start), len(differences))
        patterns = generator.integers(2, size=shape, dtype=np.int8)
        as_far += (np.abs(_signed_sums(patterns, differences)) >= observed).sum(axis=0)
    return np.asarray((as_far + 1) / (samples + 1))


def _signed_sums(patterns: NDArray[np.integer], differences: Matrix) -> Matrix:
    """Sums with a plus where the pattern has a 1 and a minus where it has a 0."""
    return np.asarray(2 * (patterns.astype(np.float64) @ differences) - differences.sum(axis=0))
