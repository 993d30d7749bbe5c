"""All open tickets as lines, kept up to date with the store.

Filters and the order by due time depend on promises and business hours, which no database knows. So
the lines are kept in memory, and a look at the inbox reads only what changed since the last look.
Nobody has to tell the board about a change: other processes write into the store, too.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence

from kb.escalation.rules import EscalationRules
from kb.inbox.lines import Line, line_of
from kb.models import Ticket
from kb.store.documents import Documents, Head

_WHOLE_SECONDS = 60.0
"""How often, at most, all open tickets are compared with the store: what was removed, or stored
under an earlier moment than what was seen already (an import that took a while), shows so late."""
_ANYWAY_SECONDS = 600.0
"""How often even if the number of tickets and the last change are what they were."""


class Board:
    """The open tickets. Thread-safe.

    Args:
        rules: the operator's promises.
        clock: monotonic seconds.
    """

    def __init__(
        self, documents: Documents, rules: EscalationRules | None, clock: Callable[[], float]
    ) -> None:
        self._documents = documents
        self._rules = rules
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: dict[str, Line] = {}
        self._mark: tuple[int, dt.datetime | None] | None = None
        self._whole_mark: tuple[int, dt.datetime | None] | None = None
        self._whole_at = 0.0
        self._revision = 0

    def look(self, now: dt.datetime) -> tuple[int, list[Line]]:
        """(a number that grows with every change, the open tickets).

        Reads what changed since the last look; the first one reads every open ticket.
        """
        with self._lock:
            mark = self._documents.ticket_mark()
            age = self._clock() - self._whole_at
            due = age >= (_ANYWAY_SECONDS if mark == self._whole_mark else _WHOLE_SECONDS)
            if self._whole_mark is None or due:
                heads = self._documents.ticket_heads(status="open")
                gone = self._lines.keys() - {head.id for head in heads}
                self._take(heads, gone, now)
                self._whole_mark, self._whole_at = mark, self._clock()
            elif mark != self._mark and self._mark:
                heads = self._documents.ticket_heads(since=self._mark[1])
                closed = {head.id for head in heads if head.status != "open"}
                self._take([h for h in heads if h.status == "open"], closed, now)
            self._mark = mark
            return self._revision, list(self._lines.values())

    def _take(self, heads: Sequence[Head], gone: set[str], now: dt.datetime) -> None:
        changed = []
        for head in heads:
            known = self._lines.get(head.id)
            if known is None or known.version != head.content_hash:
                changed.append(head.id)
        for identifier in gone & self._lines.keys():
            del self._lines[identifier]
        for stored in self._documents.some(changed):
            ticket = stored.document
            if isinstance(ticket, Ticket) and ticket.status == "open":
                self._lines[ticket.id] = line_of(
                    ticket, stored.content_hash, stored.stored_at, self._rules, now
                )
        self._revision += bool(changed or gone)
