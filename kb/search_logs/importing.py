"""A table of searches into the event log: the one module of the package that writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kb.config import Settings
from kb.models import Article
from kb.privacy import Redactor
from kb.search_logs.articles import article_finder
from kb.search_logs.facts import facts_of
from kb.search_logs.rows import LoggedSearch, Problem, Reader
from kb.search_logs.table import Table
from kb.store import Fact, Store
from kb.visits import QUERY_CHARS, kept, language_of_kept

_PROBLEMS_KEPT = 1000
_EXAMPLES = 3
_CACHED, _CACHED_CHARS = 50_000, 200
"""Questions that come again; longer ones rarely do, and take room."""
_MARKS = {"\t": "tab", "\x1f": "none"}
_TELL_EVERY = 500


@dataclass
class ImportReport:
    """What became of a file; `--json` prints it."""

    file: str
    encoding: str
    delimiter: str
    columns: dict[str, str]
    """Field to the column it was read from."""
    note: str
    dry_run: bool
    moved_days: int
    """How many days later everything is taken to have happened than the file says."""
    rows: int = 0
    searches: int = 0
    """That the rows stand for."""
    events: int = 0
    """Of those rows: searches, clicks and contacts."""
    new_events: int | None = None
    """Those that were not in the log yet; None: it was a dry run."""
    too_old: int = 0
    """Rows past the retention."""
    unknown_articles: int = 0
    """Clicks on what is none of our articles; they count without it."""
    wrong: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    """Line and reason of the first thousand rows that could not be read."""
    examples: list[str] = field(default_factory=list)
    """Questions as they are kept."""

    @classmethod
    def of(cls, file: str, table: Table, dry_run: bool, moved_days: int = 0) -> ImportReport:
        """Before the first row is read."""
        return cls(
            file=file,
            encoding=table.encoding,
            delimiter=_MARKS.get(table.delimiter, table.delimiter),
            columns={name: table.header[place] for name, place in table.columns.items()},
            note=table.note,
            dry_run=dry_run,
            moved_days=moved_days,
        )


def import_searches(
    reader: Reader,
    report: ImportReport,
    settings: Settings,
    store: Store,
    salt: str,
    progress: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> None:
    """Log what the rows say, unless it is a dry run, and count it in `report`.

    Args:
        salt: what sessions are hidden with; to be forgotten afterwards.

    Raises:
        OperationalError: the log cannot be written.
    """

    def facts() -> Iterator[Fact]:
        lines = len(reader.table.lines)
        for number, (line, of_row) in enumerate(_facts(reader, report, settings, store, salt)):
            if number % _TELL_EVERY == 0:
                progress("read", line, lines)
            report.events += len(of_row)
            yield from of_row
        progress("read", lines, lines)

    if report.dry_run:
        for _ in facts():
            pass
    else:
        report.new_events = store.events.append_many(facts())


def _facts(
    reader: Reader, report: ImportReport, settings: Settings, store: Store, salt: str
) -> Iterator[tuple[int, list[Fact]]]:
    """Line number and facts of every row that is imported."""
    redact = Redactor.of(settings).redact
    find = article_finder(
        stored.document for stored in store.documents.all() if isinstance(stored.document, Article)
    )
    line = 0

    def searches() -> Iterator[LoggedSearch]:
        nonlocal line
        for search in _recent(reader, report, settings.event_retention_days):
            line = search.line
            yield search

    @lru_cache(_CACHED)
    def keep_short(query: str) -> str:
        return kept(query, QUERY_CHARS, redact)

    def keep(query: str) -> str:
        short = len(query) <= _CACHED_CHARS
        return keep_short(query) if short else kept(query, QUERY_CHARS, redact)

    def article_of(named: str) -> str:
        found = find(named)
        report.unknown_articles += not found
        return found

    def language(query: str) -> str:
        return language_of_kept(query, settings.languages, settings.default_locale)

    for of_row in facts_of(
        searches(),
        salt,
        keep=keep,
        language=language,
        article_of=article_of,
    ):
        if len(report.examples) < _EXAMPLES:
            report.examples.append(getattr(of_row[0].event, "query", ""))
        yield line, of_row


def _recent(reader: Reader, report: ImportReport, days: int) -> Iterator[LoggedSearch]:
    """What can be read and would not be deleted at once."""
    oldest = reader.now - dt.timedelta(days=days) if days else None
    for row in reader.rows():
        report.rows += 1
        if isinstance(row, Problem):
            report.wrong += 1
            if len(report.problems) < _PROBLEMS_KEPT:
                report.problems.append({"line": row.line, "reason": row.reason})
        elif oldest and row.at < oldest:
            report.too_old += 1
        else:
            report.searches += row.times
            yield row
