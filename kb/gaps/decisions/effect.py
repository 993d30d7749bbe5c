"""What became of a gap's questions after it was closed: before and after, by people. Pure.

Two windows of equal length, at most eight weeks, around the day on which the gap was set to done;
that day itself is in neither. Everything is counted by person (see `Search.person`), so that nobody
weighs more by asking often. Intervals are at 95 %:

- of the share answered, Wilson's score interval (JASA 22, 1927);
- of the mean confidence, normal: mean ± 1.96 · s / √people, within [0, 1];
- of counts per week, Byar's approximation of Poisson's exact limits (Breslow & Day, Statistical
  Methods in Cancer Research II, 1987, p. 69).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, stdev

from kb.gaps.journeys import Search
from kb.models import Model
from kb.suggestion_figures import wilson

MAX_DAYS = 56
MIN_DAYS = 7
"""Windows shorter than this say nothing: a week has its own rhythm."""
MIN_PEOPLE = 5
"""Fewer people in both windows together say nothing."""
_Z = 1.959963984540054

DEFINITIONS: Mapping[str, str] = {
    "people": "Different visits that asked one of the gap's questions, and tickets that did; one "
    "visit counts once, however often it asks. Searches without a known visit count each.",
    "confidence": "Mean over people of the mean confidence of their searches (that the first hit "
    "answers); searches whose confidence is not known are left out.",
    "answered": "People who were shown an answer at least once, of those whose outcome is known.",
    "contacts_per_week": "People who contacted the team, after searching or by ticket, per week.",
    "people_per_week": "People per week.",
}
"""What each figure means, to be printed beside it."""

Interval = tuple[float, float]


class Mean(Model):
    """A mean over people."""

    mean: float | None
    """None of nobody."""
    people: int
    interval: Interval | None
    """None of fewer than two."""


class Share(Model):
    """So many of so many people."""

    count: int
    of: int
    share: float | None
    """None of nobody."""
    interval: Interval


class Rate(Model):
    """So many a week."""

    count: int
    per_week: float
    interval: Interval
    """Per week."""


class Window(Model):
    """What was asked in one window."""

    start: dt.date
    end: dt.date
    """The day after the last."""
    searches: int
    people: int
    confidence: Mean
    answered: Share
    contacts_per_week: Rate
    people_per_week: Rate


class Effect(Model):
    """A gap's questions before and after it was done."""

    done_on: dt.date
    days: int
    """Length of each window."""
    before: Window
    after: Window
    too_early: str = ""
    """Why nothing can be said yet; empty where something can."""


def effect_of(
    searches: Sequence[Search],
    tickets: Sequence[tuple[dt.datetime, str]],
    done_at: dt.datetime,
    now: dt.datetime,
    since: dt.datetime | None = None,
) -> Effect:
    """What closing a gap did.

    Args:
        searches: for the gap's questions, in any order.
        tickets: when tickets with its questions came, and from whom; the person of a search where
            one led there, so that nobody counts twice.
        done_at: when it was set to done.
        since: where the log begins; unset: with the first search or ticket given.
    """
    asked = [_utc(at) for at in [*(one.at for one in searches), *(at for at, _ in tickets)]]
    done = _utc(done_at).date()
    tomorrow, today = done + dt.timedelta(days=1), _utc(now).date()
    begin = _utc(since).date() if since else min((at.date() for at in asked), default=done)
    days = max(0, min(MAX_DAYS, (today - tomorrow).days, (done - begin).days))
    length = dt.timedelta(days=days)
    before = _window(searches, tickets, done - length, done)
    after = _window(searches, tickets, tomorrow, tomorrow + length)
    return Effect(
        done_on=done,
        days=days,
        before=before,
        after=after,
        too_early=_too_early(days, before.people + after.people, (today - tomorrow).days),
    )


def byar(count: int) -> Interval:
    """95 % limits of a Poisson count (Byar's approximation)."""
    high = count + 1
    upper = high * (1 - 1 / (9 * high) + _Z / (3 * math.sqrt(high))) ** 3
    if not count:
        return 0.0, upper
    return count * max(0.0, 1 - 1 / (9 * count) - _Z / (3 * math.sqrt(count))) ** 3, upper


def _too_early(days: int, people: int, days_since: int) -> str:
    if days_since < MIN_DAYS:
        return f"Too early: {max(0, days_since)} full days have passed, {MIN_DAYS} are needed."
    if days < MIN_DAYS:
        return f"The log begins {days} days before it was done; {MIN_DAYS} are needed."
    if people < MIN_PEOPLE:
        return f"Too few: {people} people asked before and after, {MIN_PEOPLE} are needed."
    return ""


def _window(
    searches: Iterable[Search],
    tickets: Iterable[tuple[dt.datetime, str]],
    start: dt.date,
    end: dt.date,
) -> Window:
    inside = [search for search in searches if start <= _utc(search.at).date() < end]
    by_person: dict[str, list[Search]] = {}
    for search in inside:
        by_person.setdefault(search.person, []).append(search)
    people = list(by_person.values())
    writers = {person for at, person in tickets if start <= _utc(at).date() < end}
    contacted = writers | {search.person for search in inside if search.contacted}
    # What a log that names nobody says was asked n times, n people asked.
    asking = sum(1 if own[0].session else own[0].times for own in people)
    asking += len(writers - by_person.keys())
    weeks = (end - start).days / 7
    return Window(
        start=start,
        end=end,
        searches=sum(search.times for search in inside),
        people=asking,
        confidence=_confidence(people),
        answered=_answered(people),
        contacts_per_week=_rate(len(contacted), weeks),
        people_per_week=_rate(asking, weeks),
    )


def _confidence(people: Iterable[Sequence[Search]]) -> Mean:
    known = ([s.confidence for s in own if s.confidence is not None] for own in people)
    means = [fmean(values) for values in known if values]
    if not means:
        return Mean(mean=None, people=0, interval=None)
    mean = fmean(means)
    if len(means) == 1:
        return Mean(mean=mean, people=1, interval=None)
    spread = _Z * stdev(means) / math.sqrt(len(means))
    interval = max(0.0, mean - spread), min(1.0, mean + spread)
    return Mean(mean=mean, people=len(means), interval=interval)


def _answered(people: Iterable[Sequence[Search]]) -> Share:
    outcomes = [{s.outcome for s in own if s.outcome is not None} for own in people]
    known = [found for found in outcomes if found]
    count = sum("answered" in found for found in known)
    share = count / len(known) if known else None
    return Share(count=count, of=len(known), share=share, interval=wilson(count, len(known)))


def _rate(count: int, weeks: float) -> Rate:
    if not weeks:
        return Rate(count=count, per_week=0.0, interval=(0.0, 0.0))
    low, high = byar(count)
    return Rate(count=count, per_week=count / weeks, interval=(low / weeks, high / weeks))


def _utc(at: dt.datetime) -> dt.datetime:
    return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
