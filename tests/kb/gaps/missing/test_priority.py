"""Demand × uncovered × trend."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.gaps.journeys import Search
from kb.gaps.missing.priority import RECENT_WEEKS, WEEKS_SHOWN, priority, trend_of
from kb.gaps.missing.questions import questions_of
from kb.gaps.models import Trend
from tests.kb.gaps.library import NOW, visit
from tests.kb.gaps.missing.shelf import asked_by

WEEK = dt.timedelta(weeks=1)


def weeks_ago(weeks: float, **fields: object) -> Search:
    return visit("low water", at=NOW - weeks * WEEK, **fields)  # type: ignore[arg-type]


def trend(*searches: Search) -> Trend:
    return trend_of(questions_of(searches, []), NOW)


def test_priority_is_the_product() -> None:
    assert priority(8.0, 0.5, 1.5) == 6.0


def test_weeks_end_now_the_oldest_first() -> None:
    found = trend(weeks_ago(0), weeks_ago(0.9), weeks_ago(1), weeks_ago(3.5), weeks_ago(11.9))
    assert found.weeks == (1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2)
    assert len(found.weeks) == WEEKS_SHOWN
    assert (found.recent, found.before) == (4, 0)


def test_what_is_older_than_the_weeks_shown_is_in_none() -> None:
    assert sum(trend(weeks_ago(12), weeks_ago(25)).weeks) == 0


def test_a_person_counts_once_a_week_and_once_in_four() -> None:
    found = trend(*(weeks_ago(n / 10, session="kim") for n in range(30)), weeks_ago(0.5))
    assert found.weeks[-3:] == (1, 1, 2)
    assert found.recent == 2


def test_times_of_a_log_that_names_nobody_are_people() -> None:
    found = trend(weeks_ago(0, session="", times=7), weeks_ago(5, session="", times=3))
    assert (found.recent, found.before) == (7, 3)
    assert sum(found.weeks) == 10


def test_tickets_count_as_well() -> None:
    found = trend_of(questions_of([weeks_ago(0)], [asked_by("T1", "customer a")]), NOW)
    assert found.recent == 2


@pytest.mark.parametrize(
    ("recent", "before", "factor"),
    [
        (0, 0, 1.0),
        (4, 4, 1.0),
        (4, 2, 1.5),
        (100, 0, 2.0),
        (0, 100, 0.5),
        (1, 0, 1.5),
        (0, 1, 2 / 3),
    ],
)
def test_the_factor_is_smoothed_and_within_a_half_and_two(
    recent: int, before: int, factor: float
) -> None:
    found = trend(
        *(weeks_ago(0.5) for _ in range(recent)),
        *(weeks_ago(RECENT_WEEKS + 0.5) for _ in range(before)),
    )
    assert found.factor == pytest.approx(factor)
    assert (found.recent, found.before) == (recent, before)


def test_nobody_has_no_trend() -> None:
    assert trend() == Trend(weeks=(0,) * WEEKS_SHOWN, recent=0, before=0, factor=1.0)
