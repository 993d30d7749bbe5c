"""What people did: append-only facts for ranking, statistics and gaps.

Every text in an event has been redacted before the event is made; see kb.feedback, kb.visits and
kb.told.

    Event
    ├── of reps, about an occasion (one request for suggestions)
    │   ├── SuggestionsOffered    a ticket was answered with suggestions (or an escalation advice)
    │   ├── SuggestionsShown      a rep saw them
    │   ├── SuggestionUsed        one was inserted, as it was or edited
    │   ├── SuggestionRejected    one was refused, with a reason
    │   └── NothingFitted         a rep says that none of them helps
    └── of visitors, who are known by a pseudonym only (kb.sessions)
        ├── SearchMade            a question, and what it found
        ├── ResultClicked         one of the results was opened
        ├── ArticleVoted          an article helped, or did not
        ├── ContactMade           the team was contacted
        └── SurveyAnswered        how satisfied somebody was (CSAT, NPS)
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from kb.models import Model, Role, SuggestionKind


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


VoteReason = Literal["", "unclear", "outdated", "not_working", "other_question"]
"""Why an article did not help; empty: not said."""
Channel = Literal["help_center", "widget", "api", "import"]


class _VisitEvent(Model):
    occasion: str
    """Id of the search it belongs to; where there was none, an id of its own, or empty."""
    ticket_id: str = ""
    session: str = ""
    """Pseudonym of the visit; empty where it is not known."""
    channel: Channel = "api"


class SearchMade(_VisitEvent):
    type: Literal["search_made"] = "search_made"
    query: str
    """Redacted, shortened to `kb.visits.QUERY_CHARS`."""
    locale: str
    """Language of the query."""
    role: Role = "customer"
    confidence: float | None = Field(None, ge=0, le=1)
    """That the first hit answers; None where it is not known (imported)."""
    outcome: Literal["answered", "related", "nothing"] | None = None
    hits: tuple[str, ...] = ()
    """Ids of the documents shown, the best first, at most `kb.visits.HITS_KEPT`."""
    results: int | None = Field(None, ge=0)
    """How many were shown; None where it is not known."""
    times: int = Field(1, ge=1, le=1_000_000)
    """How often it was asked, where a log that was imported tells no more than that."""


class ResultClicked(_VisitEvent):
    type: Literal["result_clicked"] = "result_clicked"
    article: str
    """Empty where it is not known which (imported)."""
    position: int | None = Field(None, ge=1)
    """Its place among the results; None where it is not known."""


class ArticleVoted(_VisitEvent):
    type: Literal["article_voted"] = "article_voted"
    article: str
    helpful: bool
    comment: str = ""
    """Redacted."""
    reason: VoteReason = ""


class ContactMade(_VisitEvent):
    type: Literal["contact_made"] = "contact_made"
    question: str = ""
    """What was asked, redacted; empty where it is the search's query, or in the ticket."""
    locale: str = ""


class SurveyAnswered(_VisitEvent):
    type: Literal["survey_answered"] = "survey_answered"
    survey: Literal["csat", "nps"]
    score: int = Field(ge=0, le=10)
    """CSAT: 1 to 5; NPS: 0 to 10."""


SuggestionEvent = (
    SuggestionsOffered | SuggestionsShown | SuggestionUsed | SuggestionRejected | NothingFitted
)
VisitEvent = SearchMade | ResultClicked | ArticleVoted | ContactMade | SurveyAnswered

Event = Annotated[SuggestionEvent | VisitEvent, Field(discriminator="type")]

SUGGESTION_TYPES = tuple(
    str(kind.model_fields["type"].default) for kind in SuggestionEvent.__args__
)
VISIT_TYPES = tuple(str(kind.model_fields["type"].default) for kind in VisitEvent.__args__)

event_adapter: TypeAdapter[Event] = TypeAdapter(Event)
