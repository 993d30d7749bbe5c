"""Values with their intervals, one under the other on one scale: do they overlap? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
from api.web.plots.svg import dot, drawing, stroke, whisker, words_at

_ROW, _TOP = 30, 6
_BEFORE, _AFTER = 72, 18


@dataclass(frozen=True)
class Range:
    """A value with its interval."""

    label: str
    value: float | None
    interval: Interval | None
    kind: str
    """CSS class `plot-<kind>`."""


def ranges(
    items: Sequence[Range],
    title: str,
    columns: tuple[str, str, str],
    locale: str,
    show: Format,
    bounds: Interval | None = None,
) -> Plot:
    """A dot and its interval for each item.

    Args:
        columns: of the table: what the labels are, what the values are, the interval.
        bounds: of the scale; default: from 0 to a round number above everything.
    """
    ends = [end for item in items for end in (item.interval or ())]
    highest = max([*ends, *(item.value or 0 for item in items)], default=0.0)
    low, high = bounds or (0.0, nice_ceiling(highest))
    floor = _TOP + _ROW * len(items)

    def x(value: float) -> float:
        inner = WIDTH - _BEFORE - _AFTER
        share = (value - low) / ((high - low) or 1)
        return placed(_BEFORE + inner * min(max(share, 0.0), 1.0), locale)

    parts = []
    for value in (low, (low + high) / 2, high):
        parts.append(stroke("plot-grid", x(value), _TOP, x(value), floor))
        parts.append(words_at(x(value), floor + 15, show(value), "middle"))
    for number, item in enumerate(items):
        y = _TOP + _ROW * (number + 0.5)
        parts.append(words_at(placed(_BEFORE - 12, locale), y + 4, item.label, "end"))
        if item.interval:
            parts.append(whisker(x(item.interval[0]), x(item.interval[1]), y, item.kind))
        if item.value is not None:
            said = f"{item.label}: {show(item.value)}"
            parts.append(dot(x(item.value), y, said, f"plot-dot plot-{item.kind}", 5))
    desc = "; ".join(f"{item.label}: {shown(item.value, show)}" for item in items)
    content = Markup("").join(parts)
    svg = drawing("plot plot-ranges", WIDTH, floor + FOOT, title, desc, locale, content)
    rows = tuple(
        (item.label, shown(item.value, show), interval_text(item.interval, show, locale))
        for item in items
    )
    return Plot(svg, columns, rows)
