"""Whether a ticket should be handed over, to whom, by when, and what to tell the customer.

Upwards (hierarchical) when the operator's rules say so, whatever else fits; sideways (functional)
when nothing fits. Both may hold: then it goes upwards, and the group is named as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kb.errors import InvalidInput
from kb.escalation.contacts import contacts
from kb.escalation.parts import (
    RefundTrigger,
    RepeatTrigger,
    ShareTrigger,
    Told,
    Trigger,
    WordTrigger,
)
from kb.escalation.routing import Route, route
from kb.escalation.rules import EscalationRules
from kb.escalation.signals import CustomerTexts, customer_texts, refunds_asked, word_signal
from kb.escalation.sla import Clock, clocks, priority_of, promised
from kb.escalation.words import Kind
from kb.models import Ticket
from kb.points import Point, Value, in_english

_SPECIALISTS = 2
_MAX_QUOTES = 3
_NOTHING_FITS = Point(code="nothing_fits")


@dataclass(frozen=True)
class Advice:
    """Whom to hand a ticket to."""

    type: Literal["functional", "hierarchical"]
    support_group: str
    """Empty where nothing tells."""
    level: int
    told: Told
    """How to hand it over; empty where the rules do not say."""
    points: tuple[Point, ...]
    """Why, with the evidence."""
    due: dt.datetime | None
    """When the customer has to have the next answer; None without rules."""
    lapsed: bool
    """The promised time is over; `due` is then the soonest that can honestly be promised."""
    meanwhile_macro: str
    """Macro (group id, without language) for the customer; empty where the rules name none."""

    @property
    def reason(self) -> str:
        """`points` in one English sentence."""
        return f"{in_english(self.points)}."

    @property
    def channel(self) -> str:
        """`told` in English, or in the first language of the rules."""
        if isinstance(self.told, str):
            return self.told
        return self.told.get("en") or next(iter(self.told.values()))

    @property
    def channels(self) -> Mapping[str, str]:
        """`told` by language; empty where it is said once for all."""
        return {} if isinstance(self.told, str) else self.told


class _Fired(NamedTuple):
    name: str
    trigger: Trigger
    evidence: Point


def advise(
    ticket: Ticket,
    *,
    group_votes: Sequence[str],
    fits: bool,
    earlier_tickets: int,
    rules: EscalationRules | None,
    now: dt.datetime,
) -> Advice | None:
    """Advice for an open ticket, or None if it should stay where it is.

    Args:
        ticket: as it came, not redacted: the reason quotes the customer's words.
        group_votes: support groups of the nearest solved tickets, best first; "" where unknown.
        fits: whether a suggestion answers the ticket.
        earlier_tickets: of the same customer, within `rules.triggers.repeat_contact.days`.
        rules: None gives functional advice only, without a time.
        now: aware.

    Raises:
        InvalidInput: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise InvalidInput("`now` has no time zone: give an aware time.")
    texts = customer_texts(ticket)
    fired = list(_fired(ticket, texts, earlier_tickets, rules, now)) if rules else []
    if fits and not fired:
        return None
    found = route(ticket, texts, group_votes, rules)
    if rules is None:
        points = (_NOTHING_FITS, found.because)
        return Advice("functional", found.group, _SPECIALISTS, "", points, None, False, "")
    if not fired:
        return _functional(ticket, found, rules, now)
    return _hierarchical(ticket, fired, found, fits, rules, now)


def _functional(ticket: Ticket, found: Route, rules: EscalationRules, now: dt.datetime) -> Advice:
    level = rules.functional.level
    due, lapsed, late = _due(ticket, rules, now, "")
    group = rules.group(found.group)
    known_level = rules.level(level)
    channel = (group.channel if group else "") or (known_level.channel if known_level else "")
    meanwhile = (group.meanwhile if group else "") or rules.functional.meanwhile
    points = (_NOTHING_FITS, found.because, *late)
    return Advice("functional", found.group, level, channel, points, due, lapsed, meanwhile)


