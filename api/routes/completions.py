"""`GET /v1/complete`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.auth import StateDep, TypingDep
from kb.completion.ranking import Completions
from kb.errors import InvalidInput
from kb.text import language_of

router = APIRouter(tags=["search"])

_SECONDS = 60
"""Browsers may keep an answer so long: who deletes a letter asks again what was asked before."""

_EXAMPLE: dict[str, Any] = {
    "query": "reset pas",
    "queries": [{"text": "reset password", "popular": True}],
    "articles": [
        {
            "id": "reset-password.en",
            "title": "Reset your password",
            "locale": "en",
            "section": "account",
            "url": "/articles/reset-password.en",
        }
    ],
}


@router.get(
    "/v1/complete",
    response_model=Completions,
    responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}},
)
def complete(
    response: Response,
    state: StateDep,
    _role: TypingDep,
    q: Annotated[
        str, Query(description="What is typed so far; may be empty.", examples=["reset pas"])
    ] = "",
    locale: Annotated[
        str | None, Query(description="Language of the reader.", examples=["en"])
    ] = None,
) -> Completions:
    """What somebody who types may mean: queries (others' first) and public articles.

    Of nothing typed: what is asked and read most. Nothing is embedded or recorded, and requests
    count apart from searches.
    """
    if locale is not None and language_of(locale) not in state.settings.languages:
        known = ", ".join(state.settings.languages)
        raise InvalidInput(f"locale '{locale}' is not configured; use one of {known}.")
    found = state.help_center.complete(q, locale)
    keep = f"private, max-age={_SECONDS}" if state.help_center.ready else "no-store"
    response.headers["Cache-Control"] = keep
    return found
