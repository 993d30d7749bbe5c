"""Tickets placed in time: what of them existed at a moment, and what the customer had asked.

Nothing later than the moment is left in what `Case.as_of` returns, so whatever is built from it
cannot know the future. What carries no time counts as known late rather than early:

- a message without a time counts as written with the next message that has one; if there is none,
  `UNDATED` after the last that has one;
- votes, acceptance and satisfaction carry no time: they count as known `UNDATED` after the
  conversation's last message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from kb.errors import InvalidInput
from kb.models import Article, Macro, Message, Ticket
from kb.resolution import is_answered, resolution
from kb.text import is_blank
from kb.tickets import opening_problem

UNDATED = dt.timedelta(days=30)


@dataclass(frozen=True)
class Case:
    """A resolved ticket on the time line; all moments are aware (a naive one is read as UTC)."""

    ticket: Ticket
    created: dt.datetime
    place: int
    """Position of the message that resolved it."""
    written: tuple[dt.datetime, ...]
    """When each message was written, by position."""
    settled: dt.datetime
    """When its outcome (votes, acceptance, satisfaction) counts as known."""

    @classmethod
    def of(cls, ticket: Ticket) -> Case:
        """Place a ticket in time.

        Raises:
            InvalidInput: it has no date, or no reply that answers.
        """
        created = created_at(ticket)
        reply = resolution(ticket) if created else None
        if created is None or reply is None:
            reason = NO_DATE if created is None else NO_ANSWER
            raise InvalidInput(f"Ticket {ticket.id} has no place in time: {reason}.")
        written = _written(ticket.messages, created)
        place = next(n for n, message in enumerate(ticket.messages) if message is reply)
        return cls(ticket, created, place, written, max(written) + UNDATED)

    @property
    def reply(self) -> Message:
        """What resolved the ticket."""
        return self.ticket.messages[self.place]

    @property
    def resolved(self) -> dt.datetime:
        """When that was written."""
        return self.written[self.place]

    def known_at(self, moment: dt.datetime) -> Case | None:
        """The case as it stood just before `moment`; None if it was not resolved by then."""
        then = self.as_of(moment)
        return self if then is self.ticket else Case.of(then) if then else None

    def as_of(self, moment: dt.datetime) -> Ticket | None:
        """The ticket as it stood just before `moment`; None if it was not resolved by then."""
        if self.resolved >= moment:
            return None
        if self.settled < moment:  # its last message came before that
            return self.ticket
        messages = [
            message
            for message, written in zip(self.ticket.messages, self.written, strict=True)
            if written < moment
        ]
        bare = tuple(_without_outcome(message) for message in messages)
        known = self.ticket.model_copy(update={"messages": bare, "satisfaction": None})
        # What does not look like an answer may be accepted later on.
        return known if is_answered(known) else None

    def unanswered(self) -> Ticket:
        """What was on the rep's desk: what the customer had written before anybody replied.

        Group and tags are given while a ticket is handled, so they are not there yet.
        """
        ticket = self.ticket
        return Ticket(
            id=ticket.id,
            locale=ticket.locale,
            subject=ticket.subject,
            messages=tuple(_without_outcome(message) for message in _asked(ticket)),
            created=self.created,
            customer=ticket.customer,
            channel=ticket.channel,
        )

    @property
    def language(self) -> str:
        return self.ticket.locale.split("-")[0]

    @property
    def untimed(self) -> int:
        """Messages after the first that carry no time."""
        return sum(message.at is None for message in self.ticket.messages[1:])


NO_DATE, NO_ANSWER = "no creation date", "no reply that answers"


def placed(ticket: Ticket) -> Case | str:
    """A ticket to be replayed or shown as history; or why it can be neither."""
    if created_at(ticket) is None:
        return NO_DATE
    try:
        case = Case.of(ticket)
    except InvalidInput:
        return NO_ANSWER
    if ticket.status != "solved":
        return "not solved"
    if not _asked(ticket) or is_blank(f"{ticket.subject}\n{opening_problem(ticket)}"):
        return "no question before the first reply"
    return case


def created_at(ticket: Ticket) -> dt.datetime | None:
    """When the ticket was opened: its own date, else its first message's."""
    moment = ticket.created or ticket.messages[0].at
    return aware(moment) if moment else None


def existed(document: Article | Macro, moment: dt.datetime) -> bool:
    """Whether this text of an article or macro stood before `moment`, as far as it says.

    Dates have no hour, so one updated on the day itself is left out.
    """
    return document.updated is None or document.updated < moment.astimezone(dt.UTC).date()


def aware(moment: dt.datetime) -> dt.datetime:
    """A moment that can be compared with others: one without a zone is read as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _asked(ticket: Ticket) -> list[Message]:
    before = takewhile(lambda message: message.author != "rep", ticket.messages)
    return [message for message in before if message.author == "customer"]


def _written(messages: Sequence[Message], created: dt.datetime) -> tuple[dt.datetime, ...]:
    stated = [max(aware(m.at), created) if m.at else None for m in messages]
    stated[0] = stated[0] or created
    moments: list[dt.datetime] = []
    last = created
    for place, moment in enumerate(stated):
        last = max(last, moment) if moment else last
        following = next((later for later in stated[place + 1 :] if later), last + UNDATED)
        moments.append(moment or following)
    return tuple(moments)


def _without_outcome(message: Message) -> Message:
    return message.model_copy(update={"accepted": False, "helpful": 0})
