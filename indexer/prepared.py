"""Redacted and chunked documents by content: a document that did not change is not read again.

Losing the file costs time, nothing else. It holds nothing that a snapshot does not hold.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import TypeAdapter

from indexer.build import PreparedDocument, is_indexed, prepare
from indexer.chunker import TokenCounter
from kb.models import COLLECTIONS, CollectionName
from kb.privacy import Redactor
from kb.store import Store, StoredDocument

_adapter = TypeAdapter(PreparedDocument)
PREPARED = "prepared.sqlite"
"""The cache's name in the folder of caches."""
_BATCH = 500
_NOT_INDEXED = ""

Members = dict[CollectionName, dict[str, str]]
"""Per collection: the content hashes of its documents by id, ordered by id."""


class PreparedCache:
    """Prepared documents on disk.

    Args:
        recipe: what besides the document determines the outcome; another recipe starts empty.
    """

    def __init__(self, path: Path, recipe: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS prepared (recipe TEXT, content_hash TEXT, collection TEXT,"
            " id TEXT, payload TEXT, PRIMARY KEY (recipe, content_hash))"
        )
        self._recipe = recipe
        with self._db:
            self._db.execute("DELETE FROM prepared WHERE recipe != ?", [recipe])

    def close(self) -> None:
        self._db.close()

    def clear(self) -> None:
        with self._db:
            self._db.execute("DELETE FROM prepared")

    def collections(self) -> dict[str, str]:
        """The collection of each known document by content hash; "" where it is not indexed."""
        return dict(self._db.execute("SELECT content_hash, collection FROM prepared"))

    def put(self, items: Iterable[tuple[StoredDocument, PreparedDocument | None]]) -> None:
        rows = [
            (
                self._recipe,
                stored.content_hash,
                prepared.document.collection if prepared else _NOT_INDEXED,
                stored.document.id,
                _adapter.dump_json(prepared).decode() if prepared else "",
            )
            for stored, prepared in items
        ]
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO prepared VALUES (?, ?, ?, ?, ?)", rows)

    def get(self, content_hashes: Sequence[str]) -> Iterator[PreparedDocument]:
        """Indexed documents in the order asked for."""
        for start in range(0, len(content_hashes), _BATCH):
            batch = content_hashes[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            rows = self._db.execute(
                f"SELECT content_hash, payload FROM prepared WHERE content_hash IN ({marks})", batch
            )
            payloads = dict(rows.fetchall())
            for content_hash in batch:
                yield _adapter.validate_json(payloads[content_hash])

    def drop(self, content_hashes: Collection[str]) -> None:
        with self._db:
            self._db.executemany(
                "DELETE FROM prepared WHERE content_hash = ?", [(h,) for h in content_hashes]
            )


def forget_prepared(path: Path, documents: Collection[str]) -> None:
    """Overwrite what a cache holds of some documents, by id."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA secure_delete=ON")
        database.executemany("DELETE FROM prepared WHERE id = ?", [(d,) for d in documents])


def prepare_store(
    store: Store,
    cached: PreparedCache,
    count_tokens: TokenCounter,
    passage_tokens: Callable[[], int],
    redactor: Redactor,
    progress: Callable[[int, int], None],
) -> Members:
    """Prepare what the cache lacks of the stored documents, and tell which collection has which.

    Only ids and hashes are held in memory.

    Args:
        passage_tokens: asked only if there is something to prepare.
    """
    hashes = store.documents.hashes()
    known = cached.collections()
    missing = [identifier for identifier, digest in hashes.items() if digest not in known]
    done = 0
    for start in range(0, len(missing), _BATCH):
        ids, fresh = missing[start : start + _BATCH], []
        for identifier in ids:
            del hashes[identifier]  # it may have gone in between
        for stored in store.documents.some(ids):
            indexed = is_indexed(stored.document)
            prepared = (
                prepare(stored.document, count_tokens, passage_tokens(), redactor)
                if indexed
                else None
            )
            fresh.append((stored, prepared))
            known[stored.content_hash] = prepared.document.collection if prepared else ""
            hashes[stored.document.id] = stored.content_hash
            done += 1
            progress(done, len(missing))
        cached.put(fresh)
    cached.drop(known.keys() - set(hashes.values()))
    members: Members = {name: {} for name in COLLECTIONS}
    for identifier, content_hash in sorted(hashes.items()):
        for name in COLLECTIONS:
            if known[content_hash] == name:
                members[name][identifier] = content_hash
    return members


@cache
def code_digest() -> str:
    """sha256 over our own code and word lists: what they prepared differently is not used again."""
    digest = hashlib.sha256()
    for package in ("kb", "indexer"):
        for name, content in sorted(_files(resources.files(package), package)):
            digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for child in folder.iterdir():
        path = f"{name}/{child.name}"
        if child.is_dir():
            yield from _files(child, path)
        elif not child.name.endswith(".pyc"):
            yield path, child.read_bytes()
