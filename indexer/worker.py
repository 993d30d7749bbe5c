"""Learning while serving: a thread that publishes what changed in the store.

Whoever changed the store calls `wake`. A moment later (more may be coming) everything that changed
is published and the knowledge base switches over. Nothing is lost by a crash: what is stored and
not yet published is found by the next run, here or anywhere.
"""

from __future__ import annotations

import logging
import threading

from indexer.pipeline import index
from kb.config import Settings
from kb.errors import Conflict, InvalidInput
from kb.service import KnowledgeBase
from kb.store import Store

logger = logging.getLogger(__name__)

_CLOSE_SECONDS = 30
"""A run stops at its next step; a generation being published is finished."""


class IndexWorker:
    """One background thread. `wake` may be called from any thread.

    Args:
        debounce_seconds: how long to wait for more before a run.
        retry_seconds: first and longest pause after a run that could not be done: another process
            is indexing, the disk is full. The pause doubles each time.
    """

    def __init__(
        self,
        settings: Settings,
        knowledge_base: KnowledgeBase,
        *,
        debounce_seconds: float = 0.3,
        retry_seconds: tuple[float, float] = (0.5, 30.0),
    ) -> None:
        self._settings = settings
        self._knowledge_base = knowledge_base
        self._debounce = debounce_seconds
        self._first_pause, self._longest_pause = retry_seconds
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._problem = ""
        self._thread = threading.Thread(target=self._work, name="index-worker", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str:
        """Why the last run failed, for a person; empty where it did not."""
        return self._problem

    def wake(self) -> None:
        """The store changed; publish it soon. Returns at once."""
        self._wanted.set()

    def close(self) -> None:
        """Stop, and wait until nothing is being written any more."""
        self._closing.set()
        self._wanted.set()
        self._thread.join(_CLOSE_SECONDS)

    def _work(self) -> None:
        pause = self._first_pause
        while True:
            self._wanted.wait()
            if self._closing.wait(self._debounce):
                return
            self._wanted.clear()  # before the store is read: whatever comes later wakes again
            try:
                self._publish()
                self._problem = ""
                pause = self._first_pause
                continue
            except _Stopped:
                return
            except Conflict:
                self._problem = ""
                logger.info("another process is indexing; trying again in %.1f s", pause)
            except InvalidInput as error:
                self._problem = str(error)
                logger.info("nothing to index yet")
                continue
            except Exception as error:  # whatever it is, the next ticket deserves another try
                self._problem = str(error) or type(error).__name__
                logger.exception("the store could not be published; again in %.1f s", pause)
            if self._closing.wait(pause):
                return
            self._wanted.set()
            pause = min(2 * pause, self._longest_pause)

    def _publish(self) -> None:
        # Opened for each run: a database that was away for a while is no reason to stay away.
        store = Store(self._settings.store_url)
        try:
            embedder = self._knowledge_base.embedder
            report = index([], self._settings, store, embedder, progress=self._step)
        finally:
            store.close()
        self._knowledge_base.reload()
        if report.published:
            logger.info("learned: generation %d, %.1f s", report.generation, report.seconds)

    def _step(self, _stage: str, _done: int, _total: int) -> None:
        if self._closing.is_set():
            raise _Stopped


class _Stopped(Exception):
    """Ends a run between two steps; what it wrote is swept by the next one."""
