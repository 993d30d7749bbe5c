"""The ticket that a contact becomes: once, however often the form is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Literal

from kb.contact.form import ContactForm
from kb.errors import Conflict, NotFound
from kb.models import Customer, Message, Ticket, TicketContext
from kb.text import detect_language
from kb.ticketing import Ticketing

Channel = Literal["help_center", "widget"]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is mistaken for another, or for a digit."""
_CHARS = 10
_ATTEMPTS = 5


@dataclass(frozen=True)
class Written:
    """A contact in the store."""

    ticket: Ticket
    new: bool
    """False: the same form had been sent before."""


def reference_of(token: str, attempt: int = 0) -> str:
    """The id of the ticket that a form becomes, the same for the same token.

    50 bits: 1,000 more tickets beside a million have one chance in a million to meet an id that is
    taken, and then the next attempt is used.

    >>> reference_of("1795347000000-00000000000000000000000000000000")
    'H-5S7V0-K2CDY'
    """
    data = f"contact {attempt} {token}".encode()
    number = int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
    letters = "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(_CHARS))
    return f"H-{letters[:5]}-{letters[5:]}"


class ContactDesk:
    """Takes what customers write. Thread-safe.

    Args:
        languages, default_locale: what a question may be written in.
    """

    def __init__(
        self, ticketing: Ticketing, languages: tuple[str, ...], default_locale: str
    ) -> None:
        self._ticketing = ticketing
        self._languages = languages
        self._default = default_locale

    def write(
        self, form: ContactForm, token: str, channel: Channel, locale: str, now: dt.datetime
    ) -> Written:
        """Store a ticket; the one that is there already if this form was sent before.

        Args:
            form: cleaned and without problems (`check`).
            token: of the form.
            locale: of the page; the ticket's where its words do not tell another.

        Raises:
            TooLarge: too much text. Conflict: no id is free.
            OperationalError: the store cannot be written.
        """
        for attempt in range(_ATTEMPTS):
            ticket = self._ticket(form, reference_of(token, attempt), channel, locale, now)
            try:
                return Written(self._ticketing.create(ticket, now).ticket, new=True)
            except Conflict:
                there = self._same(ticket)
                if there:
                    return Written(there, new=False)
        raise Conflict("No reference is free for this message; open the form again and resend it.")

    def _same(self, ticket: Ticket) -> Ticket | None:
        """The stored ticket of that id, if the same person says the same in it."""
        try:
            there = self._ticketing.get(ticket.id).ticket
        except NotFound:  # erased
            return None
        same = there.customer.email == ticket.customer.email
        return there if same and there.messages[0].text == ticket.messages[0].text else None

    def _ticket(
        self, form: ContactForm, identifier: str, channel: Channel, locale: str, now: dt.datetime
    ) -> Ticket:
        languages = self._languages
        fallback = locale if locale in languages else self._default
        told = TicketContext(asked=form.asked, read=form.read, page=form.page)
        return Ticket(
            id=identifier,
            locale=detect_language(form.text, languages, fallback),
            subject=form.question,
            messages=(Message(author="customer", text=form.text, name=form.name, at=now),),
            created=now,
            customer=Customer(name=form.name, email=form.email),
            channel=channel,
            context=told if told != TicketContext() else None,
        )
