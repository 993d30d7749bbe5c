"""Duplicates: articles that are there twice, and translations that nobody linked.

Pairs come from `pairs` (similarity, in spreads) and are compared by `overlap`. Of two
articles in one language:

    exact         the same text, but for case, spelling variants and spacing
    near          resemblance >= `NEAR`, or containment >= `CONTAINED` and similarity >=
                  `SAME_SUBJECT`; and the titles do not tell them apart
    same_subject  titles share `SAME_TITLE` of their words, similarity >= `SAME_SUBJECT` (equal
                  titles: `EQUAL_TITLES`), and no title narrows the subject

and of two articles in different languages, neither of which has a version in the other's language:

    unlinked      similarity >= pairs.FLOOR, and each is nearest to the other by `LEAD`

Judged by looking at all pairs of 1,000 real articles of six products: articles made from one
template ("Install it on Android", "… on iOS") are as similar as copies, only their titles and what
their texts speak of tell them apart; similarity alone puts "get" and "use" together. With half of
the articles in either language and no true pair left, `unlinked` names 1 in 115; of true pairs it
finds between 34 and 63 %.

Which one to keep: the one that more people opened, else were shown, else with the better votes, the
newer, the longer one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.gaps.articles.content import ArticleRef, ArticleVersion, Content
from kb.gaps.articles.overlap import Overlap, Words, narrower, overlap, told_apart
from kb.gaps.articles.pairs import SimilarPair
from kb.gaps.articles.traffic import NOTHING, People, Traffic, count
from kb.models import Model

NEAR = 0.5
CONTAINED = 0.8
SAME_TITLE = 0.8
SAME_SUBJECT = 6.5
EQUAL_TITLES = 5.5
LEAD = 1.0
MOST = 50

DuplicateKind = Literal["exact", "near", "same_subject", "unlinked"]
_KINDS: tuple[DuplicateKind, ...] = ("exact", "near", "same_subject", "unlinked")
_COPIES = ("exact", "near")


class Duplicate(Model):
    """Articles that are there several times; the module defines the numbers."""

    kind: DuplicateKind
    articles: tuple[ArticleRef, ...]
    """The one to keep first; of `unlinked`, in order of id."""
    keep: str
    """Id of the one to keep; empty where they should be linked instead."""
    similarity: float
    """Of `exact` and `near` with more than two articles, the least of the pairs."""
    resemblance: float
    titles: float
    languages: tuple[str, ...]
    """In which the articles are there several times."""
    people: int
    """Who were shown or read any of them."""
    reason: str


@dataclass(frozen=True)
class _Found:
    kind: DuplicateKind
    pair: SimilarPair
    overlap: Overlap


def duplicates(
    content: Content, pairs: Iterable[SimilarPair], traffic: Mapping[str, Traffic]
) -> list[Duplicate]:
    """Exact copies first, then near ones, the same subject, unlinked translations.

    Within a kind, by people who met them, then by similarity.

    Args:
        pairs: of kb.gaps.articles.pairs.similar_pairs.
    """
    words: dict[str, Words] = {}
    found: list[_Found] = []
    for pair in pairs:
        judged = _judge(pair, content, words)
        if judged:
            found.append(judged)
    rows = [_row(group, content, traffic) for group in _joined(found)]
    rows.sort(key=lambda row: (_KINDS.index(row.kind), -row.people, -row.similarity, row.keep))
    return rows[:MOST]


def _judge(pair: SimilarPair, content: Content, words: dict[str, Words]) -> _Found | None:
    left, right = pair.left, pair.right
    if left.language != right.language:
        linked = _has(content, left.group, right.language) or _has(
            content, right.group, left.language
        )
        nothing = Overlap(0, 0, 0, same_text=False)
        sure = not linked and pair.lead >= LEAD and left.audience == right.audience
        return _Found("unlinked", pair, nothing) if sure else None
    one, other = (words.setdefault(a.id, Words(a)) for a in (left, right))
    shared = overlap(one, other)
    if shared.same_text:
        return _Found("exact", pair, shared)
    contained = shared.containment >= CONTAINED and pair.similarity >= SAME_SUBJECT
    if (shared.resemblance >= NEAR or contained) and not told_apart(one, other):
        return _Found("near", pair, shared)
    least = EQUAL_TITLES if one.title == other.title else SAME_SUBJECT
    alike = shared.titles >= SAME_TITLE and pair.similarity >= least
    if alike and not told_apart(one, other) and not narrower(one, other):
        return _Found("same_subject", pair, shared)
    return None


def _has(content: Content, group: str, language: str) -> bool:
    return any(version.language == language for version in content.groups[group])


def _joined(found: Iterable[_Found]) -> list[list[_Found]]:
    """What is one row: copies of one text, however many; or a pair, in all its languages."""
    items = list(found)
    cluster: dict[str, str] = {}
    for one in items:
        if one.kind in _COPIES:
            cluster[_root(cluster, one.pair.left.group)] = _root(cluster, one.pair.right.group)
    rows: dict[tuple[str, ...], list[_Found]] = defaultdict(list)
    for one in items:
        left, right = (_root(cluster, a.group) for a in (one.pair.left, one.pair.right))
        if one.kind in _COPIES:
            rows["copies", left].append(one)
        elif left != right:
            rows[one.kind, *sorted((one.pair.left.group, one.pair.right.group))].append(one)
    return list(rows.values())


def _root(cluster: dict[str, str], group: str) -> str:
    """The group that stands for all that are copies of it."""
    while cluster.get(group, group) != group:
        cluster[group] = cluster.get(cluster[group], cluster[group])
        group = cluster[group]
    return group


@dataclass(frozen=True)
class _Side:
    """An article with what speaks for keeping it; all its versions count."""

    article: ArticleVersion
    people: People
    reasons: tuple[tuple[float, str], ...]
    """Larger is better, the first that differs decides; and how to say so."""


def _row(found: Sequence[_Found], content: Content, traffic: Mapping[str, Traffic]) -> Duplicate:
    kind = max((one.kind for one in found), key=_KINDS.index)
    language = found[0].pair.left.language
    shown = {
        article.group: article
        for one in found
        for article in (one.pair.left, one.pair.right)
        if kind == "unlinked" or article.language == language
    }
    sides = [_side(article, content, traffic) for article in shown.values()]
    if kind == "unlinked":
        sides.sort(key=lambda side: side.article.id)
    else:
        sides.sort(key=lambda side: ([-value for value, _ in side.reasons], side.article.id))
    return Duplicate(
        kind=kind,
        articles=tuple(side.article.ref for side in sides),
        keep="" if kind == "unlinked" else sides[0].article.id,
        similarity=min(one.pair.similarity for one in found),
        resemblance=min(one.overlap.resemblance for one in found),
        titles=min(one.overlap.titles for one in found),
        languages=tuple(
            sorted({a.language for one in found for a in (one.pair.left, one.pair.right)})
        ),
        people=count(_together(side.people for side in sides)),
        reason=_reason(kind, sides, found),
    )


def _side(article: ArticleVersion, content: Content, traffic: Mapping[str, Traffic]) -> _Side:
    every = [traffic.get(version.id, NOTHING) for version in content.groups[article.group]]
    opened = count(_together(one.opened for one in every))
    shown = count(_together(one.shown for one in every))
    votes = sum(one.voted_up - one.voted_down for one in every)
    updated = article.updated or dt.date.min
    return _Side(
        article,
        _together(people for one in every for people in (one.shown, one.readers)),
        (
            (opened, f"{opened} people opened it"),
            (shown, f"{shown} people were shown it"),
            (votes, f"its votes are better ({votes:+d})"),
            (updated.toordinal(), f"it is newer ({updated})"),
            (len(article.body), f"it is longer ({len(article.body)} characters)"),
        ),
    )


def _together(crowds: Iterable[People]) -> People:
    """All different people of some crowds."""
    every: People = {}
    for people in crowds:
        every |= people
    return every


def _reason(kind: DuplicateKind, sides: Sequence[_Side], found: Sequence[_Found]) -> str:
    if kind == "unlinked":
        names = " and ".join(f"“{side.article.title}”" for side in sides)
        return f"{names} seem to be one article in two languages, but are not linked: check, link."
    what = {
        "exact": "The same text is published {times}.",
        "near": "Nearly the same text is published {times} ({share:.0%} of it shared).",
        "same_subject": "{times} articles with much the same title are about the same.",
    }[kind]
    share = min(max(one.overlap.resemblance, one.overlap.containment) for one in found)
    times = str(len(sides)) if kind == "same_subject" else f"{len(sides)} times"
    keep, second = sides[0], sides[1]
    why = next(
        (
            said
            for (mine, said), (theirs, _) in zip(keep.reasons, second.reasons, strict=True)
            if mine != theirs
        ),
        "nothing tells them apart",
    )
    return f"{what.format(times=times, share=share)} Keep “{keep.article.title}”: {why}."