def _hierarchical(
    ticket: Ticket,
    fired: Sequence[_Fired],
    found: Route,
    fits: bool,
    rules: EscalationRules,
    now: dt.datetime,
) -> Advice:
    """The highest level wins; among equals the gravest matter, which comes first."""

    def height(rule: _Fired) -> int:
        return rule.trigger.level or rules.functional.level

    first = max(fired, key=height)
    level = rules.level(height(first))
    named = next((rule.trigger.group for rule in [first, *fired] if rule.trigger.group), "")
    group = named or (ticket.group if fits and ticket.group else found.group)
    urgent = next((rule.trigger.priority for rule in [first, *fired] if rule.trigger.priority), "")
    due, lapsed, late = _due(ticket, rules, now, urgent)
    if any(rule.name == "sla" for rule in fired):
        late = ()  # said already
    known_group = rules.group(group)
    channel = (level.channel if level else "") or (known_group.channel if known_group else "")
    gravest = {rule.name: rule for rule in sorted(fired, key=height)}  # of several refund limits
    told = [first.evidence]
    for rule in fired:
        if (evidence := gravest[rule.name].evidence) not in told:
            told.append(evidence)
    nothing = () if fits else (Point(code="nothing_fits_either"), found.because)
    points = (*told, *nothing, *late)
    return Advice(
        "hierarchical", group, height(first), channel, points, due, lapsed, first.trigger.meanwhile
    )


def _due(
    ticket: Ticket, rules: EscalationRules, now: dt.datetime, priority: str
) -> tuple[dt.datetime, bool, tuple[Point, ...]]:
    """When the next answer is due, whether the promise is broken, and how to say so."""
    calendar = rules.calendar(ticket.group)
    running = clocks(ticket, rules, now, priority)
    if running and running[0].due < now:
        late = Point(code="promise_lapsed", values=_promise(running[0]))
        return rules.late_answer.after(now, calendar), True, (late,)
    if running:
        return running[0].due, False, ()
    times = promised(rules, [priority_of(ticket, rules), priority], ticket.channel)[0]
    dues = [time.after(now, calendar) for time in times or [rules.late_answer]]
    return min(dues), False, ()


def _fired(
    ticket: Ticket,
    texts: CustomerTexts,
    earlier_tickets: int,
    rules: EscalationRules,
    now: dt.datetime,
) -> Iterator[_Fired]:
    """The rules that apply, the gravest first, each with its evidence."""
    for name, trigger in rules.triggers.named():
        evidence = None
        if isinstance(trigger, WordTrigger):
            evidence = _words(name, trigger, texts)  # type: ignore[arg-type]
        elif isinstance(trigger, RepeatTrigger):
            evidence = _repeated(trigger, ticket, texts, earlier_tickets)
        elif isinstance(trigger, ShareTrigger):
            evidence = _lapsing(trigger, clocks(ticket, rules, now), now)
        elif isinstance(trigger, RefundTrigger):
            evidence = _refund(trigger, texts)
        if evidence:
            yield _Fired(name, trigger, evidence)


def _words(kind: Kind, trigger: WordTrigger, texts: CustomerTexts) -> Point | None:
    signal = word_signal(kind, texts, trigger.words)
    if signal is None or signal.strength < trigger.strength:
        return None
    return Point(code=kind, values={"words": tuple(signal.words[:_MAX_QUOTES])})


def _repeated(
    trigger: RepeatTrigger, ticket: Ticket, texts: CustomerTexts, earlier_tickets: int
) -> Point | None:
    found = contacts(ticket, texts)
    values: dict[str, Value] = {"contacts": found.number}
    if found.number >= trigger.contacts:
        if found.said:
            return Point(code="contacts_said", values={**values, "said": found.said})
        return Point(code="contacts_returned", values={**values, "count": found.returns})
    if trigger.earlier_tickets is not None and earlier_tickets >= trigger.earlier_tickets:
        values = {"count": earlier_tickets, "days": trigger.days}
        return Point(code="earlier_tickets", values=values)
    return None


def _lapsing(trigger: ShareTrigger, running: Sequence[Clock], now: dt.datetime) -> Point | None:
    for clock in running:
        if clock.due < now:
            return Point(code="promise_late", values=_promise(clock))
        if clock.share >= trigger.share:
            values = {"share": min(clock.share, 0.99), **_promise(clock)}
            return Point(code="promise_used", values=values)
    return None


def _promise(clock: Clock) -> dict[str, Value]:
    return {"promise": clock.promise, "due": clock.due}


def _refund(trigger: RefundTrigger, texts: CustomerTexts) -> Point | None:
    for asked in refunds_asked(texts):
        limit = trigger.over.get(asked.currency)
        if limit is not None and asked.value > limit:
            values = {"said": asked.words, "limit": limit, "currency": asked.currency}
            return Point(code="refund", values=values)
    return None
