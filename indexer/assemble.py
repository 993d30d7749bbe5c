"""One collection's folder: written whole, or derived from an earlier one by what changed.

Both give the same files (but for Whoosh's own, see `LexicalIndex.derive`). Deriving copies arrays
and rows instead of reading, analysing and weighing all texts again, so that one more ticket costs
about the same whatever is there already.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from indexer.build import PreparedDocument, words_of
from indexer.words import analysed
from kb.collection import CONTENT, CONTENT_SCHEMA, DOCUMENT_OF_PASSAGE, LEXICAL, VECTORS
from kb.dense import DenseIndex
from kb.embedder import Vectors
from kb.lexical import LexicalIndex

SOURCES = "sources.json"
"""Which documents a folder was made of, and how; read by the indexer only."""
_SHARE, _FEW = 0.05, 64
"""Where more documents changed than this share (and than a few), a collection is built whole."""


@dataclass(frozen=True)
class Difference:
    """What leads from an earlier folder to the wanted one."""

    earlier: Path
    gone: frozenset[str]
    """Ids that are no longer there, or not as they were."""
    fresh: tuple[str, ...]
    """Content hashes of what is new, or not as it was, ordered by id."""


def write_sources(members: Mapping[str, str], recipe: str, folder: Path) -> None:
    """Note what a folder was made of: content hashes by id."""
    content = {"recipe": recipe, "documents": dict(members)}
    (folder / SOURCES).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def difference(earlier: Path, members: Mapping[str, str], recipe: str) -> Difference | None:
    """How to get from an earlier folder to `members`; None where it has to be built whole.

    Args:
        earlier: a verified folder of a collection.
    """
    try:
        content = json.loads((earlier / SOURCES).read_text(encoding="utf-8"))
        in_whoosh = LexicalIndex.passages_in_whoosh(earlier / LEXICAL)
        passages = len(np.load(earlier / DOCUMENT_OF_PASSAGE, mmap_mode="r"))
    except (OSError, ValueError):
        return None
    before: dict[str, str] = content["documents"]
    gone = frozenset(i for i, digest in before.items() if members.get(i) != digest)
    fresh = tuple(digest for i, digest in sorted(members.items()) if before.get(i) != digest)
    limit = max(_FEW, int(_SHARE * len(before)))
    stale = in_whoosh - passages  # words of passages that went
    if content["recipe"] != recipe or len(gone) + len(fresh) > limit or stale > 4 * limit:
        return None
    return Difference(earlier, gone, fresh)


def derive_collection(
    changes: Difference,
    fresh: Sequence[PreparedDocument],
    vectors: Vectors,
    dimension: int,
    folder: Path,
) -> int:
    """Write the folder that `write_collection` would write for the changed documents.

    Args:
        fresh: the prepared documents of `changes.fresh`.
        vectors: theirs, centred, one row per passage, in order.

    Returns:
        The number of passages.
    """
    folder.mkdir(parents=True)
    moves = _moves(changes, fresh)
    np.save(folder / DOCUMENT_OF_PASSAGE, moves.document_of)
    earlier = DenseIndex.load(changes.earlier / VECTORS)
    merged = np.zeros((len(moves.document_of), dimension), np.float32)
    stays = np.flatnonzero(moves.passages >= 0)
    merged[moves.passages[stays]] = earlier.vectors(stays)
    merged[moves.places] = vectors
    DenseIndex.build(merged, dimension).save(folder / VECTORS)
    _derive_content(changes.earlier / CONTENT, moves, fresh, folder / CONTENT)
    LexicalIndex.derive(
        changes.earlier / LEXICAL,
        moves.passages,
        list(analysed(words_of(fresh))),
        moves.places,
        folder / LEXICAL,
    )
    return len(moves.document_of)


@dataclass(frozen=True)
class _Moves:
    """Where everything goes. Ordinals; -1: nowhere."""

    documents: NDArray[np.int64]
    """New ordinal of each earlier document."""
    passages: NDArray[np.int64]
    """New ordinal of each earlier passage."""
    fresh: NDArray[np.int64]
    """Ordinals of the fresh documents."""
    places: NDArray[np.int64]
    """Ordinals of their passages."""
    document_of: NDArray[np.int32]
    """The new passages' documents."""


