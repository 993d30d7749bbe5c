"""How long whoever got it wrong has to wait before trying again.

Failures are counted for a pair of account and address, for an address, and for an account. The
waiting time doubles with each failure beyond the free ones. An account is never locked: what others
fail at does not hinder an address from which the account was signed in before, and everybody else
waits a minute at most. One-time links and OpenID Connect are not affected.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from kb.errors import TooManyRequests

_KEPT = 20_000
"""Counters; the least recently used go first."""
_FORGOTTEN_AFTER = 3600.0
"""Seconds without a failure after which a counter begins anew."""


@dataclass(frozen=True)
class Rule:
    """What failures cost."""

    free: int
    """So many failures cost nothing."""
    longest: float
    """Seconds."""


PAIR = Rule(free=4, longest=900)
ADDRESS = Rule(free=20, longest=900)
ACCOUNT = Rule(free=20, longest=60)


class WaitLonger(TooManyRequests):
    """Too many failures."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts; try again in {seconds} s.")
        self.seconds = seconds


class Throttle:
    """Counts failures, in memory. Safe to share between threads.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def attempt(self, account: str, address: str) -> None:
        """To be called before the password is looked at. Counts it as failed until `succeed`.

        So those who try many at once are counted before any of them is answered.

        Raises:
            WaitLonger: it must not be looked at yet; this attempt does not count.
        """
        with self._lock:
            now = self._clock()
            counters = self._counters(account, address)
            wait = max(self._wait(key, rule, now) for key, rule in counters)
            if wait > 0:
                raise WaitLonger(max(1, round(wait)))
            for key, _ in counters:
                count, since = self._failures.pop(key, (0, now))
                count = 0 if now - since > _FORGOTTEN_AFTER else count
                self._failures[key] = (count + 1, now)
            while len(self._failures) > _KEPT:
                self._failures.popitem(last=False)

    def succeed(self, account: str, address: str) -> None:
        """The attempt was right: it and the failures before it are forgotten."""
        with self._lock:
            for key, rule in self._counters(account, address):
                count, since = self._failures.pop(key, (0, 0.0))
                # Who knows one password does not get to guess at all the others for free.
                if rule is ADDRESS and count > 1:
                    self._failures[key] = (count - 1, since)
            self._known[(account, address)] = None
            self._known.move_to_end((account, address))
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)

    def _counters(self, account: str, address: str) -> list[tuple[tuple[str, str], Rule]]:
        counters = [((account, address), PAIR), (("", address), ADDRESS)]
        if (account, address) not in self._known:
            counters.append(((account, ""), ACCOUNT))
        return counters

    def _wait(self, key: tuple[str, str], rule: Rule, now: float) -> float:
        count, since = self._failures.get(key, (0, now))
        if count <= rule.free or now - since > _FORGOTTEN_AFTER:
            return 0.0
        return since + min(rule.longest, 2.0 ** min(count - rule.free, 20)) - now
