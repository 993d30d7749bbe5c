"""Speed and memory, measured side by side in one run and reported as ratios (DESIGN §11).

The corpus is made from real passages in shuffled order, so that word statistics are natural; its
vectors are random, because a flat scan costs the same whatever they are.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from indexer.build import PreparedDocument, words_of, write_collection
from indexer.chunker import plain_text
from indexer.publish import publish, writer_lock
from indexer.sources import SourceDocument, open_source
from indexer.words import words_indexed
from kb.collection import LEXICAL
from kb.config import Settings
from kb.embedder import Embedder
from kb.embedder.centring import measured
from kb.errors import InvalidInput
from kb.models import Article, IndexedDocument, Passage, Ticket
from kb.parameters import Parameters
from kb.service import KnowledgeBase
from kb.snapshot import (
    CENTRING,
    CollectionRecord,
    EmbedderRecord,
    FileRecord,
    Manifest,
    open_current,
)
from kb.text import ANALYSIS_VERSION
from kb.tickets import opening_problem

_WORDS_PER_PASSAGE = 80
_SEED = 20260101

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Timing:
    """Milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Timing:
        milliseconds = np.array(seconds) * 1000
        return cls(
            round(float(np.percentile(milliseconds, 50)), 2),
            round(float(np.percentile(milliseconds, 95)), 2),
        )


def bench(
    sources: Sequence[Path],
    queries: Sequence[str],
    passages: int,
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
    progress: Progress,
) -> dict[str, Any]:
    """Time searches over `passages` passages against embedding the same queries alone.

    Raises:
        InvalidInput: the sources hold no text.
    """
    scratch = settings.model_copy(update={"data_dir": settings.data_dir / "bench"})
    texts = _texts(sources, settings)
    built = _publish_synthetic(texts, passages, scratch, embedder, progress)

    began = time.perf_counter()
    open_current(scratch.index_dir, embedder.fingerprint)
    opened = time.perf_counter() - began

    knowledge_base = KnowledgeBase(scratch, embedder, parameters)
    knowledge_base.search("warm up")
    embed_alone, search, repeated, retrieve_only = [], [], [], []
    for number, query in enumerate(queries):
        # The same query, alternating in one loop: whatever else the machine does hits both.
        embed_alone.append(timed(partial(embedder.embed_queries, [query])))
        search.append(timed(partial(knowledge_base.search, query)))
        repeated.append(timed(partial(knowledge_base.search, query)))
        retrieve = partial(knowledge_base.retrieve, role="customer", candidates=100)
        retrieve_only.append(timed(partial(retrieve, query)))
        progress("search", number + 1, len(queries))
    alone, whole = Timing.of(embed_alone), Timing.of(search)
    return {
        "passages": passages,
        "queries": len(queries),
        "embed_query_ms": vars(alone),
        "search_ms": vars(whole),
        "search_to_embed_p50": round(whole.p50 / alone.p50, 3),
        "search_to_embed_p95": round(whole.p95 / alone.p95, 3),
        "retrieve_without_embedding_ms": vars(Timing.of(retrieve_only)),
        "repeated_search_ms": vars(Timing.of(repeated)),
        "snapshot_open_seconds": round(opened, 3),
        "snapshot_build_seconds": round(built, 2),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def timed(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _texts(sources: Sequence[Path], settings: Settings) -> list[tuple[str, str, str]]:
    """(title, text, locale) of every article and ticket."""
    texts = []
    for source in sources:
        for item in open_source(source, max_document_bytes=settings.max_document_bytes):
            if not isinstance(item, SourceDocument):
                continue
            document = item.document
            if isinstance(document, Article):
                texts.append((document.title, plain_text(document.body), document.locale))
            elif isinstance(document, Ticket):
                texts.append((document.subject, opening_problem(document), document.locale))
    if not texts:
        raise InvalidInput("The sources hold no articles or tickets to make a corpus from.")
    return texts


def _synthetic(texts: Sequence[tuple[str, str, str]], count: int) -> Iterator[PreparedDocument]:
    generator = np.random.default_rng(_SEED)
    for number in range(count):
        title, text, locale = texts[int(generator.integers(len(texts)))]
        words = text.split() or [title]
        chosen = generator.integers(len(words), size=min(_WORDS_PER_PASSAGE, len(words)))
        identifier = f"bench-{number:06d}"
        passage = Passage(
            id=f"{identifier}#top.1",
            document_id=identifier,
            title=title,
            heading="",
            text=" ".join(words[int(position)] for position in chosen),
        )
        document = IndexedDocument(
            id=identifier,
            group=identifier,
            kind="article",
            collection="help",
            locale=locale,
            title=title,
            body=passage.text,
        )
        yield PreparedDocument(document, (passage,))


def _publish_synthetic(
    texts: Sequence[tuple[str, str, str]],
    count: int,
    settings: Settings,
    embedder: Embedder,
    progress: Progress,
) -> float:
    prepared = []
    for item in _synthetic(texts, count):
        prepared.append(item)
        progress("compose", len(prepared), count)
    vectors = np.random.default_rng(_SEED).standard_normal((count, embedder.dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    began = time.perf_counter()

    def write(folder: Path) -> None:
        measured(embedder, settings.languages, settings.cache_dir).save(folder / CENTRING)
        with words_indexed(words_of(prepared), folder / "help" / LEXICAL):
            write_collection(
                prepared, vectors.astype(np.float32), embedder.dimension, folder / "help"
            )

    def describe(generation: int, files: dict[str, FileRecord]) -> Manifest:
        return Manifest.model_validate(
            {
                "generation": generation,
                "created": time.time(),
                "embedder": EmbedderRecord(
                    name=embedder.name,
                    fingerprint=embedder.fingerprint,
                    dimension=embedder.dimension,
                ),
                "analysis_version": ANALYSIS_VERSION,
                "collections": {
                    "help": CollectionRecord(documents=count, passages=count, content_hash="bench")
                },
                "files": files,
            }
        )

    progress("build", 0, 0)
    with writer_lock(settings.index_dir):
        publish(settings.index_dir, write, describe, keep=1)
    return time.perf_counter() - began
