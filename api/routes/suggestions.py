"""`POST /v1/suggestions`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import StaffDep, StateDep
from api.schemas import TicketIn, ticket_from
from kb.models import SuggestionResult

router = APIRouter(tags=["suggestions"])


@router.post("/v1/suggestions", response_model=SuggestionResult)
def suggestions(
    body: TicketIn,
    state: StateDep,
    role: StaffDep,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> SuggestionResult:
    """Ranked replies for a ticket, with sources and confidence, or whom to escalate to.

    A body that is no more than an `id` means the ticket of that id in the store.
    """
    ticket = ticket_from(body, state.store, state.settings)
    return state.knowledge_base.suggest(ticket, role=role, limit=limit)
