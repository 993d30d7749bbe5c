"""An embedder that remembers queries and passages on disk, for what is embedded again and again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.embedder import Embedder, Vectors
from kb.embedder.cached import EmbeddingCache, embed_missing, embed_queries


class RememberingEmbedder:
    """An `Embedder` over another one: the same vectors, each text embedded once ever."""

    def __init__(self, embedder: Embedder, cache: EmbeddingCache) -> None:
        self._embedder = embedder
        self._cache = cache

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        return self._embedder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder.count_tokens(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Kept apart from passages, which have another prompt."""
        return self._stacked(embed_queries(texts, self._embedder, self._cache, _unreported))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shares what `kb index` has embedded before."""
        embed = self._embedder.embed_passages
        return self._stacked(
            embed_missing(texts, embed, self.fingerprint, self._cache, _unreported)
        )

    def _stacked(self, vectors: Sequence[Vectors]) -> Vectors:
        return np.stack(vectors) if vectors else np.zeros((0, self.dimension), np.float32)


def _unreported(_done: int, _total: int) -> None:
    """The replay reports its own progress."""
