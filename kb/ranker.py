"""Fusion, grouping and tie-breaks: pure functions over arrays and small records.

Fused score of a passage p for a query q (a convex combination up to scale; after Bruch, Gai and
Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023, with BM25 normalised by the
query's theoretical maximum):

    s(q,p) = cos(q,p) + w · σ · e(q,p)
    e(q,p) = lex(q,p)                  where p is in the query's language,
             max(c, v · lex(q,p))      where it is not

- cos is the cosine of centred vectors, σ its spread among unrelated texts (kb.embedder.centring),
  so w means the same for every embedding model;
- lex in [0,1] is the BM25F score as a share of what the query could reach (kb.lexical): a query
  whose weighty words occur nowhere has little of it, so lexical noise has little voice;
- in another language only names, codes and numbers can match, and less of that is telling: v is
  small, and c is what such a passage is credited with, because it cannot earn any.

A document counts by its best passage, and a little by the next two: the best of many passages is
high by chance, two good ones seldom are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kb.models import CollectionName
from kb.parameters import FusionParameters

Scores = NDArray[np.float32]

_REINFORCING = 2
"""Passages that count beside a document's best."""


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
    """Of centred vectors."""
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
    across = np.maximum(parameters.other_language_credit, parameters.other_language_vote * lexical)
    evidence = np.where(same_language, lexical, across)
    return np.asarray(cosines + parameters.lexical_weight * spread * evidence, dtype=np.float32)


def rank_documents(candidates: Iterable[Candidate], reinforcement: float) -> list[Candidate]:
    """Each document once, by its best passage, ordered by score; ties by document id.

    Args:
        candidates: all passages of the documents to rank.
        reinforcement: weight of the mean of a document's next two passages beside its best.
    """
    passages: dict[tuple[str, str], list[Candidate]] = {}
    for candidate in candidates:
        passages.setdefault((candidate.collection, candidate.document_id), []).append(candidate)
    ranked = []
    for members in passages.values():
        best, *rest = sorted(members, key=_order)[: 1 + _REINFORCING]
        if rest:
            others = sum(candidate.score for candidate in rest) / len(rest)
            score = (1 - reinforcement) * best.score + reinforcement * others
            best = replace(best, score=score)
        ranked.append(best)
    return sorted(ranked, key=_order)


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
