"""Sparklines, bars beside numbers, parts of a whole. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.web.plots.model import WIDTH, Format, Plot, mirrored
from api.web.plots.svg import drawing, rect, tag
from api.web.words import direction

_SPARK_WIDTH, _SPARK_HEIGHT = 96, 28
_THICK = 14


@dataclass(frozen=True)
class Segment:
    """A part of a whole."""

    label: str
    value: float
    kind: str
    """CSS class `plot-<kind>`: `bad`, `good`, `1`, `2`, …"""


def sparkline(values: Sequence[float], title: str, locale: str, recent: int = 0) -> Markup:
    """Small bars of equal width, the oldest first where reading begins.

    Args:
        recent: how many of the last bars stand out.
    """
    top = max([*values, 1])
    step = _SPARK_WIDTH / max(len(values), 1)
    bars = []
    for number, value in enumerate(values):
        # Nothing is a line on the ground: a quiet week is known, not missing.
        height = max(_SPARK_HEIGHT * value / top, 1.5)
        x = mirrored(number * step, step - 2, locale, _SPARK_WIDTH)
        kind = "plot-recent" if number >= len(values) - recent else "plot-earlier"
        bars.append(rect(x, _SPARK_HEIGHT - height, step - 2, height, kind, 1))
    content = Markup("").join(bars)
    return drawing("sparkline", _SPARK_WIDTH, _SPARK_HEIGHT, title, "", locale, content)


def bar(share: float, locale: str, kind: str = "1") -> Markup:
    """A horizontal bar for beside a number, which says the same: hidden from screen readers.

    Args:
        share: of the longest one, 0 to 1.
    """
    width = round(100 * min(max(share, 0.0), 1.0), 2)
    x = 100 - width if direction(locale) == "rtl" else 0
    attributes: dict[str, object] = {
        "class": "plot-bar",
        "viewBox": "0 0 100 8",
        "preserveAspectRatio": "none",
        "aria-hidden": "true",
        "focusable": "false",
    }
    content = rect(0, 0, 100, 8, "plot-track") + rect(x, 0, width, 8, f"plot-{kind}")
    return tag("svg", attributes, content)


def stacked(
    segments: Sequence[Segment], title: str, columns: tuple[str, str], locale: str, show: Format
) -> Plot:
    """Parts of a whole in one bar; its legend is the table."""
    total = sum(segment.value for segment in segments)
    at, parts = 0.0, []
    for segment in segments:
        width = WIDTH * segment.value / total if total else 0.0
        said = tag("title", {}, f"{segment.label}: {show(segment.value)}")
        x, drawn = mirrored(at, width, locale), max(width - 1, 0)
        parts.append(rect(x, 0, drawn, _THICK, f"plot-{segment.kind}", 0, said))
        at += width
    desc = "; ".join(f"{segment.label}: {show(segment.value)}" for segment in segments)
    content = Markup("").join(parts)
    svg = drawing("plot plot-stacked", WIDTH, _THICK, title, desc, locale, content, fills=True)
    rows = tuple((one.label, show(one.value)) for one in segments)
    return Plot(svg, columns, rows, tuple(f"plot-{one.kind}" for one in segments))
