"""Solved tickets with a similar problem, and how much each says about what to reply.

    s(j) = cos(q, problem of j) + r · cos(q, reply to j) + w · σ · e(q, problem of j)
    p(j) = softmax of s(j) / (τ · σ) over the nearest `PRECEDENTS`

cos is of centred vectors, σ their spread among unrelated texts, e the lexical evidence of
kb.ranker. Words weigh more between two tickets than between a question and an article: error
messages, versions and names of servers are what two long and noisy texts have in common. A reply
often repeats what the problem is about, so it is compared with the question, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.collection import Collection
from kb.embedder import Vectors
from kb.embedder.base import unit
from kb.parameters import FusionParameters, PrecedentParameters
from kb.ranker import Scores, credit_across, fuse, lexical_evidence
from kb.retriever import Gathered

PRECEDENTS = 50


@dataclass(frozen=True)
class Precedents:
    """Nearest first; every array has one row per ticket."""

    collection: Collection
    documents: NDArray[np.int64]
    """Ordinals."""
    passages: NDArray[np.int64]
    """Ordinal of the passage of the problem that is nearest."""
    weights: Scores
    """p in the module's formula; they add up to 1."""
    problem: Scores
    """Cosine of the problem with the question."""
    reply: Scores
    """Cosine of the reply with the question."""
    lexical: Scores
    """What the words count for, in [0, 1]."""
    same_language: NDArray[np.bool_]
    replies: Vectors
    """Unit vectors of what was replied, shape (n, dimension)."""

    def __len__(self) -> int:
        return len(self.documents)


def precedents_of(gathered: Gathered, spread: float, parameters: PrecedentParameters) -> Precedents:
    """Rank the solved tickets among gathered passages; `spread` is σ."""
    collection, ordinals = gathered.collection, gathered.ordinals
    is_reply = collection.replies[ordinals]
    fusion = FusionParameters(
        lexical_weight=parameters.lexical_weight,
        other_language_vote=parameters.other_language_vote,
        other_language_credit=parameters.other_language_credit,
        reinforcement=0,
    )
    asked = np.flatnonzero(~is_reply)
    cosines, same = gathered.cosines[asked], gathered.same_language[asked]
    credit = credit_across(cosines, gathered.lexical[asked], same, fusion)
    evidence = lexical_evidence(gathered.lexical[asked], same, credit, fusion)
    scores = fuse(cosines, evidence, spread, fusion)
    documents = collection.document_of[ordinals]

    # Best passage of each problem: sorted by document, then score; the first of each document.
    order = np.lexsort((-scores, documents[asked]))
    first = order[np.flatnonzero(np.diff(documents[asked][order], prepend=-1))]
    found = documents[asked][first]
    replied = _best_by_document(found, documents[is_reply], gathered.cosines[is_reply])
    totals = scores[first] + parameters.reply_weight * replied
    nearest = np.lexsort((found, -totals))[:PRECEDENTS]
    chosen = first[nearest]
    return Precedents(
        collection=collection,
        documents=found[nearest].astype(np.int64),
        passages=ordinals[asked][chosen],
        weights=_softmax(totals[nearest], parameters.temperature * spread),
        problem=cosines[chosen],
        reply=replied[nearest],
        lexical=evidence[chosen],
        same_language=same[chosen],
        replies=_reply_vectors(collection, found[nearest]),
    )


def _best_by_document(
    wanted: NDArray[np.int32], documents: NDArray[np.int32], scores: Scores
) -> Scores:
    """The best score of each wanted document; 0 where it has none."""
    best = dict.fromkeys(wanted.tolist(), 0.0)
    for document, score in zip(documents.tolist(), scores.tolist(), strict=True):
        if document in best:
            best[document] = max(best[document], score)
    return np.array([best[document] for document in wanted.tolist()], np.float32)


def _softmax(scores: Scores, temperature: float) -> Scores:
    if not len(scores):
        return np.zeros(0, np.float32)
    powers = np.exp((scores - scores.max()) / temperature)
    return np.asarray(powers / powers.sum(), np.float32)


def _reply_vectors(collection: Collection, documents: NDArray[np.int32]) -> Vectors:
    """The mean direction of each reply's passages; zeros where there are none."""
    in_order = np.sort(documents)
    ordinals = collection.passages_of(in_order)
    ordinals = ordinals[collection.replies[ordinals]]
    sums = np.zeros((len(documents), collection.dense.dimension), np.float32)
    rows = np.searchsorted(in_order, collection.document_of[ordinals])
    np.add.at(sums, rows, collection.dense.vectors(ordinals))
    return unit(sums)[np.searchsorted(in_order, documents)]
