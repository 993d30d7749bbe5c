"""What becomes of what a rep typed: a reply, a note, a solution. Nothing of it is lost."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Literal

from api.pages.console.desk import Console
from api.signed_in import SignedIn
from api.state import State
from kb import audit
from kb.drafting import unfilled
from kb.errors import InvalidInput, KBError
from kb.feedback import Feedback, give
from kb.models import Message
from kb.ticketing import Held, Resolution

logger = logging.getLogger(__name__)

Deed = Literal["reply", "note", "solve", "move", "reopen", "hand_over"]

_AUDITED = {"solve": "ticket.solved", "reopen": "ticket.reopened"}
"""What changes which replies are suggested."""


class StillToFill(InvalidInput):
    """Placeholders are left in a reply.

    Attributes:
        placeholders: which.
    """

    def __init__(self, placeholders: list[str]) -> None:
        super().__init__(f"Fill {', '.join(placeholders)} before sending.")
        self.placeholders = placeholders


class NothingWritten(InvalidInput):
    """There is no reply to send or to solve the ticket by."""


@dataclass(frozen=True)
class Written:
    """A form of the ticket's page."""

    do: Deed
    text: str = ""
    version: str = ""
    """Of the ticket the rep has seen."""
    as_it_is: bool = False
    """The rep wants to send it although placeholders are left."""
    occasion: str = ""
    suggestion: str = ""
    """The suggestion that was inserted last, and where it was offered."""
    group: str = ""
    priority: str = ""


def carry_out(
    console: Console,
    state: State,
    identifier: str,
    written: Written,
    found: SignedIn,
    moment: dt.datetime,
) -> Held:
    """Do what the form says.

    Raises:
        StillToFill, NothingWritten: the reply cannot be sent like this.
        Conflict: somebody changed the ticket in the meantime.
        NotFound: there is no such ticket. TooLarge: too much text.
    """
    ticketing, version = console.ticketing, written.version or None
    if written.do in ("reply", "solve"):
        held = _answered(console, identifier, written, found, moment)
        _tell(state, written, moment)
    elif written.do == "note":
        held = ticketing.append(identifier, [_note(written.text, found, moment)], moment, None)
    elif written.do == "reopen":
        held = ticketing.reopen(identifier, moment, version)[0]
    else:
        priority = None if written.do == "hand_over" else written.priority
        held = ticketing.amend(identifier, moment, version, group=written.group, priority=priority)[
            0
        ]
        if written.do == "hand_over" and written.text.strip():
            note = _note(written.text, found, moment)
            held = ticketing.append(identifier, [note], moment, None)
    if action := _AUDITED.get(written.do):
        audit.record(state.store, found.user.email, action, identifier, now=moment)
    if state.indexing and (written.do == "reopen" or held.ticket.status == "solved"):
        state.indexing.wake()
    if state.telling:
        state.telling.wake()
    return held


def _answered(
    console: Console, identifier: str, written: Written, found: SignedIn, moment: dt.datetime
) -> Held:
    text, version = written.text.strip(), written.version or None
    missing = unfilled(text)
    if missing and not written.as_it_is:
        raise StillToFill(missing)
    name = found.user.name
    if written.do == "reply":
        if not text:
            raise NothingWritten("Write a reply first.")
        message = Message(author="rep", text=text, name=name, at=moment)
        return console.ticketing.append(identifier, [message], moment, version)
    if text:
        resolution = Resolution(text, rep=name)
    else:
        messages = console.ticketing.get(identifier).ticket.messages
        replies = [place for place, message in enumerate(messages) if message.author == "rep"]
        if not replies:
            raise NothingWritten("Write the reply that solves it.")
        resolution = Resolution(message=replies[-1])
    return console.ticketing.resolve(identifier, resolution, moment, version)[0]


def _note(text: str, found: SignedIn, moment: dt.datetime) -> Message:
    if not text.strip():
        raise NothingWritten("Write a note first.")
    return Message(author="system", text=text.strip(), name=found.user.name, at=moment)


def _tell(state: State, written: Written, moment: dt.datetime) -> None:
    """Feedback: the suggestion was sent, perhaps edited."""
    if not (written.occasion and written.suggestion and written.text.strip()):
        return
    text = written.text if not unfilled(written.text) else ""
    feedback = Feedback(action="inserted", suggestion_id=written.suggestion, text=text)
    redact = state.knowledge_base.tools.redactor.redact
    try:
        give(state.store, written.occasion, feedback, moment, redact=redact)
    except KBError as error:  # the reply is sent; what it says of the suggestion is worth less
        logger.warning("Feedback on '%s' is not recorded: %s", written.occasion, error)
