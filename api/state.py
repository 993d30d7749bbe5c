"""What requests share; made once in `create_app`, found through the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fastapi import Request

from api.limits import RateLimit
from kb.config import Settings
from kb.feedback import Redact
from kb.service import KnowledgeBase
from kb.sessions import Sessions
from kb.store import Store


class Indexing(Protocol):
    """Whoever makes changes of the store searchable; `indexer.worker` is one."""

    def wake(self) -> None:
        """The store changed. Returns at once."""

    def close(self) -> None:
        """Stop; nothing is being written any more when it returns."""


@dataclass(frozen=True)
class State:
    settings: Settings
    store: Store
    knowledge_base: KnowledgeBase
    rate_limit: RateLimit
    sessions: Sessions
    redact: Redact
    """For what visitors write; nobody's name is known."""
    indexing: Indexing | None = None
    """None: changes become searchable with the next `kb index`."""


def state_of(request: Request) -> State:
    state: State = request.app.state.kb
    return state
