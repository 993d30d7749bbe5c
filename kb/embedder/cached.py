"""Batching, and the cache of vectors by (embedder fingerprint, sha256 of text)."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.embedder.base import Embedder, Vectors

Progress = Callable[[int, int], None]
"""Called with (passages done, passages in all)."""

EMBEDDINGS = "embeddings.sqlite"
"""The cache's name in the folder of caches."""
_SLICE = 32
"""Texts per call: progress moves, and an interrupt waits for and loses at most this much."""


class EmbeddingCache:
    """Vectors on disk. Losing the file costs time, nothing else."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS vectors (fingerprint TEXT, sha256 BLOB, vector BLOB,"
            " PRIMARY KEY (fingerprint, sha256)) WITHOUT ROWID"
        )
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS owners (document TEXT, sha256 BLOB,"
            " PRIMARY KEY (document, sha256)) WITHOUT ROWID"
        )

    def close(self) -> None:
        self._db.close()

    def get(self, fingerprint: str, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), 500):
            batch = keys[start : start + 500]
            rows = self._db.execute(
                "SELECT sha256, vector FROM vectors WHERE fingerprint = ? AND sha256 IN"
                f" ({','.join('?' * len(batch))})",
                [fingerprint, *batch],
            )
            found.update((key, np.frombuffer(vector, np.float32)) for key, vector in rows)
        return found

    def put(self, fingerprint: str, vectors: dict[bytes, Vectors]) -> None:
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [(fingerprint, key, vector.tobytes()) for key, vector in vectors.items()],
            )

    def remember_owners(self, texts: Iterable[tuple[str, str]]) -> None:
        """Note (document id, text) pairs, so that a document's vectors can be found again.

        They stay when the document changes: vectors of its earlier texts stay, too.
        """
        with self._db:
            self._db.executemany(
                "INSERT OR IGNORE INTO owners VALUES (?, ?)",
                ((document, text_key(text)) for document, text in texts),
            )

    def forget(self, documents: Collection[str], texts: Iterable[str] = ()) -> int:
        """Overwrite the vectors of some documents, and of other texts; returns how many.

        A text that another document has, too, is embedded anew when it is next needed.
        """
        self._db.execute("PRAGMA secure_delete=ON")
        owned = [
            key
            for document in documents
            for (key,) in self._db.execute(
                "SELECT sha256 FROM owners WHERE document = ?", [document]
            )
        ]
        keys = [*owned, *map(text_key, texts)]
        with self._db:
            before = self._db.total_changes
            self._db.executemany("DELETE FROM vectors WHERE sha256 = ?", [(key,) for key in keys])
            deleted = self._db.total_changes - before
            self._db.executemany("DELETE FROM owners WHERE document = ?", [(d,) for d in documents])
        return deleted


@dataclass
class EmbeddingCount:
    """What embedding cost, summed over calls."""

    embedded: int = 0
    cached: int = 0
    seconds: float = 0.0
    """Wall time of computing vectors."""
    other_seconds: float = 0.0
    """Wall time in the embedder besides: loading the model, counting tokens."""


def text_key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def embed_passages(
    texts: Sequence[str],
    embedder: Embedder,
    cache: EmbeddingCache,
    count: EmbeddingCount,
    progress: Progress,
) -> Vectors:
    """Vectors of `texts`, shape (n, dimension), embedding only texts the cache does not have."""
    known = count.embedded

    def embed(batch: Sequence[str]) -> Vectors:
        began = time.perf_counter()
        vectors = embedder.embed_passages(batch)
        count.seconds += time.perf_counter() - began
        count.embedded += len(batch)
        return vectors

    vectors = embed_missing(texts, embed, embedder.fingerprint, cache, progress)
    count.cached += len(set(texts)) - (count.embedded - known)
    return np.stack(vectors) if vectors else np.zeros((0, embedder.dimension), np.float32)


def embed_queries(
    texts: Sequence[str], embedder: Embedder, cache: EmbeddingCache, progress: Progress
) -> list[Vectors]:
    """One vector per text, shape (dimension,), embedding only texts the cache does not have."""
    # Kept apart from passages: the same text as a passage is another vector.
    space = f"{embedder.fingerprint} query"
    return embed_missing(texts, embedder.embed_queries, space, cache, progress)


def embed_missing(
    texts: Sequence[str],
    embed: Callable[[Sequence[str]], Vectors],
    space: str,
    cache: EmbeddingCache,
    progress: Progress,
) -> list[Vectors]:
    """One vector per text, shape (dimension,); `embed` is asked for what the cache lacks.

    Args:
        space: the fingerprint that vectors are cached under.
    """
    keys = [text_key(text) for text in texts]
    unique = dict(zip(keys, texts, strict=True))
    vectors = cache.get(space, list(unique))
    # Texts of similar length together: less padding.
    missing = sorted((k for k in unique if k not in vectors), key=lambda k: -len(unique[k]))
    for start in range(0, len(missing), _SLICE):
        batch = missing[start : start + _SLICE]
        fresh = dict(zip(batch, embed([unique[key] for key in batch]), strict=True))
        cache.put(space, fresh)
        vectors.update(fresh)
        progress(start + len(batch), len(missing))
    return [vectors[key] for key in keys]
