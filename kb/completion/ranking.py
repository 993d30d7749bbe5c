"""Proposals of three kinds as two short lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.help_center.popular import PopularQuery, query_key
from kb.models import Model

MOST_QUERIES = 5
MOST_ARTICLES = 4


class CompletedQuery(Model):
    """A query to search for."""

    text: str
    popular: bool
    """Whether others asked exactly this."""


class CompletedArticle(Model):
    """An article to open."""

    id: str
    title: str
    locale: str
    section: str
    url: str


class Completions(Model):
    """What somebody who types may mean."""

    query: str
    queries: tuple[CompletedQuery, ...] = ()
    articles: tuple[CompletedArticle, ...] = ()


def matching(asked: Iterable[PopularQuery], typed: str, language: str) -> list[PopularQuery]:
    """Others' queries that go on from what is typed, then those with a word that does.

    Of nothing typed: those in the reader's language.
    """
    key = query_key(typed)
    if not key:
        return [query for query in asked if query.language == language]
    asked = [query for query in asked if query.key != key]
    first = [query for query in asked if query.key.startswith(key)]
    then = [
        query
        for query in asked
        if not query.key.startswith(key) and (f" {key}" in query.key or _han_in(key, query))
    ]
    return [*first, *then]


def _han_in(key: str, query: PopularQuery) -> bool:
    return query.language == "zh" and len(key) > 1 and key in query.key


def merged(
    popular: Sequence[PopularQuery], completed: Sequence[str], limit: int = MOST_QUERIES
) -> tuple[CompletedQuery, ...]:
    """Others' queries first, then completed ones; each once, and at least two of each kind."""
    keep = max(limit - min(len(completed), 2), 0)
    chosen = {query.key: CompletedQuery(text=query.text, popular=True) for query in popular[:keep]}
    for text in completed:
        chosen.setdefault(query_key(text), CompletedQuery(text=text, popular=False))
    for query in popular[keep:]:
        chosen.setdefault(query.key, CompletedQuery(text=query.text, popular=True))
    return tuple(chosen.values())[:limit]
