"""Whether one sample lies above another: the Mann-Whitney U test, one-sided.

It compares ranks, so one outlier moves it no more than any other value would, and it assumes no
particular distribution (Mann and Whitney, Annals of Mathematical Statistics 18, 1947). The
probability is from the normal approximation with corrections for ties and continuity, which is
good from about eight values a side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

LEAST = 8
"""Values on each side from which the approximation is good."""


def lies_above(upper: Sequence[float], lower: Sequence[float]) -> float:
    """The p-value of `upper` lying above `lower` only by chance; 1 where either is too small."""
    n, m = len(upper), len(lower)
    if n < LEAST or m < LEAST:
        return 1.0
    values = np.concatenate([np.asarray(upper, float), np.asarray(lower, float)])
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[inverse]  # ties share their mean rank
    u = float(ranks[:n].sum()) - n * (n + 1) / 2
    total = n + m
    ties = float((counts.astype(float) ** 3 - counts).sum()) / (total * (total - 1))
    variance = n * m / 12 * (total + 1 - ties)
    if variance <= 0:  # all values are the same
        return 1.0
    z = (u - n * m / 2 - 0.5) / math.sqrt(variance)
    return 0.5 * math.erfc(z / math.sqrt(2))
