"""Fusion, grouping and tie-breaks: pure functions over arrays and small records.

Fused score of a passage p for a query q (a convex combination up to scale; after Bruch, Gai and
Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023, with BM25 normalised by the
query's theoretical maximum):

    s(q,p) = cos(q,p) + w · σ · v(q,p) · lex(q,p)

- lex in [0,1] is the BM25F score as a share of what the query could reach (kb.lexical): a query
  whose weighty words occur nowhere has little of it, so lexical noise has little voice;
- σ is the spread of cosines among unrelated passages in the query's language, so w means the same
  for every embedding model;
- v, the vote, is 1 where the passage is in the query's language and small where it is not: there
  only names and numbers can match.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.models import CollectionName
from kb.parameters import FusionParameters

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with the evidence for it."""

    collection: CollectionName
    passage: int
    """Ordinal in its collection."""
    document: int
    """Ordinal of its document in its collection."""
    document_id: str
    group: str
    locale: str
    cosine: float
    """Aligned across languages (Retriever)."""
    lexical: float
    """Share of the query's lexical bound, in [0, 1]."""
    score: float


def fuse(
    cosines: Scores,
    lexical: Scores,
    same_language: NDArray[np.bool_],
    spread: float,
    parameters: FusionParameters,
) -> Scores:
    """Fused scores of n passages; all arrays have shape (n,), `spread` is σ (see the module)."""
    vote = np.where(same_language, 1.0, parameters.other_language_vote)
    return np.asarray(
        cosines + parameters.lexical_weight * spread * vote * lexical, dtype=np.float32
    )


def best_per_document(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each document's best passage, ordered by score; ties by document id, then passage."""
    best: dict[tuple[str, str], Candidate] = {}
    for candidate in candidates:
        key = (candidate.collection, candidate.document_id)
        if key not in best or _order(candidate) < _order(best[key]):
            best[key] = candidate
    return sorted(best.values(), key=_order)


def _order(candidate: Candidate) -> tuple[float, str, int]:
    return (-candidate.score, candidate.document_id, candidate.passage)


@dataclass(frozen=True)
class Group:
    """The language versions of one document, found by a query."""

    key: str
    collection: CollectionName
    score: float
    """The best version's."""
    versions: tuple[Candidate, ...]
    """Best first."""


def group_translations(candidates: Sequence[Candidate]) -> list[Group]:
    """Collapse versions of one document; order by the best version's score, then by key."""
    members: dict[tuple[CollectionName, str], list[Candidate]] = {}
    for candidate in candidates:
        members.setdefault((candidate.collection, candidate.group), []).append(candidate)
    groups = [
        Group(key, collection, max(c.score for c in versions), tuple(sorted(versions, key=_order)))
        for (collection, key), versions in members.items()
    ]
    return sorted(groups, key=lambda group: (-group.score, group.key, group.collection))
