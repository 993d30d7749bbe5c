"""A query's words in one index's vocabulary: found, corrected, or replaced by synonyms.

Synonyms (kb.expansion) compete with the terms they stand for: the better of both counts in each
passage, never the sum, and a synonym for no more than `SYNONYM_WEIGHT` of what the terms could have
earned. So the bound of the score stays what it was, no score falls, and a passage with the
customer's own word beats one that has a synonym as often.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kb.expansion import Expansion, Terms

K1 = 1.2
"""Of BM25F: a term can contribute `(K1 + 1) · idf`, however often it occurs."""
_REMEMBERED = 50_000
_CORRECTED = 0.6
"""What a look-alike of an unknown word counts compared with the word itself."""
SYNONYM_WEIGHT = 0.8
"""What a synonym counts compared with the word itself: more than a guess at a misspelling, because
a person has said so, and less than the word, because few words mean quite the same."""


@dataclass(frozen=True)
class Alternative:
    """A synonym found in the vocabulary."""

    rows: tuple[int, ...]
    """Its terms; a passage has the synonym if it has all of them."""
    counted: tuple[int, ...]
    """Those that no other part of the query counts already."""
    weight: float


@dataclass(frozen=True)
class Choice:
    """Some of a query's terms and their synonyms, of which the best counts in each passage."""

    rows: tuple[int, ...]
    weights: tuple[float, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class LexicalQuery:
    """A query resolved against one index's vocabulary."""

    rows: tuple[int, ...]
    """Vocabulary rows to add up."""
    weights: tuple[float, ...]
    bound: float
    """Upper bound of the score; 0 for a query without terms."""
    coverage: float
    """Share of the bound whose terms occur in the index at all."""
    choices: tuple[Choice, ...] = ()
    """What is added up besides, for terms that have synonyms."""

    def all_rows(self) -> Iterator[int]:
        """Rows of everything that counts; some may come twice."""
        yield from self.rows
        for choice in self.choices:
            yield from choice.rows
            for alternative in choice.alternatives:
                yield from alternative.counted


@dataclass(frozen=True)
class _Sought:
    """A query's term in one index's vocabulary."""

    idf: float
    """What it bounds."""
    rows: tuple[tuple[int, float], ...]
    """Rows that stand for it, with their weights."""
    covered: float
    """How much of its idf they are worth."""


class Vocabulary:
    """The terms of an index and how rare they are.

    Args:
        rows: term to its row.
        idf: by row.
        size: number of passages.
        similar: a known term that an unknown one is probably a misspelling of.
    """

    def __init__(
        self,
        rows: Mapping[str, int],
        idf: NDArray[np.float32],
        size: int,
        similar: Callable[[str], str | None],
    ) -> None:
        self._rows = rows
        self._idf = idf
        self._size = size
        # Looking for misspellings costs more than all the rest, and long jobs repeat their words.
        self._similar = lru_cache(_REMEMBERED)(similar)

    def resolve(self, terms: tuple[str, ...], expansions: tuple[Expansion, ...]) -> LexicalQuery:
        """See `kb.lexical.LexicalIndex.resolve`."""
        sought = {term: self._seek(term) for term in dict.fromkeys(terms)}
        weights: dict[int, float] = {}
        bound = covered = 0.0
        for found in sought.values():
            bound += found.idf
            covered += found.covered
            for row, weight in found.rows:
                weights[row] = max(weights.get(row, 0.0), weight)
        for left, right in pairwise(terms):
            if left + right in self._rows and left + right not in terms:
                weights[self._rows[left + right]] = 1.0
        choices, gained = self._choices(sought, weights, expansions)
        for choice in choices:
            for row in choice.rows:
                del weights[row]
        rows = tuple(sorted(weights))
        return LexicalQuery(
            rows,
            tuple(weights[row] for row in rows),
            bound * (K1 + 1),
            (covered + gained) / bound if bound else 0.0,
            choices,
        )

    def _seek(self, term: str) -> _Sought:
        """A term in the vocabulary, or what it was probably meant to be."""
        row = self._rows.get(term)
        if row is not None:
            idf = float(self._idf[row])
            return _Sought(idf, ((row, 1.0),), idf)
        idf = idf_of(self._size, 0)
        if pair := self._split(term):
            rows = [self._rows[part] for part in pair]
            together = sum(float(self._idf[row]) for row in rows)
            return _Sought(idf, tuple((row, 1.0) for row in rows), min(idf, together))
        if similar := self._similar(term):
            row = self._rows[similar]
            covered = min(idf, _CORRECTED * float(self._idf[row]))
            return _Sought(idf, ((row, _CORRECTED),), covered)
        return _Sought(idf, (), 0.0)

    def _choices(
        self,
        sought: Mapping[str, _Sought],
        weights: Mapping[int, float],
        expansions: tuple[Expansion, ...],
    ) -> tuple[tuple[Choice, ...], float]:
        """Terms with synonyms that occur here, and how much they add to what is covered."""
        choices: list[Choice] = []
        gained = 0.0
        chosen: set[str] = set()
        claimed: set[int] = set()  # a word counts once, for whichever term it stands
        users = Counter(row for found in sought.values() for row, _ in found.rows)
        for expansion in expansions:
            terms = [term for term in expansion.terms if term in sought and term not in chosen]
            own = Counter(row for term in terms for row, _ in sought[term].rows)
            mine = {row for row, count in own.items() if count == users[row]}
            limit = sum(sought[term].idf for term in terms)

            def is_free(row: int, mine: Collection[int] = mine) -> bool:
                return row in mine or not (row in weights or row in claimed)

            alternatives, size = self._alternatives(expansion.alternatives, is_free, limit)
            if not alternatives:
                continue
            rows = tuple(sorted(mine))
            choices.append(Choice(rows, tuple(weights[row] for row in rows), alternatives))
            chosen.update(terms)
            claimed.update(*(alternative.counted for alternative in alternatives))
            covered = sum(sought[term].covered for term in terms)
            gained += max(0.0, SYNONYM_WEIGHT * min(limit, size) - covered)
        return tuple(choices), gained

    def _alternatives(
        self, candidates: Sequence[Terms], is_free: Callable[[int], bool], limit: float
    ) -> tuple[tuple[Alternative, ...], float]:
        """Synonyms that occur here, and the idf of the weightiest.

        Args:
            is_free: whether a row is counted nowhere else.
            limit: idf of the terms they stand for.
        """
        found: list[Alternative] = []
        weightiest = 0.0
        for terms in candidates if limit > 0 else ():
            if any(term not in self._rows for term in terms):
                continue
            rows = tuple(sorted({self._rows[term] for term in terms}))
            counted = tuple(filter(is_free, rows))
            if not counted:
                continue
            size = sum(float(self._idf[row]) for row in rows)
            weight = SYNONYM_WEIGHT * min(1.0, limit / size)
            found.append(Alternative(rows, counted, weight))
            weightiest = max(weightiest, size)
        return tuple(found), weightiest

    def _split(self, term: str) -> tuple[str, str] | None:
        """`term` as two known words; the split whose rarer half is most frequent wins."""
        # Persian has so many words of two letters that any word would split: یادم is not یا دم.
        shortest = 1 if is_han(term) else 3 if "\u0600" <= term[0] <= "\u06ff" else 2
        best: tuple[float, str, str] | None = None
        for at in range(shortest, len(term) - shortest + 1):
            left, right = term[:at], term[at:]
            if left in self._rows and right in self._rows:
                rarity = max(
                    float(self._idf[self._rows[left]]), float(self._idf[self._rows[right]])
                )
                if best is None or rarity < best[0]:
                    best = (rarity, left, right)
        return (best[1], best[2]) if best else None


def is_han(term: str) -> bool:
    return bool(term) and "\u3400" <= term[0] <= "\u9fff"


def idf_of(size: int, containing: int) -> float:
    return math.log(1 + (size - containing + 0.5) / (containing + 0.5))
