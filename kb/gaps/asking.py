"""What was asked in tickets: read from the store once, redacted, and remembered."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping

from kb.gaps.missing.questions import TicketAsked
from kb.gaps.probing import Progress
from kb.gaps.remembered import QuestionCache
from kb.models import Document, Ticket
from kb.privacy import Redactor
from kb.store import Store, StoredDocument
from kb.text import is_blank, language_of
from kb.tickets import opening_problem, people

_BATCH = 500
_READ_CHARS = 4000
_KEPT_CHARS = 1000
"""A problem is told at its beginning."""


def tickets_asked(
    store: Store,
    redactor: Redactor,
    cache: QuestionCache,
    since: dt.datetime,
    progress: Progress,
) -> dict[str, TicketAsked]:
    """What every ticket since a moment asks, by ticket id; one that says nothing is missing."""
    hashes = store.documents.hashes()
    space = hashlib.sha256(repr(redactor).encode()).hexdigest()[:16]
    key_of = {identifier: f"{space} {digest}" for identifier, digest in hashes.items()}
    known = cache.problems(list(key_of.values()))
    missing = [identifier for identifier, key in key_of.items() if key not in known]
    for start in range(0, len(missing), _BATCH):
        fresh = {
            key_of[stored.document.id]: _told(stored, redactor)
            for stored in store.documents.some(missing[start : start + _BATCH])
            if stored.document.id in key_of
        }
        cache.remember_problems(fresh)
        known |= fresh
        progress("read tickets", min(start + _BATCH, len(missing)), len(missing))
    asked = {
        identifier: _read(identifier, known[key])
        for identifier, key in key_of.items()
        if known.get(key)
    }
    return {identifier: one for identifier, one in asked.items() if one.at >= since}


def _told(stored: StoredDocument, redactor: Redactor) -> str:
    """A ticket as JSON; empty for what asks nothing."""
    ticket: Document = stored.document
    if not isinstance(ticket, Ticket):
        return ""
    # What was asked first: later turns are about the answers, and say "thanks" in the end.
    opening = f"{ticket.subject}\n{opening_problem(ticket)[:_READ_CHARS]}".strip()
    if is_blank(opening):
        return ""
    at = ticket.created or stored.stored_at
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    told: Mapping[str, str] = {
        "at": at.isoformat(),
        "person": _person(ticket),
        "text": redactor.redact(opening, people(ticket)).text[:_KEPT_CHARS],
        "language": language_of(ticket.locale),
    }
    return json.dumps(told, ensure_ascii=False)


def _person(ticket: Ticket) -> str:
    """Whom tickets of one customer have in common; not to be traced back to them."""
    customer = ticket.customer
    who = customer.id or customer.email.casefold() or f"ticket {ticket.id}"
    return "customer " + hashlib.blake2b(who.encode(), digest_size=8).hexdigest()


def _read(identifier: str, told: str) -> TicketAsked:
    fields = json.loads(told)
    at = dt.datetime.fromisoformat(fields["at"])
    return TicketAsked(identifier, at, fields["person"], fields["text"], fields["language"])
