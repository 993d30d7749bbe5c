"""Plots as SVG, drawn on the server: pure functions from numbers to a `Plot`.

Drawn 280 units wide: as wide as there is room on the narrowest phone, so that their text keeps its
size there, and plots stand side by side on a wide screen. Colours come from CSS classes
(`static/css/plots.css`), never from attributes, so that themes, print and a strict
Content-Security-Policy hold. Every plot carries its numbers: what cannot be seen can be read as a
table.

In right-to-left languages everything is mirrored, time too: a Persian reader goes through the
weeks of the table beside it from right to left, and the axis follows the same way.

    bars      sparklines, a bar beside a number, parts of a whole
    line      a series over time, with intervals
    ranges    values with their intervals on one scale
    heat      hours of the week
    model     what they have in common
    svg       elements
"""

from api.web.plots.bars import Segment, bar, sparkline, stacked
from api.web.plots.heat import heat
from api.web.plots.line import Point, line
from api.web.plots.model import Format, Interval, Plot, interval_text, nice_ceiling
from api.web.plots.ranges import Range, ranges

__all__ = [
    "Format",
    "Interval",
    "Plot",
    "Point",
    "Range",
    "Segment",
    "bar",
    "heat",
    "interval_text",
    "line",
    "nice_ceiling",
    "ranges",
    "sparkline",
    "stacked",
]
