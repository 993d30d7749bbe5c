"""Days and weeks as axes and tables of the desk name them. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from babel.dates import format_skeleton, get_day_names
from persiantools.jdatetime import JalaliDate

from api.web.formats import localised_digits
from api.web.words import Words

_WEEK = dt.timedelta(weeks=1)


def short_day(day: dt.date, t: Words) -> str:
    """Day and month without the year, for axes.

    >>> from api.web.words import words
    >>> short_day(dt.date(2026, 11, 16), words("zh", "frame"))
    '11月16日'
    """
    if t.locale == "fa":
        there = JalaliDate(day)  # type: ignore[no-untyped-call]
        return localised_digits(f"{there.day} {t.months[there.month - 1]}", "fa")
    return str(format_skeleton("MMMd", day, locale="en_GB" if t.locale == "en" else t.locale))


def week_starts(until: dt.date, count: int) -> list[dt.date]:
    """First days of so many weeks, the oldest first; the last of them ends with `until`."""
    return [until - (count - number) * _WEEK + dt.timedelta(days=1) for number in range(count)]


def monday_of(week: str) -> dt.date:
    """The first day of an ISO week.

    >>> monday_of("2026-W47")
    datetime.date(2026, 11, 16)
    """
    year, _, number = week.partition("-W")
    return dt.date.fromisocalendar(int(year), int(number), 1)


def weekdays(t: Words, width: Literal["wide", "abbreviated", "narrow"] = "wide") -> list[str]:
    """Names of the days, Monday first.

    Args:
        width: how much of them; `narrow` is one letter.
    """
    names = get_day_names(width, context="stand-alone", locale=t.locale)
    return [str(names[day]) for day in range(7)]
