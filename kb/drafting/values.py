"""What a placeholder's name stands for: one ticket's values under the names help desks use.

A name is read without case, `_`, `-` and blanks: `ticket.requester.first_name`,
`customer.firstName` and `contact.firstname` are the same. docs/drafts.md has the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import regex

from kb.drafting.bidi import plain
from kb.drafting.names import display_name, first_name, last_name
from kb.models import Customer, Ticket
from kb.privacy import find_placeholders

_LONGEST = 300
"""Characters; a longer value is not one to put in a sentence, the rep writes it."""
_JOINTS = regex.compile(r"[\s_-]+")
_PEOPLE = (
    "ticket.requester.",
    "ticket.customer.",
    "ticket.contact.",
    "requester.",
    "customer.",
    "contact.",
)
_CUSTOM = ("customfields.", "customfield.", "attributes.", "properties.", "custom.")
_PERSON_FIELDS: Mapping[str, str] = {
    "name": "name", "fullname": "name",
    "firstname": "first", "givenname": "first",
    "lastname": "last", "surname": "last", "familyname": "last",
    "email": "email", "emailaddress": "email",
    "phone": "phone", "phonenumber": "phone", "mobile": "phone", "mobilephone": "phone",
    "id": "id", "externalid": "id",
}  # fmt: skip
_TICKET_FIELDS: Mapping[str, str] = {
    "ticket.id": "id", "ticket.number": "id", "ticket.ticketid": "id", "ticket.displayid": "id",
    "conversation.id": "id",
    "ticket.subject": "subject", "ticket.title": "subject",
    "ticket.channel": "channel", "ticket.via": "channel", "ticket.source": "channel",
    "ticket.group": "group", "ticket.group.name": "group",
}  # fmt: skip
_ALIASES: Mapping[str, str] = {
    **{
        f"{prefix}.{written}": f"agent.{field}"
        for prefix in ("agent", "currentuser", "user")
        for written, field in (
            ("name", "name"), ("fullname", "name"), ("firstname", "firstname"),
            ("lastname", "lastname"), ("email", "email"),
        )
    },
    "helpdeskname": "helpdesk.name", "ticket.account": "helpdesk.name",
    "ticket.brand.name": "helpdesk.name",
    "ticket.dueat": "ticket.duetime", "ticket.dueby": "ticket.duetime",
    "ticket.duedate": "ticket.duetime", "ticket.duebytime": "ticket.duetime",
    "firstname": "customer.firstname", "lastname": "customer.lastname", "email": "customer.email",
}  # fmt: skip


@dataclass(frozen=True)
class TicketValues:
    """Values of one ticket by placeholder name."""

    ticket: Ticket
    extra: Mapping[str, str]
    """What the ticket does not hold: `agent.name`, `ticket.due_time`, `order.number`, …"""
    locale: str

    def __call__(self, name: str) -> str:
        """The value as it may be inserted; empty where nothing is known.

        A value that holds braces or a redaction placeholder counts as unknown: inserted, it would
        make a new placeholder out of a customer's words.
        """
        value = plain(self._find(normalised(name)))
        if len(value) > _LONGEST or "{" in value or "}" in value or find_placeholders(value):
            return ""
        return value

    @cached_property
    def _given(self) -> dict[str, str]:
        return {normalised(key): value for key, value in self.extra.items()}

    def _find(self, name: str) -> str:
        given = self._given
        for key in (name, _ALIASES.get(name, name)):
            if given.get(key):
                return given[key]
            for prefix in _PEOPLE:
                if key.startswith(prefix):
                    return self._of_customer(key.removeprefix(prefix))
            if field := _TICKET_FIELDS.get(key):
                return str(getattr(self.ticket, field))
        agent = given.get("agent.name", "")
        match _ALIASES.get(name):
            case "agent.firstname":
                return first_name(agent, self.locale)
            case "agent.lastname":
                return last_name(agent)
        return ""

    def _of_customer(self, field: str) -> str:
        customer = self.ticket.customer
        name = customer_name(self.ticket)
        match _PERSON_FIELDS.get(field):
            case "name":
                return display_name(name)
            case "first":
                return first_name(name, self.locale)
            case "last":
                return last_name(name)
            case "email" | "phone" | "id" as known if getattr(customer, known):
                return str(getattr(customer, known))
        return _attribute(customer, field)


def _attribute(customer: Customer, field: str) -> str:
    for prefix in ("", *_CUSTOM):
        if field.startswith(prefix):
            wanted = field.removeprefix(prefix)
            for key, value in customer.attributes.items():
                if normalised(key) == wanted:
                    return value
    return ""


def customer_name(ticket: Ticket) -> str:
    """From the ticket's metadata, else from their latest message that has one."""
    if ticket.customer.name.strip():
        return ticket.customer.name
    names = [m.name for m in reversed(ticket.messages) if m.author == "customer" and m.name.strip()]
    return names[0] if names else ""


def normalised(name: str) -> str:
    return _JOINTS.sub("", name.casefold())
