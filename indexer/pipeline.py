"""The whole write side on one screen: read, store, redact, chunk, embed, build, publish."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from indexer.build import (
    content_hash,
    is_indexed,
    prepare,
    words_of,
    write_collection,
)
from indexer.embed import EmbeddingCache, EmbeddingCount, embed_passages
from indexer.publish import publish, writer_lock
from indexer.sources import Problem, SourceDocument, open_source
from indexer.words import words_indexed
from kb.collection import LEXICAL
from kb.config import Settings
from kb.embedder import Centring, Embedder
from kb.embedder.centring import centring_version, measured
from kb.errors import InvalidInput, SnapshotCorrupt
from kb.models import COLLECTIONS, CollectionName, Document
from kb.snapshot import (
    CENTRING,
    CollectionRecord,
    EmbedderRecord,
    FileRecord,
    Manifest,
    current_generation,
    generation_name,
    read_manifest,
    verify,
)
from kb.store import Changes, Store, StoredDocument
from kb.text import ANALYSIS_VERSION, language_of

StageProgress = Callable[[str, int, int], None]
"""Called with (stage, done, total); total 0 means unknown."""


@dataclass
class IndexReport:
    """What one run did; `--json` prints it."""

    changes: Changes = field(default_factory=Changes)
    problems: list[Problem] = field(default_factory=list)
    generation: int = 0
    published: bool = False
    documents: int = 0
    passages: int = 0
    passages_embedded: int = 0
    passages_cached: int = 0
    seconds: float = 0.0
    embedding_seconds: float = 0.0
    """Wall time of computing vectors."""
    embedder_seconds: float = 0.0
    """The same, with loading the model and counting tokens."""

    def as_dict(self) -> dict[str, Any]:
        rate = self.passages_embedded / self.embedding_seconds if self.embedding_seconds else 0.0
        wall = self.seconds or 1.0
        return asdict(self) | {
            "embedding_share": round(self.embedding_seconds / wall, 4),
            "embedder_share": round(self.embedder_seconds / wall, 4),
            "passages_per_second": round(rate, 1),
        }


def index(
    paths: Sequence[Path],
    settings: Settings,
    store: Store,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    progress: StageProgress = lambda _stage, _done, _total: None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> IndexReport:
    """Bring store and snapshot up to date with the sources.

    Args:
        paths: Markdown folders or files, JSON Lines files; may be empty with `rebuild`.
        rebuild: build all collections anew even where nothing changed.

    Raises:
        InvalidInput: a path does not exist, or there is nothing at all to index.
        Conflict: another process is indexing.
    """
    began = time.perf_counter()
    report = IndexReport()
    # Wrong paths are reported before anything is touched.
    sources = [
        (path, open_source(path, max_document_bytes=settings.max_document_bytes)) for path in paths
    ]
    with writer_lock(settings.index_dir):
        seen: dict[str, str] = {}
        for path, items in sources:
            report.changes += _store_source(path, items, store, seen, report, progress, now())
        _publish_changes(settings, store, embedder, rebuild, report, progress, now())
    report.seconds = time.perf_counter() - began
    return report


def _store_source(
    path: Path,
    items: Iterable[SourceDocument | Problem],
    store: Store,
    seen: dict[str, str],
    report: IndexReport,
    progress: StageProgress,
    now: dt.datetime,
) -> Changes:
    source = str(path.resolve())
    broken: set[str] = set()
    present: set[str] = set()

    def accepted() -> Iterator[tuple[Document, str]]:
        for item in items:
            if isinstance(item, SourceDocument) and item.document.id in seen:
                first = seen[item.document.id]
                reason = f"repeats the id '{item.document.id}' of {first}"
                report.problems.append(Problem(item.origin, reason))
            elif isinstance(item, Problem):
                report.problems.append(item)
                broken.add(item.origin)
            else:
                seen[item.document.id] = item.origin
                present.add(item.document.id)
                progress("read", len(seen), 0)
                yield item.document, item.origin

    changes = store.documents.upsert(accepted(), source, now)
    return changes + store.documents.remove_missing(source, present, broken)


@dataclass(frozen=True)
class _Plan:
    """What one collection needs."""

    documents: list[StoredDocument]
    content_hash: str
    reusable: CollectionRecord | None
    """Its record in the live snapshot, if that one can be used again."""


def _publish_changes(
    settings: Settings,
    store: Store,
    embedder: Embedder,
    rebuild: bool,
    report: IndexReport,
    progress: StageProgress,
    now: dt.datetime,
) -> None:
    live = None if rebuild else _live_manifest(settings.index_dir)
    plans = _plan(store, embedder, settings, live)
    report.documents = sum(len(plan.documents) for plan in plans.values())
    if not report.documents:
        reasons = "".join(f"\n  {p.origin}: {p.reason}" for p in report.problems[:10])
        raise InvalidInput(f"There is nothing to index: no usable document was found.{reasons}")
    if live and all(plan.reusable for plan in plans.values()):
        report.generation = live.generation
        report.passages = sum(c.passages for c in live.collections.values())
        return

    records: dict[CollectionName, CollectionRecord] = {}
    count = EmbeddingCount()
    cache = EmbeddingCache(settings.cache_dir / "embeddings.sqlite")

    def write(folder: Path) -> None:
        progress("measure languages", 0, 0)
        centring = measured(embedder, settings.languages, settings.cache_dir)
        centring.save(folder / CENTRING)
        for name, plan in plans.items():
            if live and plan.reusable:
                old = settings.index_dir / generation_name(live.generation) / name
                shutil.copytree(old, folder / name, copy_function=_link_or_copy)
                records[name] = plan.reusable
            else:
                records[name] = _build_collection(
                    name, plan, embedder, centring, cache, count, settings, progress, folder / name
                )

    def describe(generation: int, files: dict[str, FileRecord]) -> Manifest:
        return Manifest(
            generation=generation,
            created=now,
            embedder=EmbedderRecord(
                name=embedder.name,
                fingerprint=embedder.fingerprint,
                dimension=embedder.dimension,
            ),
            analysis_version=ANALYSIS_VERSION,
            collections=records,
            files=files,
        )

    try:
        report.generation = publish(
            settings.index_dir, write, describe, keep=settings.keep_generations
        )
    finally:
        cache.close()
    report.published = True
    report.passages = sum(record.passages for record in records.values())
    report.passages_embedded, report.passages_cached = count.embedded, count.cached
    report.embedding_seconds = count.seconds
    report.embedder_seconds = count.seconds + count.other_seconds


def _plan(
    store: Store, embedder: Embedder, settings: Settings, live: Manifest | None
) -> dict[CollectionName, _Plan]:
    documents: dict[CollectionName, list[StoredDocument]] = {name: [] for name in COLLECTIONS}
    for stored in store.documents.all():
        if is_indexed(stored.document):
            documents[stored.document.collection].append(stored)
    plans: dict[CollectionName, _Plan] = {}
    centring = centring_version(settings.languages)
    for name, members in documents.items():
        digest = content_hash(members, embedder.fingerprint, centring, settings.passage_tokens)
        record = live.collections.get(name) if live else None
        reusable = record if record and record.content_hash == digest else None
        plans[name] = _Plan(members, digest, reusable)
    return plans


def _build_collection(
    name: CollectionName,
    plan: _Plan,
    embedder: Embedder,
    centring: Centring,
    cache: EmbeddingCache,
    count: EmbeddingCount,
    settings: Settings,
    progress: StageProgress,
    folder: Path,
) -> CollectionRecord:
    began = time.perf_counter()
    limit = min(settings.passage_tokens, embedder.max_tokens)  # loads the model
    count.other_seconds += time.perf_counter() - began
    prepared = []

    def count_tokens(texts: Sequence[str]) -> list[int]:
        began = time.perf_counter()
        counts = embedder.count_tokens(texts)
        count.other_seconds += time.perf_counter() - began
        return counts

    for number, stored in enumerate(plan.documents, start=1):
        prepared.append(prepare(stored.document, count_tokens, limit))
        progress(f"chunk {name}", number, len(plan.documents))
    texts = [passage.embedded_text for item in prepared for passage in item.passages]
    languages = [language_of(item.document.locale) for item in prepared for _ in item.passages]
    with words_indexed(words_of(prepared), folder / LEXICAL):
        vectors = embed_passages(
            texts,
            embedder,
            cache,
            count,
            lambda done, total: progress(f"embed {name}", done, total),
        )
        centred = centring.passage(vectors, languages)
        write_collection(prepared, centred, embedder.dimension, folder)
        progress(f"build {name}", 0, 0)
    return CollectionRecord(
        documents=len(prepared), passages=len(texts), content_hash=plan.content_hash
    )


def _live_manifest(index_dir: Path) -> Manifest | None:
    """The live generation's manifest if its files are intact; a damaged one is built anew."""
    try:
        generation = current_generation(index_dir)
        if generation is None:
            return None
        folder = index_dir / generation_name(generation)
        manifest = read_manifest(folder)
        verify(folder, manifest)
    except SnapshotCorrupt:
        return None
    return manifest


def _link_or_copy(source: str, target: str) -> None:
    """Generations are immutable, so they may share files."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
