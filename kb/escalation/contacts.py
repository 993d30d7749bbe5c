"""How often a customer had to come back about the same problem.

Not every message is a contact: answers to our questions, further ones, thanks, and the quick turns
of a chat belong to the conversation. A contact is a customer who says after a reply that the
problem is still there. (Counting every turn called 10 of 125 sample tickets repeated contacts, none
of which was one.)
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from kb.escalation.matching import Plain, matches, plain
from kb.escalation.signals import CustomerTexts
from kb.escalation.words import Phrase, contacts_said, patterns
from kb.models import Message, Ticket
from kb.tickets import without_quotes

_APART = dt.timedelta(hours=1)
"""Messages closer together than this are one conversation."""
_MAX_CHARS = 2000
"""Of a message; thanks and complaints stand at its beginning."""


class Contacts(NamedTuple):
    """Contacts in a ticket, its opening included, and the words that tell of more."""

    number: int
    returns: int
    """How often the customer came back in this ticket."""
    said: str
    """`my third mail`, as written; empty unless it tells of more contacts than we see."""


def contacts(ticket: Ticket, texts: CustomerTexts) -> Contacts:
    """Count the contacts: those that we see, or those that the customer counts."""
    returns = _returns(ticket)
    for text in texts.now:
        for found in matches(contacts_said(), text, unless_negated=False):
            if found.strength > returns + 1:
                return Contacts(int(found.strength), returns, found.words)
            break
    return Contacts(returns + 1, returns, "")


def wants_answer(message: Message) -> bool:
    """Whether a customer waits after this message: not after "works again, thanks"."""
    text = _beginning(message)
    return "?" in text.text or _says("unsettled", text) or not _says("settled", text)


def _returns(ticket: Ticket) -> int:
    count = 0
    replied = False
    last: dt.datetime | None = None
    for message in ticket.messages:
        if message.author == "rep":
            replied = True
        elif message.author == "customer":
            if replied and not _soon(last, message.at) and _brings_back(message):
                count += 1
                replied = False  # what follows without a reply is the same contact
            last = message.at or last
    return count


def _soon(last: dt.datetime | None, now: dt.datetime | None) -> bool:
    if last is None or now is None or (last.tzinfo is None) != (now.tzinfo is None):
        return False
    return now - last < _APART


def _brings_back(message: Message) -> bool:
    """Whether the problem persists: "still drips", but not "works again, thanks"."""
    text = _beginning(message)
    return _says("persists", text) and (_says("unsettled", text) or not _says("settled", text))


def _beginning(message: Message) -> Plain:
    return plain(without_quotes(message.text)[:_MAX_CHARS])


def _says(kind: Phrase, text: Plain) -> bool:
    return any(matches(patterns(kind), text, unless_negated=False))
