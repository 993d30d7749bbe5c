"""Fakes that implement our ports; no mocks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from kb.embedder import Vectors
from kb.text import analyse


@cache
def _sum_of_terms(text: str, dimension: int) -> Vectors:
    """Kept: every index embeds the same probe texts to measure its languages' means."""
    total = np.full(dimension, 1e-3)
    for term in analyse(text):
        seed = int.from_bytes(hashlib.sha256(term.text.encode()).digest()[:8], "big")
        total = total + np.random.default_rng(seed).standard_normal(dimension)
    return (total / np.linalg.norm(total)).astype(np.float32)


class BagOfWordsEmbedder:
    """Deterministic and instant: a text is the normalised sum of its terms' random vectors."""

    name = "bag-of-words"
    dimension = 64
    max_tokens = 512

    def __init__(self, salt: str = "") -> None:
        self.fingerprint = hashlib.sha256(f"bag-of-words {salt}".encode()).hexdigest()
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Vectors:
        return _sum_of_terms(text, self.dimension)
