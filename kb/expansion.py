"""What else a query's words may be called: synonyms, ready to be looked up. Pure.

A wording is a word or a short phrase. Its terms are those that indexing would give; where they
overlap (`wi-fi`: wi, fi, wifi) it is known by the joined ones and by the parts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kb.text import Term, analyse, script_of

Terms = tuple[str, ...]


@dataclass(frozen=True)
class Expansion:
    """Some of a query's terms, and what they may be called instead."""

    terms: Terms
    """Distinct terms of the query."""
    alternatives: tuple[Terms, ...]
    """Terms that have to occur together, each one an alternative to all of `terms`."""


class Wording(NamedTuple):
    """A word or phrase as somebody wrote it."""

    text: str
    language: str = ""
    """Without region; empty: any of the configured languages."""


@dataclass(frozen=True)
class _Pattern:
    terms: Terms
    language: str
    alternatives: tuple[Terms, ...]


class Synonyms:
    """Which wordings may stand for which. Immutable; compiled once, looked up per query.

    Args:
        pairs: (asked, also): where the query says `asked`, `also` is looked for, too.
        languages: the configured ones, without region.
    """

    def __init__(
        self, pairs: Iterable[tuple[Wording, Wording]] = (), languages: Sequence[str] = ()
    ) -> None:
        found: dict[tuple[Terms, str], dict[Terms, None]] = {}
        for asked, also in pairs:
            targets = variants(also, languages)
            for terms in variants(asked, languages):
                alternatives = found.setdefault((terms, asked.language), {})
                alternatives.update(dict.fromkeys(t for t in targets if t != terms))
        self._by_first: dict[str, list[_Pattern]] = {}
        for (terms, language), alternatives in found.items():
            pattern = _Pattern(terms, language, tuple(alternatives))
            self._by_first.setdefault(terms[0], []).append(pattern)

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def expand(self, terms: Sequence[Term], language: str) -> tuple[Expansion, ...]:
        """What the query's terms may be called instead; of overlapping wordings the longer counts.

        Args:
            terms: the query's, as `kb.text.analyse` gives them.
            language: the query's. A wording of another language that is written in the same script
                is another word (German `gift` is poison) and does not count.
        """
        if not self._by_first or not terms:
            return ()
        whole, parts = joined_terms(terms), split_terms(terms)
        matches = [*self._matches(whole, language)]
        if parts != whole:
            matches += self._matches(parts, language)
        matches.sort(key=lambda match: (match[0], -match[1]))
        in_order = sorted(terms, key=lambda term: term.start)
        starts = [term.start for term in in_order]
        expansions: dict[Expansion, None] = {}  # each once, however often it is asked
        end = -1
        for start, stop, alternatives in matches:
            if start < end:
                continue
            end = stop
            inside = in_order[bisect_left(starts, start) : bisect_left(starts, stop)]
            covered = dict.fromkeys(term.text for term in inside if term.end <= stop)
            expansions[Expansion(tuple(covered), alternatives)] = None
        return tuple(expansions)

    def _matches(
        self, terms: Sequence[Term], language: str
    ) -> Iterable[tuple[int, int, tuple[Terms, ...]]]:
        """(start, end, alternatives) of wordings in the query, not overlapping, left to right."""
        at = 0
        while at < len(terms):
            fitting = [
                pattern
                for pattern in self._by_first.get(terms[at].text, ())
                if tuple(term.text for term in terms[at : at + len(pattern.terms)]) == pattern.terms
                and _in_force(pattern.language, language)
            ]
            if not fitting:
                at += 1
                continue
            length = max(len(pattern.terms) for pattern in fitting)
            alternatives = dict.fromkeys(
                alternative
                for pattern in fitting
                if len(pattern.terms) == length
                for alternative in pattern.alternatives
            )
            run = terms[at : at + length]
            yield run[0].start, max(term.end for term in run), tuple(alternatives)
            at += length


NO_SYNONYMS = Synonyms()


def variants(wording: Wording, languages: Sequence[str]) -> tuple[Terms, ...]:
    """The runs of terms that a wording is known by; empty for one without letters and digits."""
    found: dict[Terms, None] = {}
    for language in (wording.language,) if wording.language else (languages or ("en",)):
        terms = analyse(wording.text, language)
        found[tuple(term.text for term in joined_terms(terms))] = None
        parts = split_terms(terms)
        # In Chinese the shorter words inside a longer one need not make up all of it.
        if sum(term.end - term.start for term in parts) >= sum(
            char.isalnum() for char in wording.text
        ):
            found[tuple(term.text for term in parts)] = None
    found.pop((), None)
    return tuple(found)


def joined_terms(terms: Sequence[Term]) -> list[Term]:
    """Terms that stand inside no other: the longest reading of a text, in order."""
    kept: list[Term] = []
    reached = -1
    for term in sorted(terms, key=lambda term: (term.start, -term.end)):
        if term.end > reached:
            kept.append(term)
            reached = term.end
    return kept


def split_terms(terms: Sequence[Term]) -> list[Term]:
    """Terms that no other stands inside: the shortest reading of a text, in order."""
    kept: list[Term] = []
    earliest: int | None = None
    for term in sorted(terms, key=lambda term: (-term.start, term.end)):
        if earliest is None or term.end < earliest:
            kept.append(term)
            earliest = term.end
    return kept[::-1]


def _in_force(wording: str, query: str) -> bool:
    # The query's language is a guess; a word in a script of its own is what it is.
    return wording in ("", query) or script_of(wording) != script_of(query)
