"""`kb stats …`: what became of what was suggested; `kb stats support` is in kb.cli.support."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, out, print_json
from kb.cli.support import support
from kb.config import Settings, load_settings
from kb.store import Store
from kb.suggestion_figures import DEFINITIONS, Figures
from kb.suggestion_stats import Summary, summarise

stats_app = typer.Typer(help="How suggestions and self-service do.", no_args_is_help=True)
stats_app.command("support")(support)

_SHARES = (
    "coverage",
    "acceptance",
    "helped",
    "unchanged",
    "rejected",
    "nothing_fitted",
    "escalated",
)
_BARS = "▁▂▃▄▅▆▇█"
_WEEKS_DRAWN = 52


class ByName(StrEnum):
    """Slices as a command line choice."""

    language = "language"
    group = "group"
    week = "week"
    kind = "kind"


@stats_app.command("suggestions")
def suggestions(
    since: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what was offered from this day on (UTC)."),
    ] = None,
    by: Annotated[ByName | None, typer.Option(help="Also for every slice.")] = None,
    as_json: JsonOption = False,
) -> None:
    """How often reps use what is suggested, from the event log.

    Shares come with Wilson's 95 % interval; what each figure means is printed below them, and is
    part of the JSON as `definitions`.

    Example: kb stats suggestions --since 2026-11-01 --by language
    """
    settings = load_settings()
    start = since.replace(tzinfo=dt.UTC) if since else None
    store = Store(settings.store_url)
    try:
        summary = summarise(store.events.by_ticket(start), by.value if by else None)
    finally:
        store.close()
    if as_json:
        print_json(_document(summary, since, by))
    elif not summary.overall.occasions:
        out.print(Text(_nothing(settings, since)), soft_wrap=True)
    else:
        _print(summary, by)


def _document(summary: Summary, since: dt.datetime | None, by: ByName | None) -> dict[str, Any]:
    def each(slices: Mapping[str, Figures]) -> dict[str, Any]:
        return {name: figures.as_dict() for name, figures in slices.items()}

    return {
        "since": since.date().isoformat() if since else None,
        "overall": summary.overall.as_dict(),
        "by": by.value if by else None,
        "slices": each(summary.slices),
        "weeks": each(summary.weeks),
        "definitions": dict(DEFINITIONS),
    }


def _nothing(settings: Settings, since: dt.datetime | None) -> str:
    if not settings.event_log:
        return "Nothing is recorded: the event log is switched off (KB_EVENT_LOG)."
    when = f" since {since:%Y-%m-%d}" if since else ""
    return f"No suggestions are recorded{when}; `POST /v1/suggestions` records what it serves."


def _print(summary: Summary, by: ByName | None) -> None:
    table = Table("Figure", "Value", "95 %", "Of", "Meaning", box=None)
    figures = summary.overall.as_dict()
    for name, meaning in DEFINITIONS.items():
        value: Any = figures[name]
        if name in _SHARES:
            table.add_row(name, _percent(value["share"]), _interval(value), _of(value), meaning)
        elif name != "reasons":
            table.add_row(name, _number(value), "", "", meaning)
    out.print(table)
    if by:
        out.print()
        out.print(_slices(summary.slices, by))
    _print_weeks(summary.weeks)
    _print_reasons(summary.overall)


def _slices(slices: Mapping[str, Figures], by: ByName) -> Table:
    table = Table(by.value.capitalize(), *(n for n in DEFINITIONS if n != "reasons"), box=None)
    for name, of_slice in slices.items():
        figures: dict[str, Any] = of_slice.as_dict()
        shown = (
            _percent(figures[n]["share"]) if n in _SHARES else _number(figures[n])
            for n in DEFINITIONS
            if n != "reasons"
        )
        table.add_row(Text(name), *shown)
    return table


def _print_weeks(weeks: Mapping[str, Figures]) -> None:
    recent = dict(list(weeks.items())[-_WEEKS_DRAWN:])
    if len(recent) < 2:
        return
    first, *_, last = recent
    line = "".join(_bar(f.used / f.shown if f.shown else None) for f in recent.values())
    out.print(Text(f"\nweekly acceptance, 0 to 100 %, {first} to {last}: {line}"), soft_wrap=True)


def _print_reasons(figures: Figures) -> None:
    reasons = figures.top_reasons()
    if reasons:
        out.print(Text("\nwhy suggestions were rejected:"))
    for reason, times in reasons:
        out.print(Text(f"  {times} × {reason}"), soft_wrap=True)


def _bar(share: float | None) -> str:
    return "·" if share is None else _BARS[min(int(share * len(_BARS)), len(_BARS) - 1)]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _interval(value: Mapping[str, Any]) -> str:
    interval = value["interval"]
    return "–" if interval is None else f"{interval[0]:.0%} to {interval[1]:.0%}"


def _of(value: Mapping[str, Any]) -> str:
    return f"{value['count']} of {value['of']}"


def _number(value: float | int | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
