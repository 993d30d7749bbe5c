"""Stale: articles that the world has moved on from.

An article is listed where at least one of these holds (tickets on its topic: `topics`):

    growing       it is old, and tickets on its topic became more: the last `WEEKS` weeks against
                  the `WEEKS` before. By week they lie above (Mann-Whitney, p < `ALPHA`), and they
                  grew by `GROWTH`, also compared with all other tickets
    diverging     it is old, and replies that solved tickets on its topic are less like it than they
                  were: those of the last `REPLY_DAYS` against all earlier ones. They lie below
                  (Mann-Whitney, p < `ALPHA`), and their median fell by `FELL` spreads
    contradicted  whatever its age, a newer reply on its topic, or a newer article about the same
                  (`pairs`), says something else (kb.conflicts): other figures, yes against no

*Old* is: not updated for `STALE_DAYS`, or nobody knows when. Mann-Whitney compares ranks, so that
one busy week or one odd reply does not flag an article (`rank_test`). The likeness of a reply
and an article is the best cosine of their passages, in spreads, in the ticket's language; only
tickets whose problem alone tells the topic count for it.

    priority = (1 + tickets on its topic in the last WEEKS weeks) × (growing + diverging +
               2 if contradicted)
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Literal

from kb.gaps.articles.content import ArticleRef, ArticleVersion, Content
from kb.gaps.articles.contradictions import (
    Contradiction,
    contradicting_articles,
    contradicting_replies,
)
from kb.gaps.articles.pairs import SimilarPair
from kb.gaps.articles.rank_test import LEAST, lies_above
from kb.gaps.articles.topics import OnTopic, likeness
from kb.models import Model

STALE_DAYS = 365
"""Help centers that are looked after review each article about once a year."""
WEEKS = 8
"""Long enough for the rank test, short enough to notice within two months."""
LEAST_TICKETS = 10
"""In the last `WEEKS` weeks; growth from one to three is none."""
GROWTH = 1.5
REPLY_DAYS = 182
FELL = 0.75
"""Spreads; a change of half the usual variation between replies."""
ALPHA = 0.01
"""With hundreds of articles, 5 % would name several by chance."""
MOST = 50
_CONTRADICTIONS = 3

_Day = dt.date
_Window = Literal["recent", "before", "other"]


class Likeness(Model):
    """How like the article the replies on its topic are: medians, in spreads."""

    recent: float
    earlier: float
    recent_replies: int
    earlier_replies: int


class StaleArticle(Model):
    """An article to be looked through; the module defines the numbers."""

    article: ArticleRef
    days_old: int | None
    """Since it was updated; None where nobody knows."""
    tickets: int
    """On its topic, in the last `WEEKS` weeks."""
    tickets_before: int
    """In as many weeks before those."""
    growing: bool
    diverging: Likeness | None
    contradictions: tuple[Contradiction, ...]
    priority: float
    reason: str


def stale_articles(
    content: Content,
    on_topic: Mapping[str, Sequence[OnTopic]],
    pairs: Iterable[SimilarPair],
    now: dt.datetime,
) -> list[StaleArticle]:
    """Public articles, and internal ones that newer articles contradict; the most pressing first.

    Args:
        on_topic: of kb.gaps.articles.topics.
        pairs: of kb.gaps.articles.pairs.
    """
    today = now.date()
    every = Counter(_window(ticket.replied, today) for ticket in content.tickets)
    by_article = contradicting_articles(pairs)
    rows = []
    for group, versions in content.groups.items():
        tickets = on_topic.get(group, ())
        found = [
            row
            for version in versions
            if (row := _judge(version, versions, tickets, by_article, every, content, today))
        ]
        if found:
            rows.append(max(found, key=lambda row: (row.priority, row.article.id == group)))
    return sorted(rows, key=lambda row: (-row.priority, row.article.id))[:MOST]


def _judge(
    version: ArticleVersion,
    versions: Sequence[ArticleVersion],
    tickets: Sequence[OnTopic],
    by_article: Mapping[str, list[Contradiction]],
    every: Mapping[_Window, int],
    content: Content,
    today: _Day,
) -> StaleArticle | None:
    """A version's row, if it is stale."""
    age = None if version.updated is None else (today - version.updated).days
    old = age is None or age > STALE_DAYS
    windows = Counter(_window(item.ticket.replied, today) for item in tickets)
    is_first = version.id == min(versions, key=lambda v: (not v.is_source, v.id)).id
    growing = old and is_first and _grows(tickets, windows, every, today)
    mine = [item for item in tickets if item.ticket.language == version.language]
    diverging = _divergence(version, mine, content, today) if old else None
    said = contradicting_replies(version, mine, content, today) + by_article.get(version.id, [])
    signals = growing + bool(diverging) + 2 * bool(said)
    if not signals:
        return None
    said.sort(key=lambda one: (-one.times, one.kind, one.source))
    row = StaleArticle(
        article=version.ref,
        days_old=age,
        tickets=windows["recent"],
        tickets_before=windows["before"],
        growing=growing,
        diverging=diverging,
        contradictions=tuple(said[:_CONTRADICTIONS]),
        priority=(1 + windows["recent"]) * signals,
        reason="",
    )
    return row.model_copy(update={"reason": _reason(row)})


