"""What a conversation is about: pure functions over `Ticket`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.mail import read_mail
from kb.mail.remarks import is_courtesy, refers_back
from kb.models import Ticket

_ANSWER_CHARS = 80
"""Shorter turns after a rep's question, with no question of their own, are answers to it."""


def without_quotes(text: str) -> str:
    """What a message's author wrote: see `kb.mail.MailText.written`."""
    return read_mail(text).written


def opening_problem(ticket: Ticket) -> str:
    """What the customer wrote before anybody answered: the problem, for matching.

    Automatic messages are nobody's; what a customer passes on is part of the problem.
    """
    first = next(_turns(ticket), None)
    return _joined(first.texts) if first and not first.answered else ""


def current_problem(ticket: Ticket) -> str:
    """What the customer wants now: the latest turn that says more than thanks.

    If it leans on earlier ones ("it still does not work") or only answers the rep's question, they
    are part of it, back to the one that stands by itself.
    """
    turns = list(_turns(ticket))
    saying = [turn for turn in map(_substantial, turns) if turn.texts] or turns[-1:]
    chosen: list[str] = []
    for turn in reversed(saying):
        chosen = [*turn.texts, *chosen]
        if not _leans_back(turn):
            break
    return _joined(chosen)


@dataclass(frozen=True)
class _Turn:
    """What a customer wrote between two replies."""

    texts: tuple[str, ...]
    answered: bool
    """Whether a rep had written before."""
    asked: bool
    """Whether the rep's last message before it asked something."""


def _turns(ticket: Ticket) -> Iterator[_Turn]:
    """The customer's turns, oldest first, without automatic messages and empty turns."""
    texts: list[str] = []
    answered = asked = False
    for message in ticket.messages:
        if message.author == "system":
            continue
        mail = read_mail(message.text)
        if mail.automatic:
            continue
        if message.author == "customer":
            texts.append(mail.problem)
            continue
        if any(texts):
            yield _Turn(tuple(filter(None, texts)), answered, asked)
        texts, answered = [], True
        asked = any(mark in mail.written for mark in "?？؟")
    if any(texts):
        yield _Turn(tuple(filter(None, texts)), answered, asked)


def _substantial(turn: _Turn) -> _Turn:
    """The turn without messages that are only polite."""
    kept = tuple(text for text in turn.texts if not is_courtesy(text))
    return _Turn(kept, turn.answered, turn.asked)


def _leans_back(turn: _Turn) -> bool:
    text = _joined(turn.texts)
    is_question = any(mark in text for mark in "?？؟")
    return refers_back(text) or (turn.asked and len(text) <= _ANSWER_CHARS and not is_question)


def _joined(texts: Iterable[str]) -> str:
    """One text of several; the same one sent twice counts once."""
    return "\n".join(dict.fromkeys(texts))


def people(ticket: Ticket) -> list[str]:
    """Names known from the ticket's metadata, for redaction."""
    names = [ticket.customer.name, *(message.name for message in ticket.messages)]
    return list(dict.fromkeys(name for name in names if name.strip()))
