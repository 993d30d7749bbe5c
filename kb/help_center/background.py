"""A value that is computed in the background, and served until the next one is there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds that whoever asks first waits: enough for a help center of a thousand articles."""


class Kept(Generic[T]):
    """Thread-safe; at most one computation at a time.

    Args:
        compute: makes the value. Whatever it raises is logged, and tried again with the next stamp.
        empty: served until there is one.
    """

    def __init__(self, name: str, compute: Callable[[], T], empty: T) -> None:
        self._name = name
        self._compute = compute
        self._value = empty
        self._stamp: Hashable = None
        self._lock = threading.Lock()
        self._running = False
        self._ready = threading.Event()

    def get(self, stamp: Hashable, patience: float = PATIENCE) -> T:
        """The value of this stamp, or an earlier one, or the empty one.

        Args:
            stamp: whatever changes when there is something new; not None.
            patience: seconds to wait where there never was a value.
        """
        if stamp != self._stamp:
            with self._lock:
                due = stamp != self._stamp and not self._running
                self._running = self._running or due
            if due:
                threading.Thread(
                    target=self._work, args=(stamp,), name=self._name, daemon=True
                ).start()
            if not self._ready.is_set():
                self._ready.wait(patience)
        return self._value

    def is_of(self, stamp: Hashable) -> bool:
        """Whether what is served was computed for this stamp."""
        return stamp == self._stamp

    def _work(self, stamp: Hashable) -> None:
        try:
            self._value = self._compute()
        except Exception:  # the last value, or none, is served meanwhile
            logger.exception("%s could not be computed", self._name)
        finally:
            self._stamp = stamp
            self._running = False
            self._ready.set()
