"""Business time: how long an office was open between two moments, and when a deadline falls.

Everything is computed on moments in UTC; opening hours are wall-clock times, turned into moments
day by day. So a day on which the clocks change has the hours that it really has. (The libraries
for this have not been touched since 2019 and add hours to wall-clock times.)

Times must be aware. Results are in the calendar's zone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from kb.errors import ConfigurationError, InvalidInput

Span = tuple[int, int]
"""Opening and closing time of a day in minutes after midnight, 0 to 1440."""

_DAY = dt.timedelta(days=1)
_MAX_CLOSED_DAYS = 1000
_DURATION = re.compile(r"(\d{1,5}(?:\.\d{1,3})?) +(business +)?(minute|hour|day)s?")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True)
class Calendar:
    """When an office is open."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    """Spans of Monday to Sunday, in order and not overlapping; an empty tuple is a day off."""
    holidays: Container[dt.date] = frozenset()

    def spans(self, day: dt.date) -> tuple[Span, ...]:
        return () if day in self.holidays else self.week[day.weekday()]

    def openings(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """Moments of opening and closing on `day`, in UTC."""
        return [(self._moment(day, a), self._moment(day, b)) for a, b in self.spans(day)]

    def _moment(self, day: dt.date, minutes: int) -> dt.datetime:
        wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
        return wall.replace(tzinfo=self.zone).astimezone(dt.UTC)


@dataclass(frozen=True)
class Duration:
    """An amount of time as a promise states it: `4 hours`, `2 business days`."""

    amount: float
    unit: Literal["minute", "hour", "day"]
    business: bool

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `<number> [business] minutes|hours|days`.

        Raises:
            ValueError: it is written differently.
        """
        match = _DURATION.fullmatch(text.strip().lower())
        if not match:
            raise ValueError("write a time as in '30 minutes', '8 business hours', '2 days'")
        unit: Literal["minute", "hour", "day"] = match[3]  # type: ignore[assignment]
        amount = float(match[1])
        if match[2] and unit == "day" and amount % 1:
            raise ValueError("business days are whole days; write hours instead")
        return cls(amount, unit, bool(match[2]))

    def __str__(self) -> str:
        number = f"{self.amount:g} {'business ' if self.business else ''}{self.unit}"
        return number if self.amount == 1 else f"{number}s"

    def after(self, start: dt.datetime, calendar: Calendar) -> dt.datetime:
        """The moment when this much time has passed since `start`."""
        seconds = self.amount * _SECONDS[self.unit]
        if not self.business:
            moment = _utc(start) + dt.timedelta(seconds=seconds)
            return moment.astimezone(calendar.zone)
        if self.unit == "day":
            return add_business_days(start, int(self.amount), calendar)
        return add_business(start, seconds / 3600, calendar)

    def elapsed(self, a: dt.datetime, b: dt.datetime, calendar: Calendar) -> float:
        """Hours from `a` to `b` as this promise counts them: of opening time, or all."""
        if self.business:
            return business_between(a, b, calendar)
        return (_utc(b) - _utc(a)).total_seconds() / 3600

    def put_off(
        self, due: dt.datetime, begin: dt.datetime, end: dt.datetime, calendar: Calendar
    ) -> dt.datetime:
        """A due time, later by a pause from `begin` to `end`, counted as this promise counts."""
        pause = self.elapsed(begin, end, calendar)
        if self.business:
            return add_business(due, pause, calendar) if pause else due
        return (_utc(due) + dt.timedelta(hours=pause)).astimezone(calendar.zone)


def add_business(start: dt.datetime, hours: float, calendar: Calendar) -> dt.datetime:
    """The moment at which `hours` of opening time have passed since `start`.

    Nothing passes while the office is closed; zero hours give the first open moment. An amount
    that ends exactly with the day is due at closing time, not at the next opening.

    Raises:
        InvalidInput: `start` has no time zone, or `hours` is negative.
        ConfigurationError: the office does not open for years.
    """
    if hours < 0:
        raise InvalidInput("Business time can only be added forwards: give hours of at least 0.")
    start = _utc(start)
    left = dt.timedelta(hours=hours)
    for opens, closes in _openings_from(start, calendar):
        begin = max(opens, start)
        if begin >= closes:
            continue
        if left <= closes - begin:
            return (begin + left).astimezone(calendar.zone)
        left -= closes - begin
    raise ConfigurationError(
        f"The office does not open within {_MAX_CLOSED_DAYS} days: check its hours and holidays."
    )


def add_business_days(start: dt.datetime, days: int, calendar: Calendar) -> dt.datetime:
    """The same time of day, `days` working days on.

    Counted from the first open moment. Where the office is closed at that time of the day (half
    days, breaks), the closing time before it counts, or the opening time if there is none.

    Raises:
        InvalidInput, ConfigurationError: as `add_business`.
    """
    first = add_business(start, 0, calendar)
    if days < 0:
        raise InvalidInput("Business time can only be added forwards: give days of at least 0.")
    if days == 0:
        return first
    closed = 0
    day = first.date()
    while days:
        day += _DAY
        closed = 0 if calendar.spans(day) else closed + 1
        days -= not closed
        if closed > _MAX_CLOSED_DAYS:
            raise ConfigurationError(
                f"The office does not open within {_MAX_CLOSED_DAYS} days: check its holidays."
            )
    time = first.hour * 60 + first.minute + first.second / 60 + first.microsecond / 6e7
    spans = calendar.spans(day)
    minutes = spans[0][0] if time < spans[0][0] else min(time, _last_open(spans, time))
    wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    return wall.replace(tzinfo=calendar.zone).astimezone(dt.UTC).astimezone(calendar.zone)


def _last_open(spans: tuple[Span, ...], time: float) -> float:
    """The latest open minute of the day up to `time`."""
    return max(min(time, closes) for opens, closes in spans if opens <= time)


def business_between(a: dt.datetime, b: dt.datetime, calendar: Calendar) -> float:
    """Hours of opening time from `a` to `b`; negative if `b` is the earlier one.

    Raises:
        InvalidInput: a time has no time zone.
    """
    a, b = _utc(a), _utc(b)
    if b < a:
        return -business_between(b, a, calendar)
    total = dt.timedelta()
    day = a.astimezone(calendar.zone).date() - _DAY
    last = b.astimezone(calendar.zone).date()
    while day <= last:
        for opens, closes in calendar.openings(day):
            total += max(min(closes, b) - max(opens, a), dt.timedelta())
        day += _DAY
    return total.total_seconds() / 3600


def _openings_from(
    start: dt.datetime, calendar: Calendar
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Openings from the day before `start` (whose last span may end at midnight) onwards."""
    day = start.astimezone(calendar.zone).date() - _DAY
    closed = 0
    while closed <= _MAX_CLOSED_DAYS:
        openings = calendar.openings(day)
        yield from openings
        closed = 0 if openings else closed + 1
        day += _DAY


def _utc(moment: dt.datetime) -> dt.datetime:
    """Arithmetic on zoned times is on the wall clock; on UTC it is on time that passes."""
    if moment.tzinfo is None:
        raise InvalidInput(f"{moment.isoformat()} has no time zone: write it as in …T09:00+03:30.")
    return moment.astimezone(dt.UTC)
