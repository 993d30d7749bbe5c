"""Cosines of many texts with many others, block by block, so that memory stays small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kb.embedder import Vectors

_AT_ONCE = 8_000_000
"""Cosines held at a time: 32 MB."""

Numbers = NDArray[np.int64]
Cosines = NDArray[np.float32]


@dataclass(frozen=True)
class Stack:
    """The vectors of several items, each with one or more, one below the other."""

    vectors: Vectors
    """Shape (rows, d)."""
    starts: Numbers
    """Row at which each item begins, shape (items,)."""

    @classmethod
    def of(cls, parts: Sequence[Vectors]) -> Stack:
        """Put matrices of shape (n, d) one below the other; none of them may be empty."""
        if not parts:
            return cls(np.zeros((0, 0), np.float32), np.zeros(0, np.int64))
        ends = np.cumsum([len(part) for part in parts])
        return cls(np.concatenate(parts), np.concatenate([[0], ends[:-1]]).astype(np.int64))

    def __len__(self) -> int:
        """Number of items."""
        return len(self.starts)

    @property
    def sizes(self) -> Numbers:
        """Rows of each item."""
        return np.diff(np.append(self.starts, len(self.vectors)))


@dataclass(frozen=True)
class Nearest:
    """What each of some items is nearest to; arrays of shape (items sought,)."""

    item: Numbers
    cosine: Cosines
    lead: Cosines
    """By how much it is nearer than the second; the cosine itself where there is no second."""


def compared(
    left: Stack, right: Stack, by: Literal["best", "mean of best"] = "best"
) -> Iterator[tuple[int, Cosines]]:
    """Compare all items of `left` with all of `right`.

    Args:
        by: of two items with several vectors, take the best cosine of any two; or for each vector
            of `left`'s the best one, and the mean of those: how well `right`'s covers it.

    Yields:
        The number of the first item of a block, and an array of shape (items in block, right).
    """
    if not len(left) or not len(right):
        return
    rows = max(1, _AT_ONCE // len(right.vectors))
    ends = left.starts + left.sizes
    first = 0
    while first < len(left):
        start = int(left.starts[first])
        beyond = max(first + 1, int(np.searchsorted(ends, start + rows, "right")))
        cosines = left.vectors[start : int(ends[beyond - 1])] @ right.vectors.T
        best = np.maximum.reduceat(cosines, right.starts, axis=1)
        of_block = left.starts[first:beyond] - start
        if by == "best":
            yield first, np.maximum.reduceat(best, of_block, axis=0)
        else:
            sums = np.add.reduceat(best, of_block, axis=0)
            yield first, np.asarray(sums / left.sizes[first:beyond, None], np.float32)
        first = beyond


def nearest(left: Stack, right: Stack) -> Nearest:
    """The item of `right`, which is not empty, that each of `left` is nearest to."""
    items, scores, leads = [], [], []
    for _, cosines in compared(left, right):
        best = cosines.argmax(axis=1)
        top = cosines[np.arange(len(best)), best]
        cosines[np.arange(len(best)), best] = -np.inf if len(right) > 1 else 0
        items.append(best)
        scores.append(top)
        leads.append(top - cosines.max(axis=1))
    return Nearest(
        np.concatenate([np.zeros(0, np.int64), *items]),
        np.concatenate([np.zeros(0, np.float32), *scores]),
        np.concatenate([np.zeros(0, np.float32), *leads]),
    )
