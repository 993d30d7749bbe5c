"""The whole write side on one screen: read, store, then publish what the store holds.

sources ─► store ─► prepare (redact, chunk) ─► embed ─► build or derive ─► publish
                    └──────────────── indexer.refresh ───────────────────────────┘
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from indexer.publish import writer_lock
from indexer.refresh import publish_store
from indexer.report import IndexReport, StageProgress
from indexer.sources import Problem, SourceDocument, open_source
from kb.config import Settings
from kb.embedder import Embedder
from kb.models import Document
from kb.store import Changes, Store


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
        publish_store(
            settings, store, embedder, report, rebuild=rebuild, progress=progress, now=now()
        )
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

    def refused(document: Document, origin: str) -> None:
        report.problems.append(Problem(origin, f"'{document.id}' was erased on request"))

    changes = store.documents.upsert(accepted(), source, now, refused)
    return changes + store.documents.remove_missing(source, present, broken)
