"""`GapDesk`: reports on gaps are computed here, stored, and read back."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from kb.config import Settings
from kb.errors import Conflict, NotFound
from kb.gaps.articles.content import read_content
from kb.gaps.articles.health import Health, health_of
from kb.gaps.articles.near_questions import Asked
from kb.gaps.asking import tickets_asked, told_by_reps
from kb.gaps.decisions.closed import ClosedGap, closed_gaps, effects_of
from kb.gaps.decisions.states import with_states
from kb.gaps.journeys import Journeys, journeys
from kb.gaps.library import HelpLibrary
from kb.gaps.missing.find import Missing, find_missing
from kb.gaps.missing.questions import Question, contacts_asked, questions_of
from kb.gaps.models import Gap
from kb.gaps.probing import Probed, Progress, probe
from kb.gaps.remembered import open_cache
from kb.gaps.report import NOTES, GapReport
from kb.gaps.stored import StoredReport
from kb.gaps.subjects import SUBJECTS, Subjects, subjects_of
from kb.gaps.words.lexicon import vocabulary_of
from kb.service import Held, KnowledgeBase
from kb.store import LoggedEvent, Store
from kb.store.gaps import Topic
from kb.text import language_of
from kb.visits import language_of_kept

WINDOW = dt.timedelta(weeks=26)
"""What is older says what was asked, not what is asked."""
REPORT = "gaps"
_LISTED = 200


class GapDesk:
    """Computes and keeps the report. Thread-safe; one computation at a time in a process.

    Args:
        knowledge_base: None for callers that only read.
        now: aware.
        window: how far back a report looks.
    """

    def __init__(
        self,
        store: Store,
        knowledge_base: KnowledgeBase | None,
        settings: Settings,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        window: dt.timedelta = WINDOW,
    ) -> None:
        self._store, self._kb, self._settings, self._now = store, knowledge_base, settings, now
        self._window = window
        self._computing = threading.Lock()
        self._stored = StoredReport(store, REPORT, GapReport)

    def report(self) -> GapReport | None:
        """The last report, with what was decided since; None before the first."""
        held = self._stored.read()
        if held is None:
            return None
        states = self._store.gaps.states()
        effects = {one.id: one.effect for one in held.closed if one.effect}
        labels = {gap.id: gap.label for gap in held.missing}
        labels |= {one.id: one.label for one in held.closed}
        return held.model_copy(
            update={
                "missing": with_states(held.missing, states, effects),
                "closed": tuple(closed_gaps(states, labels, effects)),
            }
        )

    @property
    def computing(self) -> bool:
        """Whether a report is being computed in this process."""
        return self._computing.locked()

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
        since = now - self._window
        held = knowledge_base.held()
        library = HelpLibrary(held.snapshot.collections.get("help"), knowledge_base.url_of)
        last_event = self._store.events.last_number()
        progress("read events", 0, 0)
        visited = journeys(self._visits(since, now))
        with open_cache(self._settings.cache_dir) as cache:
            redactor = knowledge_base.tools.redactor
            tickets = tickets_asked(
                self._store,
                redactor,
                cache,
                library.links,
                self._settings.languages,
                since,
                now,
                progress,
            )
            reps = told_by_reps(self._store.events.by_ticket(since), library.ids)
            tickets |= {
                name: replace(tickets[name], answered=told)
                for name, told in reps.items()
                if name in tickets
            }
            asked = contacts_asked(visited, tickets, self._language_of)
            questions = questions_of(visited.searches, asked)
            probed = probe(questions, knowledge_base, held, cache, progress)
        progress("find gaps", 0, 0)
        known = self._store.gaps.topics()
        missing = find_missing(
            questions,
            probed,
            library,
            known,
            knowledge_base.parameters.gaps,
            knowledge_base.parameters.confidence.related_threshold,
            now,
            _listed_last(known),
        )
        closed = self._closed(missing, known, questions, now, since)
        progress("look at articles", 0, 0)
        health = self._health(held, visited, questions, probed, now)
        help_articles = held.snapshot.collections.get("help")
        vocabulary = (
            vocabulary_of(visited.searches, help_articles, held.synonyms) if help_articles else []
        )
        report = GapReport(
            computed_at=now,
            seconds=round(time.perf_counter() - began, 1),
            generation=held.snapshot.generation,
            since=since,
            until=now,
            searches=sum(s.times for s in visited.searches if s.role == "customer"),
            tickets=len(tickets),
            questions=len(questions),
            last_event=last_event,
            missing=missing.gaps[:_LISTED],
            closed=closed,
            health=health,
            vocabulary=tuple(vocabulary),
            notes=_notes(visited, len(tickets)),
        )
        subjects = subjects_of(
            questions,
            probed.found,
            missing,
            library,
            knowledge_base.parameters.confidence.related_threshold,
            language_of(self._settings.default_locale),
        )
        self._keep(report, missing, subjects)
        return report

    def _visits(self, since: dt.datetime, until: dt.datetime) -> Iterator[LoggedEvent]:
        return (entry for entry in self._store.events.visits(since) if entry.at <= until)

    def _language_of(self, text: str) -> str:
        return language_of_kept(text, self._settings.languages, self._settings.default_locale)

    def _keep(self, report: GapReport, missing: Missing, subjects: Subjects) -> None:
        labels = {gap.id: gap.label for gap in missing.gaps}
        topics = [
            Topic(name, one.centroid, one.members, labels[name], report.computed_at)
            for name, one in missing.topics.items()
        ]
        gaps = self._store.gaps
        gaps.save_topics(topics, report.computed_at, forget_before=report.since)
        for name, stored in ((SUBJECTS, subjects), (REPORT, report)):
            payload = stored.model_dump_json()
            gaps.save_report(name, payload, report.generation, report.computed_at)

    def _health(
        self,
        held: Held,
        visited: Journeys,
        questions: Sequence[Question],
        probed: Probed,
        now: dt.datetime,
    ) -> Health:
        content = read_content(held.snapshot.collections, held.snapshot.centring)
        sources = [article.id for article in content.articles]
        return health_of(
            content,
            [search for search in visited.searches if search.role == "customer"],
            visited.votes,
            self._store.events.acceptance_of(sources),
            [
                Asked(question.text, question.language, question.demand, vector)
                for question, vector in zip(questions, probed.vectors, strict=True)
            ],
            self._settings.languages,
            now,
        )

    def _closed(
        self,
        missing: Missing,
        known: Sequence[Topic],
        questions: Sequence[Question],
        now: dt.datetime,
        since: dt.datetime,
    ) -> tuple[ClosedGap, ...]:
        """What is done, by the questions it was known by before and is known by now."""
        members: dict[str, Collection[str]] = {topic.id: topic.members for topic in known}
        for name, topic in missing.topics.items():
            members[name] = {*members.get(name, ()), *topic.members}
        labels = {topic.id: topic.label for topic in known}
        labels |= {gap.id: gap.label for gap in missing.gaps}
        states = self._store.gaps.states()
        effects = effects_of(states, members, questions, now, since)
        return tuple(closed_gaps(states, labels, effects))


def _listed_last(known: Sequence[Topic]) -> frozenset[str]:
    """Ids of the gaps that the last report had."""
    last = max((topic.seen_at for topic in known), default=None)
    return frozenset(topic.id for topic in known if topic.seen_at == last)


def _notes(visited: Journeys, tickets: int) -> tuple[str, ...]:
    """What a reader has to know about the data."""
    if not visited.searches and not tickets:
        return (NOTES["nothing"],)
    found = []
    if not visited.searches:
        found.append("no_searches")
    elif not any(search.clicks for search in visited.searches):
        found.append("no_clicks")
    if visited.searches and not any(search.contacted for search in visited.searches):
        found.append("no_contacts")
    if visited.searches and not any(search.session for search in visited.searches):
        found.append("no_visits")
    return tuple(NOTES[name] for name in found)
