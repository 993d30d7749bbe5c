"""`kb events …`: the event log."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from kb.cli.console import JsonOption, out, print_json
from kb.config import load_settings
from kb.errors import InvalidInput
from kb.store import Store

events_app = typer.Typer(
    help="The event log: what was suggested, and what reps did with it.", no_args_is_help=True
)


@events_app.callback()
def _events() -> None:
    """Keeps `purge` a command of its own while it is the only one."""


@events_app.command("purge")
def purge(
    before: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Delete what is older than this day (UTC); default: KB_EVENT_RETENTION_DAYS.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Delete old events; serving does so when it starts. How often sources were used stays known.

    Example: kb events purge --before 2026-01-01
    """
    settings = load_settings()
    if before is None:
        if not settings.event_retention_days:
            raise InvalidInput(
                "Events are kept for ever (KB_EVENT_RETENTION_DAYS is 0); name a day, as in "
                "`kb events purge --before 2026-01-01`."
            )
        now = dt.datetime.now(dt.UTC)
        before = now - dt.timedelta(days=settings.event_retention_days)
    before = before.replace(tzinfo=dt.UTC)
    store = Store(settings.store_url)
    try:
        purged = store.events.purge(before)
    finally:
        store.close()
    if as_json:
        print_json({"purged": purged, "before": before.isoformat()})
    else:
        out.print(f"{purged} events from before {before:%Y-%m-%d %H:%M} UTC deleted.")
