"""`GET /v1/search`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query

from api.auth import RoleDep, StateDep
from api.visitors import MaybeVisitDep, logged
from kb.models import SearchResult
from kb.visits import Source

router = APIRouter(tags=["search"])

_EXAMPLE: dict[str, Any] = {
    "id": "5f0c1d2e3a4b5c6d7e8f",
    "query": "چطور سفارشم را لغو کنم؟",
    "locale": "fa",
    "generation": 3,
    "confidence": 0.91,
    "answer": {
        "id": "change-or-cancel-order.fa",
        "passage_id": "change-or-cancel-order.fa#لغو-سفارش.1",
        "title": "تغییر یا لغو سفارش",
        "heading": "لغو سفارش",
        "text": "تا وقتی وضعیت سفارش «بسته‌بندی» نشده، لغو رایگان است.",
        "highlights": [[16, 21]],
        "locale": "fa",
        "url": "/articles/change-or-cancel-order.fa",
    },
    "outcome": "answered",
    "hits": [],
    "contact": "",
    "degraded": False,
    "suggestion": "",
    "corrected": "",
}


@router.get(
    "/v1/search",
    response_model=SearchResult,
    responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}},
)
def search(
    state: StateDep,
    role: RoleDep,
    visit: MaybeVisitDep,
    background: BackgroundTasks,
    q: Annotated[
        str, Query(description="The question, in any language.", examples=["reset password"])
    ],
    locale: Annotated[
        str | None, Query(description="Language the reader prefers.", examples=["fa"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> SearchResult:
    """Ranked articles, the passage that answers, or an honest `answer: null`.

    Customers search public articles; reps and writers also internal ones, macros and tickets. `id`
    names the search in clicks, votes and contacts; empty: it is not recorded. `suggestion` is
    another spelling that finds more; `corrected` what was searched instead, where the query as
    written found nothing.
    """
    result = state.help_center.search(q, locale=locale, role=role, limit=limit)
    if visit is None:
        return result
    return logged(state, result, Source(visit, "api", role), background)
