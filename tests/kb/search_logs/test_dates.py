"""Moments in the forms that files have."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from kb.search_logs.dates import Dates, day_first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01", "2026-11-01T00:00"),
        ("2026-11-01T10:11:12Z", "2026-11-01T10:11:12"),
        ("2026-11-01 10:11:12.123456 UTC", "2026-11-01T10:11:12"),
        ("2026-11-01T10:11:12+03:30", "2026-11-01T06:41:12"),
        ("2026-11-01 10:11 -0500", "2026-11-01T15:11"),
        ("2026/11/1 9:05", "2026-11-01T09:05"),
        ("20261101", "2026-11-01T00:00"),
        ("01.11.2026, 10:11", "2026-11-01T10:11"),
        ("1.11.26 10:11", "2026-11-01T10:11"),
        ("11/01/2026 10:11 PM", "2026-11-01T22:11"),
        ("11/01/2026 12:11 a.m.", "2026-11-01T00:11"),
        ("1 Nov 2026", "2026-11-01T00:00"),
        ("01-Nov-2026 10:11", "2026-11-01T10:11"),
        ("November 1st, 2026", "2026-11-01T00:00"),
        ("Nov 1, 2026, 10:11 AM", "2026-11-01T10:11"),
        ("Sun, 01 Nov 2026 10:11:12 +0000", "2026-11-01T10:11:12"),
        ("1793527872", "2026-11-01T10:11:12"),
        ("1793527872000", "2026-11-01T10:11:12"),
        ("1793527872.5", "2026-11-01T10:11:12"),
        ("2026年11月1日", "2026-11-01T00:00"),
        ("2026年11月1日 10:11", "2026-11-01T10:11"),
        ("۱۴۰۵/۰۸/۱۰", "2026-11-01T00:00"),
        ("۱۴۰۵-۰۸-۱۰ ۱۰:۱۱", "2026-11-01T10:11"),
        ("10/8/1405", None),
        ("۲۰۲۶-۱۱-۰۱", "2026-11-01T00:00"),
    ],
)
def test_common_forms_are_read(text: str, expected: str | None) -> None:
    found = Dates(day_first=expected is None).moment(text)
    wanted = dt.datetime.fromisoformat(expected or "2026-11-01T00:00").replace(tzinfo=dt.UTC)
    assert found.astimezone(dt.UTC) == wanted


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "2026-02-30", "31.11.2026", "10:11", "2026-11-01 25:00",
     "2026-11-01 13:00 pm", "1405/12/31", "99999999999999999999", "2026-11-01 10:11 PST",
     "0000-1-1", "x" * 100_000, "1" * 100_000, "2026-11-01" + " " * 100_000 + "x"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no date"):
        Dates().moment(text)


def test_a_time_without_a_zone_is_of_the_zone_that_is_given() -> None:
    tehran = Dates(ZoneInfo("Asia/Tehran"))
    assert tehran.moment("2026-11-01 03:30").astimezone(dt.UTC).hour == 0
    assert tehran.moment("2026-11-01 03:30Z").astimezone(dt.UTC).hour == 3


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["03/04/2026", "13/04/2026"], True),
        (["03/04/2026", "04/13/2026"], False),
        (["03-04-2026 10:00", "25-12-2026"], True),
        (["03/04/2026"], None),
        (["13/04/2026", "04/13/2026"], None),
        (["2026-11-01", "01.02.2026", "x"], False),
        ([], False),
    ],
)
def test_the_column_tells_whether_days_come_first(texts: list[str], expected: bool | None) -> None:
    assert day_first(texts) is expected


def test_days_come_first_where_they_are_said_to() -> None:
    assert Dates(day_first=True).moment("03/04/2026").month == 4
    assert Dates(day_first=False).moment("03/04/2026").month == 3
    assert Dates(day_first=False).moment("03.04.2026").month == 4
