"""`kb escalation …`: the operator's escalation rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, out, print_json
from kb.errors import InvalidInput

if TYPE_CHECKING:
    from kb.escalation import EscalationRules

escalation_app = typer.Typer(help="Escalation rules.", no_args_is_help=True)


@escalation_app.callback()
def escalation() -> None:
    """Escalation rules."""


@escalation_app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="Rules, as in articles/escalation.toml.")],
    at: Annotated[
        list[str] | None,
        typer.Option(help="When a ticket comes in, ISO 8601; may be given several times."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read a rules file and show when tickets would be due that come in now or `--at` a time.

    Example: kb escalation check articles/escalation.toml --at 2026-03-19T17:30
    """
    from kb.escalation.rules import load_rules

    rules = load_rules(file)
    zone = rules.calendar().zone
    now = dt.datetime.now(zone).replace(microsecond=0)
    tables = {
        moment: _due_times(rules, moment)
        for moment in [_moment(text, zone) for text in at or []] or [now]
    }
    if as_json:
        due = [
            {"at": moment.isoformat(), **{k: _iso(v) for k, v in row.items()}}
            for moment, rows in tables.items()
            for row in rows
        ]
        print_json({"file": str(file), "timezone": rules.timezone, "due": due})
        return
    triggers = ", ".join(dict.fromkeys(name for name, _ in rules.triggers.named())) or "none"
    out.print(Text(f"{file} is valid: {len(rules.groups)} groups, {len(rules.levels)} levels."))
    out.print(Text(f"Hierarchical when: {triggers}."))
    for moment, rows in tables.items():
        out.print(Text(f"\nA ticket that comes in {_shown(moment)} ({rules.timezone}):"))
        table = Table("Priority", "Channel", "First answer due", "Solution due", box=None)
        for row in rows:
            table.add_row(*(_shown(value) for value in row.values()))
        out.print(table)


def _moment(text: str, zone: dt.tzinfo) -> dt.datetime:
    """A time in the office's zone, unless it names another."""
    try:
        moment = dt.datetime.fromisoformat(text)
        return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"'{text}' is no time; write it as in 2026-03-19T17:30.") from error


def _due_times(rules: EscalationRules, moment: dt.datetime) -> list[dict[str, Any]]:
    from kb.escalation.sla import promised

    rows = []
    calendar = rules.calendar()
    for priority in rules.priorities:
        for channel in [*rules.channels, ""]:
            answers, solutions = promised(rules, [priority], channel)
            rows.append(
                {
                    "priority": priority,
                    "channel": channel,
                    "first_answer": _earliest([t.after(moment, calendar) for t in answers]),
                    "resolution": _earliest([t.after(moment, calendar) for t in solutions]),
                }
            )
    return rows


def _earliest(dues: list[dt.datetime]) -> dt.datetime | None:
    return min(dues) if dues else None


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _shown(value: object) -> str:
    if isinstance(value, dt.datetime):
        return f"{value:%a %Y-%m-%d %H:%M}"
    return "none" if value is None else str(value) or "any other"
