"""What requests share; made once in `create_app`, found through the request."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from api.limits import RateLimit
from kb.config import Settings
from kb.service import KnowledgeBase
from kb.store import Store


@dataclass(frozen=True)
class State:
    settings: Settings
    store: Store
    knowledge_base: KnowledgeBase
    rate_limit: RateLimit


def state_of(request: Request) -> State:
    state: State = request.app.state.kb
    return state
