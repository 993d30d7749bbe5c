"""What is matched of a ticket: its current problem, in words and in meaning."""

from __future__ import annotations

from dataclasses import dataclass

from kb.errors import InvalidInput
from kb.models import Ticket
from kb.privacy import Redactor
from kb.text import is_blank
from kb.tickets import current_problem, people

_MEANING_CHARS = 900
"""A problem is told at its beginning; on linked threads more text made the vector no better, and
embedding it costs more than all the rest."""
_WORDS_CHARS = 4000
"""Error messages and versions stand further down."""


@dataclass(frozen=True)
class Problem:
    """Redacted like the index it is held against."""

    meaning: str
    """What is embedded."""
    words: str
    """What is looked up word by word."""


def problem_of(ticket: Ticket, redactor: Redactor) -> Problem:
    """Subject and current problem of a ticket.

    Raises:
        InvalidInput: the ticket says nothing.
    """
    told = f"{ticket.subject}\n{current_problem(ticket)[:_WORDS_CHARS]}".strip()
    if is_blank(told):
        raise InvalidInput(
            "The ticket has no subject and no customer message to work with; "
            "send at least one of them."
        )
    words = redactor.redact(told, people(ticket)).text
    return Problem(words[: len(ticket.subject) + _MEANING_CHARS], words)
