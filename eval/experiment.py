"""A dataset opened for measuring: indexed with the real pipeline, its queries embedded.

<data_dir>/eval/<dataset>/cache/        vectors of documents and queries, kept between runs
<data_dir>/eval/<dataset>/snapshot-…/   the index; gone when the dataset is closed
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from eval.answers import Shown, shown
from eval.datasets import Dataset, EvalQuery
from eval.slices import AskedQuery, relevant_documents
from eval.systems import DENSE, LEXICAL, fusion_of
from indexer.pipeline import index
from kb.answer import answer_passages, joined
from kb.config import Settings
from kb.embedder import Embedder, Vectors
from kb.embedder.cached import EmbeddingCache, embed_queries
from kb.errors import InvalidInput
from kb.expansion import NO_SYNONYMS, Synonyms
from kb.models import COLLECTIONS_OF_ROLE, IndexedDocument, Role
from kb.parameters import FusionParameters, Parameters
from kb.ranker import Candidate
from kb.retriever import Query, Retrieval, Retriever, telling
from kb.snapshot import Snapshot, open_current
from kb.store import Store
from kb.synonyms import load_synonyms
from kb.text import clean, detect_language, language_of

DEPTH = 100
"""Documents per query and system."""
CANDIDATES = 500
"""Passages per side: enough that 100 documents come out of them."""
_EMBEDDINGS = "embeddings.sqlite"
_ROWS = 500

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total); total 0 means unknown."""


class Experiment:
    """A dataset's queries, embedded and analysed, over its snapshot."""

    def __init__(
        self,
        dataset: Dataset,
        open_snapshot: Callable[[], Snapshot],
        vectors: Sequence[Vectors],
        settings: Settings,
        notes: Sequence[str] = (),
        synonyms: Synonyms = NO_SYNONYMS,
    ) -> None:
        """Open the snapshot and analyse the queries.

        Args:
            open_snapshot: opens the dataset's corpus as indexed.
            vectors: one per query, shape (dimension,).
            notes: what a reader of the figures has to know about the corpus as indexed.
            synonyms: those that the queries are expanded with.
        """
        self.dataset = dataset
        self._open = open_snapshot
        self._snapshot = open_snapshot()
        self._vectors = vectors
        self._settings = settings
        self.use_synonyms(synonyms)
        self.notes = (*notes, *self._notes_on_judgements())

    def use_synonyms(self, synonyms: Synonyms) -> None:
        """Analyse the queries anew, expanding them with other synonyms from now on."""
        self.queries: list[tuple[EvalQuery, Query]] = []
        for query, vector in zip(self.dataset.queries, self._vectors, strict=True):
            default = language_of(query.locale or self._settings.default_locale)
            text = clean(query.text).strip()
            language = detect_language(text, self._settings.languages, default)
            self.queries.append((query, Query.of(text, language, vector, synonyms)))
        self._analysed = {query.id: analysed for query, analysed in self.queries}

    def cool(self) -> None:
        """Open the snapshot anew: what one system left remembered must not speed up the next."""
        self._snapshot = self._open()

    def retrieve(
        self, retriever: str, parameters: Parameters
    ) -> Iterator[tuple[EvalQuery, Retrieval, list[Candidate], float]]:
        """For each query: retrieval, ranking as shown (translations collapsed), seconds.

        Args:
            retriever: one of `eval.systems.RETRIEVERS`.
        """
        fusion = fusion_of(retriever, parameters)
        retrievers = self.retrievers(fusion)
        for eval_query, query in self.queries:
            used = retrievers[eval_query.role]
            asked = as_asked(retriever, query)
            began = time.perf_counter()
            retrieval = used.retrieve(asked, CANDIDATES)
            seconds = time.perf_counter() - began
            reader = language_of(eval_query.locale or query.language)
            shown = [used.version_for(group, asked, reader) for group in retrieval.groups()[:DEPTH]]
            yield eval_query, retrieval, shown, seconds

    def retrievers(self, fusion: FusionParameters) -> dict[Role, Retriever]:
        """For each role, a retriever over what it may see."""
        return {
            role: Retriever(
                {name: self._snapshot.collections[name] for name in names},
                self._snapshot.centring,
                fusion,
            )
            for role, names in COLLECTIONS_OF_ROLE.items()
        }

    @cached_property
    def asked(self) -> tuple[AskedQuery, ...]:
        """The queries as slices see them."""
        return tuple(
            AskedQuery(query, language_of(query.locale or analysed.language), len(analysed.terms))
            for query, analysed in self.queries
        )

    @cached_property
    def document_languages(self) -> dict[str, str]:
        """Language of every indexed document by its id, without region."""
        return {
            identifier: language_of(locale)
            for collection in self._snapshot.collections.values()
            for identifier, locale in zip(collection.document_ids, collection.locales, strict=True)
        }

    def answer_shown(self, query: EvalQuery, hit: Candidate, retriever: Retriever) -> Shown:
        """Whether what is shown of a hit contains one of the query's answers."""
        collection = self._snapshot.collections[hit.collection]
        analysed = self._analysed[query.id]
        passages = answer_passages(retriever, collection, analysed, hit)
        best = collection.passages([hit.passage])[hit.passage]
        terms = telling(collection, analysed, hit)
        return shown(joined(passages)[1], best.text, terms, hit.locale, query.answers)

    def documents(self, identifiers: Iterable[str]) -> Iterator[IndexedDocument]:
        """Those of the given documents that are indexed, few in memory at a time."""
        wanted = set(identifiers)
        for collection in self._snapshot.collections.values():
            ordinals = [n for n, known in enumerate(collection.document_ids) if known in wanted]
            for start in range(0, len(ordinals), _ROWS):
                yield from collection.documents(ordinals[start : start + _ROWS]).values()

    def _notes_on_judgements(self) -> Iterator[str]:
        relevant = relevant_documents(self.dataset.qrels)
        if not relevant:
            yield "No query has a relevant document, so there is nothing to measure."
        if unasked := len(relevant.keys() - {query.id for query in self.dataset.queries}):
            yield f"{unasked} judged queries are not among the queries; they count as zero."
        judged = {document for documents in relevant.values() for document in documents}
        if missing := len(judged - self.document_languages.keys()):
            yield f"{missing} relevant documents are not in the index, so no system can find them."


