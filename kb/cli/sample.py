"""`kb sample`: what makes the sample look like a help center that people use."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.console import JsonOption, out, print_json, progress_bars
from kb.cli.imports import read_log
from kb.config import load_settings


def add_commands(app: typer.Typer) -> None:
    app.command("sample")(sample)


def sample(
    folder: Annotated[
        Path, typer.Argument(help="With `inbox/tickets.toml` and `searches/log.csv`.")
    ] = Path("articles"),
    as_json: JsonOption = False,
) -> None:
    """Put the sample's open tickets and search log into the store, as if they came these days.

    What is there stays as it is: run it as often as you like.

    Example: kb sample articles
    """
    from kb.sample import open_tickets, read_tickets
    from kb.search_logs import Reader
    from kb.search_logs.importing import ImportReport, import_searches
    from kb.sessions import new_salt
    from kb.store import Store
    from kb.ticketing import Ticketing

    settings = load_settings()
    now = dt.datetime.now(dt.UTC)
    tickets = read_tickets(folder / "inbox" / "tickets.toml", now)
    table = read_log(folder / "searches" / "log.csv", {}, None)
    store = Store(settings.store_url)
    try:
        new = open_tickets(Ticketing(store, settings.max_document_bytes), tickets, now)
        searches = 0
        if settings.event_log and next(store.events.visits(), None) is None:
            report = ImportReport.of("searches/log.csv", table, False, 0)
            reader = Reader.of(table, now, fallback=None, zone=dt.UTC, first=None, recent=True)
            with progress_bars(quiet=as_json) as progress:
                import_searches(reader, report, settings, store, new_salt(), progress)
            searches = report.searches
    finally:
        store.close()
    if as_json:
        print_json({"tickets": new, "searches": searches})
    else:
        out.print(f"Sample: {new} open tickets and {searches} searches are new in the store.")
