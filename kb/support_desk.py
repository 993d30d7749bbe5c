"""`SupportDesk`: the support lead's figures are computed here, stored, and read back.

Reading 100,000 events and tickets takes many seconds, so what is served is what was stored last.
A period of the reader's choice is computed when it is asked for, and remembered for a while.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from kb.errors import Conflict
from kb.gaps.journeys import journeys
from kb.gaps.probing import Progress
from kb.gaps.service import REPORT as GAPS
from kb.gaps.stored import StoredReport
from kb.gaps.subjects import stored_subjects
from kb.models import Ticket
from kb.service import KnowledgeBase
from kb.store import LoggedEvent, Store
from kb.support_facts import TicketFacts, facts_of
from kb.support_figures import SupportFigures, support_figures

REPORT = "support"
WINDOW = dt.timedelta(weeks=26)
"""What the stored figures are about; that of the report on gaps."""
REMEMBERED = dt.timedelta(minutes=15)
_PERIODS = 8
"""Remembered at once."""
_STEP = 1000
"""Events or tickets between two calls of `progress`."""


def _nothing(_stage: str, _done: int, _total: int) -> None:
    return None


class SupportDesk:
    """Computes and keeps the figures. Thread-safe; one computation at a time in a process.

    Args:
        knowledge_base: tells the confidence from which a question counts as covered, and, by its
            escalation rules, the time zone of days, weeks and hours (UTC without rules).
        now: aware.
    """

    def __init__(
        self,
        store: Store,
        knowledge_base: KnowledgeBase,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._store, self._knowledge_base, self._now = store, knowledge_base, now
        self._computing = threading.Lock()
        self._stored = StoredReport(store, REPORT, SupportFigures)
        self._periods: dict[dt.date, tuple[object, SupportFigures]] = {}

    def figures(self) -> SupportFigures | None:
        """Those stored last; None before the first."""
        return self._stored.read()

    def figures_since(self, day: dt.date) -> SupportFigures:
        """Figures from a day on, at most `REMEMBERED` old, and of the last report's subjects.

        Raises:
            Conflict: others are being computed.
        """
        # Subjects quote questions: they go when an erasure drops the report that names them.
        report = self._store.gaps.report_age(GAPS)
        known = self._periods.get(day)
        if known and known[0] == report and self._now() - known[1].until < REMEMBERED:
            return known[1]
        if not self._computing.acquire(blocking=False):
            raise Conflict("Other figures are being computed; ask again in a minute.")
        try:
            start = dt.datetime.combine(day, dt.time(), self._zone)
            figures = self._compute(start, start, _nothing)
            self._periods[day] = report, figures
            while len(self._periods) > _PERIODS:
                del self._periods[next(iter(self._periods))]
            return figures
        finally:
            self._computing.release()

    def refresh(self, progress: Progress = _nothing) -> SupportFigures:
        """Compute the figures of the window and store them.

        Raises:
            OperationalError: the store cannot be written.
        """
        with self._computing:
            first = (self._now() - WINDOW).astimezone(self._zone).date()
            start = dt.datetime.combine(first, dt.time(), self._zone)
            figures = self._compute(start, None, progress)
            payload = figures.model_dump_json()
            self._store.gaps.save_report(REPORT, payload, 0, figures.until)
            return figures

    def _compute(
        self, start: dt.datetime, since: dt.datetime | None, progress: Progress
    ) -> SupportFigures:
        """Figures of what happened from `start` on; `since` None: from the first day of that."""
        until = self._now()
        events = journeys(self._events(start, progress))
        progress("count", 0, 0)
        return support_figures(
            events,
            self._tickets(start, progress),
            threshold=self._knowledge_base.parameters.confidence.threshold,
            zone=self._zone,
            until=until,
            since=since,
            topics=stored_subjects(self._store).of_searches(events.searches),
        )

    @property
    def _zone(self) -> ZoneInfo:
        rules = self._knowledge_base.tools.rules
        return ZoneInfo(rules.timezone if rules else "UTC")

    def _events(self, start: dt.datetime, progress: Progress) -> Iterator[LoggedEvent]:
        for number, entry in enumerate(self._store.events.visits(start)):
            if number % _STEP == 0:
                progress("read events", number, 0)
            yield entry

    def _tickets(self, start: dt.datetime, progress: Progress) -> Iterator[TicketFacts]:
        # In batches, each read for itself: an erasure waits for whoever reads.
        identifiers = list(self._store.documents.hashes())
        for number, stored in enumerate(self._store.documents.some(identifiers)):
            if number % _STEP == 0:
                progress("read tickets", number, len(identifiers))
            if isinstance(stored.document, Ticket):
                facts = facts_of(stored.document)
                if facts.created and facts.created >= start:
                    yield facts
