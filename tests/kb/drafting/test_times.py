"""Moments as customers read them."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.drafting import moment_text


@pytest.mark.parametrize(
    ("moment", "locale", "expected"),
    [
        (dt.datetime(2026, 11, 25, 14, 30), "en", "Wednesday 25 November, 14:30"),
        (dt.datetime(2026, 11, 25, 14, 30), "fa", "چهارشنبه ۴ آذر ساعت ۱۴:۳۰"),
        (dt.datetime(2026, 11, 25, 14, 30), "zh-Hans", "11月25日（周三）14:30"),
        (dt.datetime(2026, 3, 21, 9, 5), "fa-IR", "شنبه ۱ فروردین ساعت ۰۹:۰۵"),
        (dt.datetime(2026, 1, 4, 0, 0), "zh", "1月4日（周日）00:00"),
        (dt.datetime(2026, 1, 4, 0, 0), "de", "Sunday 4 January, 00:00"),
    ],
)
def test_a_moment_is_written_in_the_calendar_of_the_language(
    moment: dt.datetime, locale: str, expected: str
) -> None:
    assert moment_text(moment, locale) == expected


def test_the_clock_is_that_of_the_moment_s_own_zone() -> None:
    tehran = dt.timezone(dt.timedelta(hours=3, minutes=30))
    assert moment_text(dt.datetime(2026, 11, 25, 23, 0, tzinfo=tehran), "en").endswith("23:00")
