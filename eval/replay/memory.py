"""An embedder that remembers queries and passages on disk, for what is embedded again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from indexer.embed import EmbeddingCache, text_key
from kb.embedder import Embedder, Vectors

_SLICE = 128


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
        return self._embed(texts, f"{self.fingerprint} query", self._embedder.embed_queries)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shares what `kb index` has embedded before."""
        return self._embed(texts, self.fingerprint, self._embedder.embed_passages)

    def _embed(
        self, texts: Sequence[str], space: str, embed: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        keys = [text_key(text) for text in texts]
        unique = dict(zip(keys, texts, strict=True))
        vectors = self._cache.get(space, list(unique))
        missing = sorted((k for k in unique if k not in vectors), key=lambda k: -len(unique[k]))
        for start in range(0, len(missing), _SLICE):
            batch = missing[start : start + _SLICE]
            fresh = dict(zip(batch, embed([unique[key] for key in batch]), strict=True))
            self._cache.put(space, fresh)
            vectors.update(fresh)
        return np.stack([vectors[key] for key in keys])
