"""`POST /v1/suggestions/{occasion}/feedback`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import ConfigDict, Field

from api.auth import StaffDep, StateDep
from kb.errors import NotFound
from kb.feedback import Feedback, Receipt, give

router = APIRouter(tags=["suggestions"])

_Name = Annotated[str, Field(max_length=300)]


class FeedbackIn(Feedback):
    """What a rep did with the suggestions of one occasion."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "action": "edited",
                    "suggestion_id": "5f0c1d2e3a4b5c6d",
                    "text": "Hello Sam,\n\nTilt the tank slowly, then run the pump for a minute.",
                    "people": ["Sam Doe"],
                }
            ]
        },
    )

    people: list[_Name] | None = Field(None, max_length=100)
    """Names of the ticket's people, to be redacted from `text`. Without them an edited text is kept
    only where the ticket is in the store."""


@router.post("/v1/suggestions/{occasion}/feedback", response_model=Receipt, status_code=201)
def feedback(
    occasion: Annotated[str, Path(pattern=r"^[\w-]{1,64}$")],
    body: FeedbackIn,
    state: StateDep,
    role: StaffDep,
) -> Receipt:
    """What the rep did: shown, inserted, edited, rejected or nothing_fitted.

    `occasion` is the `id` of the suggestions' reply. Telling the same twice counts once.
    """
    if not state.settings.event_log:
        raise NotFound("Feedback is not recorded here: the event log is off (KB_EVENT_LOG).")
    told = Feedback.model_validate(body.model_dump(exclude={"people"}))
    redact = state.knowledge_base.tools.redactor.redact
    now = dt.datetime.now(dt.UTC)
    return give(state.store, occasion, told, now, body.people, redact=redact)
