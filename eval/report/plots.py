"""The report's plots: what goes on which axis. How they become SVG is `eval.report.drawing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from eval.records import BinRecord, MeasureRecord
from eval.report.drawing import INK, LINE, LOST, MUTED, SURFACE, WON, draw, label, series_look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 348
"""Pixels; fits a phone held upright."""
_BAR = 9
"""Pixels per bar."""
_LEGEND_COLUMNS = 4
_TIE = 1e-9
_FIFTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)
_MARKERS = ("o", "s", "D", "^", "v", "P")
_HISTOGRAM_BINS = 20
_RESOLUTION = 100
"""Steps per 1 of a difference: finer ones would not be seen, and each costs a path element."""


@dataclass(frozen=True)
class Interval:
    """One system's value on one dataset, for the overview."""

    dataset: str
    system: str
    value: MeasureRecord


@dataclass(frozen=True)
class Bars:
    """One row of the slice plot: systems side by side."""

    name: str
    queries: int
    values: Mapping[str, float]
    """By system; a system without a value has no bar."""


@dataclass(frozen=True)
class Stated:
    """Confidences by what became of the question."""

    right: Sequence[float]
    wrong: Sequence[float]
    """An answer exists, but another document came first."""
    out_of_scope: Sequence[float]


def overview(intervals: Sequence[Interval], series: Mapping[str, int]) -> Markup:
    """Values with confidence intervals, a line per system, grouped by dataset."""
    datasets = list(dict.fromkeys(interval.dataset for interval in intervals))
    systems = list(dict.fromkeys(interval.system for interval in intervals))

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        gap = len(systems) + 1.0
        for interval in intervals:
            order = systems.index(interval.system)
            y = datasets.index(interval.dataset) * gap + order
            color, _ = series_look(series[interval.system])
            value = interval.value
            axes.plot([value.low, value.high], [y, y], color=color, linewidth=2)
            axes.plot([value.value], [y], _marker(series[interval.system]), color=color,
                      markersize=6, markeredgewidth=0)  # fmt: skip
        _names(axes, [(n * gap + (gap - 2) / 2, label(d, 28)) for n, d in enumerate(datasets)])
        axes.set_ylim(len(datasets) * gap - 1, -1.5)
        lowest = min(interval.value.low for interval in intervals)
        axes.set_xlim(max(0.0, np.floor(lowest * 10 - 0.2) / 10), 1.01)
        axes.spines["left"].set_visible(False)
        handles = [_handle(series[name]) for name in systems]
        _legend(figure, handles, [label(name, 16) for name in systems])

    height = 50 + len(datasets) * (len(systems) + 1) * 11
    alt = "Primary measure and its 95 % confidence interval, per dataset and system."
    return draw("overview", (WIDTH + 212, height), alt, paint)


def slices(
    name: str,
    total: tuple[int, Mapping[str, MeasureRecord]],
    rows: Sequence[Bars],
    main: str,
    series: Mapping[str, int],
) -> Markup:
    """Horizontal bars per slice; the total on top with its intervals, the main one's as a band."""
    queries, intervals = total
    systems = list(intervals)
    all_rows = [Bars("all", queries, {s: m.value for s, m in intervals.items()}), *rows]
    tops = _tops(all_rows, len(systems))
    middle = (len(systems) - 1) / 2

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.axvspan(intervals[main].low, intervals[main].high, color=LINE, linewidth=0, alpha=0.55)
        for order, system in enumerate(systems):
            drawn = [
                (top + order, row.values[system])
                for top, row in zip(tops, all_rows, strict=True)
                if system in row.values
            ]
            _bars(axes, drawn, system, series[system])
            interval = intervals[system]
            for color, width in ((SURFACE, 4), (INK, 1.4)):
                axes.plot([interval.low, interval.high], [order, order], color=color,
                          linewidth=width, solid_capstyle="butt")  # fmt: skip
        for top, row in zip(tops, all_rows, strict=True):
            if main in row.values:
                axes.text(1.02, top + middle, f"{row.values[main]:.3f}", va="center")
        names = [f"{label(row.name)}  ({row.queries})" for row in all_rows]
        _names(axes, [(top + middle, name) for top, name in zip(tops, names, strict=True)])
        axes.set_ylim(tops[-1] + len(systems) - 0.1, -0.9)
        axes.set_xlim(0, 1.12)
        axes.set_xticks(_FIFTHS)
        axes.spines["left"].set_visible(False)
        _legend(figure, *axes.get_legend_handles_labels())

    height = 50 + round((tops[-1] + len(systems)) * _BAR)
    told = (f"{row.name} {row.values[main]:.3f}" for row in all_rows if main in row.values)
    alt = f"Bars per slice for {', '.join(systems)}. {main}: {'; '.join(told)}."
    return draw(f"{name}-slices", (WIDTH, height), alt, paint)


