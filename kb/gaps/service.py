"""`GapDesk`: reports on gaps are computed here, stored, and read back."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Collection, Sequence

from pydantic import ValidationError

from kb.config import Settings
from kb.errors import Conflict, NotFound
from kb.gaps.asking import tickets_asked
from kb.gaps.closed import ClosedGap, closed_gaps, effects_of
from kb.gaps.journeys import journeys
from kb.gaps.library import HelpLibrary
from kb.gaps.missing.find import Missing, find_missing
from kb.gaps.missing.questions import Question, contacts_asked, questions_of
from kb.gaps.models import Gap
from kb.gaps.probing import Progress, open_cache, probe
from kb.gaps.report import GapReport
from kb.gaps.states import with_states
from kb.service import KnowledgeBase
from kb.store import Store
from kb.store.gaps import Topic

WINDOW = dt.timedelta(weeks=26)
"""What is older says what was asked, not what is asked."""
REPORT = "gaps"
_LISTED = 200


class GapDesk:
    """Computes and keeps the report. Thread-safe; one computation at a time in a process.

    Args:
        knowledge_base: None for callers that only read.
        now: aware.
    """

    def __init__(
        self,
        store: Store,
        knowledge_base: KnowledgeBase | None,
        settings: Settings,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._store, self._kb, self._settings, self._now = store, knowledge_base, settings, now
        self._computing = threading.Lock()
        self._read: tuple[dt.datetime, GapReport] | None = None

    def report(self) -> GapReport | None:
        """The last report, with what was decided since; None before the first."""
        age = self._store.gaps.report_age(REPORT)
        if age is None:
            return None
        held = self._read
        if held is None or held[0] != age[0]:
            stored = self._store.gaps.report(REPORT)
            if stored is None:
                return None
            try:
                held = stored.computed_at, GapReport.model_validate_json(stored.payload)
            except ValidationError:  # of an earlier version; the next one replaces it
                return None
            self._read = held
        states = self._store.gaps.states()
        effects = {one.id: one.effect for one in held[1].closed if one.effect}
        labels = {gap.id: gap.label for gap in held[1].missing}
        labels |= {one.id: one.label for one in held[1].closed}
        return held[1].model_copy(
            update={
                "missing": with_states(held[1].missing, states, effects),
                "closed": tuple(closed_gaps(states, labels, effects)),
            }
        )

    def gap(self, gap_id: str) -> Gap:
        """One gap of the last report.

        Raises:
            NotFound: it has none with that id.
        """
        report = self.report()
        for gap in report.missing if report else ():
            if gap.id == gap_id:
                return gap
        raise NotFound(f"The last report has no gap '{gap_id}'.")

    def refresh(self, progress: Progress = lambda _stage, _done, _total: None) -> GapReport:
        """Compute the report from what is in the store and store it.

        Raises:
            Conflict: another thread is computing it.
            OperationalError: no snapshot can serve, or the store cannot be written.
        """
        if self._kb is None:
            raise TypeError("this desk only reads")
        if not self._computing.acquire(blocking=False):
            raise Conflict("The report on gaps is being computed; look again in a minute.")
        try:
            return self._compute(self._kb, progress)
        finally:
            self._computing.release()

    def _compute(self, knowledge_base: KnowledgeBase, progress: Progress) -> GapReport:
        began, now = time.perf_counter(), self._now()
        since = now - WINDOW
        held = knowledge_base.held()
        progress("read events", 0, 0)
        visited = journeys(self._store.events.visits(since))
        with open_cache(self._settings.cache_dir) as cache:
            redactor = knowledge_base.tools.redactor
            tickets = tickets_asked(self._store, redactor, cache, since, progress)
            asked = contacts_asked(visited.contacts, tickets)
            questions = questions_of(visited.searches, asked)
            probed = probe(questions, knowledge_base, held, cache, progress)
        progress("cluster", 0, 0)
        library = HelpLibrary(held.snapshot.collections.get("help"), knowledge_base.url_of)
        missing = find_missing(
            questions,
            probed,
            library,
            self._store.gaps.topics(),
            knowledge_base.parameters.gaps,
            knowledge_base.parameters.confidence.related_threshold,
            now,
        )
        report = GapReport(
            computed_at=now,
            seconds=round(time.perf_counter() - began, 1),
            generation=held.snapshot.generation,
            since=since,
            until=now,
            searches=sum(search.times for search in visited.searches),
            tickets=len(tickets),
            questions=len(questions),
            missing=missing.gaps[:_LISTED],
            closed=self._closed(missing, questions, now, since),
        )
        labels = {gap.id: gap.label for gap in missing.gaps}
        self._store.gaps.save_topics(
            [
                Topic(
                    id=i, centroid=one.centroid, members=one.members, label=labels[i], seen_at=now
                )
                for i, one in missing.topics.items()
            ],
            now,
        )
        self._store.gaps.save_report(REPORT, report.model_dump_json(), report.generation, now)
        return report

    def _closed(
        self, missing: Missing, questions: Sequence[Question], now: dt.datetime, since: dt.datetime
    ) -> tuple[ClosedGap, ...]:
        """What is done, by the questions it was known by before and is known by now."""
        known = self._store.gaps.topics()
        members: dict[str, Collection[str]] = {topic.id: topic.members for topic in known}
        for name, topic in missing.topics.items():
            members[name] = {*members.get(name, ()), *topic.members}
        labels = {topic.id: topic.label for topic in known}
        labels |= {gap.id: gap.label for gap in missing.gaps}
        states = self._store.gaps.states()
        return tuple(
            closed_gaps(states, labels, effects_of(states, members, questions, now, since))
        )
