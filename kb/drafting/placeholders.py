"""Placeholders of macros: recognised in every syntax in use, filled where that is safe.

    {{ticket.requester.name}}  {{ name }}    Zendesk, Freshdesk, HubSpot, Chatwoot, …, and ours
    #{ticket.customer.firstname}             Zammad
    {{ticket.id | default: "?"}}  {% if %}   recognised, never filled: what it does is not ours
    [NAME]  [EMAIL]                          what redaction left; see kb.privacy

What is not filled stays as it is written and is refused when the draft is inserted. Values go in
once, as plain text: nothing in them is looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping

import regex

from kb.drafting.bidi import direction, placed
from kb.drafting.values import TicketValues
from kb.errors import InvalidInput
from kb.models import Ticket
from kb.privacy import find_placeholders

# The classes exclude the braces, so that every attempt ends where the next one begins.
_PLACEHOLDER = regex.compile(
    r"\{\{\{(?P<triple>[^{}]*+)\}\}\}"
    r"|\{\{(?P<double>[^{}]*+)\}\}"
    r"|\#\{(?P<hash>[^{}]*+)\}"
    r"|\{%[^{}]*+\}"
)
_NAME = regex.compile(r"\s*+([\p{L}\p{M}\p{N}_.\-\u200c]++)\s*+")
_LISTED = 8
_CONTEXT = 80


def fill_placeholders(
    body: str, ticket: Ticket, values: Mapping[str, str] | None = None, *, locale: str = ""
) -> str:
    """`body` with the ticket's values; what is not known stays a placeholder.

    Args:
        values: what the ticket does not hold, by placeholder name: `agent.name`, `order.number`, …
            They are taken before the ticket's own.
        locale: of `body`; the ticket's, if empty.
    """
    locale = locale or ticket.locale
    value_of = TicketValues(ticket, values or {}, locale)
    base = direction(locale)

    def fill(match: regex.Match[str]) -> str:
        name = _name(match)
        value = value_of(name) if name else ""
        if not value:
            return match[0]
        before = body[max(0, match.start() - _CONTEXT) : match.start()]
        after = body[match.end() : match.end() + _CONTEXT]
        return placed(value, _without(before), _without(after), base)

    return str(_PLACEHOLDER.sub(fill, body))


def _name(match: regex.Match[str]) -> str:
    """The placeholder's name; empty where it is more than a name."""
    inside = match["triple"] or match["double"] or match["hash"] or ""
    named = _NAME.fullmatch(inside)
    return named[1] if named else ""


def _without(text: str) -> str:
    return str(_PLACEHOLDER.sub(" ", text))


def unfilled(text: str) -> list[str]:
    """Placeholders that have to be filled before `text` is sent, in order, once each."""
    found: dict[str, int] = {}
    for match in _PLACEHOLDER.finditer(text):
        if match[0].strip("{}#% \n\t"):
            found.setdefault(match[0], match.start())
    for redacted in set(find_placeholders(text)):
        found.setdefault(redacted, text.index(redacted))
    return sorted(found, key=lambda placeholder: found[placeholder])


def refuse_unfilled(text: str) -> None:
    """Let only a text pass in which nothing is left to fill.

    Raises:
        InvalidInput: placeholders are left; the sentence names them.
    """
    missing = unfilled(text)
    if not missing:
        return
    named = ", ".join(missing[:_LISTED])
    more = f" and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
    raise InvalidInput(f"Fill {named}{more} before inserting.")
