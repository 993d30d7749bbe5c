"""`KnowledgeBase`: the facade that the command line, the API and the eval harness all use."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from kb import confidence
from kb.answer import answer_passages, joined
from kb.collection import Collection
from kb.config import Settings
from kb.embedder import Embedder, SentenceTransformerEmbedder, Vectors
from kb.errors import (
    ConfigurationError,
    EmbedderUnavailable,
    InvalidInput,
    NoSnapshot,
    NotFound,
    TooLarge,
)
from kb.expansion import Synonyms
from kb.models import (
    COLLECTIONS_OF_ROLE,
    Answer,
    Hit,
    IndexedDocument,
    Passage,
    Role,
    SearchResult,
    SuggestionResult,
    Ticket,
)
from kb.parameters import Parameters, load_parameters
from kb.ranker import Candidate
from kb.retriever import Query, Retrieval, Retriever, telling
from kb.snapshot import Snapshot, current_generation, open_current
from kb.snippet import highlight, make_snippet
from kb.store import Store
from kb.suggest import (
    Desk,
    SuggestionTools,
    Weighed,
    check_features,
    present,
    problem_of,
    weigh,
)
from kb.synonyms import WatchedSynonyms
from kb.text import clean, detect_language, is_blank, language_of

logger = logging.getLogger(__name__)

_CHECK_SECONDS = 1.0
"""How often a request looks whether a new generation was published."""
_CACHED_RESULTS = 2048
_MAX_LIMIT = 100


@dataclass(frozen=True)
class _View:
    """One generation as one request sees it, from start to end."""

    snapshot: Snapshot
    retrievers: dict[Role, Retriever]
    synonyms: Synonyms
    search: Callable[[str, str | None, Role, int], SearchResult]


@dataclass(frozen=True)
class Held:
    """One generation, held as it is through a long piece of work."""

    snapshot: Snapshot
    look_up: Callable[[str, str, Vectors | None], Retrieval]
    """What customers find for a text in a language; None asks for lexical evidence only."""
    synonyms: Synonyms
    stamp: str
    """Equal where the same words stand for each other."""


class KnowledgeBase:
    """Answers searches and suggests replies. Thread-safe.

    Args:
        embedder: its fingerprint must be the snapshot's.
        tools: templates, rules and experience for suggestions; default: the packaged templates
            and nothing else.
        clock: monotonic seconds, for noticing new generations.
        now: aware, for how old a source is and when an answer is due.
    """

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        parameters: Parameters,
        tools: SuggestionTools | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        check_features(parameters.suggestions)
        self.settings = settings
        self.embedder = embedder
        self.parameters = parameters
        self.tools = tools or SuggestionTools()
        self._now = now
        self._clock = clock
        self._lock = threading.Lock()
        self._synonyms = WatchedSynonyms(settings)
        self._view: _View | None = None
        self._checked = clock()
        self._embed_query = lru_cache(_CACHED_RESULTS)(self._embed_query_now)

    @classmethod
    def build(cls, settings: Settings, store: Store | None = None) -> KnowledgeBase:
        """Wire the real parts together. Nothing heavy is loaded before it is needed.

        Args:
            store: what suggestions learn from; default: nothing.
        """
        tools = SuggestionTools.build(settings, store)
        return cls(settings, build_embedder(settings), load_parameters(settings), tools)

    # Snapshots

    @property
    def generation(self) -> int:
        """Number of the generation that serves.

        Raises:
            NoSnapshot, SnapshotIncompatible, SnapshotCorrupt: none can.
        """
        return self._current().snapshot.generation

    def reload(self) -> bool:
        """Switch to the published generation; False if it is the one already serving.

        Raises:
            NoSnapshot, SnapshotIncompatible, SnapshotCorrupt: it cannot be opened; the one that
                serves, if any, goes on serving.
        """
        with self._lock:
            if self._synonyms_changed() and self._view:
                self._view = self._make_view(self._view.snapshot)
            published = current_generation(self.settings.index_dir)
            if self._view and published == self._view.snapshot.generation:
                return False
            snapshot = open_current(self.settings.index_dir, self.embedder.fingerprint)
            self._view = self._make_view(snapshot)
            return True

    def _synonyms_changed(self) -> bool:
        try:
            return self._synonyms.refresh()
        except ConfigurationError:
            # Whatever is wrong with the new file, the old words still help.
            logger.exception("the synonyms file cannot be used")
            return False

    def _current(self) -> _View:
        if self._view is None:
            self.reload()
        elif self._clock() - self._checked >= _CHECK_SECONDS:
            self._checked = self._clock()
            try:
                if self.reload():
                    logger.info("serving generation %d", self._view.snapshot.generation)
            except Exception:
                # Whatever is wrong with the new one, the loaded one still answers.
                logger.exception("the published snapshot cannot be opened")
        if self._view is None:  # reload() raises instead of leaving it unset
            raise NoSnapshot("Nothing has been indexed yet; run `kb index articles/` first.")
        return self._view

    def _make_view(self, snapshot: Snapshot) -> _View:
        retrievers: dict[Role, Retriever] = {
            role: Retriever(
                {n: snapshot.collections[n] for n in names if n in snapshot.collections},
                snapshot.centring,
                self.parameters.fusion,
            )
            for role, names in COLLECTIONS_OF_ROLE.items()
        }

        synonyms = self._synonyms.current

        def search(text: str, locale: str | None, role: Role, limit: int) -> SearchResult:
            return self._search(snapshot, retrievers[role], synonyms, text, locale, limit)

        return _View(snapshot, retrievers, synonyms, lru_cache(_CACHED_RESULTS)(search))

    # Search

    def search(
        self,
        query: str,
        *,
        locale: str | None = None,
        role: Role = "customer",
        limit: int = 10,
    ) -> SearchResult:
        """Ranked documents, and the passage that answers if the confidence allows.

        Args:
            query: in any language, in the user's own words.
            locale: language the reader prefers; default: the query's.
            role: decides which collections are searched at all.
            limit: at most so many hits, up to 100.

        Raises:
            InvalidInput, TooLarge: the query is empty or too long, or the limit out of range.
            OperationalError: no snapshot can serve.
        """
        text = self._checked_query(query)
        if not 1 <= limit <= _MAX_LIMIT:
            raise InvalidInput(f"limit must be between 1 and {_MAX_LIMIT}, not {limit}.")
        if locale is not None and language_of(locale) not in self.settings.languages:
            known = ", ".join(self.settings.languages)
            raise InvalidInput(f"locale '{locale}' is not configured; use one of {known}.")
        return self._current().search(text, locale, role, limit)

    def retrieve(
        self, text: str, *, role: Role, candidates: int, locale: str | None = None
    ) -> Retrieval:
        """Ranked documents before grouping, as the eval harness measures them."""
        view = self._current()
        query, _ = self._query(text, locale, view.synonyms)
        return view.retrievers[role].retrieve(query, candidates)

    def held(self) -> Held:
        """The generation that serves now, for whoever looks up thousands of questions in it.

        Raises:
            OperationalError: no snapshot can serve.
        """
        view = self._current()

        def look_up(text: str, language: str, vector: Vectors | None) -> Retrieval:
            query = Query.of(text, language, vector, view.synonyms)
            return view.retrievers["customer"].retrieve(query, self.settings.candidates)

        return Held(view.snapshot, look_up, view.synonyms, self._synonyms.stamp)

    def confidence_of(self, retrieval: Retrieval, hit: Candidate) -> float:
        """Calibrated probability that `hit` answers the query."""
        values = confidence.features(retrieval.evidence(hit))
        fitted = self.parameters.confidence_in(hit.collection)
        return round(confidence.probability(values, fitted), 4)

    def _checked_query(self, query: str) -> str:
        text = clean(query).strip()
        if is_blank(text):
            raise InvalidInput("The query is empty; write what you are looking for.")
        if len(text) > self.settings.max_query_chars:
            raise TooLarge(
                f"The query has {len(text)} characters; the limit is "
                f"{self.settings.max_query_chars}. Describe the problem in a few sentences."
            )
        return text

    def _query(
        self, text: str, locale: str | None, synonyms: Synonyms, words: str | None = None
    ) -> tuple[Query, bool]:
        """The query, and whether it lacks a vector; `words` are what is looked up by word."""
        language = language_of(locale or self.settings.default_locale)
        if language in self.settings.languages:  # else it is stated, and could not be detected
            language = detect_language(text, self.settings.languages, language)
        try:
            vector = self._embed_query(text)
            return Query.of(words or text, language, vector, synonyms), False
        except EmbedderUnavailable:
            logger.exception("answering from words alone")
            return Query.of(words or text, language, None, synonyms), True

    def _embed_query_now(self, text: str) -> Vectors:
        vector: Vectors = self.embedder.embed_queries([text])[0]
        return vector

    def _search(
        self,
        snapshot: Snapshot,
        retriever: Retriever,
        synonyms: Synonyms,
        text: str,
        locale: str | None,
        limit: int,
    ) -> SearchResult:
        query, degraded = self._query(text, locale, synonyms)
        retrieval = retriever.retrieve(query, self.settings.candidates)
        reader = language_of(locale or query.language)
        groups = retrieval.groups()[:limit]
        shown = [retriever.version_for(group, query, reader) for group in groups]
        probability = self.confidence_of(retrieval, shown[0]) if shown and not degraded else 0.0
        hits = tuple(
            self._hit(snapshot, query, candidate, group.score)
            for group, candidate in zip(groups, shown, strict=True)
        )
        confident = probability >= self.parameters.confidence.threshold
        answer = None
        if confident and shown:
            answer = self._answer(snapshot, retriever, query, shown[0])
        worth_reading = probability >= self.parameters.confidence.related_threshold
        return SearchResult(
            query=text,
            locale=reader,
            generation=snapshot.generation,
            confidence=probability,
            answer=answer,
            outcome="answered" if answer else "related" if worth_reading else "nothing",
            hits=hits,
            contact="" if answer else self.settings.contact,
            degraded=degraded,
        )

    def _hit(self, snapshot: Snapshot, query: Query, candidate: Candidate, score: float) -> Hit:
        document, passage = _content(snapshot, candidate)
        terms = telling(snapshot.collections[candidate.collection], query, candidate)
        snippet = make_snippet(passage.text, terms, document.locale)
        return Hit(
            id=document.id,
            group=document.group,
            title=document.title,
            locale=document.locale,
            url=self.url_of(document),
            snippet=snippet.text,
            highlights=snippet.highlights,
            score=round(score, 6),
            collection=document.collection,
            kind=document.kind,
            passage_id=passage.id,
            heading=passage.heading,
            section=document.section,
            updated=document.updated,
        )

    def _answer(
        self, snapshot: Snapshot, retriever: Retriever, query: Query, candidate: Candidate
    ) -> Answer | None:
        document, passage = _content(snapshot, candidate)
        if document.kind != "article":  # a macro or an old ticket is no answer by itself
            return None
        collection = snapshot.collections[candidate.collection]
        passages = answer_passages(retriever, collection, query, candidate)
        heading, text = joined(passages)
        terms = telling(collection, query, candidate)
        return Answer(
            id=document.id,
            passage_id=passage.id,
            title=document.title,
            heading=heading,
            text=text,
            highlights=highlight(text, terms, document.locale),
            locale=document.locale,
            url=self.url_of(document),
        )

    # Documents

    def article(self, identifier: str, *, role: Role = "customer") -> IndexedDocument:
        """An article the role may see.

        Raises:
            NotFound: there is none; the same for one the role may not see.
        """
        snapshot = self._current().snapshot
        for collection in self._visible(snapshot, role):
            document = collection.document(identifier)
            if document and document.kind == "article":
                return document
        raise NotFound(f"There is no article '{identifier}'.")

    def document(self, identifier: str, *, role: Role) -> IndexedDocument:
        """Anything the role may see: an article, a macro, a ticket's reply (redacted).

        Raises:
            NotFound: there is none; the same for one the role may not see.
        """
        for collection in self._visible(self._current().snapshot, role):
            document = collection.document(identifier)
            if document:
                return document
        raise NotFound(f"There is no document '{identifier}'.")

    def translations(self, document: IndexedDocument) -> list[IndexedDocument]:
        """All language versions of `document`, itself included, ordered by locale."""
        collection = self._current().snapshot.collections[document.collection]
        return collection.group_members(document.group)

    @staticmethod
    def _visible(snapshot: Snapshot, role: Role) -> list[Collection]:
        return [snapshot.collections[name] for name in COLLECTIONS_OF_ROLE[role]]

    def has_solved(self, ticket_id: str) -> bool:
        """Whether a solved ticket is among the sources of suggestions now.

        Raises:
            OperationalError: no snapshot can serve.
        """
        return self._current().snapshot.collections["tickets"].document(ticket_id) is not None

    def url_of(self, document: IndexedDocument) -> str:
        """Where readers find the document; empty for kinds without a page."""
        if document.kind != "article":
            return ""
        if document.url:
            return document.url
        return f"{self.settings.public_url}/articles/{quote(document.id, safe='')}"

    # Suggestions

    def suggest(
        self,
        ticket: Ticket,
        *,
        role: Role = "rep",
        limit: int = 5,
        now: dt.datetime | None = None,
        values: Mapping[str, str] | None = None,
    ) -> SuggestionResult:
        """Ranked replies for a ticket, and an escalation advice; see kb.suggest.

        Args:
            limit: at most so many suggestions.
            now: aware; default: the present.
            values: what the ticket does not tell, by placeholder: `agent.name`, …

        Raises:
            InvalidInput: the ticket says nothing.
            OperationalError: no snapshot can serve.
        """
        result, _ = self.suggest_with_answers(
            ticket, role=role, limit=limit, now=now, values=values
        )
        return result

    def suggest_with_answers(
        self,
        ticket: Ticket,
        *,
        role: Role = "rep",
        limit: int = 5,
        now: dt.datetime | None = None,
        values: Mapping[str, str] | None = None,
    ) -> tuple[SuggestionResult, Weighed]:
        """The same, with all that was weighed for it, as the eval harness learns from it."""
        view = self._current()
        now = now or self._now()
        problem = problem_of(ticket, self.tools.redactor)
        query, degraded = self._query(problem.meaning, ticket.locale, view.synonyms, problem.words)
        desk = Desk(
            retriever=view.retrievers[role],
            collections=view.snapshot.collections,
            candidates=self.settings.candidates,
            confidence=self.confidence_of,
            url_of=self.url_of,
            parameters=self.parameters.suggestions,
            tools=self.tools.with_values(values or {}),
        )
        weighed = weigh(ticket, query, desk, now)
        suggestions, escalation = present(weighed, ticket, problem, desk, now=now, limit=limit)
        result = SuggestionResult(
            ticket_id=ticket.id,
            locale=language_of(ticket.locale),
            generation=view.snapshot.generation,
            suggestions=suggestions,
            escalation=escalation,
            degraded=degraded,
        )
        return result, weighed


def build_embedder(settings: Settings) -> SentenceTransformerEmbedder:
    """The configured embedding model, not loaded yet."""
    return SentenceTransformerEmbedder(
        settings.embedding_model,
        Path(settings.cache_dir),
        query_prompt=settings.embedding_query_prompt,
        passage_prompt=settings.embedding_passage_prompt,
        precision=settings.embedding_precision,
        threads=settings.threads,
    )


def _content(snapshot: Snapshot, candidate: Candidate) -> tuple[IndexedDocument, Passage]:
    collection = snapshot.collections[candidate.collection]
    document = collection.documents([candidate.document])[candidate.document]
    return document, collection.passages([candidate.passage])[candidate.passage]
