"""How urgent a gap is: demand × uncovered share × trend, each shown beside it. Pure.

    uncovered   share of its people whom nothing answers (kb.gaps.missing.coverage)
    demand      people whom nothing answered: people × uncovered
    trend       (people in the last `RECENT_WEEKS` + 2) ÷ (people in as many weeks before + 2),
                within [1/2, 2]

So the uncovered share counts twice: a topic that ten people in a hundred do not find answered is
less of a gap than one on which ten of ten find nothing. Measured on planted gaps, this ranked
better than people × uncovered share (docs/decisions/0010).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from kb.gaps.missing.questions import Question, weighted_people
from kb.gaps.models import Trend

RECENT_WEEKS = 4
WEEKS_SHOWN = 12
_SMOOTHING = 2
_MOST = 2.0
_WEEK = dt.timedelta(weeks=1)


def priority(demand: float, uncovered: float, trend: float) -> float:
    """The product."""
    return demand * uncovered * trend


def trend_of(questions: Iterable[Question], now: dt.datetime) -> Trend:
    """People by week, ending now, and whether they become more."""
    by_week: dict[int, list[tuple[dt.datetime, str, int]]] = {}
    for question in questions:
        for asked in question.times:
            by_week.setdefault((now - asked[0]) // _WEEK, []).append(asked)
    people = {week: sum(weighted_people(times).values()) for week, times in by_week.items()}
    weeks = tuple(people.get(week, 0) for week in reversed(range(WEEKS_SHOWN)))
    recent, before = (
        sum(weighted_people(asked for week in weeks_of for asked in by_week.get(week, ())).values())
        for weeks_of in (range(RECENT_WEEKS), range(RECENT_WEEKS, 2 * RECENT_WEEKS))
    )
    factor = (recent + _SMOOTHING) / (before + _SMOOTHING)
    return Trend(
        weeks=weeks, recent=recent, before=before, factor=min(max(factor, 1 / _MOST), _MOST)
    )
