"""What all plots have in common: a result, a scale, a direction."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from api.web.words import direction

WIDTH = 280
"""Of every plot but sparklines and bars, in units."""
FOOT = 22
"""Room below the plotting area for labels."""

Format = Callable[[float], str]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Plot:
    """A drawing and what it shows."""

    svg: Markup
    columns: tuple[str, ...]
    """Header of the table; the first column names the rows."""
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...] = ()
    """CSS classes of the rows, for a legend; empty where none is needed."""


def placed(x: float, locale: str, whole: float = WIDTH) -> float:
    """`x`, counted from where reading begins."""
    return round(whole - x if direction(locale) == "rtl" else x, 2)


def mirrored(x: float, width: float, locale: str, whole: float = WIDTH) -> float:
    """Left edge of a box that begins `x` after where reading begins."""
    return round(whole - x - width if direction(locale) == "rtl" else x, 2)


def shown(value: float | None, show: Format) -> str:
    return "–" if value is None else show(value)


def interval_text(interval: Interval | None, show: Format, locale: str) -> str:
    """`71% – 91%`; empty where there is none."""
    if interval is None:
        return ""
    between = {"fa": " تا ", "zh": " 至 "}.get(locale, " – ")
    return f"{show(interval[0])}{between}{show(interval[1])}"


def nice_ceiling(value: float) -> float:
    """The next of 1, 2, 4, 6, 10, 20, … that is not below `value`: half of it is round, too.

    >>> nice_ceiling(3.2), nice_ceiling(41), nice_ceiling(0)
    (4.0, 60.0, 1.0)
    """
    if value <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 10) if step * power >= value)
