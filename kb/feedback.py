"""Feedback on suggestions: from what a rep did to an event, and verdicts on sources.

record    a result on its way to the rep becomes an occasion that feedback can name
give      what the rep did with it becomes an event and verdicts on sources
expire    events go when their time is over
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import Field

from kb.drafting import refuse_unfilled
from kb.edits import edit_distance, shortened
from kb.errors import InvalidInput, NotFound, OperationalError
from kb.events import (
    Event,
    NothingFitted,
    Offered,
    SuggestionRejected,
    SuggestionsOffered,
    SuggestionsShown,
    SuggestionUsed,
)
from kb.models import Model, Suggestion, SuggestionResult, Text, Ticket
from kb.privacy import Redaction
from kb.privacy import redact as default_redact
from kb.store import Store
from kb.store.events import Events
from kb.tickets import people
from kb.verdicts import find_offered, verdicts_of

logger = logging.getLogger(__name__)

Redact = Callable[[str, Sequence[str]], Redaction]
"""Text and the names of the people known to take part."""

Action = Literal["shown", "inserted", "edited", "rejected", "nothing_fitted"]


class Feedback(Model):
    """What a rep did with the suggestions of one occasion."""

    action: Action
    suggestion_id: Text = Field("", max_length=100)
    """Which one was inserted, edited or rejected."""
    text: Text = Field("", max_length=1_000_000)
    """What was finally sent; says better than the action whether it was edited."""
    reason: Text = Field("", max_length=1000)
    """Why it was rejected, or why nothing fitted."""


class Receipt(Model):
    """What became of a feedback."""

    occasion: str
    recorded: str
    """Type of the event."""
    repeated: bool
    """The same was told before; nothing counted."""
    edit_distance: float | None = None
    """See `kb.edits.edit_distance`; None where nothing was used, or draft or text is not known."""
    accepted: tuple[str, ...] = ()
    """Sources for which this counted as accepted."""
    declined: tuple[str, ...] = ()


def new_occasion() -> str:
    return uuid.uuid4().hex


def record(
    events: Events,
    result: SuggestionResult,
    ticket: Ticket,
    now: dt.datetime,
    *,
    new_id: Callable[[], str] = new_occasion,
    shown: bool = True,
    redact: Redact = default_redact,
) -> SuggestionResult:
    """Log that suggestions were offered, and shown unless they were only fetched ahead.

    Returns:
        The result under its occasion's id; unchanged where the log cannot be written, because a
        reply without feedback is worth more than no reply.
    """
    named = result.model_copy(update={"id": new_id()})
    try:
        log_offer(events, named, ticket, now, shown=shown, redact=redact)
    except OperationalError as error:
        logger.warning("Suggestions go out without being recorded: %s", error)
        return result
    return named


def log_offer(
    events: Events,
    named: SuggestionResult,
    ticket: Ticket,
    now: dt.datetime,
    *,
    shown: bool = True,
    redact: Redact = default_redact,
) -> None:
    """The second half of `record`, for a result that has an id; may be put off until it is sent.

    Raises:
        OperationalError: the log cannot be written.
    """
    events.append(offer_of(named, ticket, redact), now)
    if shown:
        events.append(SuggestionsShown(occasion=named.id, ticket_id=ticket.id), now)


def give(
    store: Store,
    occasion: str,
    feedback: Feedback,
    now: dt.datetime,
    names: Sequence[str] | None = None,
    *,
    redact: Redact = default_redact,
) -> Receipt:
    """Log what a rep did, and count what it says of sources; the same once only.

    Args:
        names: the people of the ticket, to be redacted; None: whom the stored ticket names. If
            there is none either, an edited text is compared but not kept.

    Raises:
        NotFound: the occasion is unknown, or did not offer that suggestion.
        InvalidInput: what the action needs is missing, or the text still has placeholders.
        OperationalError: the log cannot be written.
    """
    logged = (entry.event for entry in store.events.of_occasion(occasion))
    offer = next((event for event in logged if isinstance(event, SuggestionsOffered)), None)
    if offer is None:
        raise NotFound(f"No suggestions were offered as '{occasion}', or their events are deleted.")
    event = event_of(feedback, offer, _people(store, offer.ticket_id, names), redact)
    done = store.events.append(event, now, verdicts_of(event, offer))
    return Receipt(
        occasion=occasion,
        recorded=event.type,
        repeated=not done.new,
        edit_distance=event.edit_distance if isinstance(event, SuggestionUsed) else None,
        accepted=tuple(source for source, accepted in done.counted.items() if accepted),
        declined=tuple(source for source, accepted in done.counted.items() if not accepted),
    )


def _people(store: Store, ticket_id: str, names: Sequence[str] | None) -> list[str] | None:
    stored = store.documents.get(ticket_id)
    if not isinstance(stored, Ticket):
        return None if names is None else list(names)
    return [*people(stored), *(names or ())]


def expire(events: Events, retention_days: int, now: dt.datetime) -> int:
    """Delete events older than so many days (0: none); returns how many."""
    return events.purge(now - dt.timedelta(days=retention_days)) if retention_days else 0


def offer_of(
    result: SuggestionResult, ticket: Ticket, redact: Redact = default_redact
) -> SuggestionsOffered:
    """What was offered, with the ticket's people and their data taken out of the drafts."""
    names = people(ticket)

    def offered(suggestion: Suggestion) -> Offered:
        return Offered(
            id=suggestion.id,
            kind=suggestion.kind,
            sources=tuple(source.id for source in suggestion.sources),
            confidence=suggestion.confidence,
            draft=redact(shortened(suggestion.draft), names).text,
        )

    escalation = result.escalation
    return SuggestionsOffered(
        occasion=result.id,
        ticket_id=ticket.id,
        locale=result.locale,
        group=ticket.group,
        offered=tuple(offered(suggestion) for suggestion in result.suggestions),
        escalated=escalation is not None,
        meanwhile=offered(escalation.meanwhile) if escalation and escalation.meanwhile else None,
    )


