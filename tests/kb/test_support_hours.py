"""Demand by hour of the week, on clocks that change."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from kb.support_hours import HourCell, hours_of_week

BERLIN = ZoneInfo("Europe/Berlin")
TEHRAN = ZoneInfo("Asia/Tehran")


def cells(
    contacts: list[dt.datetime], since: dt.datetime, until: dt.datetime, zone: ZoneInfo
) -> dict[tuple[int, int], HourCell]:
    found = hours_of_week([(at, 1) for at in contacts], [], since, until, zone)
    assert len(found) == 168
    return {(cell.weekday, cell.hour): cell for cell in found}


def berlin(month: int, day: int, hour: int = 0, *, fold: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=BERLIN, fold=fold).astimezone(dt.UTC)


def test_means_and_ninth_tenths_are_over_weeks() -> None:
    mondays = [berlin(11, day, 9) for day in (2, 9, 16, 23)]
    contacts = [mondays[0]] * 10 + [mondays[1]] * 2
    found = cells(contacts, berlin(11, 2), berlin(11, 30), BERLIN)
    nine = found[0, 9]
    assert (nine.weeks, nine.contacts, nine.contacts_p90) == (4, 3, 7.6)  # of 0, 0, 2, 10
    assert (found[0, 10].weeks, found[0, 10].contacts) == (4, 0)


def test_days_that_are_only_partly_in_the_period_do_not_count() -> None:
    contacts = [berlin(11, 2, 9), berlin(11, 16, 9)]
    found = cells(contacts, berlin(11, 2, 8), berlin(11, 16, 23), BERLIN)
    assert (found[0, 9].weeks, found[0, 9].contacts) == (1, 0)


def test_an_hour_that_was_skipped_is_no_hour_without_demand() -> None:
    # On 29 March 2026 the clocks go from 2:00 to 3:00.
    found = cells([berlin(3, 22, 2)], berlin(3, 16), berlin(3, 30), BERLIN)
    assert (found[6, 2].weeks, found[6, 2].contacts) == (1, 1)
    assert found[6, 3].weeks == 2


def test_an_hour_that_came_twice_has_the_demand_of_both() -> None:
    # On 25 October 2026 it is 2:30 twice.
    twice = [berlin(10, 25, 2, fold=fold) for fold in (0, 1)]
    assert twice[0] != twice[1]
    found = cells(twice, berlin(10, 19), berlin(10, 26), BERLIN)
    assert (found[6, 2].weeks, found[6, 2].contacts) == (1, 2)


def test_hours_are_those_of_zones_with_half_hours() -> None:
    at = dt.datetime(2026, 11, 2, 5, 45, tzinfo=dt.UTC)  # Monday 9:15 in Tehran
    since = dt.datetime(2026, 11, 1, 20, 30, tzinfo=dt.UTC)
    found = cells([at], since, since + dt.timedelta(days=7), TEHRAN)
    assert (found[0, 9].weeks, found[0, 9].contacts) == (1, 1)


@pytest.mark.parametrize("days", [0, 1])
def test_a_period_without_a_whole_day_says_nothing(days: int) -> None:
    start = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    found = cells([start], start, start + dt.timedelta(days=days), ZoneInfo("UTC"))
    assert all(cell.contacts is None and cell.weeks == 0 for cell in found.values())


def test_searches_count_as_often_as_they_say() -> None:
    at = berlin(11, 2, 9)
    found = hours_of_week([], [(at, 30), (at, 1)], berlin(11, 2), berlin(11, 9), BERLIN)
    assert found[9].searches == 31
