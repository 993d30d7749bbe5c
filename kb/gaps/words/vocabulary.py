"""What the customers' own words mean in words of the articles: proposals for synonyms. Pure.

What a new word (`new_words`) means is told by where those who use it end up: on the article
they open, else on the one that the next, successful search of their visit opens (its words count,
too), else on the first hit, unless nothing was near or they contacted the team. The words of these
titles compete, but those that the question says itself: whoever asks "reset passcode" does not mean
*reset* by *passcode*.

    association   ΔP = P(w | u) - P(w | not u): of the people who use the word u, how many more than
                  of the others end up on w (Allan 1980)
    significance  G² of the same table (Dunning, "Accurate Methods for the Statistics of Surprise
                  and Coincidence", 1993), at least `MIN_G2`
    score         people × ΔP of the best proposal: people who need it

People are visits: a visit counts once, however often it asks.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from kb.expansion import NO_SYNONYMS, Synonyms
from kb.gaps.articles.traffic import times_asked
from kb.gaps.journeys import Search
from kb.gaps.words.association import Table
from kb.gaps.words.new_words import MIN_PEOPLE, Articles, Key, Kind, Lexicon, new_words
from kb.gaps.words.units import Unit, units_of
from kb.gaps.words.vocabulary_rows import Proposal, VocabularyRow

MIN_G2 = 10.83
"""p < 0.001 with one degree of freedom."""
MIN_ASSOCIATION = 0.5
"""Where they do not agree, nobody knows what they mean."""
REFORMULATION = dt.timedelta(minutes=10)
"""A later search of the same visit is about the same."""
_COMMON = 0.15
"""Words in more than this share of the titles mean nothing by themselves."""
_FEW_TITLES = 3
_SHORT = 4
"""Words of a question that may be a search for one of them."""
_EXAMPLES = 3
_PROPOSALS = 3
_CACHED = 60_000
"""Texts taken apart; a log is gone through twice."""


class Title(NamedTuple):
    text: str
    language: str


def vocabulary(
    searches: Sequence[Search],
    lexicon: Lexicon,
    titles: Mapping[str, Title],
    synonyms: Synonyms = NO_SYNONYMS,
    limit: int = 100,
) -> list[VocabularyRow]:
    """The words that need a synonym most, the highest score first; misspellings last.

    Args:
        searches: in order of time; those of staff are passed over.
        titles: of public articles, by id.
        synonyms: accepted ones; words that have any are settled.
    """
    return _Study(lexicon, titles, synonyms).rows(searches)[:limit]


@dataclass(slots=True)
class _Word:
    """A candidate, and what is known of it."""

    kind: Kind
    people: int
    surfaces: Counter[str] = field(default_factory=Counter)
    examples: Counter[str] = field(default_factory=Counter)
    targets: Counter[Key] = field(default_factory=Counter)
    """People who ended up on each word."""
    articles: dict[Key, Counter[str]] = field(default_factory=dict)


class _Study:
    def __init__(self, lexicon: Lexicon, titles: Mapping[str, Title], synonyms: Synonyms) -> None:
        self._articles = Articles(lexicon)
        self._titles = titles
        self._synonyms = synonyms
        self._units = lru_cache(_CACHED)(units_of)
        self._surface: dict[Key, str] = {}
        self._words_of_title = self._read_titles()

    def rows(self, searches: Iterable[Search]) -> list[VocabularyRow]:
        visits: dict[str, list[Search]] = {}
        for search in searches:
            if search.role == "customer" and search.query:
                visits.setdefault(search.person, []).append(search)
        new = new_words(visits.values(), self._articles, self._synonyms)
        words = {key: _Word(kind, people) for key, (kind, people) in new.items()}
        landed: Counter[Key] = Counter()
        population: Counter[str] = Counter()
        for visit in visits.values():
            self._study(visit, words, landed, population)
        rows = [
            self._row(key, word, landed, population[key[0]])
            for key, word in words.items()
            if not self._is_in_passing(key[0], word)
        ]
        kept = [row for row in rows if row.proposals or row.kind == "misspelling"]
        return sorted(
            kept, key=lambda row: (row.kind == "misspelling", -row.score, -row.people, row.word)
        )

    def _read_titles(self) -> dict[str, list[Key]]:
        """Words and pairs of each title that are not in many of them."""
        read = {
            article: [
                ((title.language, unit.terms), unit.surface)
                for unit in units_of(title.text, title.language)
            ]
            for article, title in self._titles.items()
        }
        in_titles = Counter(key for units in read.values() for key in {key for key, _ in units})
        titles = Counter(title.language for title in self._titles.values())

        def is_telling(key: Key) -> bool:
            most = max(float(_FEW_TITLES), _COMMON * titles[key[0]])
            language, terms = key
            return all(
                in_titles[language, (term,)] <= most and self._articles.seldom_say(language, term)
                for term in terms
            )

        for units in read.values():
            for key, surface in units:
                self._surface.setdefault(key, surface)
        return {
            article: [key for key, _ in units if is_telling(key)] for article, units in read.items()
        }

    def _study(
        self,
        visit: Sequence[Search],
        words: Mapping[Key, _Word],
        landed: Counter[Key],
        population: Counter[str],
    ) -> None:
        """Count where one visit ended up, for each word and over all."""
        weight = max(map(times_asked, visit))
        reached: dict[Key, None] = {}
        written: dict[tuple[Key, str, str], None] = {}
        meant: dict[tuple[Key, Key], str] = {}
        for place, search in enumerate(visit):
            units = self._units(search.query, search.language)
            own = {term for unit in units for term in unit.terms}
            said = [unit for unit in units if (search.language, unit.terms) in words]
            for unit in said:
                written[(search.language, unit.terms), unit.surface, search.query] = None
            for target, article in self._targets(search, visit[place + 1 : place + 2]):
                if own.isdisjoint(target[1]):
                    reached[target] = None
                    for unit in said:
                        meant.setdefault(((search.language, unit.terms), target), article)
        landed.update(dict.fromkeys(reached, weight))
        population.update(dict.fromkeys({search.language for search in visit}, weight))
        for key, surface, query in written:
            words[key].surfaces[surface] += weight
            words[key].examples[query] += weight
        for (key, target), article in meant.items():
            words[key].targets[target] += weight
            words[key].articles.setdefault(target, Counter())[article] += weight

    def _targets(self, search: Search, following: Sequence[Search]) -> Iterator[tuple[Key, str]]:
        """Words that a search ended up on, and the article it did."""
        if search.clicks:
            yield from self._title_words(_opened(search))
            return
        for later in following:
            succeeded = _opened(later) or (later.hits[:1] if later.outcome == "answered" else ())
            near = search.session and later.at - search.at <= REFORMULATION
            if near and succeeded and later.language == search.language:
                yield from self._title_words(succeeded)
                for unit in self._units(later.query, later.language):
                    if self._is_wording_of_articles(later.language, unit):
                        key = later.language, unit.terms
                        self._surface.setdefault(key, unit.surface)
                        yield key, succeeded[0]
                return
        first = search.hits[0] if search.hits else ""
        title = self._titles.get(first)
        let_down = search.contacted or search.outcome == "nothing" or first in search.voted_down
        if title and title.language == search.language and not let_down:
            yield from self._title_words([first])

    def _title_words(self, articles: Iterable[str]) -> Iterator[tuple[Key, str]]:
        for article in articles:
            for key in self._words_of_title.get(article, ()):
                yield key, article

    def _is_wording_of_articles(self, language: str, unit: Unit) -> bool:
        return self._articles.know(language, unit.parts) and all(
            self._articles.seldom_say(language, part) for part in unit.parts
        )

    def _is_in_passing(self, language: str, word: _Word) -> bool:
        """Whether it is one word of one long question: any of the others may be what counts."""
        if len(word.examples) != 1:
            return False
        units = self._units(next(iter(word.examples)), language)
        return sum(len(unit.terms) == 1 for unit in units) > _SHORT

    def _row(
        self, key: Key, word: _Word, landed: Mapping[Key, int], everybody: int
    ) -> VocabularyRow:
        found = []
        for target, together in word.targets.items() if word.kind != "misspelling" else ():
            others = max(landed[target] - together, 0)
            rest = max(everybody - word.people - others, 0)
            table = Table(together, word.people - together, others, rest)
            agreed = together >= MIN_PEOPLE and table.delta_p >= MIN_ASSOCIATION
            if agreed and table.g_squared >= MIN_G2:
                rank = (-table.delta_p, -together, len(target[1]), target)
                found.append((rank, self._proposal(word, target, table.delta_p)))
        proposals = [proposal for _, proposal in sorted(found)[:_PROPOSALS]]
        best = proposals[0].association if proposals else 0.0
        return VocabularyRow(
            word=_most_frequent(word.surfaces, 1)[0] if word.surfaces else " ".join(key[1]),
            language=key[0],
            kind=word.kind,
            people=word.people,
            examples=tuple(_most_frequent(word.examples, _EXAMPLES)),
            proposals=tuple(proposals),
            score=round(word.people * best, 3),
        )

    def _proposal(self, word: _Word, target: Key, association: float) -> Proposal:
        return Proposal(
            word=self._surface[target],
            language=target[0],
            article=_most_frequent(word.articles[target], 1)[0],
            evidence=word.targets[target],
            association=round(association, 4),
        )


def _opened(search: Search) -> tuple[str, ...]:
    """Articles that were opened and not voted down."""
    clicked = dict.fromkeys(click.article for click in search.clicks if click.article)
    return tuple(article for article in clicked if article not in search.voted_down)


def _most_frequent(counted: Counter[str], count: int) -> list[str]:
    """The most frequent, ties by name."""
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [name for name, _ in ranked[:count]]
