"""Hours of the week, the darker the more. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from api.web.formats import localised_digits
from api.web.plots.model import WIDTH, Format, Plot, mirrored, placed, shown
from api.web.plots.svg import drawing, rect, tag, words_at

HOURS = 24
_LEVELS = 5
"""Shades, after none."""
_BEFORE, _ROW, _SPACE = 40, 14, 2


def heat(
    cells: Sequence[Sequence[float | None]],
    rows: Sequence[str],
    short: Sequence[str],
    title: str,
    first: str,
    locale: str,
    show: Format,
) -> Plot:
    """A box for every hour of every day.

    Args:
        cells: 24 of each row; None is not known.
        rows: names of the days; `short` for the drawing.
        first: header of the table's first column.
    """
    top = max([value for row in cells for value in row if value is not None], default=0.0)
    width = (WIDTH - _BEFORE) / HOURS
    parts = []
    for day, row in enumerate(cells):
        y = day * (_ROW + _SPACE)
        parts.append(words_at(placed(_BEFORE - 8, locale), y + 11, short[day], "end"))
        for hour, value in enumerate(row):
            said = f"{rows[day]} {localised_digits(f'{hour:02}:00', locale)}: {shown(value, show)}"
            x = mirrored(_BEFORE + hour * width, width - 1.5, locale)
            kind = f"plot-heat-{_level(value, top)}"
            parts.append(rect(x, y, width - 1.5, _ROW, kind, 2, tag("title", {}, said)))
    floor = len(cells) * (_ROW + _SPACE)
    names = [localised_digits(f"{hour:02}", locale) for hour in range(HOURS)]
    for hour in (0, 6, 12, 18):
        parts.append(
            words_at(placed(_BEFORE + hour * width, locale), floor + 12, names[hour], "start")
        )
    table = tuple(
        (name, *(shown(value, show) for value in row))
        for name, row in zip(rows, cells, strict=True)
    )
    content = Markup("").join(parts)
    svg = drawing("plot plot-heat", WIDTH, floor + 18, title, "", locale, content)
    return Plot(svg, (first, *names), table)


def _level(value: float | None, top: float) -> int:
    return math.ceil(_LEVELS * value / top) if value and top else 0
