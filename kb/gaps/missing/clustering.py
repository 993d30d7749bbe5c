"""Questions to clusters: average linkage over crowd-scaled distances (kb.gaps.missing.crowding).

What people find for a question is part of what it is about: two questions of which people show that
one is answered and the other is not are kept apart by up to `APART` spreads, so that a gap is not
hidden among its answered neighbours. Clusters of too few people are noise and left out.
"""

from __future__ import annotations

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from kb.gaps.missing.crowding import Crowding, Numbers, Ordinals, slices

JOINED = 1.5
"""Clusters whose mean distance is at most so many spreads become one."""
APART = 3.4
"""Spreads between a question that everything and one that nothing answers."""
MOST = 3000
"""Questions clustered; memory grows with the square. Those with most unanswered demand count."""


def clusters(crowding: Crowding, uncovered: Numbers, known: Numbers) -> list[Ordinals]:
    """Which of k questions are about the same: their places; every one is in one cluster.

    Args:
        uncovered: share of each one's demand that nothing answers, shape (k,).
        known: share of its people of whom it is known what they did, shape (k,).
    """
    count = len(crowding.vectors)
    if count < 2:
        return [np.arange(count)] if count else []
    apart = crowding.distances()
    uncovered, known = uncovered.astype(np.float32), known.astype(np.float32)
    for rows in slices(count):
        differ = np.abs(uncovered[rows][:, None] - uncovered[None])
        apart[rows] += APART * differ * np.minimum(known[rows][:, None], known[None])
    # Linkage of means is the same up to a shift, and the library wants no negative distances.
    shift = max(0.0, -float(apart.min()))
    apart += shift
    np.fill_diagonal(apart, 0.0)
    labels = AgglomerativeClustering(
        None, metric="precomputed", linkage="average", distance_threshold=JOINED + shift
    ).fit_predict(apart)
    order = np.argsort(labels, kind="stable")
    edges = np.flatnonzero(np.diff(labels[order])) + 1
    return sorted(np.split(order.astype(np.int64), edges), key=lambda group: int(group[0]))
