"""From the store to a published snapshot: prepare, embed, build or derive, publish."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from indexer.assemble import derive_collection, difference, write_sources
from indexer.build import content_hash, recipe, words_of, write_collection
from indexer.prepared import PREPARED, Members, PreparedCache, code_digest, prepare_store
from indexer.publish import publish
from indexer.report import IndexReport, StageProgress
from indexer.words import words_indexed
from kb.collection import LEXICAL
from kb.config import Settings
from kb.embedder import Centring, Embedder, Vectors
from kb.embedder.cached import EMBEDDINGS, EmbeddingCache, EmbeddingCount, embed_passages
from kb.embedder.centring import centring_version, measured
from kb.errors import InvalidInput, SnapshotCorrupt
from kb.lexical import link_or_copy
from kb.models import CollectionName
from kb.privacy import Redactor
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
from kb.store import Store
from kb.text import ANALYSIS_VERSION, language_of


@dataclass
class _Work:
    """What the steps of one publication share."""

    settings: Settings
    embedder: Embedder
    prepared: PreparedCache
    vectors: EmbeddingCache
    recipe: str
    progress: StageProgress
    count: EmbeddingCount = field(default_factory=EmbeddingCount)

    def passage_tokens(self) -> int:
        began = time.perf_counter()
        limit = min(self.settings.passage_tokens, self.embedder.max_tokens)  # loads the model
        self.count.other_seconds += time.perf_counter() - began
        return limit

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        began = time.perf_counter()
        counts = self.embedder.count_tokens(texts)
        self.count.other_seconds += time.perf_counter() - began
        return counts


def publish_store(
    settings: Settings,
    store: Store,
    embedder: Embedder,
    report: IndexReport,
    *,
    rebuild: bool = False,
    erasing: bool = False,
    progress: StageProgress = lambda _stage, _done, _total: None,
    now: dt.datetime,
) -> None:
    """Publish what the store holds, if that is not what is live; the caller holds the lock.

    Args:
        rebuild: use nothing that was built or prepared before (vectors are).
        erasing: write the tickets anew, so that nothing of earlier ones is left in any file, and
            publish even a snapshot without documents.

    Raises:
        InvalidInput: there is nothing to index.
    """
    centring = centring_version(settings.languages)
    redactor = Redactor.of(settings)
    made_by = recipe(embedder.fingerprint, centring, settings.passage_tokens, redactor)
    prepared = PreparedCache(settings.cache_dir / PREPARED, f"{code_digest()} {made_by}")
    vectors = EmbeddingCache(settings.cache_dir / EMBEDDINGS)
    work = _Work(settings, embedder, prepared, vectors, made_by, progress)
    try:
        if rebuild:
            prepared.clear()
        members = prepare_store(
            store,
            prepared,
            work.count_tokens,
            work.passage_tokens,
            redactor,
            lambda done, total: progress("chunk", done, total),
        )
        report.documents = sum(map(len, members.values()))
        if not report.documents and not erasing:
            reasons = "".join(f"\n  {p.origin}: {p.reason}" for p in report.problems[:10])
            raise InvalidInput(f"There is nothing to index: no usable document was found.{reasons}")
        live = None if rebuild else _live_manifest(settings.index_dir)
        if live and erasing:
            others = {n: record for n, record in live.collections.items() if n != "tickets"}
            live = live.model_copy(update={"collections": others})
        _publish_members(members, work, live, report, now)
    finally:
        vectors.close()
        prepared.close()
    report.passages_embedded, report.passages_cached = work.count.embedded, work.count.cached
    report.embedding_seconds = work.count.seconds
    report.embedder_seconds = work.count.seconds + work.count.other_seconds


def _publish_members(
    members: Members, work: _Work, live: Manifest | None, report: IndexReport, now: dt.datetime
) -> None:
    settings, embedder = work.settings, work.embedder
    hashes = {name: content_hash(documents, work.recipe) for name, documents in members.items()}
    records: dict[CollectionName, CollectionRecord] = {}
    for name, record in live.collections.items() if live else ():
        if record.content_hash == hashes.get(name):
            records[name] = record
    if live and len(records) == len(members):
        report.generation = live.generation
        report.passages = sum(c.passages for c in live.collections.values())
        return
    old = settings.index_dir / generation_name(live.generation) if live else None

    def write(folder: Path) -> None:
        work.progress("measure languages", 0, 0)
        centring = measured(embedder, settings.languages, settings.cache_dir)
        centring.save(folder / CENTRING)
        for name, documents in members.items():
            if old and name in records:
                shutil.copytree(old / name, folder / name, copy_function=link_or_copy)
                continue
            earlier = old / name if old and live and name in live.collections else None
            passages = _write_collection(name, documents, work, centring, earlier, folder / name)
            records[name] = CollectionRecord(
                documents=len(documents), passages=passages, content_hash=hashes[name]
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

    report.generation = publish(settings.index_dir, write, describe, keep=settings.keep_generations)
    report.published = True
    report.passages = sum(record.passages for record in records.values())


def _write_collection(
    name: CollectionName,
    members: dict[str, str],
    work: _Work,
    centring: Centring,
    earlier: Path | None,
    folder: Path,
) -> int:
    """Write a collection, derived from the earlier one if that is close; returns its passages."""
    changes = difference(earlier, members, work.recipe) if earlier else None
    digests = list(members.values()) if changes is None else list(changes.fresh)
    prepared = list(work.prepared.get(digests))
    texts = [passage.embedded_text for item in prepared for passage in item.passages]
    languages = [language_of(item.document.locale) for item in prepared for _ in item.passages]

    def embed() -> Vectors:
        if name == "tickets":  # somebody may ask to have theirs erased
            owned = (
                (item.document.id, p.embedded_text) for item in prepared for p in item.passages
            )
            work.vectors.remember_owners(owned)
        report = partial(work.progress, f"embed {name}")
        vectors = embed_passages(texts, work.embedder, work.vectors, work.count, report)
        work.progress(f"build {name}", 0, 0)
        return centring.passage(vectors, languages)

    dimension = work.embedder.dimension
    if changes is not None:
        count = derive_collection(changes, prepared, embed(), dimension, folder)
        work.count.cached += count - len(texts)  # taken over with their vectors
    else:
        with words_indexed(words_of(prepared), folder / LEXICAL):
            write_collection(prepared, embed(), dimension, folder)
        count = len(texts)
    write_sources(members, work.recipe, folder)
    return count


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
