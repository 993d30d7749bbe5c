"""A gap keeps its id from report to report while its questions drift. Pure.

A new cluster is the gap it shares most with: by the demand that both have, if that is a good share
of the smaller one's, or, where texts have changed, by the cosine of their centroids. Pairs are
matched best first, each gap and each cluster once; who is left over is new. So when two gaps become
one, it goes on as the bigger one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

LEAST_SHARED = 0.3
"""Of the smaller one's demand."""
LEAST_COSINE = 0.9
"""Of centroids that share no question; centred vectors of one topic in other words have about
0.7 to 0.9, neighbouring topics of one product 0.5 to 0.8."""


class Known(Protocol):
    """A gap of an earlier report."""

    @property
    def id(self) -> str: ...
    @property
    def centroid(self) -> NDArray[np.float32]: ...
    @property
    def members(self) -> Mapping[str, float]: ...


@dataclass(frozen=True)
class Candidate:
    """A cluster that wants an id."""

    centroid: NDArray[np.float32]
    """Unit vector, shape (dimension,)."""
    members: Mapping[str, float]
    """Demand by question key."""


def identities(candidates: Sequence[Candidate], known: Sequence[Known]) -> list[str]:
    """An id for each candidate, in their order; all different."""
    pairs = sorted(_pairs(candidates, known))
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for *_, number, identifier in pairs:
        if number not in ids and identifier not in taken:
            ids[number] = identifier
            taken.add(identifier)
    taken |= {gap.id for gap in known}
    for number, candidate in enumerate(candidates):
        if number not in ids:
            ids[number] = _new_id(candidate, taken)
            taken.add(ids[number])
    return [ids[number] for number in range(len(candidates))]


def _pairs(
    candidates: Sequence[Candidate], known: Sequence[Known]
) -> Iterator[tuple[float, float, int, str]]:
    """(-shared demand, -cosine, candidate, gap id) of all that may be the same."""
    having: dict[str, list[Known]] = {}
    for gap in known:
        for key in gap.members:
            having.setdefault(key, []).append(gap)
    fitting = [
        gap
        for gap in known
        if len(gap.centroid) and candidates and gap.centroid.shape == candidates[0].centroid.shape
    ]
    centroids = np.stack([gap.centroid for gap in fitting]) if fitting else None
    for number, candidate in enumerate(candidates):
        sharing = {gap.id: gap for key in candidate.members for gap in having.get(key, ())}
        for gap in sharing.values():
            demand, share = _shared(candidate.members, gap.members)
            if share >= LEAST_SHARED:
                yield -demand, 0.0, number, gap.id
        if centroids is not None:
            cosines = centroids @ candidate.centroid
            for place in np.flatnonzero(cosines >= LEAST_COSINE).tolist():
                yield 0.0, -float(cosines[place]), number, fitting[place].id


def _shared(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[float, float]:
    """Demand that both have, and its share of the smaller one's demand."""
    common = sum(min(weight, other[key]) for key, weight in one.items() if key in other)
    least = min(sum(one.values()), sum(other.values()))
    return common, common / least if least > 0 else 0.0


def _new_id(candidate: Candidate, taken: set[str]) -> str:
    text = " ".join(sorted(candidate.members))
    for attempt in count():
        digest = hashlib.blake2b(f"{attempt} {text}".encode(), digest_size=5).hexdigest()
        if f"gap-{digest}" not in taken:
            break
    return f"gap-{digest}"
