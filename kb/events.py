"""What people did: append-only facts for ranking, statistics and gaps.

Every text in an event has been redacted before the event is made; see kb.feedback.

    Event
    ├── SuggestionsOffered    a ticket was answered with suggestions (or an escalation advice)
    ├── SuggestionsShown      a rep saw them
    ├── SuggestionUsed        one was inserted, as it was or edited
    ├── SuggestionRejected    one was refused, with a reason
    └── NothingFitted         a rep says that none of them helps
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from kb.models import Model, SuggestionKind


class Offered(Model):
    """One suggestion as it was offered; its position is its place in the list."""

    id: str
    kind: SuggestionKind
    sources: tuple[str, ...]
    """Document ids, the one that the draft quotes first."""
    confidence: float
    draft: str = ""
    """Redacted, shortened: what a sent text is compared with. Empty where it was erased."""


class _OccasionEvent(Model):
    occasion: str
    """Id of the `SuggestionResult`."""
    ticket_id: str


class SuggestionsOffered(_OccasionEvent):
    type: Literal["suggestions_offered"] = "suggestions_offered"
    locale: str
    group: str = ""
    """Support group that the ticket is with."""
    offered: tuple[Offered, ...]
    escalated: bool = False
    meanwhile: Offered | None = None
    """The holding reply of the escalation advice; it can be used, but is no answer."""


class SuggestionsShown(_OccasionEvent):
    type: Literal["suggestions_shown"] = "suggestions_shown"


class SuggestionUsed(_OccasionEvent):
    type: Literal["suggestion_used"] = "suggestion_used"
    suggestion_id: str
    edited: bool
    edit_distance: float | None = Field(ge=0, le=1)
    """See `kb.edits.edit_distance`; None where draft or text is not known."""
    text: str = ""
    """What was finally sent, redacted; kept where it was edited and the ticket's people known."""


class SuggestionRejected(_OccasionEvent):
    type: Literal["suggestion_rejected"] = "suggestion_rejected"
    suggestion_id: str
    reason: str = ""


class NothingFitted(_OccasionEvent):
    type: Literal["nothing_fitted"] = "nothing_fitted"
    comment: str = ""


Event = Annotated[
    SuggestionsOffered | SuggestionsShown | SuggestionUsed | SuggestionRejected | NothingFitted,
    Field(discriminator="type"),
]

event_adapter: TypeAdapter[Event] = TypeAdapter(Event)