def _tops(rows: Sequence[Bars], bars: int) -> list[float]:
    """Where each row begins, in bars; slices of one kind (`locale:…`) stand together."""
    tops = [0.0]
    for row, following in pairwise(rows):
        same_kind = row.name.partition(":")[0] == following.name.partition(":")[0]
        tops.append(tops[-1] + bars + (1.0 if same_kind else 2.2))
    return tops


def _bars(axes: Axes, at: Sequence[tuple[float, float]], system: str, number: int) -> None:
    color, hatch = series_look(number)
    axes.barh(
        [y for y, _ in at], [value for _, value in at], height=0.82,
        color=SURFACE if hatch else color, edgecolor=color, hatch=hatch or None,
        linewidth=0.8, label=label(system, 16),
    )  # fmt: skip


def differences(name: str, values: Sequence[float], main: str, other: str) -> Markup:
    """The paired differences that are any, from largest gain to largest loss, as two outlines."""
    differing = np.array([value for value in values if abs(value) > _TIE])
    ranked = np.round(np.sort(differing)[::-1] * _RESOLUTION) / _RESOLUTION
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    steps, edges = ranked[ends], np.concatenate([[0], ends + 1])

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.grid(axis="x", visible=False)
        axes.grid(axis="y")
        for color, side in ((WON, np.maximum(steps, 0)), (LOST, np.minimum(steps, 0))):
            axes.stairs(side, edges, baseline=0, fill=True, color=color, linewidth=0)
        axes.axhline(0, color=MUTED, linewidth=1)
        axes.set_xlim(0, len(ranked))
        reach = max(0.1, float(np.abs(ranked).max()))
        axes.set_ylim(-reach * 1.3, reach * 1.3)  # room for words beyond the bars
        axes.locator_params(axis="x", integer=True)
        axes.set_xlabel("queries that differ, sorted")
        axes.text(0.99, 0.97, f"{label(main, 16)} better", transform=axes.transAxes,
                  ha="right", va="top", color=WON)  # fmt: skip
        axes.text(0.01, 0.03, f"{label(other, 16)} better", transform=axes.transAxes,
                  va="bottom", color=LOST)  # fmt: skip

    alt = f"Per query: {main} minus {other}, sorted; {won_lost_tied_text(values)}."
    return draw(f"{name}-differences", (WIDTH, 190), alt, paint)


def won_lost_tied(values: Sequence[float]) -> tuple[int, int, int]:
    """How many differences are above, below and at zero."""
    won = sum(value > _TIE for value in values)
    lost = sum(value < -_TIE for value in values)
    return won, lost, len(values) - won - lost


def won_lost_tied_text(values: Sequence[float]) -> str:
    """The same in words."""
    won, lost, tied = won_lost_tied(values)
    return f"{won} won, {lost} lost, {tied} tied"


def reliability(name: str, bins: Sequence[BinRecord], threshold: float) -> Markup:
    """Stated against observed, dots sized by queries; how many there are below."""
    most = max(member.queries for member in bins)
    color, _ = series_look(0)

    def paint(figure: Figure) -> None:
        curve, counts = figure.subplots(2, sharex=True, height_ratios=[4, 1])
        curve.grid(axis="both")
        curve.plot([0, 1], [0, 1], color=MUTED, linewidth=1, dashes=(4, 3))
        curve.plot([b.stated for b in bins], [b.observed for b in bins], color=color, linewidth=1.2)
        curve.scatter(
            [b.stated for b in bins], [b.observed for b in bins],
            s=[20 + 130 * b.queries / most for b in bins], color=color, edgecolor=SURFACE,
            linewidth=1, zorder=3, clip_on=False,
        )  # fmt: skip
        curve.set_ylim(0, 1.03)
        curve.set_ylabel("first hit right")
        counts.bar([b.stated for b in bins], [b.queries for b in bins], width=0.05, color=color)
        for member in bins:
            counts.text(member.stated, member.queries, str(member.queries), ha="center",
                        va="bottom", fontsize=10, color=MUTED)  # fmt: skip
        counts.set_ylim(0, most * 1.55)
        counts.set_yticks([])
        counts.grid(visible=False)
        counts.set_ylabel("queries")
        counts.set_xlabel("stated confidence")
        counts.set_xlim(0, 1.02)
        counts.set_xticks(_FIFTHS)
        _threshold(curve, threshold, 0.02)

    pairs = "; ".join(f"{b.stated:.2f} → {b.observed:.2f} ({b.queries})" for b in bins)
    alt = f"Reliability: stated → observed (queries): {pairs}."
    return draw(f"{name}-reliability", (WIDTH, 310), alt, paint)


