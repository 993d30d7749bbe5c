"""Dates, times and numbers in three languages."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from api.web.formats import format_ago, format_date, format_moment, format_span, number, percent
from api.web.words import words

NOON = dt.datetime(2026, 3, 21, 20, 45, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ((2024, 3, 19), "۲۹ اسفند ۱۴۰۲"),
        ((2024, 3, 20), "۱ فروردین ۱۴۰۳"),
        ((2025, 3, 20), "۳۰ اسفند ۱۴۰۳"),
        ((1979, 2, 11), "۲۲ بهمن ۱۳۵۷"),
    ],
)
def test_persian_dates_follow_the_solar_calendar(day, told):
    assert format_date(dt.date(*day), words("fa", "help")) == told


@pytest.mark.parametrize(
    ("locale", "zone", "told"),
    [
        ("en", "UTC", "21 March 2026, 20:45"),
        ("fa", "Asia/Tehran", "۲ فروردین ۱۴۰۵، ساعت ۰۰:۱۵"),
        ("zh", "Asia/Shanghai", "2026年3月22日 04:45"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_pages(locale, zone, told):
    assert format_moment(NOON, words(locale, "help"), ZoneInfo(zone)) == told


@pytest.mark.parametrize(
    ("locale", "ago", "span"),
    [("en", "3 hours ago", "3 hours"), ("fa", "۳ ساعت پیش", "۳ ساعت"), ("zh", "3小时前", "3小时")],
)
def test_lengths_of_time_are_told_in_their_largest_unit(locale, ago, span):
    t, length = words(locale, "help"), dt.timedelta(hours=3)
    assert format_ago(NOON - length, t, NOON) == ago
    assert format_span(length, t) == span


def test_numbers_have_the_separators_and_digits_of_the_language():
    assert [number(12345.678, locale) for locale in ("en", "fa", "zh")] == [
        "12,345.68", "۱۲٬۳۴۵٫۶۸", "12,345.68",
    ]  # fmt: skip
    assert number(2, "en", places=1) == "2.0"
    assert percent(0.125, "fa") == "۱۲٪"
