"""A row's cells to a `LoggedSearch`, or to what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from kb.errors import InvalidInput
from kb.search_logs.dates import Dates, day_first
from kb.search_logs.table import Table
from kb.text import fold, is_blank, language_of

_NO = frozenset(
    "0 no n false f none null nil na n/a nan - – — nein non undefined (none) (not set) "
    "نه خیر ندارد 否 无 没有 未".split(" ")
)
_NUMBER = re.compile(r"\d{1,3}(?:[,.'’\s]\d{3})+|\d{1,12}(?:[.,]0{1,2})?")
_MOST_TIMES = 1_000_000
_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", re.IGNORECASE)
_DAY = dt.timedelta(days=1)
_AHEAD = _DAY
"""Clocks differ, and zones are left out."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be read."""

    line: int
    """From 1."""
    reason: str


@dataclass(frozen=True, slots=True)
class LoggedSearch:
    """What a row says."""

    line: int
    at: dt.datetime
    query: str
    """As it was written."""
    session: str
    """As the file names it; personal. Empty where it is not told."""
    results: int | None
    clicked: int
    """How many of the searches led to a click."""
    article: str
    """What was opened; empty where it is not told."""
    contacted: int
    locale: str
    """As the file says, in the form `zh`; empty where it does not."""
    times: int
    moved: dt.timedelta = dt.timedelta()
    """How much later `at` is than the file says."""


@dataclass(frozen=True)
class Reader:
    """Reads the rows of one table.

    Args:
        dates: how it writes dates.
        fallback: when the searches of rows without a date were made; None: those are problems.
        now: what is later than tomorrow is no date of a log.
        moved: how much later everything is taken to have happened than the file says.
    """

    table: Table
    dates: Dates
    now: dt.datetime
    fallback: dt.datetime | None = None
    moved: dt.timedelta = dt.timedelta()

    @classmethod
    def of(
        cls,
        table: Table,
        now: dt.datetime,
        *,
        fallback: dt.datetime | None = None,
        zone: dt.tzinfo = dt.UTC,
        first: bool | None = None,
        recent: bool = False,
    ) -> Reader:
        """Finds out how the table writes dates, reading it once.

        Args:
            first: whether the day comes first in 03/04/2026; None: the table has to tell.
            recent: move all dates by the same whole days, so that the last is of the 24 hours
                before `now`.

        Raises:
            InvalidInput: there are no dates, and no `fallback` either; or dates that can be read in
                two ways.
        """
        if "date" not in table.columns and fallback is None:
            raise InvalidInput(
                "The file does not say when: name the column (--map date=NAME), or the day that "
                "all of it is about (--date 2026-11-01)."
            )
        if first is None and "date" in table.columns:
            place = table.columns["date"]
            first = day_first(cells[place] for _, cells in table.rows() if place < len(cells))
            if first is None:
                raise InvalidInput(
                    "Dates such as 03/04/2026 can be read in two ways, and the file does not tell "
                    "which: add --day-first or --month-first."
                )
        reader = cls(table, Dates(zone, bool(first)), now, fallback)
        return replace(reader, moved=reader._to_today()) if recent else reader

    def rows(self) -> Iterator[LoggedSearch | Problem]:
        """Every row that is not blank, in order."""
        width = len(self.table.header)
        for line, cells in self.table.rows():
            if not cells:
                yield Problem(line, "a quote is never closed, or a cell is too long")
            elif any(cells[width:]):
                yield Problem(
                    line, f"{len(cells)} cells, but {width} columns: a comma without quotes?"
                )
            else:
                try:
                    yield self._search(line, cells)
                except (ValueError, OverflowError, OSError) as error:
                    yield Problem(line, str(error))

    def _search(self, line: int, cells: list[str]) -> LoggedSearch:
        def cell(field: str) -> str:
            return self._cell(cells, field)

        query = cell("query")
        if is_blank(query):
            raise ValueError("no question")
        times = _times(cell("count")) if "count" in self.table.columns else 1
        article = cell("article")
        clicked = max(_how_many(cell("clicked"), times), int(_says_yes(article)))
        locale = cell("locale")
        return LoggedSearch(
            line=line,
            at=self._at(cell("date"), cell("clock")),
            query=query,
            session=cell("session"),
            results=_number(cell("results"), "results") if cell("results") else None,
            clicked=clicked,
            article=article if _says_yes(article) else "",
            contacted=_how_many(cell("contact"), times),
            locale=language_of(locale.replace("_", "-")) if _LOCALE.fullmatch(locale) else "",
            times=times,
            moved=self.moved if cell("date") else dt.timedelta(),
        )

    def _cell(self, cells: list[str], field: str) -> str:
        place = self.table.columns.get(field, len(cells))
        return cells[place] if place < len(cells) else ""

    def _at(self, date: str, clock: str) -> dt.datetime:
        if not date:
            if self.fallback is None:
                raise ValueError("no date")
            return self.fallback
        at = self._written(date, clock) + self.moved
        if at > self.now + _AHEAD:
            raise ValueError(f"'{date[:60]}' is in the future")
        return at

    def _written(self, date: str, clock: str) -> dt.datetime:
        """The moment that a row tells.

        Raises:
            ValueError, OverflowError: it is no date.
        """
        if clock and ":" in clock and ":" not in date:
            date = f"{date} {clock}"
        return self.dates.moment(date).astimezone(dt.UTC)

    def _to_today(self) -> dt.timedelta:
        """From the last date that can be read: whole days, so that hours stay what they are."""
        last = max(self._all_written(), default=self.now)
        return dt.timedelta(days=(self.now - last) // _DAY)

    def _all_written(self) -> Iterator[dt.datetime]:
        for _, cells in self.table.rows():
            if date := self._cell(cells, "date"):
                with suppress(ValueError, OverflowError):
                    yield self._written(date, self._cell(cells, "clock"))


def _number(text: str, what: str) -> int:
    plain = fold(text[:40])
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"{what}: '{text[:40]}' is no number")
    if re.fullmatch(r"\d{1,12}[.,]0{1,2}", plain):
        plain = re.split("[.,]", plain)[0]
    return int(re.sub(r"\D", "", plain))


def _times(text: str) -> int:
    times = _number(text, "count") if text else 1
    if not 1 <= times <= _MOST_TIMES:
        raise ValueError(f"count: {times} is not between 1 and {_MOST_TIMES}")
    return times


def _says_yes(text: str) -> bool:
    return bool(text) and fold(text[:20]) not in _NO


def _how_many(text: str, times: int) -> int:
    """A number, or a word or id that says it happened."""
    if not _says_yes(text):
        return 0
    plain = fold(text[:40])
    number = _number(text, "number") if _NUMBER.fullmatch(plain) else 1
    return min(number, times)