def confidences(name: str, stated: Stated, threshold: float) -> Markup:
    """Histograms: questions with an answer above, questions without one below."""
    edges = np.linspace(0, 1, _HISTOGRAM_BINS + 1)
    answerable = bool(len(stated.right) or len(stated.wrong))
    panels = [kind for kind, any_there in
              (("in", answerable), ("out", len(stated.out_of_scope) > 0)) if any_there]  # fmt: skip

    def paint(figure: Figure) -> None:
        grid = figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0]
        handles: list[Any] = []
        for axes, kind in zip(grid, panels, strict=True):
            axes.grid(axis="both", visible=False)
            axes.grid(axis="y")
            if kind == "in":
                _stack(axes, edges, stated.right, stated.wrong)
            else:
                count, _ = np.histogram(stated.out_of_scope, edges)
                axes.stairs(count, edges, fill=True, facecolor=SURFACE, edgecolor=LOST,
                            hatch="xxxx", linewidth=1, label="no answer")  # fmt: skip
            axes.locator_params(axis="y", nbins=3, integer=True)
            axes.set_ylim(0, axes.get_ylim()[1] * 1.2)
            _threshold(axes, threshold, 0.87)
            axes.set_ylabel("queries")
            handles.extend(axes.get_legend_handles_labels()[0])
        _legend(figure, handles, [handle.get_label() for handle in handles])
        grid[-1].set_xlim(0, 1)
        grid[-1].set_xticks(_FIFTHS)
        grid[-1].set_xlabel("stated confidence")

    alt = (
        f"Histograms of the confidence: {len(stated.right)} questions whose first hit is right, "
        f"{len(stated.wrong)} whose first hit is wrong, {len(stated.out_of_scope)} without an "
        f"answer; threshold {threshold:.2f}."
    )
    return draw(f"{name}-confidences", (WIDTH, 60 + 125 * len(panels)), alt, paint)


def _stack(axes: Axes, edges: Any, right: Sequence[float], wrong: Sequence[float]) -> None:
    """The right ones stand on the wrong ones: what a threshold lets through is read at once."""
    bad, _ = np.histogram(wrong, edges)
    good, _ = np.histogram(right, edges)
    axes.stairs(bad + good, edges, baseline=bad, fill=True, color=WON, linewidth=0,
                label="right first")  # fmt: skip
    axes.stairs(bad, edges, fill=True, facecolor=SURFACE, edgecolor=LOST, hatch="////",
                linewidth=1, label="wrong first")  # fmt: skip


def _threshold(axes: Axes, threshold: float, height: float) -> None:
    """A line, labelled at `height` (0 to 1) on the side that has room."""
    axes.axvline(threshold, color=INK, linewidth=1, dashes=(1.5, 2))
    side = "right" if threshold > 0.65 else "left"
    axes.text(threshold + (-0.012 if side == "right" else 0.012), height,
              f"threshold {threshold:.2f}", fontsize=10,
              transform=axes.get_xaxis_transform(), ha=side)  # fmt: skip


def _names(axes: Axes, at: Sequence[tuple[float, str]]) -> None:
    axes.set_yticks([y for y, _ in at], [text for _, text in at])
    for text in axes.get_yticklabels():
        text.set_color(INK)


def _marker(number: int) -> str:
    return _MARKERS[number % len(_MARKERS)]


def _handle(number: int) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], color=series_look(number)[0], marker=_marker(number), linewidth=2,
                  markersize=6, markeredgewidth=0)  # fmt: skip


def _legend(figure: Figure, handles: Sequence[Any], names: Sequence[str]) -> None:
    columns = len(names) if len(names) <= _LEGEND_COLUMNS else _LEGEND_COLUMNS - 1
    # matplotlib fills columns first; people read rows first.
    order = [n for column in range(columns) for n in range(column, len(names), columns)]
    figure.legend([handles[n] for n in order], [names[n] for n in order],
                  loc="outside upper left", ncols=columns, borderaxespad=0, borderpad=0,
                  handletextpad=0.5, columnspacing=1.2)  # fmt: skip
