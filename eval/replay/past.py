"""A folder in which the index is what it would have been at some moment, and then at later ones."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

from indexer.pipeline import index
from indexer.report import StageProgress
from kb.config import Settings
from kb.embedder import Embedder
from kb.models import Document
from kb.snapshot import Snapshot, open_current
from kb.store import Store

PREFIX = "kb-replay-"
_ABANDONED = dt.timedelta(days=1)


class Past:
    """Snapshots of what existed, one at a time.

    Args:
        folder: empty; becomes a data folder of its own.
    """

    def __init__(self, folder: Path, settings: Settings, embedder: Embedder) -> None:
        self.settings = settings.model_copy(
            update={"data_dir": folder, "database_url": "", "keep_generations": 1}
        )
        self._folder = folder
        self._embedder = embedder
        self.problems: list[str] = []
        """Sentences about what could not be indexed."""

    def snapshot(self, documents: Sequence[Document], progress: StageProgress) -> Snapshot:
        """Index these documents and nothing else with the real pipeline.

        Raises:
            InvalidInput: there are none.
        """
        source = self._folder / "visible.jsonl"
        with source.open("w", encoding="utf-8") as file:
            file.writelines(f"{document.model_dump_json()}\n" for document in documents)
        # Lines are in our own layout now, which takes more room than the source's.
        roomy = self.settings.model_copy(
            update={"max_document_bytes": 4 * self.settings.max_document_bytes}
        )
        store = Store(self.settings.store_url)
        try:
            report = index([source], roomy, store, self._embedder, progress=progress)
        finally:
            store.close()
        if report.problems and not self.problems:
            reason = report.problems[0].reason
            self.problems.append(f"{len(report.problems)} documents were not indexed: {reason}.")
        return open_current(self.settings.index_dir, self._embedder.fingerprint)


def sweep_abandoned(now: dt.datetime, temporary: Path, data_dir: Path) -> int:
    """Delete snapshots that killed runs left behind more than a day ago; returns how many.

    Args:
        temporary: the folder of temporary files, where replays work.
        data_dir: of the house; `kb eval run` works in its `eval` folder.
    """
    swept = 0
    for left in (*temporary.glob(f"{PREFIX}*"), *data_dir.glob("eval/*/snapshot-*")):
        try:
            changed = dt.datetime.fromtimestamp(left.stat().st_mtime, dt.UTC)
        except OSError:  # gone in between
            continue
        if now - changed > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)  # it may be somebody else's
            swept += not left.exists()
    return swept
