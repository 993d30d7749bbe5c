"""Gaps on a terminal: a table, and one gap at length."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from kb.cli.console import out
from kb.cli.isolation import Paragraphs, isolated
from kb.drafting.bidi import plain
from kb.gaps.decisions.closed import ClosedGap
from kb.gaps.decisions.effect import DEFINITIONS as MEANINGS
from kb.gaps.decisions.effect import Effect, Rate
from kb.gaps.decisions.states import StateChange
from kb.gaps.definitions import DEFINITIONS
from kb.gaps.drafts.replies import shortened
from kb.gaps.models import Gap, Trend

if TYPE_CHECKING:
    from kb.gaps.report import GapReport

_BARS = "▁▂▃▄▅▆▇█"
_WEEKS_DRAWN = 12
_LABEL_CHARS = 120
_REASON_CHARS = 160
_MARKS: Mapping[str, str] = {"in_progress": "in progress"}


def header(report: GapReport) -> str:
    """When and from what a report was computed."""
    gaps, notes = len(report.missing), len(report.notes)
    return (
        f"{gaps} {'gap' if gaps == 1 else 'gaps'}, {computed(report)}. "
        + (f"{notes} {'note' if notes == 1 else 'notes'} at the end. " if notes else "")
        + "`kb gaps refresh` computes it anew."
    )


def computed(report: GapReport) -> str:
    """When, from what and over which days, to be put into a sentence."""
    return (
        f"computed {report.computed_at:%Y-%m-%d %H:%M} UTC "
        f"from {report.searches} searches and {report.tickets} tickets, "
        f"{report.since:%Y-%m-%d} to {report.until:%Y-%m-%d} (generation {report.generation})"
    )


def print_gaps(gaps: Sequence[Gap]) -> None:
    """A table, and what its figures mean; a sentence where there are none."""
    if not gaps:
        out.print(
            Text(
                "Nothing to write: every question that people asked is answered or decided about, "
                "or nobody asked. `kb import searches FILE.csv` brings in earlier searches."
            ),
            soft_wrap=True,
        )
        return
    table = Table(box=box.SIMPLE, padding=(0, 1), show_lines=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("What people ask", ratio=4, overflow="fold")
    table.add_column("Priority", no_wrap=True)
    table.add_column("Weeks", no_wrap=True)
    table.add_column("People", no_wrap=True)
    table.add_column("Nearest article, and why it falls short", ratio=4, overflow="fold")
    for rank, gap in enumerate(gaps, start=1):
        table.add_row(
            str(rank),
            Paragraphs(shortened(plain(gap.label), _LABEL_CHARS), f"{gap.id} · {_state(gap)}"),
            Text(f"{gap.priority:.1f}\n{_factors(gap)}"),
            sparkline(gap.trend),
            Text("\n".join(f"{plain(name)[:8]} {n}" for name, n in gap.languages.items())),
            Paragraphs(*_nearest_lines(gap)),
        )
    out.print(table)
    for name in ("priority", "demand", "uncovered", "trend", "people"):
        out.print(Text(f"{name}: {DEFINITIONS[name]}", style="dim"), soft_wrap=True)


def print_gap(gap: Gap) -> None:
    """One gap at length."""
    out.print(Text(_label(gap), style="bold"), soft_wrap=True)
    out.print(Text(f"{gap.id} · {_state(gap)}"), soft_wrap=True)
    out.print(Text(f"priority {gap.priority:.1f} = {_factors(gap)} (demand × uncovered × trend)"))
    weeks = f"people by week; {gap.trend.recent} in the last 4, {gap.trend.before} in the 4 before"
    out.print(
        Text(f"weeks {sparkline(gap.trend)} ({weeks}), {gap.first_asked} to {gap.last_asked}")
    )
    out.print(
        Text(
            f"{gap.questions} different questions, {gap.searches} searches, "
            f"{gap.contacts} contacts, {gap.tickets} tickets; "
            + ", ".join(f"{plain(name)[:8]} {count}" for name, count in gap.languages.items())
        ),
        soft_wrap=True,
    )
    out.print(Text("\nAsked in these words:", style="bold"))
    for question in gap.central:
        shown = isolated(shortened(plain(question.text), 300))
        out.print(Text(f"  {shown} ({question.people} people)"), soft_wrap=True)
    out.print(Text("\nNearest article:", style="bold"))
    for line in _nearest_lines(gap):
        out.print(Text(f"  {isolated(line)}"), soft_wrap=True)
    if gap.ticket_ids:
        shown_ids = ", ".join(plain(name)[:100] for name in gap.ticket_ids[:10])
        more = f" and {len(gap.ticket_ids) - 10} more" if len(gap.ticket_ids) > 10 else ""
        out.print(Text(f"\nTickets: {shown_ids}{more}"), soft_wrap=True)


def print_history(history: Sequence[StateChange]) -> None:
    """What was decided about a gap, the first decision first."""
    if history:
        out.print(Text("\nDecided:", style="bold"))
    for change in history:
        out.print(Text(f"  {_decision(change)}"), soft_wrap=True)


def print_closed(closed: Sequence[ClosedGap]) -> None:
    """What is done, a line each with what it changed."""
    if closed:
        out.print(Text("Done:", style="bold"))
    for one in closed:
        label = isolated(shortened(plain(one.label), _LABEL_CHARS))
        out.print(Text(f"  {one.id} · {one.done.at:%Y-%m-%d} · {label}"), soft_wrap=True)
        out.print(Text(f"    {_changed(one.effect)}"), soft_wrap=True)


def _changed(effect: Effect | None) -> str:
    if effect is None:
        return "what it changed is known after the next report"
    if effect.too_early:
        return effect.too_early
    before, after = effect.before, effect.after
    return (
        f"answered {_percent(before.answered.share)} → {_percent(after.answered.share)}, "
        f"confidence {_percent(before.confidence.mean)} → {_percent(after.confidence.mean)}, "
        f"contacts a week {before.contacts_per_week.per_week:.1f} → "
        f"{after.contacts_per_week.per_week:.1f} ({effect.days} days before and after)"
    )


def print_effect(effect: Effect) -> None:
    """What closing a gap did, with intervals and what they are of."""
    if effect.too_early:
        out.print(Text(f"\n{effect.too_early}"), soft_wrap=True)
    if not effect.days:
        return
    table = Table(box=None)
    for column in ("Figure", "Before", "95 %", "After", "95 %"):
        table.add_column(column, no_wrap=True)
    table.add_column("Meaning", overflow="fold")
    windows = (effect.before, effect.after)
    rows: dict[str, list[tuple[str, str]]] = {
        "people": [(str(w.people), "") for w in windows],
        "confidence": [
            (_percent(w.confidence.mean), _percents(w.confidence.interval)) for w in windows
        ],
        "answered": [
            (f"{_percent(w.answered.share)} of {w.answered.of}", _percents(w.answered.interval))
            for w in windows
        ],
        "contacts_per_week": [_per_week(w.contacts_per_week) for w in windows],
        "people_per_week": [_per_week(w.people_per_week) for w in windows],
    }
    for name, (before, after) in rows.items():
        table.add_row(name, *before, *after, MEANINGS[name])
    out.print(Text(f"\nDone {effect.done_on}; {effect.days} days before and after it:"))
    out.print(table)


def sparkline(trend: Trend) -> str:
    """People a week as bars, the highest week full; `·` for a week without anybody."""
    weeks = trend.weeks[-_WEEKS_DRAWN:]
    most = max(weeks, default=0)
    return "".join(
        _BARS[math.ceil(count * len(_BARS) / most) - 1] if count else "·" for count in weeks
    )


def _label(gap: Gap) -> str:
    return isolated(shortened(plain(gap.label), _LABEL_CHARS))


def _state(gap: Gap) -> str:
    if gap.came_back:
        return "came back: it was dismissed, and its evidence has doubled"
    if gap.still_asked:
        return "done, but still asked"
    return _MARKS.get(gap.state, gap.state)


def _factors(gap: Gap) -> str:
    return f"{gap.demand:.1f} × {gap.uncovered:.0%} × {gap.trend.factor:.2f}"


def _nearest_lines(gap: Gap) -> tuple[str, ...]:
    """Title with confidence, and the reason."""
    if gap.nearest is None:
        return ("none: the knowledge base is empty",)
    title = shortened(plain(gap.nearest.title), _LABEL_CHARS)
    reason = shortened(plain(gap.nearest.reason), _REASON_CHARS)
    return f"{title} ({gap.nearest.confidence:.0%})", reason


def _decision(change: StateChange) -> str:
    parts = [f"{change.at:%Y-%m-%d} {_MARKS.get(change.state, change.state)}"]
    if change.who:
        parts.append(f"by {isolated(plain(change.who))}")
    if change.articles:
        parts.append(f"with {', '.join(plain(name) for name in change.articles)}")
    if change.draft:
        parts.append(f"draft {isolated(plain(change.draft))}")
    reason = f": {isolated(plain(change.reason))}" if change.reason else ""
    return " ".join(parts) + reason


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _percents(interval: tuple[float, float] | None) -> str:
    return "–" if interval is None else f"{interval[0]:.0%} to {interval[1]:.0%}"


def _per_week(rate: Rate) -> tuple[str, str]:
    low, high = rate.interval
    return f"{rate.per_week:.1f}", f"{low:.1f} to {high:.1f}"
