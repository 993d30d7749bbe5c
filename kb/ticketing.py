"""Tickets in the store: kept, continued, resolved.

Every change reads, changes and swaps: it succeeds only on what it has read, so two people cannot
overwrite each other, and whatever is repeated changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from kb.errors import Conflict, InvalidInput, NotFound, TooLarge
from kb.models import Message, Ticket
from kb.store import Store, StoredDocument
from kb.store.outbox import MessageType

MAX_MESSAGES = 1000
OUR_CHANNELS = ("help_center", "widget")
"""Where tickets begin here: the contact form and the widget."""
_ATTEMPTS = 5
"""A change that others keep overtaking gives up after so many."""

Status = Literal["open", "solved"]


@dataclass(frozen=True)
class Held:
    """A ticket as the store holds it."""

    ticket: Ticket
    version: str
    """Changes with every change; see `Ticketing` on `expected`."""
    changed: dt.datetime


@dataclass(frozen=True)
class Resolution:
    """What solved a ticket: a reply that was sent, or a message that is there already."""

    text: str = ""
    message: int | None = None
    """Number of a rep's message, from 0."""
    rep: str = ""
    """Who wrote it."""
    group: str = ""
    tags: tuple[str, ...] = ()
    """In addition to those the ticket has."""
    satisfaction: int | None = None
    at: dt.datetime | None = None


class Ticketing:
    """What may be done with tickets. Thread-safe.

    Wherever `expected` is given, it is the version the caller has seen, and any other is a
    `Conflict`; without it, a change is applied to whatever is there.

    Args:
        max_bytes: of a ticket's JSON.
        telling: whether the webhook is told of the tickets that began here.
    """

    def __init__(self, store: Store, max_bytes: int, *, telling: bool = False) -> None:
        self._documents = store.documents
        self._max_bytes = max_bytes
        self._telling = telling

    def get(self, identifier: str) -> Held:
        """A ticket by its id.

        Raises:
            NotFound: there is none.
        """
        stored = self._documents.stored(identifier)
        if stored is None or not isinstance(stored.document, Ticket):
            raise NotFound(f"There is no ticket '{identifier}'.")
        return _held(stored, stored.document)

    def page(
        self, limit: int, status: Status | None = None, after: tuple[dt.datetime, str] | None = None
    ) -> list[Held]:
        """Tickets, the last changed first; `after` is (changed, id) of the last one seen."""
        found = self._documents.tickets(limit, status=status, after=after)
        return [_held(s, s.document) for s in found if isinstance(s.document, Ticket)]

    def create(self, ticket: Ticket, now: dt.datetime) -> Held:
        """Store a ticket under an id that is free.

        Raises:
            Conflict: the id is taken, or was erased. TooLarge: too much text.
        """
        if self._documents.stored(ticket.id):
            raise Conflict(f"The id '{ticket.id}' is taken; PUT replaces an open ticket.")
        return self._save(ticket, None, now, self._news(None, ticket))

    def put(
        self, ticket: Ticket, now: dt.datetime, expected: str | None = None
    ) -> tuple[Held, bool]:
        """Store an open ticket, or replace it; (the ticket held, whether it is new).

        Raises:
            Conflict: it is solved, or the id belongs to another kind of document, or was erased.
            NotFound: a version is expected of something that is not there.
            TooLarge: too much text.
        """
        stored = self._documents.stored(ticket.id)
        if stored is None:
            if expected:
                raise NotFound(f"There is no ticket '{ticket.id}'.")
            return self._save(ticket, None, now, self._news(None, ticket)), True
        if not isinstance(stored.document, Ticket):
            raise Conflict(
                f"'{ticket.id}' is the id of a document of the kind {stored.document.kind}; "
                "use another one."
            )

        def replace(old: Ticket) -> Ticket:
            if old.status == "solved":
                raise Conflict(
                    f"The ticket '{ticket.id}' is solved; a customer who comes back gets a new "
                    "ticket, or a message in this one."
                )
            return ticket.model_copy(update={"created": ticket.created or old.created})

        return self._change(ticket.id, replace, now, expected)[0], False

    def append(
        self, identifier: str, messages: Sequence[Message], now: dt.datetime, expected: str | None
    ) -> Held:
        """Add messages at the end.

        Raises:
            NotFound, Conflict, TooLarge.
        """
        return self._change(
            identifier,
            lambda old: old.model_copy(update={"messages": (*old.messages, *messages)}),
            now,
            expected,
        )[0]

    def amend(
        self,
        identifier: str,
        now: dt.datetime,
        expected: str | None,
        *,
        group: str | None = None,
        priority: str | None = None,
    ) -> tuple[Held, bool]:
        """Give a ticket to another group, or another priority; None leaves it as it is.

        Returns:
            The ticket held, and whether anything changed.

        Raises:
            NotFound, Conflict.
        """
        wanted = {"group": group, "priority": priority}
        changes = {name: value.strip() for name, value in wanted.items() if value is not None}
        return self._change(
            identifier,
            lambda old: Ticket.model_validate(dict(old) | changes),
            now,
            expected,
        )

    def reopen(self, identifier: str, now: dt.datetime, expected: str | None) -> tuple[Held, bool]:
        """Make a solved ticket an open one, whose replies are not learned.

        Returns:
            The ticket held, and whether anything changed.

        Raises:
            NotFound, Conflict.
        """

        def reopened(old: Ticket) -> Ticket:
            messages = tuple(m.model_copy(update={"accepted": False}) for m in old.messages)
            return old.model_copy(update={"status": "open", "messages": messages})

        return self._change(identifier, reopened, now, expected)

    def resolve(
        self, identifier: str, resolution: Resolution, now: dt.datetime, expected: str | None
    ) -> tuple[Held, bool]:
        """Mark a ticket as solved by a reply; (the ticket held, whether anything changed).

        Raises:
            NotFound: there is no such ticket. InvalidInput: no reply is named.
            Conflict: another reply solved it, and that is not the version expected; or somebody
                changed it in between.
        """

        def resolve(old: Ticket) -> Ticket:
            return resolved(old, resolution, now, may_replace=expected is not None)

        return self._change(identifier, resolve, now, expected)

    def _change(
        self,
        identifier: str,
        change: Callable[[Ticket], Ticket],
        now: dt.datetime,
        expected: str | None,
    ) -> tuple[Held, bool]:
        for attempt in range(1, _ATTEMPTS + 1):
            held = self.get(identifier)
            if expected and expected != held.version:
                raise Conflict(
                    f"Somebody else changed the ticket '{identifier}'; read it again, then repeat "
                    "what is still needed."
                )
            changed = change(held.ticket)
            if changed == held.ticket:
                return held, False
            try:
                news = self._news(held.ticket, changed)
                return self._save(changed, held.version, now, news), True
            except Conflict:
                if expected or attempt == _ATTEMPTS:
                    raise
        raise Conflict(f"Too many people are changing the ticket '{identifier}'; try again.")

    def _save(
        self, ticket: Ticket, replaces: str | None, now: dt.datetime, telling: MessageType | None
    ) -> Held:
        if replaces is None and ticket.created is None:
            ticket = ticket.model_copy(update={"created": now})
        size = len(ticket.model_dump_json().encode())
        if len(ticket.messages) > MAX_MESSAGES or size > self._max_bytes:
            raise TooLarge(
                f"A ticket has at most {MAX_MESSAGES} messages and {self._max_bytes} bytes; "
                f"this one would have {len(ticket.messages)} and {size}."
            )
        saved = self._documents.save(ticket, now, replaces=replaces, telling=telling)
        return Held(ticket, saved, now)

    def _news(self, old: Ticket | None, new: Ticket) -> MessageType | None:
        """What the webhook is told: a help desk that made a ticket itself knows of it."""
        if not self._telling or new.channel not in OUR_CHANNELS:
            return None
        if old is None:
            return "ticket.created"
        return "ticket.solved" if (old.status, new.status) == ("open", "solved") else None


