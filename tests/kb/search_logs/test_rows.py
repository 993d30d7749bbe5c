"""A row's cells to a search, or to what is wrong with it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kb.errors import InvalidInput
from kb.search_logs import LoggedSearch, Problem, Reader, find_columns, read_table

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
DAY = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def read(text: str, **options: Any) -> list[LoggedSearch | Problem]:
    return list(Reader.of(read_table(text.encode(), find_columns), NOW, **options).rows())


def only(header: str, row: str, **options: Any) -> LoggedSearch:
    (found,) = read(f"{header}\n{row}\n", **{"fallback": DAY, **options})
    assert isinstance(found, LoggedSearch), found
    return found


def problem(header: str, row: str) -> str:
    (found,) = read(f"{header}\n{row}\n", fallback=DAY)
    assert isinstance(found, Problem), found
    assert found.line == 2
    return found.reason


def test_a_row_says_all_that_a_log_can_say() -> None:
    header = "query,date,session,results,clicked article,contact,lang,count"
    found = only(header, "پمپ,2026-11-01 10:00,sam,3,pump.fa,yes,fa_IR,1")
    assert found == LoggedSearch(
        line=2, at=DAY + dt.timedelta(hours=10), query="پمپ", session="sam", results=3, clicked=1,
        article="pump.fa", contacted=1, locale="fa", times=1,
    )  # fmt: skip


def test_a_row_may_say_no_more_than_the_question() -> None:
    found = only("q", "pump")
    assert (found.at, found.times, found.results, found.clicked) == (DAY, 1, None, 0)
    assert (found.session, found.article, found.locale, found.contacted) == ("", "", "", 0)


@pytest.mark.parametrize(
    ("cell", "count"),
    [("yes", 1), ("TRUE", 1), ("1", 1), ("3", 3), ("99", 5), ("T-4711", 1), ("是", 1), ("بله", 1),
     ("", 0), ("no", 0), ("0", 0), ("False", 0), ("-", 0), ("null", 0), ("否", 0), ("خیر", 0)],
)  # fmt: skip
def test_clicks_and_contacts_are_numbers_or_words(cell: str, count: int) -> None:
    found = only("query,count,clicks,tickets", f"pump,5,{cell},{cell}")
    assert (found.clicked, found.contacted) == (count, count)


@pytest.mark.parametrize(
    ("cell", "times"), [("1.234", 1234), ('"1,234"', 1234), ("1 234", 1234), ("12.0", 12),
                        ("۱۲", 12), ("", 1), ("1000000", 1_000_000)],
)  # fmt: skip
def test_counts_are_read_as_people_write_them(cell: str, times: int) -> None:
    assert only("query,total", f"pump,{cell}").times == times


def test_day_and_time_may_stand_apart() -> None:
    assert only("query,date,time", "pump,2026-11-01,10:30").at.hour == 10
    assert only("query,date,time", "pump,2026-11-01 09:00,10:30").at.hour == 9


@pytest.mark.parametrize("locale", ["English", "xx yy", "12", ""])
def test_a_language_that_is_no_code_is_left_to_detection(locale: str) -> None:
    assert only("query,language", f"pump,{locale}").locale == ""


@pytest.mark.parametrize(
    ("header", "row", "reason"),
    [
        ("query,date", ",2026-11-01", "no question"),
        ("query,date", '"\u200c\u200e ",2026-11-01', "no question"),
        ("query,date", "pump,soon", "'soon' is no date"),
        ("query,date", "pump,2026-11-30", "in the future"),
        ("query,date", "pump,loud,2026-11-01", "3 cells, but 2 columns"),
        ("query,count", "pump,many", "count: 'many' is no number"),
        ("query,count", "pump,0", "count: 0 is not between"),
        ("query,count", "pump,1000001", "not between"),
        ("query,count", "pump,-3", "no number"),
        ("query,results", "pump,lots", "results: 'lots'"),
        ("query,count", "pump," + "9" * 5000, "no number"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_line(header: str, row: str, reason: str) -> None:
    assert reason in problem(header, row)


def test_wrong_rows_do_not_stop_the_others() -> None:
    found = read("query,date\ngood,2026-11-01\nbad,x\n\nshort\ngood,2026-11-02\n", fallback=None)
    kinds = [(type(row).__name__, row.line) for row in found]
    assert kinds == [("LoggedSearch", 2), ("Problem", 3), ("Problem", 5), ("LoggedSearch", 6)]


def test_without_dates_the_day_has_to_be_given() -> None:
    with pytest.raises(InvalidInput, match="--date 2026-11-01"):
        read("query\npump\n")
    assert only("query,date", "pump,").at == DAY
    assert only("query,date", "pump,2026-11-02").at.day == 2


def test_dates_that_can_be_read_in_two_ways_are_not_guessed() -> None:
    text = "query,date\npump,03/04/2026\n"
    with pytest.raises(InvalidInput, match="--day-first or --month-first"):
        read(text)
    for first, month in ((True, 4), (False, 3)):
        (found,) = read(text, first=first)
        assert isinstance(found, LoggedSearch)
        assert found.at.month == month
    (one, _) = read(text + "tank,25/10/2026\n")
    assert isinstance(one, LoggedSearch)
    assert one.at.month == 4


def test_dates_move_by_whole_days_until_the_last_one_is_of_the_24_hours_before_now() -> None:
    log = "query,date,time\na,2026-03-02,23:30\nb,2026-03-09,11:59\nc,2026-03-01,00:00\n"
    found = [row.at for row in read(log, recent=True) if isinstance(row, LoggedSearch)]
    assert [at.isoformat() for at in found] == [
        "2026-11-15T23:30:00+00:00",
        "2026-11-22T11:59:00+00:00",
        "2026-11-14T00:00:00+00:00",
    ]
    later = [row.at for row in read(log.replace("11:59", "12:01"), recent=True) if row.line == 3]
    assert later[0].isoformat() == "2026-11-21T12:01:00+00:00"


def test_a_log_from_the_future_moves_back() -> None:
    (found,) = read("query,date\npump,2031-01-05 09:00\n", recent=True)
    assert isinstance(found, LoggedSearch)
    assert found.at.isoformat() == "2026-11-22T09:00:00+00:00"


def test_what_has_no_date_or_a_wrong_one_does_not_take_part_in_moving() -> None:
    log = "query,date\na,soon\nb,2026-03-01\nc,\n"
    wrong, moved, undated = read(log, recent=True, fallback=DAY)
    assert isinstance(wrong, Problem)
    assert isinstance(moved, LoggedSearch)
    assert isinstance(undated, LoggedSearch)
    assert (moved.at, moved.moved.days) == (dt.datetime(2026, 11, 22, tzinfo=dt.UTC), 266)
    assert (undated.at, undated.moved.days) == (DAY, 0)
    (nothing,) = read("query,date\na,soon\n", recent=True)
    assert isinstance(nothing, Problem)
