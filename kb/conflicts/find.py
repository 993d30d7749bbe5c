"""The clearest contradiction between two texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kb.conflicts.denials import denials
from kb.conflicts.matching import disagreements
from kb.conflicts.polarity import Claim, claim
from kb.conflicts.quantities import Quantity, quantities
from kb.conflicts.reading import sentences
from kb.text import language_of

MAX_OLDER = 5_000
MAX_NEWER = 20_000
"""Characters of the texts that are read."""
_READ_TEXTS = 256
"""Texts kept as read: the same articles are compared with many replies."""


@dataclass(frozen=True)
class Statement:
    """A text, Markdown or plain, in a language. Its first line, if short, counts as its title."""

    text: str
    locale: str


@dataclass(frozen=True)
class Conflict:
    """Two sentences that cannot both be right."""

    older_sentence: str
    newer_sentence: str
    about: str
    """What they disagree on, as written: `14 days / 30 days`, `can / cannot`; older first."""


@dataclass(frozen=True)
class _Reading:
    quantities: tuple[Quantity, ...]
    claims: tuple[Claim, ...]
    words: frozenset[str]


def find_conflict(older: Statement, newer: Statement) -> Conflict | None:
    """The clearest contradiction between the two texts, or None.

    Quantities conflict if their clauses speak of the same thing and they have the same dimension
    and disjoint values; sentences conflict if they say nearly the same and one denies it. Texts in
    different languages are compared by quantities only.
    """
    read_older = _read(older.text[:MAX_OLDER], older.locale, MAX_OLDER)
    read_newer = _read(newer.text[:MAX_NEWER], newer.locale, MAX_NEWER)
    found = list(_by_quantity(read_older, read_newer))
    if language_of(older.locale) == language_of(newer.locale):
        found += _by_polarity(read_older, read_newer)
    return max(found, key=lambda pair: pair[0])[1] if found else None


@lru_cache(maxsize=_READ_TEXTS)
def _read(text: str, locale: str, limit: int) -> _Reading:
    every = list({one.text: one for one in sentences(text, locale, limit)}.values())
    found = tuple(item for sentence in every for item in quantities(sentence))
    claims = tuple(made for sentence in every if (made := claim(sentence)))
    words = frozenset(term.text for sentence in every for term in sentence.terms)
    return _Reading(found, claims, words)


def _by_quantity(older: _Reading, newer: _Reading) -> Iterator[tuple[float, Conflict]]:
    for score, one, other in disagreements(
        older.quantities, newer.quantities, (older.words, newer.words)
    ):
        about = f"{one.surface} / {other.surface}"
        yield score, Conflict(one.sentence.text, other.sentence.text, about)


def _by_polarity(older: _Reading, newer: _Reading) -> Iterator[tuple[float, Conflict]]:
    for score, one, other in denials(older.claims, newer.claims):
        yield score, Conflict(one.sentence.text, other.sentence.text, _yes_and_no(one, other))


def _yes_and_no(one: Claim, other: Claim) -> str:
    """`can / cannot`: the negations that only one of the two has, and what they deny."""
    mine = [sign for sign in one.signs if sign not in other.signs]
    theirs = [sign for sign in other.signs if sign not in one.signs]
    here, there = ", ".join(sign for sign, _ in mine), ", ".join(sign for sign, _ in theirs)
    return (
        f"{here or ', '.join(yes or '✓' for _, yes in theirs)} / "
        f"{there or ', '.join(yes or '✓' for _, yes in mine)}"
    )
