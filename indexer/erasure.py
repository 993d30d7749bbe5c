"""The right to erasure: a customer's tickets leave the store, the caches and every generation.

The order makes it repeatable. First the ids are refused for the future, which also takes the
tickets out of what is indexed; then a generation without them is published and all others go; then
the caches, events and reports on gaps; the tickets leave the store last. Whoever kills the process
in the middle still finds them there, and running the command again does the rest.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from indexer.prepared import PREPARED, forget_prepared
from indexer.proof import Proof, prove, traces_of
from indexer.publish import Checkpoint, collect_garbage, sweep, writer_lock
from indexer.refresh import publish_store
from indexer.report import IndexReport, StageProgress
from kb.config import Settings
from kb.embedder import Embedder
from kb.embedder.cached import EMBEDDINGS, EmbeddingCache
from kb.gaps.remembered import QUESTIONS, forget_questions
from kb.models import Ticket
from kb.snapshot import current_generation
from kb.store import Store

_WAIT_SECONDS = 60
"""For another process that is indexing."""


@dataclass(frozen=True)
class Request:
    """Whose tickets are to go."""

    customers: tuple[str, ...] = ()
    """E-mail addresses (any case), or customer ids (exactly)."""
    names: tuple[str, ...] = ()
    """Full names; other people may have the same, so what they find has to be looked at."""
    tickets: tuple[str, ...] = ()
    """Ticket ids."""


@dataclass
class ErasureReport:
    """What was done and what the proof says; `--json` prints it."""

    tickets: list[str] = field(default_factory=list)
    documents: int = 0
    events: int = 0
    vectors: int = 0
    generation: int | None = None
    """The one without them; None where nothing was ever published, or nothing had to be."""
    sources: list[str] = field(default_factory=list)
    """Files that may still hold them. They are skipped there, but should go there, too."""
    proof: Proof = field(default_factory=Proof)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"clean": self.proof.clean}


def find_tickets(store: Store, request: Request) -> list[Ticket]:
    """The tickets that are meant, ordered by id."""
    found: dict[str, Ticket] = {}
    for stored in store.documents.some(request.tickets):
        if isinstance(stored.document, Ticket):
            found[stored.document.id] = stored.document
    for value in request.customers:
        for ticket in _mentioning(store, value):
            customer = ticket.customer
            if customer.id == value or _folded(customer.email) == _folded(value):
                found[ticket.id] = ticket
    for name in request.names:
        for ticket in _mentioning(store, max(name.split(), key=len, default=name)):
            customers = [m.name for m in ticket.messages if m.author == "customer"]
            if _folded(name) in map(_folded, [ticket.customer.name, *customers]):
                found[ticket.id] = ticket
    return [found[identifier] for identifier in sorted(found)]


def erase(
    tickets: Sequence[Ticket],
    request: Request,
    settings: Settings,
    store: Store,
    embedder: Embedder,
    *,
    now: dt.datetime,
    progress: StageProgress = lambda _stage, _done, _total: None,
    checkpoint: Checkpoint = lambda _step: None,
) -> ErasureReport:
    """Erase tickets and prove it.

    Args:
        tickets: what `find_tickets` found. Ids that the request names are refused from now on and
            looked for everywhere even if the store no longer has them.
        checkpoint: is told of each step before it is done, so that a test can die there.

    Raises:
        Conflict: another process goes on indexing.
        OperationalError: the store is too busy to be compacted.
    """
    ids = sorted({ticket.id for ticket in tickets} | set(request.tickets))
    report = ErasureReport(tickets=ids)
    report.sources = sorted({stored.origin for stored in store.documents.some(ids)} - {"api"})
    with writer_lock(settings.index_dir, _WAIT_SECONDS):
        if ids:
            checkpoint("refuse")
            store.documents.erase(ids, now)
            checkpoint("publish")
            report.generation = _publish_without(settings, store, embedder, now, progress)
            checkpoint("caches")
            _clean_caches(settings.data_dir, ids, report)
            checkpoint("events")
            report.events = store.events.forget(ids)
            store.outbox.forget(ids)
            store.gaps.forget()  # they quote questions; the next report finds the gaps again
            checkpoint("store")
            report.documents = store.documents.remove(ids)
        checkpoint("compact")
        progress("compact", 0, 0)
        store.compact()
        for path in _caches(settings.data_dir):
            _compact(path)
    checkpoint("prove")
    report.proof = prove(
        traces_of(tickets, request.customers),
        ids,
        settings.data_dir,
        store,
        lambda done, total: progress("prove", done, total),
    )
    return report


def _publish_without(
    settings: Settings,
    store: Store,
    embedder: Embedder,
    now: dt.datetime,
    progress: StageProgress,
) -> int | None:
    """Publish a generation without what is refused, and drop all others."""
    index_dir = settings.index_dir
    sweep(index_dir)
    if current_generation(index_dir) is None:
        return None
    published = IndexReport()
    publish_store(settings, store, embedder, published, erasing=True, progress=progress, now=now)
    collect_garbage(index_dir, keep=1)
    return published.generation


def _clean_caches(data_dir: Path, ids: Sequence[str], report: ErasureReport) -> None:
    for path in _caches(data_dir):
        if path.name == PREPARED:
            forget_prepared(path, ids)
        elif path.name == QUESTIONS:
            forget_questions(path)
        else:
            vectors = EmbeddingCache(path)
            try:
                report.vectors += vectors.forget(ids)
            finally:
                vectors.close()


def _caches(data_dir: Path) -> list[Path]:
    """Ours, and those of measurements under the same folder."""
    return sorted(
        path for name in (PREPARED, EMBEDDINGS, QUESTIONS) for path in data_dir.rglob(name)
    )


def _compact(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as database:
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _mentioning(store: Store, text: str) -> list[Ticket]:
    if text.isascii() and text.isprintable() and not set(text) & set('"\\'):
        return [ticket for _, ticket in store.documents.tickets_mentioning(text)]
    # The database folds ASCII letters only, and JSON writes some characters differently.
    documents = (stored.document for stored in store.documents.all())
    return [document for document in documents if isinstance(document, Ticket)]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
