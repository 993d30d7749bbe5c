"""The inbox as a whole: pages of lines, counts, one customer's other tickets."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.errors import InvalidInput
from kb.escalation.rules import EscalationRules
from kb.inbox import views
from kb.inbox.board import Board
from kb.inbox.finding import find, words_of
from kb.inbox.lines import Line, Urgency, excerpt, line_of, urgency
from kb.inbox.views import Filters, View
from kb.models import Ticket
from kb.store import Store, StoredDocument

_SOON_HOURS = 4
"""Due within so many hours is soon, where no rules say what can still be promised."""
_MAX_FOUND = 200
"""Open tickets that a search by words shows, those that changed last."""
_OTHERS = 8


@dataclass(frozen=True)
class Row:
    """A line as it is shown."""

    line: Line
    urgency: Urgency
    excerpt: str


@dataclass(frozen=True)
class InboxPage:
    rows: tuple[Row, ...]
    next: str
    """Cursor of the next page; empty on the last one."""
    counts: Mapping[View, int]
    """Open tickets per view, whatever else is filtered; solved ones are not counted."""
    total: int | None
    """Tickets that fit the filters; None where that would take long to know (solved ones)."""
    revision: int


class Inbox:
    """Reads tickets for people who answer them. Thread-safe.

    Args:
        rules: the operator's promises; None: nothing is ever due.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        store: Store,
        rules: EscalationRules | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._documents = store.documents
        self._rules = rules
        self._board = Board(store.documents, rules, clock)

    def revision(self, now: dt.datetime) -> int:
        """Grows with every change of an open ticket, within this process."""
        return self._board.look(now)[0]

    def page(
        self, filters: Filters, now: dt.datetime, limit: int = 30, cursor: str = ""
    ) -> InboxPage:
        """Lines in the order that the filters ask for; solved tickets always the newest first.

        Raises:
            InvalidInput: the cursor was not made here.
        """
        revision, lines = self._board.look(now)
        soon = self._soon(now)
        counts = views.counts(lines, now, soon)
        words = words_of(filters.query)
        if filters.view == "solved":
            shown, following = self._solved(filters, words, now, limit, cursor)
            total = None
        else:
            fitting = self._open(lines, filters, words, now, soon)
            rest = views.after(fitting, filters.sort, cursor)
            shown, total = rest[:limit], len(fitting)
            more = len(rest) > limit
            following = views.cursor_of(shown[-1], filters.sort) if more else ""
        rows = self._rows(shown, now, soon)
        return InboxPage(tuple(rows), following, counts, total, revision)

    def fields(self, now: dt.datetime) -> dict[str, list[str]]:
        """Values that fields of open tickets have, and those the rules name, by field."""
        lines = self._board.look(now)[1]
        rules = self._rules
        known: dict[str, list[str]] = {
            "group": [group.id for group in rules.groups] if rules else [],
            "priority": list(rules.priorities) if rules else [],
            "locale": [],
            "channel": [],
        }
        return {
            name: list(dict.fromkeys([*values, *sorted({getattr(n, name) for n in lines})]))
            for name, values in known.items()
        }

    def line(self, ticket: Ticket, version: str, changed: dt.datetime, now: dt.datetime) -> Line:
        """One ticket as a line."""
        return line_of(ticket, version, changed, self._rules, now)

    def urgency(self, line: Line, now: dt.datetime) -> Urgency:
        return urgency(line, now, self._soon(now))

    def others(self, ticket: Ticket, now: dt.datetime) -> list[Line]:
        """Other tickets of the same customer, the last changed first, at most 8.

        Every ticket in the store is looked at: to be asked for after the page.
        """
        sought = ticket.customer.email or ticket.customer.id
        if not sought:
            return []
        found = find(self._documents, words_of(sought), status=None, fields={}, limit=_OTHERS * 4)
        same = (s for s in found if _same_customer(ticket, s.document))
        lines = [self._line(stored, now) for stored in same]
        return [line for line in lines if line.id != ticket.id][:_OTHERS]

    def _open(
        self,
        lines: Iterable[Line],
        filters: Filters,
        words: Sequence[str],
        now: dt.datetime,
        soon: dt.datetime,
    ) -> list[Line]:
        belongs = views.shows(filters.view, now, soon)
        fitting = [line for line in views.selected(lines, filters) if belongs(line)]
        if not words:
            return fitting
        found = find(
            self._documents, words, status="open", fields=_stored(filters), limit=_MAX_FOUND
        )
        ids = {stored.document.id for stored in found}
        return [line for line in fitting if line.id in ids]

    def _solved(
        self, filters: Filters, words: Sequence[str], now: dt.datetime, limit: int, cursor: str
    ) -> tuple[list[Line], str]:
        found = find(
            self._documents,
            words,
            status="solved",
            fields=_stored(filters),
            limit=limit + 1,
            after=_read_solved(cursor) if cursor else None,
            fits=lambda stored: bool(views.selected([self._line(stored, now)], filters)),
        )
        lines = [self._line(stored, now) for stored in found[:limit]]
        following = ""
        if len(found) > limit:
            following = f"{lines[-1].changed.isoformat()} {lines[-1].id}"
        return lines, following

    def _line(self, stored: StoredDocument, now: dt.datetime) -> Line:
        if not isinstance(stored.document, Ticket):
            raise InvalidInput(f"'{stored.document.id}' is no ticket.")
        return self.line(stored.document, stored.content_hash, stored.stored_at, now)

    def _rows(self, lines: Sequence[Line], now: dt.datetime, soon: dt.datetime) -> list[Row]:
        stored = self._documents.some([line.id for line in lines])
        said = {s.document.id: s.document for s in stored}
        rows = []
        for line in lines:
            ticket = said.get(line.id)
            words = excerpt(ticket) if isinstance(ticket, Ticket) else ""
            rows.append(Row(line, urgency(line, now, soon), words))
        return rows

    def _soon(self, now: dt.datetime) -> dt.datetime:
        """Up to when something is due soon: what the rules allow to promise from now on."""
        if self._rules is None:
            return now + dt.timedelta(hours=_SOON_HOURS)
        return self._rules.late_answer.after(now, self._rules.calendar())


def _stored(filters: Filters) -> dict[str, str]:
    """Fields that the store can compare as they are; priorities have names in the rules."""
    fields = filters.fields
    return {name: fields[name] for name in ("group", "channel") if name in fields}


def _same_customer(ticket: Ticket, other: object) -> bool:
    if not isinstance(other, Ticket):
        return False
    ours, theirs = ticket.customer, other.customer
    if ours.id and theirs.id:
        return ours.id == theirs.id
    return bool(ours.email) and ours.email.casefold() == theirs.email.casefold()


def _read_solved(cursor: str) -> tuple[dt.datetime, str]:
    moment, _, identifier = cursor.partition(" ")
    try:
        at = dt.datetime.fromisoformat(moment)
    except ValueError as error:
        raise InvalidInput("cursor: follow the link of the page before, unchanged.") from error
    if at.tzinfo is None or not identifier:
        raise InvalidInput("cursor: follow the link of the page before, unchanged.")
    return at, identifier
