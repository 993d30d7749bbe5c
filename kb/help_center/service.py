"""`HelpCenter`: what the customers' pages and the completion endpoint ask for.

Everything is made from the help collection of the generation that serves and from the log of
visits, and kept until there is another generation, or a quarter of an hour is over.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import quote

from kb.completion.finder import Finder
from kb.completion.ranking import (
    MOST_ARTICLES,
    CompletedArticle,
    CompletedQuery,
    Completions,
    matching,
    merged,
)
from kb.config import Settings
from kb.errors import OperationalError
from kb.gaps.journeys import journeys
from kb.help_center.background import Kept
from kb.help_center.generation import Generation
from kb.help_center.popular import DAYS, Popular, popular
from kb.help_center.related import related
from kb.help_center.shelf import Entry, Shelf
from kb.models import Role, SearchResult
from kb.service import KnowledgeBase
from kb.spelling.known import is_known, read_all
from kb.spelling.search import with_spelling
from kb.store.events import Events
from kb.text import clean, detect_language, is_blank, language_of

POPULAR_SECONDS = 900.0
"""How long what is popular is served before it is counted again."""
_MOST_TYPED = 200
"""Characters; who has written more is not looking for the end of a word."""


class HelpCenter:
    """Thread-safe.

    Args:
        clock: monotonic seconds, for when to count anew.
        now: aware, for how far back events count.
    """

    def __init__(
        self,
        settings: Settings,
        knowledge_base: KnowledgeBase,
        events: Events,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._settings = settings
        self._knowledge_base = knowledge_base
        self._events = events
        self._clock, self._now = clock, now
        self._lock = threading.Lock()
        self._generation: Generation | None = None
        self._finder: Kept[Finder | None] = Kept("completions", self._build_finder, None)
        self._word_lists = Kept("word lists", _read_word_lists, False)
        self._popular = Kept("what is popular", self._count_popular, Popular())

    # Searching

    def search(
        self, query: str, *, locale: str | None = None, role: Role = "customer", limit: int = 10
    ) -> SearchResult:
        """As `KnowledgeBase.search`, with another spelling where that finds clearly more.

        Raises:
            What that raises.
        """
        return with_spelling(
            query,
            lambda text: self._knowledge_base.search(text, locale=locale, role=role, limit=limit),
            self.correct,
        )

    def correct(self, query: str) -> str:
        """The query without slips of the keyboard; empty where there is none, or nobody knows yet.

        Raises:
            OperationalError: no snapshot can serve.
        """
        finder = self._current_finder()
        # Without the lists a right word of another language might be taken for a slip.
        lists_are_there = self._word_lists.get("once")
        return finder.correct(query) if finder and lists_are_there else ""

    def complete(self, text: str, locale: str | None = None) -> Completions:
        """Queries and articles that what is typed may become; of nothing typed, the popular ones.

        Args:
            locale: language of the reader; default: of what is typed.

        Raises:
            OperationalError: no snapshot can serve.
        """
        typed = " ".join(clean(text)[:_MOST_TYPED].split()) + (" " if text[-1:].isspace() else "")
        settings = self._settings
        language = language_of(locale or settings.default_locale)
        if locale is None:
            language = detect_language(typed, settings.languages, language)
        asked = matching(self.popular().queries, typed, language)
        if is_blank(typed):
            articles: Sequence[Entry] = self.popular_articles(language, MOST_ARTICLES)
            return self._completions("", merged(asked, ()), articles)
        finder = self._current_finder()
        if finder is None:
            return self._completions(typed.strip(), merged(asked, ()), ())
        queries = merged(asked, finder.queries(typed, language))
        return self._completions(typed.strip(), queries, finder.articles(typed, language))

    @property
    def ready(self) -> bool:
        """Whether completions are of the generation that serves, not still being made."""
        return self._finder.is_of(self._current().number)

    # Browsing

    def shelf(self) -> Shelf:
        """The public articles of now.

        Raises:
            OperationalError: no snapshot can serve.
        """
        return self._current().shelf

    def popular(self) -> Popular:
        """What is asked and read most; empty while nobody knows."""
        if not self._settings.event_log:
            return Popular()
        return self._popular.get(int(self._clock() // POPULAR_SECONDS))

    def popular_articles(self, language: str, limit: int) -> list[Entry]:
        """The articles read most; where too few were read, those changed last follow.

        Raises:
            OperationalError: no snapshot can serve.
        """
        shelf = self.shelf()
        groups = [group for group in self.popular().articles if shelf.versions(group)][:limit]
        if len(groups) < limit:
            read = set(groups)
            rest = [group for group in shelf.groups if group not in read]
            groups += sorted(rest, key=lambda group: (shelf.freshness(group), group))
        found = (shelf.version_for(group, language) for group in groups[:limit])
        return [entry for entry in found if entry]

    def related(self, identifier: str, limit: int = 4, language: str = "") -> list[Entry]:
        """What else to read after an article, the nearest first; empty for an unknown one.

        Args:
            language: of the reader, who gets that version where there is one; default: the
                article's.

        Raises:
            OperationalError: no snapshot can serve.
        """
        current = self._current()
        ordinal = current.collection.ordinal_of(identifier)
        if ordinal is None:
            return []
        near = related(
            ordinal, current.vectors, current.collection.groups, current.languages, limit
        )
        language = language or current.languages[ordinal]
        groups = (current.collection.groups[other] for other in near)
        found = (current.shelf.version_for(group, language) for group in groups)
        return [entry for entry in found if entry]

    def url_of(self, entry: Entry) -> str:
        """Where readers find an article."""
        return entry.url or f"{self._settings.public_url}/articles/{quote(entry.id, safe='')}"

    def warm_up(self) -> None:
        """Begin to make what the first visitor will want. Returns at once.

        Raises:
            OperationalError: no snapshot can serve.
        """
        self._finder.get(self._current().number, patience=0)
        self._word_lists.get("once", patience=0)
        if self._settings.event_log:
            self._popular.get(int(self._clock() // POPULAR_SECONDS), patience=0)

    # What is kept

    def _current(self) -> Generation:
        snapshot = self._knowledge_base.held().snapshot
        kept = self._generation
        if kept is None or kept.collection is not snapshot.collections["help"]:
            with self._lock:
                kept = self._generation
                collection = snapshot.collections["help"]
                if kept is None or kept.collection is not collection:
                    kept = Generation(
                        snapshot.generation, collection, Shelf(collection.all_documents())
                    )
                    self._generation = kept
        return kept

    def _current_finder(self) -> Finder | None:
        return self._finder.get(self._current().number)

    def _build_finder(self) -> Finder:
        current = self._current()
        return Finder(current.collection, current.shelf, is_known)

    def _count_popular(self) -> Popular:
        events = self._events.visits(self._now() - dt.timedelta(days=DAYS))
        try:
            shelf = self.shelf()
        except OperationalError:
            return Popular()

        def group_of(article: str) -> str | None:
            entry = shelf.entry(article)
            return entry.group if entry else None

        return popular(journeys(events), self._settings.popular_min_visitors, group_of)

    def _completions(
        self, query: str, queries: tuple[CompletedQuery, ...], articles: Sequence[Entry]
    ) -> Completions:
        return Completions(
            query=query,
            queries=queries,
            articles=tuple(
                CompletedArticle(
                    id=entry.id,
                    title=entry.title,
                    locale=entry.locale,
                    section=entry.section,
                    url=self.url_of(entry),
                )
                for entry in articles
            ),
        )


def _read_word_lists() -> bool:
    read_all()
    return True
