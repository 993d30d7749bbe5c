"""Which reply resolved a ticket: what the customer flagged, else how the conversation went on."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.models import Message, Ticket
from kb.resolution.signs import Reaction, answer_weight, reaction, sentences
from kb.text import is_blank

How = Literal["accepted", "voted", "confirmed", "substantial"]

_COPIED = 20
"""Characters from which a sentence that was said before in the conversation is a quotation."""
_FULL_ANSWER = 300
"""Letters beyond which a longer answer is not a better one."""


@dataclass(frozen=True)
class Resolution:
    """The reply that carried the answer."""

    message: Message
    position: int
    """Of the message in the ticket."""
    how: How
    """What it was recognised by."""
    confirmed: bool
    """Whether the customer said afterwards that it worked."""


@dataclass(frozen=True)
class _Round:
    """Answers that came without a word from the customer in between, and what that word was."""

    answers: tuple[int, ...]
    """Positions."""
    reaction: Reaction


def find_resolution(ticket: Ticket) -> Resolution | None:
    """The reply that carried the answer, or None if no reply does.

    The first of these that there is: the accepted reply; the answer with the most helpful votes;
    answers after which the customer says that it worked; answers that earn thanks, but neither a
    question nor an objection; answers that are not much shorter than others, for these only add
    something. The latest of them count, and of several in a row the longest. A reply that is no
    answer at all (`kb.resolution.signs.answer_weight`) counts only when it was accepted.
    """
    accepted = _accepted(ticket)
    lines = list(_own_sentences(ticket))
    answers = {place: 1 for place in accepted}
    for place, message in enumerate(ticket.messages):
        if message.author == "rep" and (weight := answer_weight(lines[place], ticket.locale)):
            answers[place] = weight
    if not answers:
        return None
    rounds = _rounds(ticket, lines, answers)
    confirmed = {place for r in rounds if r.reaction == "worked" for place in r.answers}
    how: How
    voted = max(answers, key=lambda place: (ticket.messages[place].helpful, place))
    if accepted:
        place, how = accepted[-1], "accepted"
    elif ticket.messages[voted].helpful > 0:
        place, how = voted, "voted"
    else:
        place = _best(rounds, answers)
        how = "confirmed" if place in confirmed else "substantial"
    return Resolution(ticket.messages[place], place, how, place in confirmed)


def resolution(ticket: Ticket) -> Message | None:
    """The message of `find_resolution`."""
    found = find_resolution(ticket)
    return found.message if found else None


def is_answered(ticket: Ticket) -> bool:
    """Whether `find_resolution` finds one; reads no further than to the first answer."""
    return bool(_accepted(ticket)) or any(
        message.author == "rep" and answer_weight(lines, ticket.locale) > 0
        for message, lines in zip(ticket.messages, _own_sentences(ticket), strict=True)
    )


def _accepted(ticket: Ticket) -> list[int]:
    """Positions of accepted replies."""
    return [
        place
        for place, message in enumerate(ticket.messages)
        if message.author == "rep" and message.accepted and not is_blank(message.text)
    ]


def _own_sentences(ticket: Ticket) -> Iterator[list[str]]:
    """Each message's sentences without those copied from earlier messages."""
    seen: set[str] = set()
    for message in ticket.messages:
        lines = sentences(message.text)
        yield [line for line in lines if len(line) < _COPIED or line not in seen]
        seen.update(lines)


def _rounds(
    ticket: Ticket, lines: Sequence[Sequence[str]], answers: Container[int]
) -> list[_Round]:
    """The conversation as rounds of answers at these positions, in order; at least one."""
    rounds: list[_Round] = []
    current: list[int] = []
    said: list[str] = []
    for place, message in enumerate(ticket.messages):
        if place in answers:
            if said:
                rounds.append(_Round(tuple(current), reaction(said, ticket.locale)))
                current, said = [], []
            current.append(place)
        elif message.author == "customer" and current:
            said.extend(lines[place])
    rounds.append(_Round(tuple(current), reaction(said, ticket.locale)))
    return rounds


def _best(rounds: Sequence[_Round], weights: Mapping[int, int]) -> int:
    """Position of the answer that the customer's reactions speak for; at least one round."""

    def longest(item: _Round) -> int:
        return max(item.answers, key=lambda place: (weights[place], place))

    for wanted in ("worked", "thanked"):
        if matching := [item for item in rounds if item.reaction == wanted]:
            return longest(matching[-1])
    enough = min(_FULL_ANSWER, max(weights.values())) / 2
    return [place for place in map(longest, rounds) if weights[place] >= enough][-1]