def as_asked(retriever: str, query: Query) -> Query:
    """A query as one of `eval.systems.RETRIEVERS` gets it: a half has its own evidence only."""
    if retriever == DENSE:
        return replace(query, terms=(), expansions=())
    return replace(query, vector=None) if retriever == LEXICAL else query


@contextmanager
def opened(
    dataset: Dataset,
    settings: Settings,
    embedder: Embedder,
    progress: Progress,
    synonyms: Synonyms | None = None,
) -> Iterator[Experiment]:
    """Index the dataset's corpus and embed its queries; vectors stay cached, the index does not.

    Stages reported to `progress` carry the dataset's name.

    Args:
        synonyms: default: those of the configured file.

    Raises:
        ConfigurationError: the synonyms file is malformed.
        InvalidInput: the corpus holds no usable document.
    """
    synonyms = load_synonyms(settings) if synonyms is None else synonyms

    def report(stage: str, done: int, total: int) -> None:
        progress(f"{dataset.name}: {stage}", done, total)

    folder = settings.data_dir / "eval" / dataset.name
    cache = folder / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="snapshot-", dir=folder) as scratch:
        (Path(scratch) / "cache").symlink_to(cache.resolve())
        own = settings.model_copy(update={"data_dir": Path(scratch), "database_url": ""})
        notes = _index(dataset, own, embedder, report)
        open_snapshot = partial(open_current, own.index_dir, embedder.fingerprint)
        vectors = query_vectors(dataset.queries, embedder, cache / _EMBEDDINGS, report)
        yield Experiment(dataset, open_snapshot, vectors, settings, notes, synonyms)


def query_vectors(
    queries: Sequence[EvalQuery], embedder: Embedder, cache_file: Path, progress: Progress
) -> list[Vectors]:
    """One vector per query, shape (dimension,), embedding only texts that the cache lacks."""
    texts = [clean(query.text).strip() for query in queries]
    cache = EmbeddingCache(cache_file)
    try:
        return embed_queries(texts, embedder, cache, partial(progress, "embed queries"))
    finally:
        cache.close()


def _index(
    dataset: Dataset, settings: Settings, embedder: Embedder, progress: Progress
) -> list[str]:
    """Index the corpus; returns what is to be noted about it."""
    store = Store(settings.store_url)
    try:
        report = index([dataset.corpus], settings, store, embedder, progress=progress)
    except InvalidInput as error:
        raise InvalidInput(f"The dataset {dataset.name} cannot be indexed. {error}") from error
    finally:
        store.close()
    if not report.problems:
        return []
    first = report.problems[0]
    return [
        f"{len(report.problems)} documents of the corpus were not indexed; the first, "
        f"{first.origin}, {first.reason}."
    ]
