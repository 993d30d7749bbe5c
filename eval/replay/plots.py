"""The plot of what every threshold would do, as inline SVG; colours are the page's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from eval.replay.abstention import Step, parts_of, steps_of
from eval.replay.records import AbstentionRecord, Part, TicketRecord
from eval.report.drawing import INK, MUTED, draw, series_look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE = (720, 300)
"""Pixels."""
_TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)
_LOOKS: Mapping[Part, tuple[int, tuple[float, ...]]] = {
    "all": (0, (1, 0)),
    "in the memory": (2, (6, 2)),
    "not in the memory": (1, (2, 2)),
}
"""Colour and dashes; a line's dashes tell it apart in greyscale."""


def abstention_plot(name: str, record: AbstentionRecord, tickets: Sequence[TicketRecord]) -> Markup:
    """Left, how often the first suggestion is right when only the surest are shown; right, how
    many tickets get one at each threshold.

    Args:
        name: unique on the page.
    """
    steps = {
        part: steps_of(members, record.criterion)
        for part, members in parts_of(tickets, record.criterion).items()
        if members
    }

    def paint(figure: Figure) -> None:
        precision, coverage = figure.subplots(1, 2)
        for part, path in steps.items():
            _precision(precision, part, path)
            _coverage(coverage, part, path)
        _mark(precision, record)
        at = record.at_threshold["all"].threshold
        coverage.axvline(at, color=INK, linewidth=1, dashes=(1.5, 2))
        coverage.text(at + 0.015, 0.97, f"threshold {at:.2f}", fontsize=10, va="top")
        for axes, label in ((precision, "share of tickets shown"), (coverage, "threshold")):
            axes.grid(axis="both")
            axes.set_xlim(0, 1)
            axes.set_ylim(0, 1.03)
            axes.set_xticks(_TICKS)
            axes.set_xlabel(label)
        precision.set_ylabel("first suggestion right")
        coverage.set_ylabel("share of tickets shown")
        handles, names = coverage.get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper left", ncols=3, borderaxespad=0)

    points = record.curves["all"].points
    told = "; ".join(
        f"{p.threshold:.2f}: {p.coverage:.2f} shown, "
        f"{'none' if p.precision is None else f'{p.precision.value:.2f} right'}"
        for p in points[::4]
    )
    alt = f"First suggestion by threshold ({record.criterion}): {told}."
    return draw(name, _SIZE, alt, paint)


def _precision(axes: Axes, part: Part, path: Sequence[Step]) -> None:
    if part == "not in the memory":  # nothing can be right there
        return
    number, dashes = _LOOKS[part]
    color, _ = series_look(number)
    axes.plot(
        [step.coverage for step in path],
        [step.precision for step in path],
        color=color, linewidth=1.6, dashes=dashes,
    )  # fmt: skip


def _coverage(axes: Axes, part: Part, path: Sequence[Step]) -> None:
    number, dashes = _LOOKS[part]
    color, _ = series_look(number)
    thresholds = [1.0, *(step.threshold for step in path), 0.0]
    shown = [0.0, *(step.coverage for step in path), path[-1].coverage if path else 0.0]
    axes.step(thresholds, shown, where="post", color=color, linewidth=1.6, dashes=dashes,
              label=part)  # fmt: skip


def _mark(axes: Axes, record: AbstentionRecord) -> None:
    """What is wanted, and where the threshold in force lies."""
    axes.axhline(record.wanted, color=MUTED, linewidth=1, dashes=(4, 3))
    at = record.at_threshold["all"]
    if at.precision is None:
        return
    axes.plot([at.coverage] * 2, [at.precision.low, at.precision.high], color=INK, linewidth=1)
    axes.plot([at.coverage], [at.precision.value], "o", color=INK, markersize=6)
    side, aside = ("right", -0.02) if at.coverage > 0.7 else ("left", 0.02)
    axes.text(at.coverage + aside, at.precision.high + 0.02, "in force", fontsize=10, ha=side)
