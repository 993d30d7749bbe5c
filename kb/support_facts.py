"""What the support lead's figures need of tickets and contacts. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.gaps.journeys import Journeys
from kb.models import Ticket
from kb.text import language_of


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What the figures need of a ticket."""

    id: str
    created: dt.datetime | None
    first_reply: dt.datetime | None
    """Of a rep; None where there is none, or its time is not known."""
    replied: bool
    satisfaction: int | None
    group: str
    language: str
    channel: str


def facts_of(ticket: Ticket) -> TicketFacts:
    """A ticket without a time of its own was created with its first message."""
    times = (message.at for message in ticket.messages if message.at)
    replies = [message for message in ticket.messages if message.author == "rep"]
    return TicketFacts(
        id=ticket.id,
        created=_aware(ticket.created or next(times, None)),
        first_reply=min(filter(None, (_aware(reply.at) for reply in replies)), default=None),
        replied=bool(replies),
        satisfaction=ticket.satisfaction,
        group=ticket.group,
        language=language_of(ticket.locale),
        channel=ticket.channel,
    )


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.replace(tzinfo=dt.UTC) if moment and not moment.tzinfo else moment


@dataclass(frozen=True, slots=True)
class Demand:
    """Somebody contacted the team."""

    at: dt.datetime
    language: str
    key: str
    """Id of the ticket, or of the search it followed; empty where there is neither."""
    searched: bool
    """Whether it came from a visit that searched."""


def demands_of(journeys: Journeys, tickets: Iterable[TicketFacts]) -> Iterator[Demand]:
    """Tickets, and contacts that are no stored ticket; each once."""
    visits = {search.session for search in journeys.searches if search.session}
    known = {search.id: search.language for search in journeys.searches}
    from_search: dict[str, bool] = {}
    for contact in journeys.contacts:
        if contact.ticket_id:
            from_search[contact.ticket_id] = contact.search in known or contact.session in visits
    stored: set[str] = set()
    for ticket in tickets:
        if ticket.created:
            stored.add(ticket.id)
            searched = from_search.get(ticket.id, False)
            yield Demand(ticket.created, ticket.language, ticket.id, searched)
    for contact in journeys.contacts:
        if contact.ticket_id not in stored:
            searched = contact.search in known or contact.session in visits
            language = language_of(contact.locale or known.get(contact.search, ""))
            yield Demand(contact.at, language, contact.ticket_id or contact.search, searched)
