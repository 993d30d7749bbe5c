"""What others ask and read, from the log of visits. Pure.

A query is offered to everybody only where enough different visitors asked it, nothing personal was
taken out of it, and it led somewhere: at least half of them got an answer or opened a result. So
neither anybody's own words nor noise come back as a proposal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import regex

from kb.gaps.journeys import Journeys, Search
from kb.text import ZWNJ, fold, simplify

DAYS = 90
"""How far back others' questions count."""
_MAX_CHARS = 80
_VOTE = 2.0
"""A helpful vote says more than a click."""
_REDACTED = regex.compile(r"\[[A-Z_]{2,}\]?")
_PUNCTUATION = regex.compile(r"[\p{P}\p{S}]+")


@dataclass(frozen=True, slots=True)
class PopularQuery:
    text: str
    """As it was asked most often."""
    key: str
    """See `query_key`."""
    language: str
    visitors: int


@dataclass(frozen=True)
class Popular:
    """What is asked and read most; empty where nobody knows."""

    queries: tuple[PopularQuery, ...] = ()
    """Most visitors first."""
    articles: tuple[str, ...] = ()
    """Groups, the most read first."""


def query_key(text: str) -> str:
    """Equal for queries that differ only in writing: case, spelling of letters, punctuation."""
    bare = _PUNCTUATION.sub(" ", simplify(fold(text)).replace(ZWNJ, ""))
    return " ".join(bare.split())


def popular(
    journeys: Journeys,
    visitors: int,
    group_of: Callable[[str], str | None],
) -> Popular:
    """What is asked by at least so many visitors, and the articles by how often they are read.

    Args:
        group_of: article id to its group; None: it is not published any more.
    """
    return Popular(
        tuple(_queries(journeys.searches, visitors)), tuple(_articles(journeys, group_of))
    )


@dataclass
class _Asked:
    people: set[str] = field(default_factory=set)
    helped: set[str] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)


def _queries(searches: Iterable[Search], visitors: int) -> list[PopularQuery]:
    asked: dict[str, _Asked] = {}
    for search in searches:
        text = " ".join(search.query.split())
        if search.role != "customer" or not _presentable(text):
            continue
        one = asked.setdefault(query_key(text), _Asked())
        one.people.add(search.person)
        one.forms[text] += 1
        one.languages[search.language] += 1
        if search.outcome == "answered" or search.clicks:
            one.helped.add(search.person)
    found = [
        PopularQuery(_first(one.forms), key, _first(one.languages), len(one.people))
        for key, one in asked.items()
        if key and len(one.people) >= visitors and 2 * len(one.helped) >= len(one.people)
    ]
    return sorted(found, key=lambda query: (-query.visitors, query.key))


def _presentable(text: str) -> bool:
    return 1 < len(text) <= _MAX_CHARS and not _REDACTED.search(text)


def _first(counts: Counter[str]) -> str:
    return min(counts, key=lambda text: (-counts[text], text))


def _articles(journeys: Journeys, group_of: Callable[[str], str | None]) -> list[str]:
    weights: dict[str, float] = {}
    for search in journeys.searches:
        if search.role == "customer":
            for article in {click.article for click in search.clicks}:
                weights[article] = weights.get(article, 0.0) + 1.0
    for vote in journeys.votes:
        weights[vote.article] = weights.get(vote.article, 0.0) + (_VOTE if vote.helpful else -_VOTE)
    read: dict[str, float] = {}
    for article, weight in weights.items():
        group = group_of(article)
        if group:
            read[group] = read.get(group, 0.0) + weight
    ranked = sorted(read.items(), key=lambda item: (-item[1], item[0]))
    return [group for group, weight in ranked if weight > 0]
