"""Which terms occur how often in which passages: what lexical scores are computed from.

The counts are kept beside the scores, because a score depends on the whole collection (idf, mean
length) and a count does not. A changed document thus costs arithmetic on arrays, not reading all
texts again: `replaced` gives exactly what `of` would give for the changed collection.

    fields × entries   counts[f, e]: how often entry e's term occurs in field f of its passage
    entries            sorted by term, then passage; indptr[t] is where term t's entries begin
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FIELDS = ("title", "body")

Passage = tuple[Sequence[str], Sequence[str]]
"""(title terms, body terms)."""


@dataclass(frozen=True)
class Postings:
    """Term counts of a collection. Terms are sorted; ordinals number passages from 0."""

    terms: list[str]
    indptr: NDArray[np.int64]
    """Shape (terms + 1,)."""
    ordinals: NDArray[np.int32]
    """Shape (entries,)."""
    counts: NDArray[np.uint32]
    """Shape (fields, entries)."""
    lengths: NDArray[np.uint32]
    """Terms in each field of each passage, shape (fields, passages)."""

    @property
    def size(self) -> int:
        """Number of passages."""
        return len(self.lengths[0])

    @property
    def frequencies(self) -> NDArray[np.int64]:
        """In how many passages each term occurs, shape (terms,)."""
        return np.diff(self.indptr)

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Postings:
        """Count the terms of passages, in ordinal order."""
        numbers: dict[str, int] = {}
        entries = [array("q"), array("q"), *(array("q") for _ in FIELDS)]  # term, passage, counts
        lengths = [array("q") for _ in FIELDS]
        for ordinal, passage in enumerate(passages):
            counted = [Counter(terms) for terms in passage]
            for column, terms in zip(lengths, passage, strict=True):
                column.append(len(terms))
            for term in dict.fromkeys(term for counter in counted for term in counter):
                row = [numbers.setdefault(term, len(numbers)), ordinal]
                row += [counter[term] for counter in counted]
                for column, value in zip(entries, row, strict=True):
                    column.append(value)
        columns = np.stack([np.array(column, np.int64) for column in entries])
        terms = sorted(numbers)
        rank = np.zeros(len(terms), np.int64)
        rank[[numbers[term] for term in terms]] = np.arange(len(terms))
        columns[0] = rank[columns[0]] if len(terms) else columns[0]
        # Passages came in order, so a stable sort by term leaves them in order.
        columns = columns[:, np.argsort(columns[0], kind="stable")]
        return cls(
            terms,
            _starts(columns[0], len(terms)),
            columns[1].astype(np.int32),
            columns[2:].astype(np.uint32),
            np.array([np.array(column, np.int64) for column in lengths]).astype(np.uint32),
        )

    def replaced(
        self, kept: NDArray[np.int64], added: Postings, places: NDArray[np.int64]
    ) -> Postings:
        """The counts after some passages went and others came.

        Args:
            kept: new ordinal of each passage, -1 where it goes, shape (passages,). Those that stay
                stay in order.
            added: counts of the passages that come.
            places: their new ordinals, ascending, shape (added passages,).
        """
        stays = kept[self.ordinals] >= 0 if len(self.ordinals) else np.zeros(0, bool)
        own = np.repeat(np.arange(len(self.terms)), self.frequencies)[stays]
        used = np.unique(own)
        terms = sorted({*(self.terms[row] for row in used), *added.terms})
        number = {term: row for row, term in enumerate(terms)}
        rank = np.zeros(len(self.terms) or 1, np.int64)
        rank[used] = [number[self.terms[row]] for row in used]
        rank_of_added = np.array([number[term] for term in added.terms] or [0], np.int64)

        size = int((kept >= 0).sum()) + added.size
        ours = rank[own] * size + kept[self.ordinals[stays]]
        theirs = np.repeat(np.arange(len(added.terms)), added.frequencies)
        keys = rank_of_added[theirs] * size + places[added.ordinals]
        at = np.searchsorted(ours, keys)
        merged = np.insert(ours, at, keys)
        counts = np.insert(self.counts[:, stays], at, added.counts, axis=1)
        lengths = np.zeros((len(FIELDS), size), np.uint32)
        lengths[:, kept[kept >= 0]] = self.lengths[:, kept >= 0]
        lengths[:, places] = added.lengths
        return Postings(
            terms,
            _starts(merged // max(size, 1), len(terms)),
            (merged % max(size, 1)).astype(np.int32),
            counts,
            lengths,
        )

    def save(self, folder: Path) -> None:
        """Write the arrays into `folder`."""
        np.save(folder / "indptr.npy", self.indptr)
        np.save(folder / "ordinals.npy", self.ordinals)
        np.save(folder / "counts.npy", self.counts)
        np.save(folder / "lengths.npy", self.lengths)
        (folder / "terms.txt").write_text("\n".join(self.terms), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Read what `save` wrote.

        Raises:
            OSError, ValueError: a file is missing or damaged.
        """
        text = (folder / "terms.txt").read_text(encoding="utf-8")
        return cls(
            text.split("\n") if text else [],
            np.load(folder / "indptr.npy"),
            np.load(folder / "ordinals.npy"),
            np.load(folder / "counts.npy"),
            np.load(folder / "lengths.npy"),
        )


def _starts(rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Where each row's entries begin; `rows` is sorted."""
    return np.searchsorted(rows, np.arange(count + 1)).astype(np.int64)
