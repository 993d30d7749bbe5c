"""What visitors tell: clicks, votes, contacts, surveys."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.auth import RoleDep, StateDep
from api.visitors import VisitDep
from kb.errors import InvalidInput
from kb.events import SurveyAnswered, VoteReason
from kb.models import Identifier, Locale, Text
from kb.text import clean, language_of
from kb.told import VisitReceipt, record_click, record_contact, record_survey, record_vote
from kb.visits import Source, find_search

router = APIRouter(tags=["visits"])

_SEARCH = r"^[\w-]{1,64}$"
_SearchId = Annotated[str, Field(pattern=_SEARCH)]
_SCORES = {"csat": range(1, 6), "nps": range(11)}


class ClickIn(BaseModel):
    """A result that was opened."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"article": "reset-password.en", "position": 2}]}
    )

    article: Identifier
    position: int | None = Field(None, ge=1, le=1000)
    """Its place among the results, from 1."""


class VoteIn(BaseModel):
    """Whether an article helped."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"helpful": False, "reason": "unclear", "comment": "No word about iPads."}]
        }
    )

    helpful: bool
    reason: VoteReason = ""
    """Why it did not help."""
    comment: Text = Field("", max_length=10_000)
    search: _SearchId | None = None
    """Id of the search that led there."""


class ContactIn(BaseModel):
    """The team was contacted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"search": "5f0c1d2e3a4b5c6d7e8f", "ticket_id": "T-4711"}]}
    )

    search: _SearchId | None = None
    """Id of the search that did not help."""
    ticket_id: Text = Field("", max_length=300)
    question: Text = Field("", max_length=100_000)
    """What was asked; not needed where it is the query, or in the ticket."""
    locale: Locale | None = None
    """Language of the question."""


class SurveyIn(BaseModel):
    """How satisfied somebody is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"survey": "csat", "score": 4, "ticket_id": "T-4711"}]}
    )

    survey: Literal["csat", "nps"]
    score: int
    """CSAT: 1 to 5; NPS: 0 to 10."""
    ticket_id: Text = Field("", max_length=300)


@router.post(
    "/v1/searches/{identifier}/clicks",
    response_model=VisitReceipt,
    status_code=201,
)
def click(
    identifier: Annotated[str, Path(pattern=_SEARCH, description="`id` of the search.")],
    body: ClickIn,
    state: StateDep,
    role: RoleDep,
    _visit: VisitDep,
) -> VisitReceipt:
    """One of the results was opened. The same result of the same search counts once.

    404 for a search that is not recorded, and for an article that the caller cannot see.
    """
    events = state.store.events
    made = find_search(events, identifier)
    if made and body.article not in made.hits:
        state.knowledge_base.article(body.article, role=role)
    return record_click(events, identifier, body.article, body.position, _now())


@router.post(
    "/v1/articles/{identifier:path}/votes",
    response_model=VisitReceipt,
    status_code=201,
)
def vote(
    identifier: str, body: VoteIn, state: StateDep, role: RoleDep, visit: VisitDep
) -> VisitReceipt:
    """Whether an article helped. Another vote of the same visit takes the place of the first.

    404 for an article that the caller cannot see; a search that is not recorded counts as none.
    """
    article = state.knowledge_base.article(clean(identifier), role=role)
    return record_vote(
        state.store.events,
        Source(visit, "api", role),
        article.id,
        body.helpful,
        _now(),
        reason=body.reason,
        comment=body.comment,
        search=body.search or "",
        redact=state.redact,
    )


@router.post("/v1/contacts", response_model=VisitReceipt, status_code=201)
def contact(body: ContactIn, state: StateDep, role: RoleDep, visit: VisitDep) -> VisitReceipt:
    """The team was contacted: with `search`, because that did not help. A ticket counts once.

    A search that is not recorded counts as none.
    """
    return record_contact(
        state.store.events,
        Source(visit, "api", role),
        _now(),
        search=body.search or "",
        ticket_id=body.ticket_id,
        question=body.question,
        locale=language_of(body.locale) if body.locale else "",
        redact=state.redact,
    )


@router.post("/v1/surveys", response_model=VisitReceipt, status_code=201)
def survey(body: SurveyIn, state: StateDep, role: RoleDep, visit: VisitDep) -> VisitReceipt:
    """How satisfied somebody is, once for each ticket, or else visit; the last answer counts."""
    scores = _SCORES[body.survey]
    if body.score not in scores:
        raise InvalidInput(
            f"score: {body.survey.upper()} goes from {scores[0]} to {scores[-1]}, not {body.score}."
        )
    answered = SurveyAnswered(
        occasion="", survey=body.survey, score=body.score, ticket_id=body.ticket_id
    )
    return record_survey(state.store.events, Source(visit, "api", role), answered, _now())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