def _moves(changes: Difference, fresh: Sequence[PreparedDocument]) -> _Moves:
    with closing(sqlite3.connect(_readable(changes.earlier / CONTENT), uri=True)) as content:
        ids = [row[0] for row in content.execute("SELECT id FROM documents ORDER BY ordinal")]
    before = np.load(changes.earlier / DOCUMENT_OF_PASSAGE).astype(np.int64)
    sizes_before = np.bincount(before, minlength=len(ids))
    kept = [n for n, identifier in enumerate(ids) if identifier not in changes.gone]
    # Documents are ordered by id; (id, where from, number there) of all that will be there.
    order = sorted(
        [(ids[n], 0, n) for n in kept] + [(item.document.id, 1, n) for n, item in enumerate(fresh)]
    )
    documents = np.full(len(ids), -1, np.int64)
    fresh_at = np.zeros(len(fresh), np.int64)
    sizes = np.zeros(len(order), np.int64)
    for ordinal, (_, is_fresh, number) in enumerate(order):
        if is_fresh:
            fresh_at[number] = ordinal
            sizes[ordinal] = len(fresh[number].passages)
        else:
            documents[number] = ordinal
            sizes[ordinal] = sizes_before[number]
    starts = np.concatenate([[0], np.cumsum(sizes)])[: len(sizes) or 1]
    starts_before = np.concatenate([[0], np.cumsum(sizes_before)])
    passages = np.full(len(before), -1, np.int64)
    stays = documents[before] >= 0 if len(before) else np.zeros(0, bool)
    within = np.arange(len(before)) - starts_before[before] if len(before) else passages
    passages[stays] = starts[documents[before[stays]]] + within[stays]
    places = [np.arange(starts[at], starts[at] + sizes[at]) for at in fresh_at]
    document_of = np.repeat(np.arange(len(order)), sizes).astype(np.int32)
    return _Moves(
        documents,
        passages,
        fresh_at,
        np.concatenate([np.zeros(0, np.int64), *places]),
        document_of,
    )


def _derive_content(
    earlier: Path, moves: _Moves, fresh: Sequence[PreparedDocument], target: Path
) -> None:
    # A URI here, too: it decides how ATTACH reads its argument.
    content = sqlite3.connect(f"file:{quote(str(target.absolute()))}", uri=True)
    try:
        content.execute("PRAGMA journal_mode=OFF")  # published only when complete
        content.execute("PRAGMA synchronous=OFF")  # publish() syncs the file
        content.executescript(CONTENT_SCHEMA)
        content.execute("ATTACH ? AS earlier", [_readable(earlier)])
        for table, moved in (("documents", moves.documents), ("passages", moves.passages)):
            content.execute(f"CREATE TEMP TABLE {table}_moved (old INTEGER PRIMARY KEY, new INT)")
            content.executemany(
                f"INSERT INTO {table}_moved VALUES (?, ?)",
                ((old, int(new)) for old, new in enumerate(moved) if new >= 0),
            )
        content.execute(
            "INSERT INTO documents SELECT new, id, grp, locale, payload"
            " FROM documents_moved JOIN earlier.documents ON ordinal = old ORDER BY new"
        )
        content.execute(
            "INSERT INTO passages SELECT p.new, id, d.new, payload FROM passages_moved p"
            " JOIN earlier.passages ON ordinal = p.old"
            " JOIN documents_moved d ON d.old = document ORDER BY p.new"
        )
        content.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
            (
                (int(at), d.id, d.group, d.locale, d.model_dump_json())
                for at, d in zip(moves.fresh, (item.document for item in fresh), strict=True)
            ),
        )
        passages = (passage for item in fresh for passage in item.passages)
        content.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?)",
            (
                (int(at), passage.id, int(moves.document_of[at]), passage.model_dump_json())
                for at, passage in zip(moves.places, passages, strict=True)
            ),
        )
        content.commit()
    finally:
        content.close()


def _readable(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
