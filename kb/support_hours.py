"""Demand by hour of the week, on the clock on the wall, for planning shifts. Pure.

A cell is an hour of a weekday, Monday 0:00 to Sunday 23:00. Its means are over the dates on which
that hour existed and which lie wholly in the period, so a day on which the clocks change counts for
what it was: an hour that was skipped is no hour without demand, and one that came twice has the
demand of both.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

import numpy as np

from kb.models import Model
from kb.spreadsheet import Cell

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = dt.timedelta(days=1)
_PART = 0.9
_MAX_DAYS = 3660


class HourCell(Model):
    weekday: int
    """Monday is 0."""
    hour: int
    weeks: int
    """Dates that it is about; 0: the period is too short to hold one."""
    contacts: float | None
    """Mean per week."""
    contacts_p90: float | None
    """Nine in ten weeks had no more (linear between two)."""
    searches: float | None
    """Mean per week."""


def hours_of_week(
    contacts: Iterable[tuple[dt.datetime, int]],
    searches: Iterable[tuple[dt.datetime, int]],
    since: dt.datetime,
    until: dt.datetime,
    zone: ZoneInfo,
) -> tuple[HourCell, ...]:
    """The 168 cells, Monday 0:00 first.

    Args:
        contacts, searches: when, and how many; aware times.
        since, until: the period, aware; of more than ten years, the last ten.
        zone: whose wall clock.
    """
    in_cell = _dates(since, until, zone)
    made, asked = _by_hour(contacts, zone), _by_hour(searches, zone)
    cells = []
    for weekday in range(7):
        for hour in range(24):
            dates = in_cell.get((weekday, hour), [])
            counts = [made[date, hour] for date in dates]
            weeks = len(dates)
            total = sum(asked[date, hour] for date in dates)
            cells.append(
                HourCell(
                    weekday=weekday,
                    hour=hour,
                    weeks=weeks,
                    contacts=round(sum(counts) / weeks, 3) if weeks else None,
                    contacts_p90=round(float(np.quantile(counts, _PART)), 3) if weeks else None,
                    searches=round(total / weeks, 3) if weeks else None,
                )
            )
    return tuple(cells)


def hours_rows(cells: Iterable[HourCell], zone: str) -> Iterator[tuple[Cell, ...]]:
    """The cells as a table with a header."""
    yield (
        "weekday",
        "hour",
        "time zone",
        "weeks",
        "mean contacts",
        "p90 contacts",
        "mean searches",
    )
    for cell in cells:
        yield (
            WEEKDAYS[cell.weekday],
            cell.hour,
            zone,
            cell.weeks,
            cell.contacts,
            cell.contacts_p90,
            cell.searches,
        )


def _by_hour(
    moments: Iterable[tuple[dt.datetime, int]], zone: ZoneInfo
) -> Counter[tuple[dt.date, int]]:
    found: Counter[tuple[dt.date, int]] = Counter()
    for moment, count in moments:
        local = moment.astimezone(zone)
        found[local.date(), local.hour] += count
    return found


def _dates(
    since: dt.datetime, until: dt.datetime, zone: ZoneInfo
) -> dict[tuple[int, int], list[dt.date]]:
    """The dates of each cell whose day lies wholly in the period."""
    end = until.astimezone(zone).date()  # that day is not over
    day = max(since.astimezone(zone).date(), end - _MAX_DAYS * _DAY)
    if _midnight(day, zone) < since:
        day += _DAY
    found: dict[tuple[int, int], list[dt.date]] = {}
    while day < end:
        for hour in range(24):
            if _exists(day, hour, zone):
                found.setdefault((day.weekday(), hour), []).append(day)
        day += _DAY
    return found


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone)


def _exists(day: dt.date, hour: int, zone: ZoneInfo) -> bool:
    """Whether the clock on the wall showed that hour, if only for a part of it."""
    return any(
        wall == wall.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None)
        for wall in (dt.datetime.combine(day, dt.time(hour, minute)) for minute in (0, 59))
    )
