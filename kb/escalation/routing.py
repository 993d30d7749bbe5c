"""Which group a case belongs to when nobody here can answer it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from kb.escalation.matching import compile_phrase, matches
from kb.escalation.rules import EscalationRules
from kb.escalation.signals import CustomerTexts
from kb.models import Ticket
from kb.points import Point, Value
from kb.text import fold

_MAX_QUOTES = 3


class Route(NamedTuple):
    """A group and why it; an empty group where nothing tells."""

    group: str
    because: Point


def route(
    ticket: Ticket,
    texts: CustomerTexts,
    group_votes: Sequence[str],
    rules: EscalationRules | None,
) -> Route:
    """The group that solved the nearest tickets; else whose tags or words these are; else its own.

    A vote counts 1/rank: the nearest ticket beats one further down, two of those beat it.
    """
    known = {group.id for group in rules.groups} if rules else set(group_votes)
    weights: defaultdict[str, float] = defaultdict(float)
    for rank, group in enumerate(group_votes, start=1):
        if group and group in known:
            weights[group] += 1 / rank
    if weights:
        best = max(weights, key=lambda group: (weights[group], -group_votes.index(group)))
        if len(group_votes) == 1:
            return Route(best, Point(code="nearest_solved", values={"group": best}))
        values: dict[str, Value] = {"of": len(group_votes), "group": best}
        values["count"] = group_votes.count(best)
        return Route(best, Point(code="nearest_solved_by", values=values))
    found = _by_tags(ticket, rules) or _by_topics(texts, rules) if rules else None
    if found:
        return found
    if ticket.group:
        return Route(ticket.group, Point(code="nowhere_else", values={"group": ticket.group}))
    return Route("", Point(code="nobody_known"))


def _by_tags(ticket: Ticket, rules: EscalationRules) -> Route | None:
    for group in rules.groups:
        own = {fold(tag) for tag in group.tags}
        for tag in ticket.tags:
            if fold(tag) in own:
                return Route(group.id, Point(code="tag", values={"tag": tag, "group": group.id}))
    return None


def _by_topics(texts: CustomerTexts, rules: EscalationRules) -> Route | None:
    """The group most of whose words the customer used."""
    best: Route | None = None
    most = 0
    for group in rules.groups:
        phrases = [compile_phrase(word) for words in group.topics.values() for word in words]
        words = {
            found.words.casefold(): found.words
            for text in texts.now
            for found in matches(phrases, text, unless_negated=False)
        }
        if len(words) > most:
            most = len(words)
            values = {"words": tuple(words.values())[:_MAX_QUOTES], "group": group.id}
            best = Route(group.id, Point(code="topic", values=values))
    return best
