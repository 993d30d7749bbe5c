"""`kb audit`: who changed content or users, and who signed in."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer
from rich.table import Column, Table
from rich.text import Text

from kb.cli.console import JsonOption, out, print_json
from kb.config import load_settings


def add_commands(app: typer.Typer) -> None:
    """Register this module's command at the top level."""
    app.command()(audit)


def audit(
    actor: Annotated[str, typer.Option(help="Only what this address did.")] = "",
    action: Annotated[str, typer.Option(help="Only this: `user.added`, or all of `user`.")] = "",
    text: Annotated[str, typer.Option(help="Only lines that mention this.")] = "",
    since: Annotated[dt.datetime | None, typer.Option(help="From this day on (UTC).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show the audit log, the newest lines first.

    Example: kb audit --action user --since 2026-11-01
    """
    from kb.store import Store
    from kb.store.audit import AuditQuery

    begin = since.replace(tzinfo=dt.UTC) if since else None
    store = Store(load_settings().store_url)
    try:
        query = AuditQuery(actor=actor, action=action, text=text, since=begin)
        lines = store.audit.lines(query, limit)
    finally:
        store.close()
    if as_json:
        print_json([line.model_dump(mode="json") for line in lines])
        return
    headings = ("When (UTC)", "Who", "What", "To", "")
    table = Table(*(Column(heading, overflow="fold") for heading in headings), box=None)
    for line in lines:
        detail = ", ".join(f"{name}: {value}" for name, value in line.detail.items())
        cells = (f"{line.at:%Y-%m-%d %H:%M:%S}", line.actor, line.action, line.target, detail)
        table.add_row(*(Text(cell) for cell in cells))
    out.print(table)