def event_of(
    feedback: Feedback,
    offer: SuggestionsOffered,
    names: Sequence[str] | None,
    redact: Redact = default_redact,
) -> Event:
    """The event of a feedback, redacted.

    Args:
        names: people of the ticket; None: they are not known.

    Raises:
        NotFound: the occasion did not offer that suggestion.
        InvalidInput: what the action needs is missing, or the text still has placeholders.
    """
    of = {"occasion": offer.occasion, "ticket_id": offer.ticket_id}
    reason = redact(feedback.reason.strip(), names or ()).text
    match feedback.action:
        case "shown":
            return SuggestionsShown(**of)
        case "nothing_fitted":
            return NothingFitted(**of, comment=reason)
        case "rejected":
            suggestion = find_offered(offer, feedback.suggestion_id)
            return SuggestionRejected(**of, suggestion_id=suggestion.id, reason=reason)
        case "inserted" | "edited":
            return _used(feedback, offer, names, redact)


def _used(
    feedback: Feedback, offer: SuggestionsOffered, names: Sequence[str] | None, redact: Redact
) -> SuggestionUsed:
    suggestion = find_offered(offer, feedback.suggestion_id)
    edited = feedback.action == "edited"
    distance: float | None = None if edited else 0.0
    text = ""
    if feedback.text.strip():
        refuse_unfilled(feedback.text)
        text = redact(shortened(feedback.text), names or ()).text
        distance = edit_distance(suggestion.draft, text) if suggestion.draft else None
        edited = edited if distance is None else distance > 0
    elif edited:
        raise InvalidInput("Send the edited text as `text`.")
    return SuggestionUsed(
        occasion=offer.occasion,
        ticket_id=offer.ticket_id,
        suggestion_id=suggestion.id,
        edited=edited,
        edit_distance=distance,
        text=text if edited and names is not None else "",
    )
