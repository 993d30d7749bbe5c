"""How far apart questions are, measured by how crowded it is around them.

In a help center about one thing all questions are alike, in a mixed one hardly any are. So a
cosine counts by what it is above the usual among a question's nearest (cross-domain similarity
local scaling, CSLS, of Conneau et al., "Word Translation Without Parallel Data", 2018):

    distance(i, j) = (r(i) + r(j)) / 2 - cos(i, j),    r(i) = mean cosine of i's `CROWD` nearest

r has a floor, because where few questions are known the nearest are no neighbours. All is in
spreads of the cosine between unrelated texts (kb.embedder.centring), so that it holds for any
model. Measured against plain cosines, k-nearest graphs and HDBSCAN in docs/decisions/0010.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kb.dense import nearest_among
from kb.embedder import Vectors

Numbers = NDArray[np.float64]

CROWD = 10
_FLOOR = 4.0
"""Least r, in spreads above unrelated texts; between 2 and 5 the measures hardly move."""


def crowding(vectors: Vectors, unrelated: float, spread: float) -> Numbers:
    """r of each question as a cosine, shape (n,).

    Args:
        vectors: centred unit vectors, shape (n, dimension).
        unrelated, spread: mean and standard deviation of cosines between unrelated texts.
    """
    _, cosines = nearest_among(vectors, CROWD)
    least = unrelated + _FLOOR * spread
    if not cosines.shape[1]:
        return np.full(len(vectors), least)
    return np.asarray(np.maximum(cosines.mean(axis=1, dtype=np.float64), least))


def distances(vectors: Vectors, crowd: Numbers, spread: float) -> Numbers:
    """Pairwise distances in spreads, shape (n, n); below 0 is nearer than usual among neighbours.

    Args:
        crowd: r of each, by `crowding` over all questions, not only these.
    """
    cosines = (vectors @ vectors.T).astype(np.float64)
    return np.asarray(((crowd[:, None] + crowd[None]) / 2 - cosines) / spread)
