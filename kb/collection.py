"""One collection of a snapshot, opened for reading: vectors, words, passages, documents."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.dense import DenseIndex
from kb.errors import SnapshotCorrupt
from kb.lexical import LexicalIndex
from kb.models import CollectionName, IndexedDocument, Passage

VECTORS = "vectors.faiss"
LEXICAL = "lexical"
CONTENT = "content.sqlite"
DOCUMENT_OF_PASSAGE = "documents.npy"

_SAMPLE = 400
_TYPICAL = (0.80, 0.03)
"""Mean and spread of unrelated passages' cosines with multilingual-e5-small (measured)."""
_TYPICAL_PAIRS = 100
"""How many pairs the typical values weigh as much as."""

CONTENT_SCHEMA = """
CREATE TABLE documents (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, grp TEXT NOT NULL, locale TEXT NOT NULL,
    payload TEXT NOT NULL
);
CREATE TABLE passages (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL,
    payload TEXT NOT NULL
);
CREATE INDEX passages_by_document ON passages (document);
"""


Bits = NDArray[np.uint8]
"""One bit per passage ordinal, little-endian."""


class CosineStatistics(NamedTuple):
    """Of the cosine between unrelated passages in two languages (or twice the same)."""

    mean: float
    spread: float
    """Standard deviation."""
    passages: int
    """How many there are in the rarer of the two."""


NO_PASSAGES = CosineStatistics(*_TYPICAL, passages=0)
"""What is assumed where there is nothing to measure."""


