"""What the rest of the house needs from an embedding model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1, shape (n, dimension); a row of zeros stays one."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)


class Embedder(Protocol):
    """Maps texts to unit vectors, so that the inner product is the cosine similarity."""

    @property
    def name(self) -> str:
        """For people; two models may share it."""

    @property
    def fingerprint(self) -> str:
        """sha256 (hex) over weights, tokenizer and prompts: equal means same vector space."""

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, specials and prompt included; more is cut off."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without specials and prompt."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Array of shape (len(texts), dimension), L2-normalised."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Array of shape (len(texts), dimension), L2-normalised."""
