"""Articles, tickets and visits for tests, with vectors by hand.

Unrelated texts have cosine 0 and a spread of 0.1: a cosine of 0.45 is 4.5 spreads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from kb.embedder import Vectors
from kb.gaps.articles.content import ArticleVersion, Content, SolvedTicket
from kb.gaps.journeys import Click, Search, Vote

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
TODAY = NOW.date()
OLD = dt.date(2024, 3, 1)
DIMENSION = 40


def near(axis: int, cosine: float = 1.0, beside: int = -1) -> Vectors:
    """A unit vector with this cosine to an axis; the rest of it lies along `beside`."""
    vector = np.zeros(DIMENSION, np.float32)
    vector[beside] = np.sqrt(1 - cosine**2)
    vector[axis] = cosine
    return vector


def article(identifier: str, *vectors: Vectors, **fields: Any) -> ArticleVersion:
    """`low-water.fa` is the Persian version of group `low-water.en`."""
    name, _, language = identifier.rpartition(".")
    values: dict[str, Any] = {
        "id": identifier,
        "group": f"{name}.en",
        "locale": language,
        "title": name.replace("-", " "),
        "updated": TODAY - dt.timedelta(days=30),
        "url": "",
        "audience": "public",
        "body": f"Everything about {name}.",
        "ordinals": np.arange(len(vectors)),
        "vectors": np.array(vectors, np.float32).reshape(-1, DIMENSION),
    }
    return ArticleVersion(**(values | fields))


def ticket(
    identifier: str,
    problem: Vectors,
    reply: Vectors | None = None,
    *,
    days_ago: int | None = 1,
    locale: str = "en",
    text: str = "Please try again.",
) -> SolvedTicket:
    replied = None if days_ago is None else TODAY - dt.timedelta(days=days_ago)
    answer = problem if reply is None else reply
    return SolvedTicket(identifier, locale, "", text, replied, problem[None], answer[None])


def content(*articles: ArticleVersion, tickets: Sequence[SolvedTicket] = ()) -> Content:
    return Content(tuple(sorted(articles, key=lambda a: a.id)), tuple(tickets), 0.0, 0.1)


_numbers = iter(range(10**9))


def visit(
    query: str = "low water",
    *,
    session: str | None = None,
    hits: Sequence[str] = (),
    clicked: Sequence[str] = (),
    **fields: Any,
) -> Search:
    """A search; of a visit of its own, unless `session` says otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": f"s{number}",
        "at": NOW,
        "session": f"visit {number}" if session is None else session,
        "query": query,
        "language": "en",
        "role": "customer",
        "channel": "help_center",
        "confidence": 0.5,
        "outcome": "related",
        "hits": tuple(hits),
        "results": len(hits),
        "clicks": [Click(one, None) for one in clicked],
    }
    return Search(**(values | fields))


def vote(identifier: str, session: str, *, helpful: bool = False, comment: str = "") -> Vote:
    return Vote(NOW, session, identifier, helpful, comment)
