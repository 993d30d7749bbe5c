"""A ticket's messages as they are shown: what was written, and the rest folded away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kb.mail import read_mail
from kb.models import Message, Ticket

Side = Literal["customer", "rep", "note", "system"]
"""`note`: for the team only, with its author's name; `system`: a program's remark."""

_FOLDED_FROM = 8
"""A longer thread shows its first message and the last ones; those between are folded."""
_LAST = 4


@dataclass(frozen=True)
class Bubble:
    number: int
    """Of the message, from 0."""
    side: Side
    name: str
    at: dt.datetime | None
    written: str
    rest: str
    """Quotations and signature."""
    accepted: bool


@dataclass(frozen=True)
class Thread:
    first: tuple[Bubble, ...]
    folded: tuple[Bubble, ...]
    last: tuple[Bubble, ...]


def thread_of(ticket: Ticket) -> Thread:
    """All messages; the middle of a long thread apart."""
    bubbles = bubbles_of(ticket.messages)
    if len(bubbles) < _FOLDED_FROM:
        return Thread((), (), bubbles)
    return Thread(bubbles[:1], bubbles[1:-_LAST], bubbles[-_LAST:])


def bubbles_of(messages: Sequence[Message], start: int = 0) -> tuple[Bubble, ...]:
    """Args:
    start: number of the first one.
    """
    return tuple(_bubble(start + place, message) for place, message in enumerate(messages))


def _bubble(number: int, message: Message) -> Bubble:
    written, rest = message.text, ""
    if message.author != "system":
        mail = read_mail(message.text)
        written = mail.written
        if mail.forwarded and mail.forwarded != written:
            written = f"{written}\n\n{mail.forwarded}".strip()
        rest = "\n\n".join(part for part in (mail.signature, mail.quoted) if part.strip())
    side: Side = message.author
    if side == "system" and message.name:
        side = "note"
    at = message.at
    if at and not at.tzinfo:
        at = at.replace(tzinfo=dt.UTC)
    return Bubble(number, side, message.name, at, written.strip(), rest, message.accepted)
