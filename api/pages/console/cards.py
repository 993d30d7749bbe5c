"""Suggestions as they are shown: cards, and what to do where nothing fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from api.pages.console.phrases import Phrases
from api.pages.frame import Page
from api.web.words import Words
from kb.escalation import EscalationRules
from kb.inbox.matching import pieces
from kb.models import Escalation, Suggestion, SuggestionResult

Likelihood = Literal["likely", "possible", "unsure"]

_LIKELY, _POSSIBLE = 0.6, 0.3
"""Probability that a rep will use it, from which it is called so."""

REASONS = ("wrong", "outdated", "incomplete", "tone", "language", "other")
"""Why a suggestion is rejected; recorded by these names, whatever the page's language."""


_BETWEEN = Markup(" · ")


@dataclass(frozen=True)
class Caution:
    """What to mind before sending."""

    code: str
    told: Markup


@dataclass(frozen=True)
class Card:
    """One suggestion."""

    suggestion: Suggestion
    place: int
    """From 1; 0: the holding reply of the advice."""
    pieces: tuple[tuple[str, bool], ...]
    """The draft, cut at its placeholders: (text, whether it has to be filled)."""
    reason: Markup
    warnings: tuple[Caution, ...]
    likelihood: Likelihood

    @property
    def sendable(self) -> bool:
        """Guidance is for the rep."""
        return self.suggestion.kind != "guidance"


@dataclass(frozen=True)
class Advice:
    """Whom to hand the ticket to."""

    escalation: Escalation
    group: str
    """Its name in the page's language; empty where nothing says whom."""
    level: str
    """What the level is called; empty where it has no name."""
    channel: str
    """How to hand it over, in the page's language where the rules say it there."""
    channel_locale: str
    """Of `channel`; empty where the rules do not tell."""
    reasons: tuple[Markup, ...]
    """Sentences."""
    meanwhile: Card | None


@dataclass(frozen=True)
class Offer:
    """All that the panel shows for a ticket."""

    occasion: str
    """Empty where feedback is not recorded."""
    cards: tuple[Card, ...]
    advice: Advice | None
    degraded: bool


def offer_of(result: SuggestionResult, rules: EscalationRules | None, page: Page) -> Offer:
    """Args:
    rules: for the names of groups and levels.
    """
    phrases = Phrases(page, lambda identifier: group_name(identifier, rules, page.t))
    cards = tuple(_card(s, place, phrases) for place, s in enumerate(result.suggestions, start=1))
    advice = _advice(result.escalation, rules, phrases) if result.escalation else None
    return Offer(result.id, cards, advice, result.degraded)


def group_name(identifier: str, rules: EscalationRules | None, t: Words) -> str:
    """A group's name in the page's language."""
    group = rules.group(identifier) if rules else None
    return _named(group.names, t, identifier) if group else identifier


def group_choices(
    known: Sequence[str], rules: EscalationRules | None, t: Words
) -> list[tuple[str, str]]:
    """Pairs of id and name."""
    return [(identifier, group_name(identifier, rules, t)) for identifier in known if identifier]


def _card(suggestion: Suggestion, place: int, phrases: Phrases) -> Card:
    lang = suggestion.sources[0].locale if suggestion.sources else ""
    return Card(
        suggestion,
        place,
        tuple(pieces(suggestion.draft, _placeholders(suggestion))),
        _BETWEEN.join(phrases.told(point, lang) for point in suggestion.reason_points),
        tuple(
            Caution(point.code, phrases.told(point))
            for point in suggestion.warning_points
            if point.code != "unfilled" or suggestion.kind == "guidance"  # else it has fields
        ),
        _likelihood(suggestion.confidence),
    )


def _placeholders(suggestion: Suggestion) -> list[tuple[int, int]]:
    """Where the draft has to be filled; spans in order, not overlapping."""
    spans: list[tuple[int, int]] = []
    for placeholder in suggestion.unfilled:
        start = suggestion.draft.find(placeholder)
        while start >= 0:
            spans.append((start, start + len(placeholder)))
            start = suggestion.draft.find(placeholder, start + len(placeholder))
    kept: list[tuple[int, int]] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _likelihood(confidence: float) -> Likelihood:
    if confidence >= _LIKELY:
        return "likely"
    return "possible" if confidence >= _POSSIBLE else "unsure"


def _advice(escalation: Escalation, rules: EscalationRules | None, phrases: Phrases) -> Advice:
    level = rules.level(escalation.level) if rules and escalation.level is not None else None
    t, channels = phrases.page.t, escalation.channels
    locale = next((code for code in (t.locale, "en", *channels) if code in channels), "")
    return Advice(
        escalation,
        group_name(escalation.support_group, rules, t) if escalation.support_group else "",
        _named(level.names, t, "") if level else "",
        channels.get(locale, escalation.channel),
        locale,
        tuple(phrases.told(point) for point in escalation.reason_points),
        _card(escalation.meanwhile, 0, phrases) if escalation.meanwhile else None,
    )


def _named(names: Mapping[str, str], t: Words, default: str) -> str:
    return names.get(t.locale) or names.get("en") or default
