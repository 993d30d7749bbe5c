"""`kb import …`: what an earlier help center knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from kb.cli.console import JsonOption, err, out, print_json, progress_bars
from kb.config import load_settings
from kb.errors import InvalidInput

if TYPE_CHECKING:
    from kb.search_logs import Table
    from kb.search_logs.importing import ImportReport

import_app = typer.Typer(help="Bring in what an earlier help center knows.", no_args_is_help=True)

_MOST_BYTES = 300_000_000
_PROBLEMS_SHOWN = 20
_FileArgument = Annotated[Path, typer.Argument(metavar="FILE.csv", help="The exported log.")]
_MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="Name a column; may be repeated."),
]
_DateOption = Annotated[
    dt.datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Day of rows that have no date."),
]
_DayFirstOption = Annotated[
    bool | None,
    typer.Option("--day-first/--month-first", help="How to read 03/04/2026."),
]

_RecentOption = Annotated[
    bool,
    typer.Option("--recent", help="Move all dates by the same days, up to today: for samples."),
]


@import_app.callback()
def _imports() -> None:
    """Keeps `searches` a command of its own while it is the only one."""


@import_app.command("searches")
def searches(
    file: _FileArgument,
    columns: _MapOption = None,
    date: _DateOption = None,
    timezone: Annotated[str, typer.Option(help="Of times that state none.")] = "UTC",
    day_first: _DayFirstOption = None,
    recent: _RecentOption = False,
    encoding: Annotated[str | None, typer.Option(help="Default: found out.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Read and check, write nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import search logs of an existing help center (CSV), so that gaps are seen on the first day.

    Columns are known by their usual names. Questions are redacted, sessions get pseudonyms that
    nothing can resolve, and the same rows again count once. Exit code 1: some rows were wrong.

    Example: kb import searches log.csv --map query=Suchbegriff --date 2026-11-01
    """
    from kb.search_logs import Reader
    from kb.search_logs.importing import ImportReport, import_searches
    from kb.sessions import new_salt
    from kb.store import Store

    settings = load_settings()
    if not settings.event_log:
        raise InvalidInput("The event log is switched off (KB_EVENT_LOG); nothing is imported.")
    zone = _zone(timezone)
    now = dt.datetime.now(dt.UTC)
    table = read_log(file, _named(columns), encoding)
    fallback = date.replace(tzinfo=zone).astimezone(dt.UTC) if date else None
    reader = Reader.of(table, now, fallback=fallback, zone=zone, first=day_first, recent=recent)
    report = ImportReport.of(str(file), table, dry_run, reader.moved.days)
    store = Store(settings.store_url)
    try:
        with progress_bars(quiet=as_json) as progress:
            import_searches(reader, report, settings, store, new_salt(), progress)
    finally:
        store.close()
    if as_json:
        print_json(asdict(report))
    else:
        _tell(report)
    if report.wrong:
        raise typer.Exit(1)


def read_log(file: Path, named: Mapping[str, str], encoding: str | None) -> Table:
    """A search log as a table.

    Raises:
        InvalidInput: it cannot be read, is too large, or is no table of searches.
    """
    from kb.search_logs import find_columns, read_table

    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InvalidInput(f"'{file}' is larger than {_MOST_BYTES // 10**6} MB; split it.")
        data = file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"'{file}' cannot be read ({error.strerror}).") from error
    return read_table(data, lambda header: find_columns(header, named), encoding)


def _named(columns: list[str] | None) -> dict[str, str]:
    named: dict[str, str] = {}
    for entry in columns or ():
        name, equals, column = entry.partition("=")
        if not equals or not column.strip():
            raise InvalidInput(f"--map {entry}: write FIELD=COLUMN, as in --map query=Suchbegriff.")
        named[name.strip().lower()] = column.strip()
    return named


def _zone(name: str) -> dt.tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput(
            f"There is no time zone '{name}'; use a name such as Asia/Tehran."
        ) from error


def _tell(report: ImportReport) -> None:
    def say(line: str) -> None:
        out.print(Text(line), soft_wrap=True)

    if report.note:
        err.print(Text(report.note), soft_wrap=True)
    read = ", ".join(f"{name} from '{column}'" for name, column in report.columns.items())
    say(f"Read as {report.encoding}, delimiter {report.delimiter}: {read}.")
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        err.print(Text(f"line {problem['line']}: {problem['reason']}"), soft_wrap=True)
    if report.wrong > _PROBLEMS_SHOWN:
        err.print(f"… and {report.wrong - _PROBLEMS_SHOWN} more wrong rows.")
    for example in report.examples:
        say(f"  “{example[:100]}”")
    done = "would be imported" if report.dry_run else "imported"
    if report.moved_days:
        say(f"All dates were moved by {report.moved_days} days.")
    say(f"{report.rows} rows: {report.searches} searches {done} ({report.events} events).")
    if report.new_events is not None and report.new_events < report.events:
        say(f"{report.events - report.new_events} of the events were in the log already.")
    if report.too_old:
        say(f"{report.too_old} rows are older than KB_EVENT_RETENTION_DAYS and were left out.")
    if report.unknown_articles:
        say(f"{report.unknown_articles} clicks are on what is none of our articles.")
    if report.wrong:
        say(f"{report.wrong} rows could not be read and were left out.")
