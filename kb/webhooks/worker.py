"""The outbox is emptied while serving, by one background thread.

A message is tried at once; where it fails, everything waits, a little longer each time, and what
comes new is tried first. After a day a message is given up, which is logged; `kb webhooks` shows it
and tries again. Two servers with one database may both deliver a message: its `webhook-id` tells
the receiver that it is the same.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from tenacity import RetryCallState, Retrying, retry_if_result, wait_random_exponential
from tenacity.stop import stop_when_event_set

from kb.config import Settings
from kb.errors import ConfigurationError
from kb.models import Ticket
from kb.store import Store
from kb.store.outbox import OutboxMessage
from kb.webhooks.delivery import Attempt, Receiver
from kb.webhooks.signing import signed

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = dt.timedelta(days=1)
KEPT = dt.timedelta(days=30)
"""What was delivered or given up can be looked at so long."""
LOOK_SECONDS = 60.0
"""Another process may have put something into the outbox, or `kb webhooks retry` back into it."""
_FIRST_SECONDS, _LONGEST_SECONDS = 2.0, 900.0
"""Upper bounds of the first and of the longest random pause after a failure; it doubles."""
_AT_ONCE = 100
_FAILURES_AT_ONCE = 3
_CLOSE_SECONDS = 12.0


def check_receiver(settings: Settings) -> None:
    """See that the webhook is configured as a whole.

    Raises:
        ConfigurationError: there is no webhook, or it is half configured.
    """
    parts = urlsplit(settings.webhook_url)
    if not settings.webhook_url:
        raise ConfigurationError("There is no webhook; set KB_WEBHOOK_URL and KB_WEBHOOK_SECRET.")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            f"KB_WEBHOOK_URL '{settings.webhook_url}' is no address; write one as in "
            "https://desk.example/hooks/kb."
        )
    if not settings.webhook_secret:
        raise ConfigurationError(
            "KB_WEBHOOK_SECRET is missing; `kb webhooks secret` makes one. The receiver needs it, "
            "too."
        )


class WebhookWorker:
    """One background thread. `wake` may be called from any thread.

    Args:
        receiver: default: the one configured.
        now: aware.
        wait: waits for an event, at most so many seconds.
        start: whether to start the thread; tests call `turn` themselves.

    Raises:
        ConfigurationError: the webhook is not or only half configured.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        receiver: Receiver | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        wait: Callable[[threading.Event, float], object] = threading.Event.wait,
        start: bool = True,
    ) -> None:
        check_receiver(settings)
        self._secret = settings.webhook_secret
        self._receiver = receiver or Receiver(settings.webhook_url)
        self._store, self._now, self._wait = store, now, wait
        self._wanted, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="webhook-worker", daemon=True)
        if start:
            self._thread.start()

    def wake(self) -> None:
        """Something was put into the outbox. Returns at once."""
        self._wanted.set()

    def close(self) -> None:
        """Stop; what is not delivered stays in the outbox."""
        self._closing.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_SECONDS)
        self._receiver.close()

    def turn(self) -> bool:
        """Try what is pending; returns whether something still is, and has to wait."""
        now = self._now()
        for lost in self._store.outbox.give_up(now - GIVE_UP_AFTER):
            logger.error(
                "the webhook was not told of %s %s for a day (%s): given up; `kb webhooks retry`",
                lost.type,
                lost.ticket_id,
                lost.problem or "not tried",
            )
        self._store.outbox.expire(now - KEPT)
        failures = 0
        for message in self._untried_now():
            if self._closing.is_set():
                return False
            attempt = self._deliver(message)
            failures += bool(attempt.problem)
            # One that the receiver cannot take does not hold up the others; several are its state.
            if attempt.unreachable or failures >= _FAILURES_AT_ONCE:
                return True
        return failures > 0

    def _untried_now(self) -> Iterator[OutboxMessage]:
        """What is pending, each message once; those never tried come first."""
        tried: set[str] = set()
        while fresh := [
            message for message in self._store.outbox.pending(_AT_ONCE) if message.id not in tried
        ]:
            tried.update(message.id for message in fresh)
            yield from fresh

    def _deliver(self, message: OutboxMessage) -> Attempt:
        ticket = self._store.documents.get(message.ticket_id)
        if not isinstance(ticket, Ticket) or self._store.events.erased([message.ticket_id]):
            self._store.outbox.forget([message.ticket_id])  # erased in between
            return Attempt()
        attempt = self._receiver.send(signed(message, ticket, self._secret, self._now()))
        if attempt.problem:
            logger.warning("webhook %s: %s", message.id, attempt.problem)
            self._store.outbox.failed(message.id, attempt.problem, self._now())
        else:
            self._store.outbox.delivered(message.id, self._now())
        return attempt

    def _work(self) -> None:
        patiently = Retrying(
            retry=retry_if_result(bool),
            wait=wait_random_exponential(multiplier=_FIRST_SECONDS, max=_LONGEST_SECONDS),
            stop=stop_when_event_set(self._closing),
            sleep=self._pause,
            retry_error_callback=_stopped,
        )
        while not self._closing.is_set():
            patiently(self._turn_safely)
            self._pause(LOOK_SECONDS)

    def _turn_safely(self) -> bool:
        self._wanted.clear()  # before anything is read: who comes later is owed another turn
        try:
            return self.turn()
        except Exception:  # the store is busy; the outbox still has it
            logger.exception("the webhook's outbox could not be worked through; tried again")
            return True

    def _pause(self, seconds: float) -> None:
        self._wait(self._wanted, seconds)


def _stopped(_state: RetryCallState) -> bool:
    """Closing is no failure."""
    return False
