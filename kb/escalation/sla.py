"""Which promises run for a ticket, when they are due, and how much of their time is used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from kb.escalation.clock import Calendar, Duration
from kb.escalation.contacts import wants_answer
from kb.escalation.rules import EscalationRules
from kb.models import Ticket

Promise = Literal["first answer", "answer", "solution"]

_HORIZON = dt.timedelta(days=1000)
"""What is longer ago counts as so long ago: business time is counted day by day, and what a mail
program writes into a date may be the year 1."""


class Clock(NamedTuple):
    """A running promise."""

    promise: Promise
    due: dt.datetime
    share: float
    """Of its time that is used; 1 or more when it is broken."""


class Due(NamedTuple):
    """The promise that has to be kept first."""

    promise: Promise
    at: dt.datetime


class Standing(NamedTuple):
    """Whose turn it is."""

    waiting_since: dt.datetime | None
    """Since when (UTC) the customer has been waiting for us; None while it is their turn."""
    due: Due | None
    """None while nobody waits for us, and where nothing is promised."""


def priority_of(ticket: Ticket, rules: EscalationRules) -> str:
    """The ticket's priority as the rules name it; the default where they do not."""
    named = {name.casefold(): name for name in rules.priorities}
    return named.get(ticket.priority.strip().casefold(), rules.default_priority)


def promised(
    rules: EscalationRules, priorities: Sequence[str], channel: str
) -> tuple[list[Duration], list[Duration]]:
    """Times for an answer and for the solution: all that are promised, the earliest holds."""
    targets = [
        target
        for target in rules.targets
        if (not target.priority or target.priority in priorities)
        and (not target.channel or target.channel.casefold() == channel.strip().casefold())
    ]
    answers = [target.first_answer for target in targets if target.first_answer]
    solutions = [target.resolution for target in targets if target.resolution]
    return answers, solutions


def clocks(
    ticket: Ticket, rules: EscalationRules, now: dt.datetime, more_priority: str = ""
) -> list[Clock]:
    """The promises that run for a ticket, the earliest due first; none while nobody waits for us.

    The first answer is counted from the ticket's beginning, further ones from the customer's
    message. The solution is counted from the beginning and stands still while we wait for the
    customer; hand-overs do not restart it. Times without a zone are read as UTC, and a ticket that
    tells no time begins now.

    Args:
        ticket: an open ticket.
        rules: the operator's promises.
        now: aware.
        more_priority: a priority whose promises hold as well.
    """
    waits = _waits(ticket, now)
    if not waits or waits[-1].until is not None:
        return []
    priorities = [priority_of(ticket, rules), more_priority]
    answers, solutions = promised(rules, priorities, ticket.channel)
    calendar = rules.calendar(ticket.group)
    answer: Promise = "answer" if len(waits) > 1 else "first answer"
    running = [_clock(answer, time, waits[-1:], now, calendar) for time in answers]
    running += [_clock("solution", time, waits, now, calendar) for time in solutions]
    return sorted(running, key=lambda clock: clock.due)


def standing(ticket: Ticket, rules: EscalationRules | None, now: dt.datetime) -> Standing:
    """Whose turn it is, and the first of `clocks`, without looking at how much of its time is used:
    for long lists.

    Args:
        rules: None: nothing is promised.
    """
    waits = _waits(ticket, now)
    if not waits or waits[-1].until is not None:
        return Standing(None, None)
    if rules is None:
        return Standing(waits[-1].since, None)
    answers, solutions = promised(rules, [priority_of(ticket, rules)], ticket.channel)
    calendar = rules.calendar(ticket.group)
    answer: Promise = "answer" if len(waits) > 1 else "first answer"
    dues = [Due(answer, _due(time, waits[-1:], calendar)) for time in answers]
    dues += [Due("solution", _due(time, waits, calendar)) for time in solutions]
    return Standing(waits[-1].since, min(dues, key=lambda due: due.at, default=None))


class _Wait(NamedTuple):
    """A stretch of time in which the customer waits for us; `until` is None while it lasts."""

    since: dt.datetime
    until: dt.datetime | None


def _waits(ticket: Ticket, now: dt.datetime) -> list[_Wait]:
    waits: list[_Wait] = []
    latest = begun = _near(ticket.created or ticket.messages[0].at or now, now)
    for message in ticket.messages:
        latest = max(latest, _near(message.at or latest, now))
        waiting = bool(waits) and waits[-1].until is None
        if message.author == "rep" and waiting:
            waits[-1] = waits[-1]._replace(until=latest)
        elif message.author == "customer" and not waiting and (not waits or wants_answer(message)):
            waits.append(_Wait(latest if waits else begun, None))
    return waits


def _near(moment: dt.datetime, now: dt.datetime) -> dt.datetime:
    """In UTC, within the horizon and not in the future, where only a wrong clock can put it.

    Compared before it is converted, since the year 1 has no yesterday.
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return min(max(aware, now - _HORIZON), now).astimezone(dt.UTC)


def _clock(
    promise: Promise,
    time: Duration,
    waits: Sequence[_Wait],
    now: dt.datetime,
    calendar: Calendar,
) -> Clock:
    """A promise from the first of `waits` on, put off by the pauses between them."""
    start = waits[0].since
    due = _due(time, waits, calendar)
    whole = time.elapsed(start, due, calendar)
    paused = sum(time.elapsed(begin, end, calendar) for begin, end in _pauses(waits))
    used = time.elapsed(start, now, calendar) - paused
    return Clock(promise, due, used / (whole - paused) if whole > paused else float(now >= due))


def _due(time: Duration, waits: Sequence[_Wait], calendar: Calendar) -> dt.datetime:
    due = time.after(waits[0].since, calendar)
    for begin, end in _pauses(waits):
        due = time.put_off(due, begin, end, calendar)
    return due


def _pauses(waits: Sequence[_Wait]) -> list[tuple[dt.datetime, dt.datetime]]:
    return [(a.until, b.since) for a, b in pairwise(waits) if a.until is not None]