def resolved(
    ticket: Ticket, resolution: Resolution, now: dt.datetime, may_replace: bool = False
) -> Ticket:
    """The ticket, solved; the very same one if it is solved by that reply already.

    A reply that stands in the thread already is marked, not added again.

    Args:
        may_replace: whether a reply that was accepted before may lose to this one.

    Raises:
        InvalidInput: no reply is named. Conflict: another one was accepted.
    """
    messages, place = _with_reply(ticket, resolution, now)
    others = [n for n, m in enumerate(ticket.messages) if m.accepted and n != place]
    if ticket.status == "solved" and others and not may_replace:
        raise Conflict(
            f"The ticket '{ticket.id}' was already solved by another reply; to replace it, send "
            "the ticket's current ETag in If-Match."
        )
    marked = tuple(
        message
        if message.accepted == (number == place)
        else message.model_copy(update={"accepted": number == place})
        for number, message in enumerate(messages)
    )
    tags = (*ticket.tags, *(tag for tag in resolution.tags if tag not in ticket.tags))
    changes = {
        "messages": marked,
        "status": "solved",
        "group": resolution.group or ticket.group,
        "tags": tags,
        "satisfaction": resolution.satisfaction or ticket.satisfaction,
    }
    try:
        return Ticket.model_validate(dict(ticket) | changes)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from error


def _with_reply(
    ticket: Ticket, resolution: Resolution, now: dt.datetime
) -> tuple[tuple[Message, ...], int]:
    """The thread with the reply in it, and the reply's number."""
    reply = Message(
        author="rep", text=resolution.text, name=resolution.rep, at=resolution.at or now
    )
    if resolution.message is not None:
        place = resolution.message
        if not 0 <= place < len(ticket.messages) or ticket.messages[place].author != "rep":
            raise InvalidInput(
                f"message: number {place} of the ticket '{ticket.id}' is no rep's message; "
                "they are counted from 0."
            )
        return ticket.messages, place
    if not reply.text.strip():
        raise InvalidInput(
            "Give the text of the reply that solved the ticket, or the number of the message."
        )
    for place, message in reversed(list(enumerate(ticket.messages))):
        if message.author == "rep" and message.text.strip() == reply.text.strip():
            return ticket.messages, place
    return (*ticket.messages, reply), len(ticket.messages)


def _held(stored: StoredDocument, ticket: Ticket) -> Held:
    return Held(ticket, stored.content_hash, stored.stored_at)