class Collection:
    """Read-only and thread-safe. Ordinals number passages and documents from 0."""

    def __init__(self, name: CollectionName, folder: Path) -> None:
        """Open a verified folder.

        Raises:
            SnapshotCorrupt: a file cannot be read or the parts disagree in length.
        """
        self.name = name
        self._lock = threading.Lock()
        self._statistics: dict[tuple[str, str], CosineStatistics] = {}
        self._apart: dict[str, tuple[Bits, Bits] | None] = {}
        try:
            self.dense = DenseIndex.load(folder / VECTORS)
            self.document_of: NDArray[np.int32] = np.load(folder / DOCUMENT_OF_PASSAGE)
            self._content = sqlite3.connect(
                f"file:{(folder / CONTENT).absolute()}?mode=ro&immutable=1",
                uri=True,
                check_same_thread=False,
            )
            rows = self._content.execute(
                "SELECT id, grp, locale FROM documents ORDER BY ordinal"
            ).fetchall()
        except (OSError, ValueError, RuntimeError, sqlite3.Error) as error:
            raise SnapshotCorrupt(f"The collection {folder} cannot be read: {error}.") from error
        self.lexical = LexicalIndex(folder / LEXICAL)
        self.document_ids: list[str] = [row[0] for row in rows]
        self.groups: list[str] = [row[1] for row in rows]
        self.locales: list[str] = [row[2] for row in rows]
        if not len(self.dense) == len(self.lexical) == len(self.document_of):
            raise SnapshotCorrupt(f"The collection {folder} has parts of different length.")

    def __len__(self) -> int:
        """Number of passages."""
        return len(self.document_of)

    @cached_property
    def languages(self) -> NDArray[np.str_]:
        """Language (without region) of each passage's document, by passage ordinal."""
        by_document = np.array([locale.split("-")[0] for locale in self.locales] or [""])
        if len(self) == 0:
            return by_document[:0]
        return by_document[self.document_of]

    def cosine_statistics(self, left: str, right: str) -> CosineStatistics:
        """How passages in two languages that have nothing to do with each other compare.

        From evenly spaced samples, pairs of different groups, so that it is the same at every
        opening; small collections lean on what is typical of the default model.
        """
        pair = (left, right) if left <= right else (right, left)
        if pair not in self._statistics:
            self._statistics[pair] = self._measure_cosines(*pair)
        return self._statistics[pair]

    def _measure_cosines(self, left: str, right: str) -> CosineStatistics:
        samples = [self._sample(left), self._sample(right)]
        vectors = [self.dense.vectors(sample) for sample in samples]
        groups = [self._group_numbers[self.document_of[sample]] for sample in samples]
        unrelated = groups[0][:, None] != groups[1][None, :]
        cosines = (vectors[0] @ vectors[1].T)[unrelated]
        own = (float(cosines.mean()), float(cosines.std())) if len(cosines) else (0.0, 0.0)
        share = len(cosines) / (len(cosines) + _TYPICAL_PAIRS)
        mean, spread = (share * a + (1 - share) * b for a, b in zip(own, _TYPICAL, strict=True))
        passages = min(int((self.languages == language).sum()) for language in (left, right))
        return CosineStatistics(mean, spread, passages)

    def _sample(self, language: str) -> NDArray[np.int64]:
        members = np.flatnonzero(self.languages == language)
        if not len(members):
            return members
        return members[np.unique(np.linspace(0, len(members) - 1, _SAMPLE).astype(np.int64))]

    @cached_property
    def _group_numbers(self) -> NDArray[np.int64]:
        """A number per group, by document ordinal."""
        return np.unique(np.array(self.groups or [""]), return_inverse=True)[1]

    def languages_apart(self, language: str) -> tuple[Bits, Bits] | None:
        """Bits of the passages in `language`, and of those that have no version in it.

        None where there is nothing to keep apart: all passages are of one of these kinds.
        """
        if language not in self._apart:
            own = self.languages == language
            numbers = self._group_numbers[self.document_of] if len(self) else np.zeros(0, int)
            untranslated = ~np.isin(numbers, np.unique(numbers[own]))
            mixed = bool(own.any()) and not bool(own.all())
            packed = (np.packbits(bits, bitorder="little") for bits in (own, untranslated))
            self._apart[language] = tuple(packed) if mixed else None  # type: ignore[assignment]
        return self._apart[language]

    def passages(self, ordinals: Sequence[int]) -> dict[int, Passage]:
        """Passages by ordinal."""
        return {
            ordinal: Passage.model_validate_json(payload)
            for ordinal, payload in self._rows("passages", "ordinal", ordinals)
        }

    def documents(self, ordinals: Sequence[int]) -> dict[int, IndexedDocument]:
        """Documents by ordinal."""
        return {
            ordinal: IndexedDocument.model_validate_json(payload)
            for ordinal, payload in self._rows("documents", "ordinal", ordinals)
        }

    def document(self, identifier: str) -> IndexedDocument | None:
        """A document by its id."""
        ordinal = self._ordinal_of.get(identifier)
        return None if ordinal is None else self.documents([ordinal])[ordinal]

    def all_documents(self) -> list[IndexedDocument]:
        """Every document, ordered by id."""
        with self._lock:
            rows = self._content.execute("SELECT payload FROM documents ORDER BY id").fetchall()
        return [IndexedDocument.model_validate_json(payload) for (payload,) in rows]

    def group_members(self, group: str) -> list[IndexedDocument]:
        """All language versions of one document, ordered by locale."""
        ordinals = self._ordinals_of_group.get(group, [])
        return sorted(self.documents(ordinals).values(), key=lambda document: document.locale)

    def passages_of_version(self, group: str, language: str) -> NDArray[np.int64]:
        """Ordinals of the passages of a group's version in `language`; empty if there is none."""
        wanted = [
            ordinal
            for ordinal in self._ordinals_of_group.get(group, [])
            if self.locales[ordinal].split("-")[0] == language
        ]
        return np.flatnonzero(np.isin(self.document_of, wanted))

    @cached_property
    def _ordinal_of(self) -> dict[str, int]:
        return {identifier: ordinal for ordinal, identifier in enumerate(self.document_ids)}

    @cached_property
    def _ordinals_of_group(self) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = {}
        for ordinal, group in enumerate(self.groups):
            groups.setdefault(group, []).append(ordinal)
        return groups

    def _rows(self, table: str, column: str, keys: Sequence[int]) -> list[tuple[int, str]]:
        marks = ",".join("?" * len(keys))
        # Table and column are literals of this module; the keys are bound.
        statement = f"SELECT ordinal, payload FROM {table} WHERE {column} IN ({marks})"
        with self._lock:
            return self._content.execute(statement, [int(key) for key in keys]).fetchall()
