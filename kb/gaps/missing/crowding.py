"""How far apart questions are, measured by how crowded it is around them.

In a help center about one thing all questions are alike, in a mixed one hardly any are, and the
same question in another language is never as near as in one's own. So a cosine counts by what it is
above the usual among a question's nearest of that language (cross-domain similarity local scaling,
CSLS, of Conneau et al., "Word Translation Without Parallel Data", 2018):

    distance(i, j) = (r(i, language of j) + r(j, language of i)) / 2 - cos(i, j)
    r(i, L)        = mean cosine of i's `CROWD` nearest others in language L

r has a floor, because where few questions are known the nearest are no neighbours: so many spreads
above two questions of these languages at random. All is in spreads of the cosine between unrelated
texts (kb.embedder.centring), so that it holds for any model. docs/decisions/0010 has the
measurements against plain cosines and other ways of clustering.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.dense import nearest
from kb.embedder import Vectors

Numbers = NDArray[np.float64]
Ordinals = NDArray[np.int64]

CROWD = 5
_FLOOR = 4.0
"""Least r within a language, in spreads above two questions at random; between 2 and 4 the measures
hardly move."""
_FLOOR_ACROSS = 3.0
_NARROWEST = 2.0
"""Two questions at random are taken to be at most so many spreads nearer than unrelated texts:
where all questions are about one thing, they would seem to be about many."""
_PAIRS = 4000
_ROWS = 256


@dataclass(frozen=True)
class Crowding:
    """r of k of n questions in each of m languages."""

    vectors: Vectors
    """Centred unit vectors of the k, shape (k, dimension)."""
    languages: NDArray[np.int64]
    """Number of each one's language, shape (k,)."""
    r: Numbers
    """As cosines, shape (k, m)."""
    spread: float

    @classmethod
    def of(
        cls,
        vectors: Vectors,
        languages: Sequence[str],
        chosen: Ordinals,
        unrelated: float,
        spread: float,
    ) -> Crowding:
        """Measure some questions among all of a log.

        Args:
            vectors: of all n, centred unit vectors, shape (n, dimension).
            chosen: which questions, shape (k,).
            unrelated, spread: mean and standard deviation of cosines between unrelated texts.
        """
        names, numbers = np.unique(np.array(languages, dtype=str), return_inverse=True)
        numbers = numbers.astype(np.int64)
        r = np.zeros((len(chosen), len(names)))
        for one in range(len(names)):
            places = np.flatnonzero(numbers[chosen] == one)
            asking = vectors[chosen[places]]
            for other in range(len(names)):
                near = vectors[numbers == other]
                floor = _FLOOR if one == other else _FLOOR_ACROSS
                usual = _usual(vectors[numbers == one], near, unrelated, spread)
                crowd = _crowd(asking, near, same=one == other)
                r[places, other] = np.maximum(crowd, usual + floor * spread)
        return cls(vectors[chosen], numbers[chosen], r, spread)

    def distances(self) -> NDArray[np.float32]:
        """Between the questions, in spreads, shape (k, k); below 0 is nearer than usual."""
        apart = (self.vectors @ self.vectors.T).astype(np.float32, copy=False)
        apart *= np.float32(-1 / self.spread)
        towards = (self.r / (2 * self.spread)).astype(np.float32)
        # In slices: the matrix is big enough once.
        for rows in slices(len(apart)):
            apart[rows] += towards[rows][:, self.languages]
            apart[rows] += towards[:, self.languages[rows]].T
        return apart


def slices(count: int) -> Iterator[slice]:
    """Rows of a square matrix, few at a time."""
    for start in range(0, count, _ROWS):
        yield slice(start, start + _ROWS)


def _crowd(asking: Vectors, near: Vectors, *, same: bool) -> Numbers:
    """Mean cosine with the nearest; of a question's own language without itself."""
    _, cosines = nearest(asking, near, CROWD + same)
    others = cosines[:, 1:] if same else cosines
    if not others.shape[1]:
        return np.full(len(asking), -1.0)
    return np.asarray(others.mean(axis=1, dtype=np.float64))


def _usual(left: Vectors, right: Vectors, unrelated: float, spread: float) -> float:
    """Median cosine of two questions, from a sample of pairs that is the same every time."""
    rng = np.random.default_rng(0)
    one, other = rng.integers(len(left), size=_PAIRS), rng.integers(len(right), size=_PAIRS)
    cosines = np.einsum("nd,nd->n", left[one], right[other])
    different = cosines[cosines < _ITSELF]
    if not len(different):
        return unrelated
    return float(np.clip(np.median(different), unrelated, unrelated + _NARROWEST * spread))


_ITSELF = 0.9999
