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
  small. As such a passage cannot earn more, it is credited with c: κ times what the passages of the
  query's language that are nearest to it in meaning earn on average.

A document counts by its best passage, and a little by the next two: the best of many passages is
high by chance, two good ones seldom are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.models import CollectionName
from kb.parameters import FusionParameters

Scores = NDArray[np.float32]

_NEAREST = 5
"""Passages whose lexical evidence says what a near one in the query's language earns."""
_TYPICAL = 0.08
"""What they earn on the golden set (median); assumed where nothing is in the query's language."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document's best passage with the evidence for it."""

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
    evidence: float
    """What the words count for, in [0, 1]: `lexical`, or the credit of another language."""
    score: float
    """The document's."""


def credit_across(
    cosines: Scores, lexical: Scores, same_language: NDArray[np.bool_], parameters: FusionParameters
) -> float:
    """c in the module's formula."""
    own = np.flatnonzero(same_language)
    nearest = own[np.argsort(-cosines[own], kind="stable")[:_NEAREST]]
    mean = float(lexical[nearest].mean()) if len(nearest) else _TYPICAL
    return min(1.0, parameters.other_language_credit * mean)


def lexical_evidence(
    lexical: Scores,
    same_language: NDArray[np.bool_],
    credit: float,
    parameters: FusionParameters,
) -> Scores:
    """e in the module's formula; all arrays have shape (n,), `credit` is c."""
    across = np.maximum(credit, parameters.other_language_vote * lexical)
    return np.asarray(np.where(same_language, lexical, across), np.float32)


def fuse(cosines: Scores, evidence: Scores, spread: float, parameters: FusionParameters) -> Scores:
    """Fused scores of n passages; `evidence` is from `lexical_evidence`, `spread` is σ."""
    return np.asarray(cosines + parameters.lexical_weight * spread * evidence, np.float32)


def score_documents(
    documents: NDArray[np.int32], scores: Scores, reinforcement: float
) -> tuple[NDArray[np.int64], Scores]:
    """Each document's best passage, and its score by that and the next two.

    Args:
        documents: the document of each passage, shape (n,); of all passages of these documents.
        scores: fused scores, shape (n,).
        reinforcement: weight of the mean of a document's next two passages beside its best.

    Returns:
        Position in the arrays of the best passage (the first of equals) and the document's score,
        both in the order of the documents' numbers.
    """
    order = np.lexsort((np.arange(len(scores)), -scores, documents))
    ranked = scores[order].astype(np.float64)
    starts = np.flatnonzero(np.diff(documents[order], prepend=-1))
    counts = np.diff(starts, append=len(order))

    def nth(n: int) -> NDArray[np.float64]:
        return np.asarray(ranked[starts + np.minimum(n, counts - 1)])

    # A document of two passages has one that reinforces, a document of one has none.
    rest = (nth(1) + nth(2)) / 2
    own = np.where(counts > 1, reinforcement, 0.0)
    return order[starts], np.asarray((1 - own) * nth(0) + own * rest, np.float32)


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Best first; ties by document id, then passage."""
    return sorted(candidates, key=_order)


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
