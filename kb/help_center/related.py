"""What else to read: articles whose passages mean something similar. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb.embedder import Vectors

NEAR = 0.2
"""Least cosine of two centred articles for one to be worth mentioning with the other."""
FOREIGN = 0.15
"""How much nearer an article has to be that the reader's language lacks."""
_ENOUGH = 8
"""Articles of a language from which on their mean tells what it is like to be in it."""


def centroids(vectors: Vectors, document_of: NDArray[np.int32], documents: int) -> Vectors:
    """The mean of each document's passages, unit length; zero for one without passages.

    Args:
        vectors: of passages, shape (n, dimension).
        document_of: document ordinal of each passage, shape (n,).

    Returns:
        Shape (documents, dimension).
    """
    sums = np.zeros((documents, vectors.shape[1]), np.float32)
    np.add.at(sums, document_of, vectors)
    return _unit(sums)


def centred(means: Vectors, languages: Sequence[str]) -> Vectors:
    """The same without what all articles of a language share, unit length."""
    result = means.copy()
    of = np.array(languages)
    for language in set(languages):
        rows = np.flatnonzero(of == language)
        if len(rows) >= _ENOUGH:
            result[rows] -= means[rows].mean(axis=0)
    return _unit(result)


def related(
    document: int,
    vectors: Vectors,
    groups: Sequence[str],
    languages: Sequence[str],
    limit: int,
) -> list[int]:
    """Ordinals of the articles nearest to `document`, best first, each group once.

    A group is represented by its version in the document's language; where it has none, by its
    nearest one, which has to be nearer by `FOREIGN`.

    Args:
        vectors: of documents, from `centred`.
    """
    own = languages[document]
    cosines = vectors @ vectors[document]
    best: dict[str, tuple[bool, float, int]] = {}
    for ordinal, group in enumerate(groups):
        if group == groups[document]:
            continue
        same = languages[ordinal] == own
        score = float(cosines[ordinal]) - (0.0 if same else FOREIGN)
        candidate = (same, score, -ordinal)
        if group not in best or candidate > best[group]:
            best[group] = candidate
    ranked = sorted(best.values(), key=lambda one: (-one[1], -one[2]))
    return [-number for _, score, number in ranked if score >= NEAR][:limit]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
