"""One collection of a snapshot, opened for reading: vectors, words, passages, documents."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.dense import DenseIndex
from kb.errors import SnapshotCorrupt
from kb.lexical import LexicalIndex
from kb.models import CollectionName, IndexedDocument, Passage
from kb.text import language_of

VECTORS = "vectors.faiss"
LEXICAL = "lexical"
CONTENT = "content.sqlite"
DOCUMENT_OF_PASSAGE = "documents.npy"

REPLY_ANCHOR = "reply"
"""In ids of passages that hold what solved a ticket; the others hold what was asked."""

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


class Collection:
    """Read-only and thread-safe. Ordinals number passages and documents from 0."""

    def __init__(self, name: CollectionName, folder: Path) -> None:
        """Open a verified folder.

        Raises:
            SnapshotCorrupt: a file cannot be read or the parts disagree in length.
        """
        self.name = name
        self._lock = threading.Lock()
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
        by_document = np.array([language_of(locale) for locale in self.locales] or [""])
        if len(self) == 0:
            return by_document[:0]
        return by_document[self.document_of]

    def passages_in(self, language: str) -> int:
        """Number of passages in a language."""
        return self._passages_by_language[language]

    @cached_property
    def _passages_by_language(self) -> Counter[str]:
        return Counter(self.languages.tolist())

    @cached_property
    def replies(self) -> NDArray[np.bool_]:
        """Whether each passage, by ordinal, holds what solved a ticket rather than the problem."""
        with self._lock:
            rows = self._content.execute("SELECT id FROM passages ORDER BY ordinal").fetchall()
        start = f"#{REPLY_ANCHOR}."
        found = (identifier.rfind(start) == identifier.rfind("#") for (identifier,) in rows)
        return np.fromiter(found, np.bool_, len(rows))

    def passages_of(self, documents: NDArray[np.int32]) -> NDArray[np.int64]:
        """Ordinals of all passages of some documents; a document's passages follow each other."""
        starts, ends = (
            np.searchsorted(self.document_of, documents, side) for side in ("left", "right")
        )
        ranges = [np.arange(start, end) for start, end in zip(starts, ends, strict=True)]
        return np.concatenate([np.zeros(0, np.int64), *ranges])

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
        ordinal = self.ordinal_of(identifier)
        return None if ordinal is None else self.documents([ordinal])[ordinal]

    def ordinal_of(self, identifier: str) -> int | None:
        """Ordinal of a document by its id."""
        return self._ordinals.get(identifier)

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
            if language_of(self.locales[ordinal]) == language
        ]
        return np.flatnonzero(np.isin(self.document_of, wanted))

    @cached_property
    def _ordinals(self) -> dict[str, int]:
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
