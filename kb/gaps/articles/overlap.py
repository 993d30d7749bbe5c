"""How far two articles have their words in common, and whether their titles tell them apart.

Words are the terms of `kb.text.analyse`. A shingle is three words in a row; texts are compared by
their sets of shingles (Broder, "On the resemblance and containment of documents", 1997):

    resemblance   shared shingles over all shingles
    containment   shared shingles over those of the shorter text
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from kb.gaps.articles.content import ArticleVersion
from kb.text import analyse, fold

_SHINGLE = 3
_READ = 50_000
"""Characters of a body that are read."""


@dataclass(frozen=True)
class Words:
    """An article's words, read once for all its comparisons."""

    article: ArticleVersion

    @cached_property
    def title(self) -> frozenset[str]:
        return frozenset(term.text for term in analyse(self.article.title, self.article.language))

    @cached_property
    def _in_order(self) -> list[str]:
        return [term.text for term in analyse(self.article.body[:_READ], self.article.language)]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word is in the body."""
        return Counter(self._in_order)

    @cached_property
    def shingles(self) -> frozenset[int]:
        words = self._in_order
        rows = zip(*(words[start:] for start in range(_SHINGLE)), strict=False)
        return frozenset(map(hash, rows))

    @cached_property
    def text(self) -> str:
        """The body in one spelling, without differences in spacing."""
        return " ".join(fold(self.article.body).split())


@dataclass(frozen=True)
class Overlap:
    """What two articles share."""

    resemblance: float
    containment: float
    titles: float
    """Shared words of the titles: 2 · shared / (left + right) (Dice's coefficient)."""
    same_text: bool


def overlap(left: Words, right: Words) -> Overlap:
    """Compare two articles of one language."""
    shared = len(left.shingles & right.shingles)
    shorter = min(len(left.shingles), len(right.shingles))
    every = len(left.shingles) + len(right.shingles) - shared
    titles = len(left.title) + len(right.title)
    return Overlap(
        resemblance=shared / every if every else 0.0,
        containment=shared / shorter if shorter else 0.0,
        titles=2 * len(left.title & right.title) / titles if titles else 0.0,
        same_text=bool(left.text) and left.text == right.text,
    )


def told_apart(left: Words, right: Words) -> bool:
    """Whether the titles name different things, and the texts are about those.

    "Install it on Android" and "Install it on iOS" are made from one template, and are no
    duplicates: each title has words that the other lacks, and a text has its own more often than
    the other does. A copy with another title is one, for it has no word more often.
    """
    mine, theirs = left.title - right.title, right.title - left.title
    if not mine or not theirs:
        return False
    return any(left.counts[word] > right.counts[word] for word in mine) or any(
        right.counts[word] > left.counts[word] for word in theirs
    )


def narrower(left: Words, right: Words) -> bool:
    """Whether one title has a word that its own text is about and the other's text lacks."""
    return any(
        one.counts[word] > 1 and not other.counts[word]
        for one, other in ((left, right), (right, left))
        for word in one.title - other.title
    )
