"""What a conversation is about and what solved it: pure functions over `Ticket`."""

from __future__ import annotations

import regex

from kb.models import Message, Ticket

# Blanks within a line only: `\s*` would look through all the empty lines from each of them.
_QUOTED = regex.compile(r"^[^\S\n]*[>＞|].*$", regex.MULTILINE)
_QUOTE_HEADER = regex.compile(
    r"^[^\S\n]*(?:On .{4,120}wrote:|-{2,}\s*Original Message\s*-{2,}|_{5,}"
    r"|.{0,120}(?:نوشت|نوشته است|نوشته‌است|写道)\s*[:：])[^\S\n]*$",
    regex.MULTILINE | regex.IGNORECASE,
)
_SIGNATURE = regex.compile(r"^(?:--|—|__)[^\S\n]*$.*", regex.MULTILINE | regex.DOTALL)
_MAX_MESSAGE_CHARS = 20_000
"""Longer messages are pasted logs; the problem is described at their beginning."""


def without_quotes(text: str) -> str:
    """A message without the quoted history and signature below it.

    If nothing else was written, the text stays as it is.
    """
    text = text[:_MAX_MESSAGE_CHARS]
    stripped = _SIGNATURE.sub("", _QUOTE_HEADER.sub("", _QUOTED.sub("", text)))
    stripped = regex.sub(r"\n{3,}", "\n\n", stripped).strip()
    return stripped or text.strip()


def opening_problem(ticket: Ticket) -> str:
    """What the customer wrote before anybody answered: the problem, for matching."""
    texts = []
    for message in ticket.messages:
        if message.author == "rep":
            break
        if message.author == "customer":
            texts.append(without_quotes(message.text))
    return "\n".join(text for text in texts if text)


def current_problem(ticket: Ticket) -> str:
    """What the customer wants now: everything since the last reply; else the opening."""
    texts: list[str] = []
    for message in reversed(ticket.messages):
        if message.author == "rep":
            break
        if message.author == "customer":
            texts.insert(0, without_quotes(message.text))
    recent = "\n".join(text for text in texts if text)
    return recent or opening_problem(ticket)


def resolution(ticket: Ticket) -> Message | None:
    """The rep's message that carried the answer, or None if no rep wrote.

    Accepted by the customer, else voted helpful most, else the most substantial one: thanks,
    requests for a screenshot and closing notes are short, answers are not. Later wins a tie.
    """
    replies = [m for m in ticket.messages if m.author == "rep" and m.text.strip()]
    if not replies:
        return None

    def rank(item: tuple[int, Message]) -> tuple[bool, int, int, int]:
        position, message = item
        return (
            message.accepted,
            message.helpful,
            min(len(without_quotes(message.text)), 1500),
            position,
        )

    return max(enumerate(replies), key=rank)[1]


def people(ticket: Ticket) -> list[str]:
    """Names known from the ticket's metadata, for redaction."""
    names = [ticket.customer.name, *(message.name for message in ticket.messages)]
    return list(dict.fromkeys(name for name in names if name.strip()))
