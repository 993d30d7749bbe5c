"""Which group a case belongs to when nobody here can answer it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from kb.escalation.matching import compile_phrase, matches
from kb.escalation.rules import EscalationRules
from kb.escalation.signals import CustomerTexts
from kb.models import Ticket
from kb.text import fold


class Route(NamedTuple):
    """A group and why it; an empty group where nothing tells."""

    group: str
    because: str


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
        share = f"{group_votes.count(best)} of the {len(group_votes)} nearest solved tickets"
        if len(group_votes) == 1:
            share = "the nearest solved ticket"
        verb = "was" if len(group_votes) == 1 or group_votes.count(best) == 1 else "were"
        return Route(best, f"{share} {verb} resolved by {best}")
    found = _by_tags(ticket, rules) or _by_topics(texts, rules) if rules else None
    if found:
        return found
    if ticket.group:
        return Route(ticket.group, f"nothing points to another group than {ticket.group}")
    return Route("", "nothing tells whose topic it is")


def _by_tags(ticket: Ticket, rules: EscalationRules) -> Route | None:
    for group in rules.groups:
        own = {fold(tag) for tag in group.tags}
        for tag in ticket.tags:
            if fold(tag) in own:
                return Route(group.id, f'the tag "{tag}" is a matter for {group.id}')
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
            quoted = ", ".join(f'"{word}"' for word in list(words.values())[:3])
            best = Route(group.id, f"{quoted} is a matter for {group.id}")
    return best
