"""Articles by the words of their titles and headings: whole words, beginnings of words, typos.

Score of an article = Σ_t w_t · max_k(match(t, k) · field(k)) / Σ_t w_t over the typed words t and
the words k of its title (field 1) and headings (field 0.75), w_t the word's rarity. A word matches
itself (1), a word with the same stem (0.95), as a beginning (0.65 to 1 by how much of the word is
there), or as a misspelling (0.8).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

import regex

from kb.completion.words import FUNCTION_WORDS, Word, is_slip, key_of
from kb.help_center.shelf import Entry
from kb.text import analyse, simplify

LEAST = 0.6
"""Articles that match less are not what somebody types."""
_TITLE, _HEADING = 1.0, 0.75
_STEM, _TYPO, _BEGINNING = 0.95, 0.8, 0.65
_MIN_TYPO = 4
_TOKEN = regex.compile(r"(?P<han>\p{Han}+)|(?P<word>[\p{L}\p{M}\p{N}\u200c'’\-]+)")
Find = Callable[[str], Word | None]
"""A word of the help center, in any of its languages."""
_Matches = dict[int, float]
"""By entry: how well a typed word matches, times the field."""


def tokens(text: str, *, pairs: bool = True) -> Iterator[str]:
    """Keys of the words typed; of Chinese every two neighbours, which need no dictionary.

    Args:
        pairs: False gives single Chinese characters as well, as titles are indexed.
    """
    for match in _TOKEN.finditer(simplify(text)):
        if match.lastgroup == "han":
            run = match.group()
            if len(run) == 1 or not pairs:
                yield from run
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        elif key := key_of(match.group()):
            yield key


class Titles:
    """An index of entries, built once for a generation."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._postings: dict[str, _Matches] = {}
        self._stems: dict[str, _Matches] = {}
        for ordinal, entry in enumerate(entries):
            self._add(ordinal, entry.language, [entry.title], _TITLE)
            self._add(ordinal, entry.language, entry.headings, _HEADING)
        self._keys = sorted(self._postings)

    def _add(self, ordinal: int, language: str, texts: Iterable[str], weight: float) -> None:
        for text in texts:
            for key in tokens(text, pairs=False):
                _keep_best(self._postings.setdefault(key, {}), ordinal, weight)
            for term in analyse(text, language):
                _keep_best(self._stems.setdefault(term.text, {}), ordinal, weight)

    def search(
        self, text: str, language: str, find: Find, passages: int
    ) -> list[tuple[int, float]]:
        """Ordinals of entries and their scores, best first; those of at least `LEAST`.

        Args:
            text: what is typed; its last word may be a beginning unless a space follows.
            find: for how rare a word is. passages: of the whole help center.
        """
        typed = [token for token in dict.fromkeys(tokens(text)) if token not in FUNCTION_WORDS]
        if not typed:
            return []
        open_end = not text[-1:].isspace()
        scores: dict[int, float] = {}
        total = 0.0
        for place, token in enumerate(typed):
            last = open_end and place == len(typed) - 1
            found = self._matches(token, last, language)
            weight = _rarity(find(token), passages, bool(found))
            total += weight
            for ordinal, match in found.items():
                scores[ordinal] = scores.get(ordinal, 0.0) + weight * match
        ranked = ((ordinal, score / total) for ordinal, score in scores.items())
        return sorted(
            (one for one in ranked if one[1] >= LEAST),
            key=lambda one: (-round(one[1], 6), self._entries[one[0]].id),
        )

    def _matches(self, token: str, last: bool, language: str) -> _Matches:
        found = dict(self._postings.get(token, {}))
        for term in analyse(token, language):
            _merge(found, self._stems.get(term.text, {}), _STEM)
        if last or len(token) >= _MIN_TYPO:
            for key in self._starting_with(token):
                share = len(token) / len(key)
                _merge(found, self._postings[key], _BEGINNING + (1 - _BEGINNING) * share)
        if not found and len(token) >= _MIN_TYPO + last:
            for key in self._misspelt(token, last):
                _merge(found, self._postings[key], _TYPO)
        return found

    def _starting_with(self, prefix: str) -> Iterator[str]:
        for key in self._keys[bisect_left(self._keys, prefix) :]:
            if not key.startswith(prefix):
                return
            yield key

    def _misspelt(self, token: str, last: bool) -> Iterator[str]:
        """Words a slip away that begin alike."""
        for key in self._starting_with(token[0]):
            if is_slip(token, key, begun=last):
                yield key


def _rarity(word: Word | None, passages: int, matched: bool) -> float:
    """Weight of a typed word: what stands everywhere says little, and what is unknown less."""
    if word:
        return math.log(1 + passages / word.passages)
    return math.log(1 + passages) if matched else 0.5 * math.log(1 + passages)


def _keep_best(matches: _Matches, ordinal: int, weight: float) -> None:
    matches[ordinal] = max(weight, matches.get(ordinal, 0.0))


def _merge(matches: _Matches, others: _Matches, factor: float) -> None:
    for ordinal, weight in others.items():
        _keep_best(matches, ordinal, weight * factor)
