"""What makes the sample look used: its searches of the last weeks, its open tickets."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

from kb.config import Settings
from kb.sample import read_tickets
from kb.search_logs import Reader, find_columns, read_table
from kb.search_logs.importing import ImportReport, import_searches
from kb.sessions import new_salt
from kb.store import Store


def plant_searches(
    folder: Path, settings: Settings, store: Store, now: dt.datetime, *, whole: bool = True
) -> None:
    """Log the searches of `articles/searches`, as if the last one was today.

    Args:
        folder: has `log.csv` and, for less than the whole, `planted.csv`.
        whole: if not, only the visits that asked what a planted gap is about.
    """
    data = (folder / "log.csv").read_bytes()
    if not whole:
        data = _of_gaps(data, (folder / "planted.csv").read_bytes())
    table = read_table(data, lambda header: find_columns(header, {}), None)
    reader = Reader.of(table, now, fallback=None, zone=dt.UTC, first=None, recent=True)
    report = ImportReport.of("log.csv", table, False, reader.moved.days)
    import_searches(reader, report, settings, store, new_salt())


def _of_gaps(log: bytes, planted: bytes) -> bytes:
    questions = {row["query"] for row in csv.DictReader(io.StringIO(planted.decode()))}
    rows = list(csv.DictReader(io.StringIO(log.decode())))
    visits = {row["session"] for row in rows if row["query"] in questions}
    kept = io.StringIO()
    writer = csv.DictWriter(kept, rows[0])
    writer.writeheader()
    writer.writerows(row for row in rows if row["session"] in visits)
    return kept.getvalue().encode()


def plant_tickets(folder: Path, store: Store, now: dt.datetime) -> list[str]:
    """Store the open tickets of `articles/inbox`; returns their ids."""
    tickets = read_tickets(folder / "tickets.toml", now)
    for ticket in tickets:
        store.documents.save(ticket, now, replaces=None)
    return [ticket.id for ticket in tickets]
