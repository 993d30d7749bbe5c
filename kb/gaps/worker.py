"""Reports while serving: one background thread that keeps them fresh.

Every minute it looks whether the report on gaps is missing, or old enough while something changed
since; then it computes it, and the support lead's figures. It works with a lower priority, and
whatever goes wrong is logged and tried again later. Several processes with one database do no
harm: each looks how old the last report is, and of two at once the later one stays.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import sys
import threading
from collections.abc import Callable

from kb.config import Settings
from kb.errors import Conflict, KBError, NoSnapshot
from kb.gaps.service import GapDesk
from kb.service import KnowledgeBase
from kb.store import Store
from kb.support_desk import SupportDesk

logger = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
"""A report may be dropped (an erasure) or computed (a command) by another process."""
RETRY_SECONDS = (60.0, 3600.0)
"""First and longest pause after a failure; it doubles each time."""
AT_LEAST_DAILY = dt.timedelta(days=1)
"""Weeks move on, and open tickets come, which neither logs nor publishes anything."""
_CLOSE_SECONDS = 10
"""A report that is given up is no loss."""
_NICE = 5


class GapWorker:
    """One background thread. `wake` may be called from any thread.

    Args:
        desk, support: compute and store what is served.
        store, knowledge_base: what they read, asked whether it changed.
        now: aware.
        wait: waits for an event, at most so many seconds (None: for ever).
        start: whether to start the thread; tests call `turn` themselves.
    """

    def __init__(
        self,
        settings: Settings,
        desk: GapDesk,
        support: SupportDesk,
        store: Store,
        knowledge_base: KnowledgeBase,
        *,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        wait: Callable[[threading.Event, float | None], object] = threading.Event.wait,
        start: bool = True,
    ) -> None:
        self._interval = dt.timedelta(minutes=settings.gaps_refresh_minutes)
        self._desk, self._support = desk, support
        self._store, self._knowledge_base = store, knowledge_base
        self._now, self._wait = now, wait
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._owed = False
        self._pause = RETRY_SECONDS[0]
        self._problem = ""
        self._thread = threading.Thread(target=self._work, name="gap-worker", daemon=True)
        if start:
            self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a report is being computed, or was asked for and is not there yet."""
        return self._wanted.is_set() or self._owed or self._desk.computing

    @property
    def problem(self) -> str:
        """Why the last attempt failed, for a person; empty where it did not."""
        return self._problem

    def wake(self) -> None:
        """Somebody wants a new report. Returns at once."""
        self._wanted.set()

    def close(self) -> None:
        """Stop. What is being computed is given up at its next step."""
        self._closing.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_SECONDS)

    def turn(self) -> float | None:
        """Compute what is due; returns the seconds until the next look, None for never."""
        if self._wanted.is_set():
            self._owed = True  # before `_wanted` is cleared: `busy` has no gap
            self._wanted.clear()  # before anything is read: who asks later is owed another one
        try:
            self._compute()
        except _Stopped:
            raise
        except Conflict:
            return LOOK_SECONDS  # another thread is at it
        except NoSnapshot as error:
            self._problem = str(error)
            return LOOK_SECONDS
        except Exception as error:  # whatever it is, the last report is served meanwhile
            pause, self._pause = self._pause, min(2 * self._pause, RETRY_SECONDS[1])
            logger.exception("the report on gaps could not be computed; again in %.0f s", pause)
            self._problem = (
                str(error) if isinstance(error, KBError) else "Something went wrong; it was logged."
            )
            return pause
        self._problem, self._pause = "", RETRY_SECONDS[0]
        return LOOK_SECONDS if self._interval else None

    def _compute(self) -> None:
        due = self._owed or self._is_due()
        if due:
            report = self._desk.refresh(self._step)
            logger.info("%d gaps, computed in %.0f s", len(report.missing), report.seconds)
        if due or (self._interval and self._support.figures() is None):
            self._support.refresh(self._step)
        self._owed = False

    def _is_due(self) -> bool:
        if not self._interval:
            return False
        report = self._desk.report()
        if report is None:
            return True
        age = self._now() - report.computed_at
        if age < self._interval:
            return False
        return (
            age >= AT_LEAST_DAILY
            or report.generation != self._knowledge_base.generation
            or report.last_event != self._store.events.last_number()
        )

    def _work(self) -> None:
        _step_aside()
        while not self._closing.is_set():
            try:
                pause = self.turn()
            except _Stopped:
                return
            self._wait(self._wanted, pause)

    def _step(self, _stage: str, _done: int, _total: int) -> None:
        if self._closing.is_set():
            raise _Stopped


def _step_aside() -> None:
    """Let searches go first, on Linux, where a thread has a priority of its own."""
    if sys.platform == "linux":
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        except OSError:
            logger.info("the priority of reports could not be lowered")


class _Stopped(Exception):
    """Ends a computation between two steps."""
