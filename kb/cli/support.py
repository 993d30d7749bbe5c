"""`kb stats support`: how far customers help themselves, and when the team is asked."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, out, print_json
from kb.config import Settings, load_settings
from kb.errors import InvalidInput
from kb.models import Ticket
from kb.store import Store
from kb.support_definitions import DEFINITIONS, NOTES, Unit, Value

if TYPE_CHECKING:
    from kb.support_figures import SupportFigures

_WEEKS_SHOWN = 8
_TOPICS_SHOWN = 10
_BUSIEST = 5


class CsvName(StrEnum):
    """Tables as a command line choice."""

    hours = "hours"
    weeks = "weeks"


def support(
    since: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what happened from this day on."),
    ] = None,
    timezone: Annotated[
        str, typer.Option(help="Of days and hours; default: that of the escalation rules, or UTC.")
    ] = "",
    csv: Annotated[
        CsvName | None,
        typer.Option(help="Print a table instead: demand by hour of the week, or all weeks."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Self-service, answers and satisfaction, from recorded visits and stored tickets.

    Shares come with Wilson's 95 % interval; what each figure means and who defined it so is
    printed below them, and is part of the JSON as `definitions`.

    Example: kb stats support --since 2026-10-01 --csv hours > shifts.csv
    """
    from kb.gaps.journeys import journeys
    from kb.gaps.subjects import stored_subjects
    from kb.parameters import load_parameters
    from kb.support_facts import facts_of
    from kb.support_figures import hours_csv, support_figures, weeks_csv

    settings = load_settings()
    zone = _zone(timezone or _own_zone(settings))
    start = since.replace(tzinfo=zone) if since else None
    store = Store(settings.store_url)
    try:
        visited = journeys(store.events.since(start))
        figures = support_figures(
            visited,
            [facts_of(ticket) for ticket in _tickets(store)],
            threshold=load_parameters(settings).confidence.threshold,
            zone=zone,
            since=start,
            until=dt.datetime.now(dt.UTC),
            topics=stored_subjects(store).of_searches(visited.searches),
        )
    finally:
        store.close()
    if csv:
        sys.stdout.write(hours_csv(figures) if csv == CsvName.hours else weeks_csv(figures))
    elif as_json:
        definitions = {name: known._asdict() for name, known in DEFINITIONS.items()}
        document = figures.model_dump(mode="json")
        print_json(document | {"definitions": definitions, "notes": list(NOTES)})
    elif figures.since is None:
        out.print("Nothing is recorded yet: no customer searched, and no ticket is stored.")
    else:
        _print(figures)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            f"There is no time zone '{name}'; name one such as Europe/Berlin or Asia/Tehran."
        ) from error


def _own_zone(settings: Settings) -> str:
    from kb.escalation.rules import load_rules

    rules = settings.escalation_file or settings.content_dir / "escalation.toml"
    return load_rules(rules).timezone if settings.escalation_file or rules.is_file() else "UTC"


def _tickets(store: Store) -> Iterator[Ticket]:
    for stored in store.documents.all():
        if isinstance(stored.document, Ticket):
            yield stored.document


def _print(figures: SupportFigures) -> None:
    out.print(Text(f"{figures.since:%Y-%m-%d} to {figures.until:%Y-%m-%d}"))
    table = Table("Figure", "Value", "95 %", "Of", box=None)
    for name, known in DEFINITIONS.items():
        value = figures.values[name]
        table.add_row(
            name,
            _shown(value.value, known.unit),
            _interval(value, known.unit),
            "" if known.unit == "count" else str(value.of),
        )
    out.print(table)
    _print_weeks(figures)
    _print_topics(figures)
    _print_hours(figures)
    out.print()
    for name, known in DEFINITIONS.items():
        line = Text.assemble((name, "bold"), f": {known.meaning} ({known.source})")
        out.print(line, soft_wrap=True)
    for note in NOTES:
        out.print(Text(note, style="dim"), soft_wrap=True)


def _print_weeks(figures: SupportFigures) -> None:
    columns = ("visits", "contacts", "deflection", "self_service", "no_result", "covered")
    table = Table("Week", *columns, title_justify="left", box=None)
    for week in figures.weeks[-_WEEKS_SHOWN:]:
        cells = (_shown(week.values[name].value, DEFINITIONS[name].unit) for name in columns)
        table.add_row(week.name, *cells)
    out.print()
    out.print(table)


def _print_topics(figures: SupportFigures) -> None:
    if not figures.topics:
        return
    table = Table("Topic", "Visits", "Contacts", "By week", box=None)
    for topic in figures.topics[:_TOPICS_SHOWN]:
        weeks = " ".join(map(str, topic.weeks[-_WEEKS_SHOWN:]))
        table.add_row(Text(topic.topic), str(topic.visits), str(topic.contacts), weeks)
    out.print()
    out.print(table)


def _print_hours(figures: SupportFigures) -> None:
    from kb.support_hours import WEEKDAYS

    cells = [(cell.contacts, cell) for cell in figures.hours if cell.contacts]
    busiest = sorted(cells, key=lambda item: -item[0])[:_BUSIEST]
    if busiest:
        hours = ", ".join(
            f"{WEEKDAYS[cell.weekday]} {cell.hour}:00 ({mean:.1f})" for mean, cell in busiest
        )
        text = f"\nMost contacts per week ({figures.timezone}): {hours}. All hours: --csv hours."
        out.print(Text(text), soft_wrap=True)


def _shown(value: float | None, unit: Unit) -> str:
    if value is None:
        return "–"
    return {
        "share": f"{value:.0%}",
        "count": f"{value:.0f}",
        "mean": f"{value:.2f}",
        "hours": f"{value:.1f} h",
        "points": f"{value:+.0f}",
    }[unit]


def _interval(value: Value, unit: Unit) -> str:
    if value.interval is None:
        return ""
    return " to ".join(_shown(bound, unit) for bound in value.interval)
