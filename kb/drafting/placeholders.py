"""Placeholders of macros: filled with what the ticket tells."""

from __future__ import annotations

import regex

from kb.drafting.names import first_name
from kb.models import Ticket

_PLACEHOLDER = regex.compile(r"\{\{\s*([\w.]+)\s*\}\}|#\{\s*([\w.]+)\s*\}")
_FIRST_NAME = ("customer.first_name", "contact.name", "customer.firstname", "requester.first_name")
_FULL_NAME = ("customer.name", "ticket.requester.name", "requester.name", "contact.full_name")


def fill_placeholders(body: str, ticket: Ticket) -> str:
    """Put the ticket's values into a macro; what the ticket does not tell stays a placeholder."""
    values = {"ticket.number": ticket.id, "ticket.id": ticket.id, "ticket.subject": ticket.subject}
    values |= dict.fromkeys(_FULL_NAME, ticket.customer.name)
    values |= dict.fromkeys(_FIRST_NAME, first_name(ticket.customer.name, ticket.locale))

    def value(match: regex.Match[str]) -> str:
        return values.get(match[1] or match[2] or "", "") or match[0]

    return str(_PLACEHOLDER.sub(value, body))


def unfilled(draft: str) -> list[str]:
    """Placeholders a rep must fill before sending, in order, once each."""
    found = [match[0] for match in _PLACEHOLDER.finditer(draft)]
    return list(dict.fromkeys(found))