def _window(day: _Day | None, today: _Day) -> _Window:
    week = _week(day, today)
    if week is None or week >= 2 * WEEKS:
        return "other"
    return "recent" if week < WEEKS else "before"


def _week(day: _Day | None, today: _Day) -> int | None:
    """Whole weeks ago; None for what has no date, or one to come."""
    if day is None or day > today:
        return None
    return (today - day).days // 7


def _grows(
    tickets: Sequence[OnTopic],
    windows: Mapping[_Window, int],
    every: Mapping[_Window, int],
    today: _Day,
) -> bool:
    recent, before = windows["recent"], windows["before"]
    if recent < LEAST_TICKETS:
        return False
    others = (every["recent"] - recent + 1) / (every["before"] - before + 1)
    if (recent + 1) / (before + 1) < GROWTH * max(1.0, others):
        return False
    weeks = Counter(_week(item.ticket.replied, today) for item in tickets)
    now = [weeks[week] for week in range(WEEKS)]
    then = [weeks[week] for week in range(WEEKS, 2 * WEEKS)]
    return lies_above(now, then) < ALPHA


def _divergence(
    version: ArticleVersion, tickets: Sequence[OnTopic], content: Content, today: _Day
) -> Likeness | None:
    if not len(version.vectors):
        return None
    recent: list[float] = []
    earlier: list[float] = []
    for item in tickets:
        replied = item.ticket.replied
        if item.clear and replied is not None and replied <= today:
            days = (today - replied).days
            (recent if days <= REPLY_DAYS else earlier).append(likeness(version, item, content))
    if min(len(recent), len(earlier)) < LEAST:
        return None
    if median(earlier) - median(recent) < FELL or lies_above(earlier, recent) >= ALPHA:
        return None
    return Likeness(
        recent=median(recent),
        earlier=median(earlier),
        recent_replies=len(recent),
        earlier_replies=len(earlier),
    )


def _reason(row: StaleArticle) -> str:
    age = "of unknown age" if row.days_old is None else f"{row.days_old} days old"
    said = []
    if row.contradictions:
        one = row.contradictions[0]
        what = {"ticket": "A newer reply", "article": "A newer article"}[one.kind]
        if one.kind == "ticket" and row.days_old is None:
            what = "A reply of the last year"
        more = f" ({one.times} replies do)" if one.times > 1 else ""
        said.append(f"{what} says something else{more}: {one.about}.")
    if row.growing:
        said.append(
            f"It is {age}, and {row.tickets} tickets on its topic were solved in the last {WEEKS} "
            f"weeks, after {row.tickets_before} in the {WEEKS} before."
        )
    if row.diverging:
        said.append(
            f"It is {age}, and the last {row.diverging.recent_replies} replies on its topic are "
            f"less like it than the {row.diverging.earlier_replies} before "
            f"({row.diverging.recent:.1f} against {row.diverging.earlier:.1f} spreads)."
        )
    return " ".join(said)
