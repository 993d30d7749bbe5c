"""What requests of the console share: the inbox, and what was offered lately."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request

from api.signed_in import SignedIn
from api.state import State
from kb.feedback import record
from kb.inbox import Inbox
from kb.models import SuggestionResult, Ticket
from kb.service import KnowledgeBase
from kb.store import Store
from kb.ticketing import Ticketing

_OFFERED = 6
"""Suggestions asked for."""
_REMEMBERED = 300
"""Offers; a reloaded page shows the same one, and does not count as another."""

_Key = tuple[str, str, int, str]


class Offers:
    """The last offers made, by what they were made for. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[_Key, SuggestionResult] = OrderedDict()

    def get(self, key: _Key, make: Callable[[], SuggestionResult]) -> SuggestionResult:
        """What was made for the key, or what `make` makes."""
        with self._lock:
            found = self._made.get(key)
            if found:
                self._made.move_to_end(key)
                return found
        found = make()
        with self._lock:
            self._made[key] = found
            while len(self._made) > _REMEMBERED:
                self._made.popitem(last=False)
        return found


@dataclass(frozen=True)
class Console:
    """Made once per application."""

    inbox: Inbox
    ticketing: Ticketing
    offers: Offers = field(default_factory=Offers)
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tells the revisions of this process from those of another."""

    @classmethod
    def of(cls, store: Store, knowledge_base: KnowledgeBase) -> Console:
        rules = knowledge_base.tools.rules
        settings = knowledge_base.settings
        ticketing = Ticketing(
            store, settings.max_document_bytes, telling=bool(settings.webhook_url)
        )
        return cls(Inbox(store, rules), ticketing)

    def offer(
        self, state: State, ticket: Ticket, version: str, found: SignedIn, now: dt.datetime
    ) -> SuggestionResult:
        """Suggestions for a ticket, recorded as shown.

        Args:
            version: of the ticket; the same offer is made again while nothing changes.

        Raises:
            InvalidInput: the ticket says nothing. OperationalError: no snapshot can serve.
        """
        knowledge_base = state.knowledge_base
        user = found.user

        def make() -> SuggestionResult:
            values = {"agent.name": user.name} if user.name else None
            result = knowledge_base.suggest(
                ticket, role=user.role, limit=_OFFERED, now=now, values=values
            )
            if not state.settings.event_log:
                return result
            redact = knowledge_base.tools.redactor.redact
            return record(state.store.events, result, ticket, now, redact=redact)

        key = (ticket.id, version, knowledge_base.generation, user.id)
        return self.offers.get(key, make)


def console_of(request: Request) -> Console:
    console: Console = request.app.state.console
    return console


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
