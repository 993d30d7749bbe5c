"""A series over time with axes and shaded intervals. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from markupsafe import Markup

from api.web.plots.model import (
    FOOT,
    WIDTH,
    Format,
    Interval,
    Plot,
    interval_text,
    nice_ceiling,
    placed,
    shown,
)
from api.web.plots.svg import dot, drawing, stroke, tag, words_at, xy

_HEIGHT = 140
_BEFORE, _AFTER, _TOP = 44, 12, 8
_FEW = 5
"""Points: fewer have no label in the middle."""


@dataclass(frozen=True)
class Point:
    """One value of a series."""

    label: str
    """As the table says it: `16 November 2026`."""
    value: float | None
    """None: not known, which is a gap in the line."""
    interval: Interval | None = None
    tick: str = ""
    """As the axis says it: `16 Nov`."""


def line(
    points: Sequence[Point],
    title: str,
    columns: tuple[str, str, str],
    locale: str,
    show: Format,
    bounds: Interval | None = None,
) -> Plot:
    """Values over time.

    Args:
        points: the oldest first.
        columns: of the table: what the labels are, what the values are, the interval.
        bounds: of the axis, for what has some by nature (a share: 0 to 1); default: from 0 to a
            round number above everything.
    """
    low, high = bounds or (0.0, nice_ceiling(_highest(points)))
    area = _Area(low, high, len(points), locale)
    parts = [_axis(area, show), _ticks(area, points)]
    for run in _runs(points):
        parts.append(_band(area, [(n, point.interval) for n, point, _ in run if point.interval]))
        if len(run) > 1:
            path = " ".join(xy(area.x(n), area.y(value)) for n, _, value in run)
            parts.append(tag("polyline", {"class": "plot-line", "points": path}))
        for n, point, value in run:
            parts.append(dot(area.x(n), area.y(value), _said(point, show, locale)))
    content = Markup("").join(parts)
    svg = drawing("plot", WIDTH, _HEIGHT, title, _told(points, show), locale, content)
    rows = tuple(
        (point.label, shown(point.value, show), interval_text(point.interval, show, locale))
        for point in points
    )
    if any(point.interval for point in points):
        return Plot(svg, columns, rows)
    return Plot(svg, columns[:2], tuple(row[:2] for row in rows))


@dataclass(frozen=True)
class _Area:
    """Where the values are drawn."""

    low: float
    high: float
    count: int
    locale: str

    def x(self, number: int) -> float:
        inner = WIDTH - _BEFORE - _AFTER
        at = inner / 2 if self.count < 2 else inner * number / (self.count - 1)
        return placed(_BEFORE + at, self.locale)

    def y(self, value: float) -> float:
        inner = _HEIGHT - _TOP - FOOT
        share = (value - self.low) / ((self.high - self.low) or 1)
        return round(_TOP + inner * (1 - min(max(share, 0.0), 1.0)), 2)


def _axis(area: _Area, show: Format) -> Markup:
    parts = []
    start, end = placed(_BEFORE, area.locale), placed(WIDTH - _AFTER, area.locale)
    for value in (area.low, (area.low + area.high) / 2, area.high):
        y = area.y(value)
        parts.append(stroke("plot-grid", start, y, end, y))
        parts.append(words_at(placed(_BEFORE - 6, area.locale), y + 4, show(value), "end"))
    return Markup("").join(parts)


def _ticks(area: _Area, points: Sequence[Point]) -> Markup:
    """The first, the middle and the last label: more would overlap on a phone."""
    last = len(points) - 1
    anchors = {last: "end", 0: "start"} if last else {0: "middle"}
    if len(points) >= _FEW:
        anchors[last // 2] = "middle"
    return Markup("").join(
        words_at(area.x(place), _HEIGHT - 6, points[place].tick, anchor)
        for place, anchor in anchors.items()
        if 0 <= place <= last
    )


def _band(area: _Area, intervals: Sequence[tuple[int, Interval]]) -> Markup:
    if len(intervals) == 1:
        number, (low, high) = intervals[0]
        x = area.x(number)
        return stroke("plot-error", x, area.y(low), x, area.y(high))
    over = [xy(area.x(n), area.y(high)) for n, (_, high) in intervals]
    under = [xy(area.x(n), area.y(low)) for n, (low, _) in reversed(intervals)]
    if not over:
        return Markup("")
    return tag("polygon", {"class": "plot-band", "points": " ".join([*over, *under])})


def _runs(points: Sequence[Point]) -> Iterable[list[tuple[int, Point, float]]]:
    """Stretches of known values, each with its place."""
    for known, run in groupby(enumerate(points), key=lambda item: item[1].value is not None):
        if known:
            yield [(n, point, point.value) for n, point in run if point.value is not None]


def _highest(points: Iterable[Point]) -> float:
    found = [end for p in points for end in (p.value, p.interval[1] if p.interval else None)]
    return max([value for value in found if value is not None], default=0.0)


def _told(points: Sequence[Point], show: Format) -> str:
    """The first and the last known value, for who does not see the line."""
    known = [f"{point.label}: {show(value)}" for _, point, value in chain(*_runs(points))]
    return "; ".join(dict.fromkeys([*known[:1], *known[-1:]]))


def _said(point: Point, show: Format, locale: str) -> str:
    between = interval_text(point.interval, show, locale)
    return f"{point.label}: {shown(point.value, show)}" + (f" ({between})" if between else "")
