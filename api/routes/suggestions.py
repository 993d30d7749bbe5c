"""`POST /v1/suggestions`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import StaffDep, StateDep
from api.schemas import TicketIn, ticket_from
from kb.feedback import record
from kb.models import SuggestionResult

router = APIRouter(tags=["suggestions"])


@router.post("/v1/suggestions", response_model=SuggestionResult)
def suggestions(
    body: TicketIn,
    state: StateDep,
    role: StaffDep,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
    shown: Annotated[
        bool, Query(description="False when fetched ahead; tell `shown` as feedback later.")
    ] = True,
    agent: Annotated[
        str, Query(max_length=100, description="Name of the rep, for sign-offs and macros.")
    ] = "",
) -> SuggestionResult:
    """Ranked replies for a ticket, with sources and confidence, and whom to escalate to.

    A body with nothing but an `id` asks about the ticket of that id in the store. The reply's `id`
    is what feedback on it refers to.
    """
    ticket = ticket_from(body, state.store, state.settings)
    knowledge_base = state.knowledge_base
    result = knowledge_base.suggest(
        ticket, role=role, limit=limit, values={"agent.name": agent} if agent else None
    )
    if not state.settings.event_log:
        return result
    redact = knowledge_base.tools.redactor.redact
    now = dt.datetime.now(dt.UTC)
    return record(state.store.events, result, ticket, now, shown=shown, redact=redact)
