"""Vectors: build, save, load and search. The only module that imports faiss.

An exhaustive inner-product scan over half-precision vectors: cosines are exact to 1e-4, and at
help-center sizes it costs a small part of embedding the query (docs/decisions/0003). Vectors are
unit length, so scores are cosines.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from kb.embedder import Vectors

Ordinals = NDArray[np.int64]
Scores = NDArray[np.float32]


class DenseIndex:
    """Unit vectors by passage ordinal."""

    def __init__(self, index: faiss.IndexScalarQuantizer) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors, dimension: int) -> DenseIndex:
        """Index `vectors`, shape (n, dimension); n may be 0."""
        index = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        if len(vectors):
            index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read a file written by `save`. FAISS trusts its input: verify the file first."""
        index = faiss.read_index(str(path))
        if not isinstance(index, faiss.IndexScalarQuantizer):
            raise ValueError(f"{path} holds a {type(index).__name__}, not half-precision vectors")
        return cls(index)

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def search(
        self, query: Vectors, k: int, within: NDArray[np.uint8] | None = None
    ) -> tuple[Ordinals, Scores]:
        """The `k` nearest passages to one unit vector of shape (dimension,), best first.

        Args:
            within: if given, only passages whose bit is set, little-endian bits by ordinal.
        """
        k = min(k, len(self))
        if k == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        parameters = None
        if within is not None:
            selector = faiss.IDSelectorBitmap(within)  # type: ignore[call-arg,arg-type]  # SWIG
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # SWIG
        scores, ordinals = self._index.search(query.reshape(1, -1), k, params=parameters)
        found = ordinals[0] >= 0  # FAISS pads with -1 where fewer are within
        return ordinals[0][found], scores[0][found]

    def scores_of(self, query: Vectors, ordinals: Sequence[int] | Ordinals) -> Scores:
        """Cosine of the query with the given passages, in their order."""
        if len(ordinals) == 0:
            return np.zeros(0, np.float32)
        vectors = self.vectors(ordinals)
        return np.asarray(vectors @ query.reshape(-1), dtype=np.float32)

    def vectors(self, ordinals: Sequence[int] | Ordinals) -> Vectors:
        """The stored vectors of the given passages, shape (len(ordinals), dimension)."""
        if len(ordinals) == 0:
            return np.zeros((0, self.dimension), np.float32)
        return np.asarray(self._index.reconstruct_batch(np.asarray(ordinals, dtype=np.int64)))

    def all_vectors(self) -> Vectors:
        """All stored vectors by ordinal, shape (n, dimension); a copy in single precision."""
        if len(self) == 0:
            return np.zeros((0, self.dimension), np.float32)
        return np.asarray(self._index.reconstruct_n(0, len(self)))


def nearest(queries: Vectors, vectors: Vectors, k: int) -> tuple[Ordinals, Scores]:
    """For each query, its `k` nearest of `vectors`: ordinals and cosines, best first.

    Args:
        queries, vectors: unit vectors, shapes (m, dimension) and (n, dimension).

    Returns:
        Two arrays of shape (m, min(k, n)).
    """
    k = min(k, len(vectors))
    if k < 1 or not len(queries):
        return np.zeros((len(queries), k), np.int64), np.zeros((len(queries), k), np.float32)
    scores, ordinals = faiss.knn(
        np.ascontiguousarray(queries, dtype=np.float32),
        np.ascontiguousarray(vectors, dtype=np.float32),
        k,
        metric=faiss.METRIC_INNER_PRODUCT,
    )
    return ordinals, scores
