"""ISO weeks on the clock on the wall: 2026-W47. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

_MOST = 530
"""Ten years: more are cut off at the beginning."""


def week_of(at: dt.datetime, zone: ZoneInfo) -> str:
    """The week of an aware moment."""
    return _name(at.astimezone(zone).date())


def week_names(since: dt.datetime, until: dt.datetime, zone: ZoneInfo) -> list[str]:
    """All weeks that a period touches, the oldest first."""
    first = since.astimezone(zone).date()
    monday = first - dt.timedelta(days=first.weekday())
    count = (until.astimezone(zone).date() - monday).days // 7 + 1
    days = (monday + dt.timedelta(weeks=n) for n in range(max(count - _MOST, 0), count))
    return [_name(day) for day in days]


def _name(day: dt.date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
