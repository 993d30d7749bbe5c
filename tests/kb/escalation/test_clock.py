"""Business time, on days with breaks, holidays and changes of the clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import ConfigurationError, InvalidInput
from kb.escalation.clock import (
    Calendar,
    Duration,
    add_business,
    add_business_days,
    business_between,
)
from kb.escalation.holidays import country_holidays

BERLIN = ZoneInfo("Europe/Berlin")
TEHRAN = ZoneInfo("Asia/Tehran")
DAY = ((9 * 60, 18 * 60),)
OFFICE = Calendar(BERLIN, (DAY,) * 5 + ((), ()))
# Saturday to Wednesday 9-17, Thursday 9-13, Friday off.
IRAN = Calendar(TEHRAN, (((540, 1020),),) * 3 + (((540, 780),), ()) + (((540, 1020),),) * 2)
ALWAYS = Calendar(BERLIN, (((0, 1440),),) * 7)


def at(text: str, zone: ZoneInfo = BERLIN) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-16T10:00", 8, "2026-03-16T18:00"),  # Monday, due at closing time
        ("2026-03-16T10:00", 8.5, "2026-03-17T09:30"),
        ("2026-03-16T07:00", 1, "2026-03-16T10:00"),  # before opening
        ("2026-03-20T17:30", 1, "2026-03-23T09:30"),  # over the weekend
        ("2026-03-21T12:00", 0, "2026-03-23T09:00"),  # nothing, from a closed day
        ("2026-03-16T18:00", 0, "2026-03-17T09:00"),  # closing time is closed
        ("2026-03-16T10:00", 45, "2026-03-23T10:00"),
    ],
)
def test_time_passes_only_while_the_office_is_open(start, hours, end):
    assert add_business(at(start), hours, OFFICE) == at(end)


def test_a_lunch_break_is_no_business_time():
    calendar = Calendar(BERLIN, (((540, 720), (780, 1080)),) * 7)
    assert add_business(at("2026-03-16T11:30"), 1, calendar) == at("2026-03-16T13:30")
    assert business_between(at("2026-03-16T11:30"), at("2026-03-16T13:30"), calendar) == 1


def test_an_iranian_week_has_half_a_thursday_and_no_friday():
    thursday = at("2026-06-18T12:00", TEHRAN)
    assert add_business(thursday, 2, IRAN) == at("2026-06-20T10:00", TEHRAN)  # Saturday
    assert add_business_days(thursday, 1, IRAN) == at("2026-06-20T12:00", TEHRAN)
    wednesday = at("2026-06-17T16:00", TEHRAN)
    assert add_business_days(wednesday, 1, IRAN) == at("2026-06-18T13:00", TEHRAN)  # closes at 13


def test_nowruz_and_the_operators_own_days_are_holidays():
    calendar = Calendar(TEHRAN, IRAN.week, country_holidays("IR"))
    before = at("2026-03-19T12:30", TEHRAN)  # Thursday; Friday and 20 to 24 March are off
    assert add_business(before, 1, calendar) == at("2026-03-25T09:30", TEHRAN)
    own = Calendar(BERLIN, OFFICE.week, frozenset({dt.date(2026, 3, 17)}))
    assert add_business(at("2026-03-16T17:30"), 1, own) == at("2026-03-18T09:30")


def test_a_day_on_which_the_clocks_change_has_the_hours_it_has():
    assert business_between(at("2026-03-29T00:00"), at("2026-03-30T00:00"), ALWAYS) == 23
    assert business_between(at("2026-10-25T00:00"), at("2026-10-26T00:00"), ALWAYS) == 25
    assert add_business(at("2026-03-29T01:00"), 2, ALWAYS) == at("2026-03-29T04:00")
    weekend = business_between(at("2026-03-27T17:00"), at("2026-03-30T10:00"), OFFICE)
    assert weekend == 2
    assert Duration.parse("4 hours").after(at("2026-03-29T00:00"), OFFICE) == at("2026-03-29T05:00")


def test_the_callers_zone_does_not_matter_and_the_result_is_in_the_offices():
    start = dt.datetime(2026, 3, 16, 16, 30, tzinfo=dt.UTC)
    end = add_business(start, 1, OFFICE)
    assert end.isoformat() == "2026-03-17T09:30:00+01:00"


def test_business_days_keep_the_time_of_day():
    assert add_business_days(at("2026-03-20T10:15"), 2, OFFICE) == at("2026-03-24T10:15")
    assert add_business_days(at("2026-03-21T10:15"), 2, OFFICE) == at("2026-03-25T09:00")
    assert add_business_days(at("2026-03-20T20:00"), 0, OFFICE) == at("2026-03-23T09:00")


moments = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(dt.UTC))


@given(moments, st.floats(0, 200), st.sampled_from([OFFICE, IRAN, ALWAYS]))
def test_what_is_added_is_what_lies_between(start, hours, calendar):
    assert business_between(start, add_business(start, hours, calendar), calendar) == pytest.approx(
        hours, abs=1e-6
    )


@given(moments, moments, moments)
def test_stretches_add_up_and_turn_around(a, b, c):
    whole = business_between(a, c, OFFICE)
    assert business_between(a, b, OFFICE) + business_between(b, c, OFFICE) == pytest.approx(whole)
    assert business_between(c, a, OFFICE) == -whole


def test_impossible_questions_are_refused_with_a_sentence():
    with pytest.raises(InvalidInput, match="no time zone"):
        add_business(dt.datetime(2026, 3, 16), 1, OFFICE)
    with pytest.raises(InvalidInput, match="forwards"):
        add_business(at("2026-03-16T10:00"), -1, OFFICE)
    with pytest.raises(InvalidInput, match="forwards"):
        add_business_days(at("2026-03-16T10:00"), -1, OFFICE)


def test_an_office_that_never_opens_is_reported_instead_of_awaited():
    class EveryDay:
        def __contains__(self, day: object) -> bool:
            return True

    closed = Calendar(BERLIN, OFFICE.week, EveryDay())
    with pytest.raises(ConfigurationError, match="does not open"):
        add_business(at("2026-03-16T10:00"), 1, closed)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("30 minutes", "30 minutes"), ("1 hour", "1 hour"), (" 2 Business Days ", "2 business days")],
)
def test_durations_are_read_as_people_write_them(text, shown):
    assert str(Duration.parse(text)) == shown


@pytest.mark.parametrize("text", ["8h", "hours", "-1 hours", "1.5 business days", "8 weeks", ""])
def test_other_durations_are_refused(text):
    with pytest.raises(ValueError, match=r"write|whole"):
        Duration.parse(text)
