"""What is remembered between reports, on disk. Losing the file costs time, nothing else.

vectors    of questions
found      what the help center finds for each, as long as it is the same
problems   what tickets ask, redacted
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path

from kb.embedder.cached import EmbeddingCache
from kb.gaps.missing.coverage import Found

QUESTIONS = "questions.sqlite"
"""The file's name in the folder of caches."""
_BATCH = 500


class QuestionCache:
    """On disk: vectors of questions, and what was found for them."""

    def __init__(self, path: Path) -> None:
        self.vectors = EmbeddingCache(path)
        self._db = sqlite3.connect(path, timeout=30)
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS found (space TEXT, key TEXT, payload TEXT,"
            " PRIMARY KEY (space, key)) WITHOUT ROWID"
        )
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS problems (hash TEXT PRIMARY KEY, payload TEXT)"
        )

    def close(self) -> None:
        self.vectors.close()
        self._db.close()

    def found(self, space: str, keys: Sequence[str]) -> dict[str, Found]:
        return {
            key: Found(*json.loads(payload))
            for key, payload in self._get("found", "key", keys, "space = ?", [space])
        }

    def remember_found(self, space: str, found: dict[str, Found]) -> None:
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO found VALUES (?, ?, ?)",
                [(space, key, json.dumps(astuple(one))) for key, one in found.items()],
            )

    def keep_only(self, space: str) -> None:
        """Forget what other generations found."""
        with self._db:
            self._db.execute("DELETE FROM found WHERE space <> ?", [space])

    def problems(self, hashes: Sequence[str]) -> dict[str, str]:
        """Redacted problems of tickets, by content hash."""
        return dict(self._get("problems", "hash", hashes, "1", []))

    def remember_problems(self, problems: dict[str, str]) -> None:
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO problems VALUES (?, ?)", list(problems.items())
            )

    def keep_problems(self, hashes: Collection[str]) -> None:
        """Overwrite those of tickets that are not in the store any more, or were written anew."""
        known = self._db.execute("SELECT hash FROM problems").fetchall()
        gone = [row for row in known if row[0] not in hashes]
        if gone:
            self._db.execute("PRAGMA secure_delete=ON")
            with self._db:
                self._db.executemany("DELETE FROM problems WHERE hash = ?", gone)

    def clear(self) -> None:
        """Overwrite all of it; in the write-ahead log, too, while others have the file open."""
        self._db.execute("PRAGMA secure_delete=ON")
        with self._db:
            for table in ("found", "problems", "vectors"):
                self._db.execute(f"DELETE FROM {table}")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _get(
        self, table: str, column: str, keys: Sequence[str], where: str, values: list[str]
    ) -> Iterator[tuple[str, str]]:
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            # Table, column and condition are literals of this module; the rest is bound.
            yield from self._db.execute(
                f"SELECT {column}, payload FROM {table} WHERE {where} AND {column} IN ({marks})",
                [*values, *batch],
            )


@contextmanager
def open_cache(folder: Path) -> Iterator[QuestionCache]:
    """The cache in a folder of caches."""
    folder.mkdir(parents=True, exist_ok=True)
    cache = QuestionCache(folder / QUESTIONS)
    try:
        yield cache
    finally:
        cache.close()


def forget_questions(path: Path) -> None:
    """Overwrite everything in a cache: whose questions they were is not known any more."""
    with closing(QuestionCache(path)) as cache:
        cache.clear()
