"""Fusion baselines: what the hybrid has to beat, computed from the lexical and the dense run.

Pure functions from two rankings (document to score) to fused scores; documents that one side did
not retrieve get nothing from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

Scores: TypeAlias = Mapping[str, float]
"""Document to score, for one query."""

RANK_CONSTANT = 60
DENSE_WEIGHT = 0.7


def rrf(lexical: Scores, dense: Scores) -> dict[str, float]:
    """Reciprocal rank fusion: the sum of 1 / (60 + rank) (Cormack, Clarke and Büttcher 2009)."""
    fused: dict[str, float] = {}
    for side in (lexical, dense):
        for rank, document in enumerate(best_first(side), start=1):
            fused[document] = fused.get(document, 0.0) + 1 / (RANK_CONSTANT + rank)
    return fused


def convex(lexical: Scores, dense: Scores) -> dict[str, float]:
    """0.7 of the dense and 0.3 of the lexical score, each min-max normalised over its ranking.

    The fixed combination of Bruch, Gai and Ingber 2023 ("An Analysis of Fusion Functions for
    Hybrid Retrieval"). Where all scores of a side are equal they count as its best.
    """
    left, right = min_max(lexical), min_max(dense)
    return {
        document: (1 - DENSE_WEIGHT) * left.get(document, 0.0)
        + DENSE_WEIGHT * right.get(document, 0.0)
        for document in left | right
    }


FUSIONS: Mapping[str, Callable[[Scores, Scores], dict[str, float]]] = {"rrf": rrf, "convex": convex}
"""Takes the lexical, then the dense scores."""


def best_first(scores: Scores) -> list[str]:
    """Documents by falling score; ties by id, as `kb.ranker` breaks them."""
    return sorted(scores, key=lambda document: (-scores[document], document))


def min_max(scores: Scores) -> dict[str, float]:
    """Scores stretched to [0, 1]; all 1 where they are all equal."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if low == high:
        return dict.fromkeys(scores, 1.0)
    return {document: (score - low) / (high - low) for document, score in scores.items()}
