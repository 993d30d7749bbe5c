"""Which words customers use that articles do not. Pure.

word         no article in the language of the question has it
phrase       two neighbouring words that articles have, but no passage has both; or two new words
             that as a rule come together
misspelling  a new word one edit away from one of the articles
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, Protocol

from kb.expansion import Synonyms, Terms
from kb.gaps.articles.traffic import times_asked
from kb.gaps.journeys import Search
from kb.gaps.words.units import units_of
from kb.text import Term

MIN_PEOPLE = 3
"""Fewer people than that are no evidence, neither for a word nor for what it means."""
_COMMON = 0.15
"""Words in more than this share of the passages mean nothing by themselves."""
_ABSORBED = 0.8
"""A word that so many of its people write as part of a phrase is shown as that phrase."""
_CACHED = 20_000

Kind = Literal["word", "phrase", "misspelling"]
Key = tuple[str, Terms]
"""Language and terms."""


class Lexicon(Protocol):
    """What the articles say, by language."""

    def passages(self, language: str) -> int:
        """How many passages there are."""

    def holding(self, terms: Sequence[str], language: str) -> int:
        """How many hold all of the terms."""

    def similar(self, term: str) -> str | None:
        """The term of an article that an unknown one is probably a misspelling of."""


class Articles:
    """A lexicon that remembers what it was asked."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._holding = lru_cache(_CACHED)(lexicon.holding)

    def speak(self, language: str) -> bool:
        return self._lexicon.passages(language) > 0

    def know(self, language: str, terms: Terms) -> bool:
        """Whether a passage has all of the terms."""
        return self._holding(terms, language) > 0

    def seldom_say(self, language: str, term: str) -> bool:
        """Whether few enough passages have the term that it means something by itself."""
        most = max(float(MIN_PEOPLE), _COMMON * self._lexicon.passages(language))
        return self._holding((term,), language) <= most

    def similar(self, term: str) -> str | None:
        return self._lexicon.similar(term)


def new_words(
    visits: Iterable[Sequence[Search]], articles: Articles, synonyms: Synonyms
) -> dict[Key, tuple[Kind, int]]:
    """The words that enough people use and no article does: their kind, and how many people.

    Args:
        visits: each the searches of one person.
        synonyms: accepted ones; words that have any are settled.
    """
    people: Counter[Key] = Counter()
    parts: dict[Key, Terms] = {}  # of the few whose parts are others than their terms
    read = lru_cache(_CACHED)(units_of)
    for visit in visits:
        said: dict[Key, None] = {}
        for search in visit:
            for unit in read(search.query, search.language):
                key = search.language, unit.terms
                said[key] = None
                if unit.parts != unit.terms:
                    parts[key] = unit.parts
        people.update(dict.fromkeys(said, max(map(times_asked, visit))))
    found: dict[Key, tuple[Kind, int]] = {}
    for key, count in people.items():
        if count >= MIN_PEOPLE and articles.speak(key[0]) and not _settled(key, synonyms):
            kind = _kind(key, parts.get(key, key[1]), articles)
            if kind:
                found[key] = kind, count
    return _without_absorbed(found)


def _kind(key: Key, parts: Terms, articles: Articles) -> Kind | None:
    """What makes it new; None if nothing does."""
    language, terms = key
    known = [articles.know(language, (term,)) for term in terms]
    if len(terms) == 1:
        if known[0] or articles.know(language, parts):
            return None
        return "misspelling" if articles.similar(terms[0]) else "word"
    if not any(known):
        return "phrase"
    telling = all(known) and all(articles.seldom_say(language, term) for term in terms)
    return "phrase" if telling and not articles.know(language, parts) else None


def _settled(key: Key, synonyms: Synonyms) -> bool:
    language, terms = key
    placed = [Term(text, place, place + 1) for place, text in enumerate(terms)]
    return bool(synonyms.expand(placed, language))


def _without_absorbed(
    found: Mapping[Key, tuple[Kind, int]],
) -> dict[Key, tuple[Kind, int]]:
    """Of a phrase of new words and its words only what people mostly write."""
    phrases: dict[Key, int] = {}
    dropped: set[Key] = set()
    for (language, terms), (_, people) in found.items():
        words = [(language, (term,)) for term in terms]
        if len(terms) == 1 or not all(word in found for word in words):
            continue
        if any(people < _ABSORBED * found[word][1] for word in words):
            dropped.add((language, terms))
            continue
        for word in words:
            phrases[word] = max(phrases.get(word, 0), people)
    return {
        key: value
        for key, value in found.items()
        if key not in dropped and phrases.get(key, 0) < _ABSORBED * value[1]
    }
