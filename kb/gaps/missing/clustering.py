"""Questions to clusters: average linkage over crowd-scaled distances (kb.gaps.missing.crowding).

What people find for a question is part of what it is about: two questions of which one is answered
and the other is not are kept apart by `APART` spreads, so that a gap is not hidden among its
answered neighbours. Clusters of too few people are noise and left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering

from kb.embedder import Vectors
from kb.gaps.missing.crowding import Numbers, distances

JOINED = 1.1
"""Clusters whose mean distance is at most so many spreads become one."""
APART = 3.4
"""Spreads between a question that everything and one that nothing answers."""
MOST = 4000
"""Questions clustered; memory grows with the square. Those with most unanswered demand count."""


def clusters(
    vectors: Vectors, crowd: Numbers, uncovered: Numbers, spread: float
) -> list[NDArray[np.int64]]:
    """Ordinals of each cluster's questions; ordered by their first. Every question is in one.

    Args:
        vectors: centred unit vectors, shape (n, dimension).
        crowd: r of each, shape (n,).
        uncovered: share of each question's demand that nothing answers, shape (n,).
    """
    if len(vectors) < 2:
        return [np.arange(len(vectors))] if len(vectors) else []
    apart = distances(vectors, crowd, spread)
    apart += APART * np.abs(uncovered[:, None] - uncovered[None])
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
