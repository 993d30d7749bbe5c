"""What was asked in tickets: read from the store once, redacted, and remembered."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from kb.events import NothingFitted, SuggestionsOffered, SuggestionUsed
from kb.gaps.missing.questions import TicketAsked
from kb.gaps.probing import Progress
from kb.gaps.remembered import QuestionCache
from kb.links import links_in
from kb.models import Document, Ticket
from kb.privacy import Redactor
from kb.resolution import find_resolution
from kb.store import LoggedEvent, Store, StoredDocument
from kb.text import detect_language, is_blank, language_of
from kb.tickets import opening_problem, people

_BATCH = 500
_FORMAT = 3
"""Of what is remembered of a ticket."""
_READ_CHARS = 4000
_KEPT_CHARS = 1000
"""A problem is told at its beginning."""


def tickets_asked(
    store: Store,
    redactor: Redactor,
    cache: QuestionCache,
    articles: frozenset[str],
    languages: Sequence[str],
    since: dt.datetime,
    until: dt.datetime,
    progress: Progress,
) -> dict[str, TicketAsked]:
    """What every ticket of a time asks, by ticket id; one that says nothing is missing.

    Args:
        articles: canonical links (kb.links) of the public articles.
        languages: the configured ones; people write in others than their account is set to.
    """
    hashes = store.documents.hashes()
    space = hashlib.sha256(f"{_FORMAT} {languages} {redactor!r}".encode()).hexdigest()[:16]
    key_of = {identifier: f"{space} {digest}" for identifier, digest in hashes.items()}
    cache.keep_problems(set(key_of.values()))
    known = cache.problems(list(key_of.values()))
    missing = [identifier for identifier, key in key_of.items() if key not in known]
    for start in range(0, len(missing), _BATCH):
        fresh = {
            key_of[stored.document.id]: _told(stored, redactor, languages)
            for stored in store.documents.some(missing[start : start + _BATCH])
            if stored.document.id in key_of
        }
        cache.remember_problems(fresh)
        known |= fresh
        progress("read tickets", min(start + _BATCH, len(missing)), len(missing))
    asked = {
        identifier: _read(identifier, known[key], articles)
        for identifier, key in key_of.items()
        if known.get(key)
    }
    return {identifier: one for identifier, one in asked.items() if since <= one.at <= until}


def _told(stored: StoredDocument, redactor: Redactor, languages: Sequence[str]) -> str:
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
    resolution = find_resolution(ticket) if ticket.status == "solved" else None
    told: Mapping[str, str | list[str]] = {
        "at": at.isoformat(),
        "person": _person(ticket),
        "text": redactor.redact(opening, people(ticket)).text[:_KEPT_CHARS],
        "language": detect_language(opening, languages, language_of(ticket.locale)),
        "links": sorted(links_in(resolution.message.text)) if resolution else [],
    }
    return json.dumps(told, ensure_ascii=False)


def _person(ticket: Ticket) -> str:
    """Whom tickets of one customer have in common; not to be traced back to them."""
    customer = ticket.customer
    who = customer.id or customer.email.casefold() or f"ticket {ticket.id}"
    return "customer " + hashlib.blake2b(who.encode(), digest_size=8).hexdigest()


def _read(identifier: str, told: str, articles: frozenset[str]) -> TicketAsked:
    fields = json.loads(told)
    return TicketAsked(
        ticket_id=identifier,
        at=dt.datetime.fromisoformat(fields["at"]),
        person=fields["person"],
        text=fields["text"],
        language=fields["language"],
        answered=True if articles.intersection(fields["links"]) else None,
    )


def told_by_reps(events: Iterable[LoggedEvent], articles: Collection[str]) -> dict[str, bool]:
    """Ticket id to whether a public article answered it, where reps have told.

    Args:
        events: of reps, ticket by ticket and occasion by occasion.
        articles: ids of the public articles.
    """
    told: dict[str, bool] = {}
    public: dict[str, bool] = {}
    for entry in events:
        match entry.event:
            case SuggestionsOffered() as offer:
                public = {
                    item.id: bool(item.sources) and item.sources[0] in articles
                    for item in offer.offered
                }
            case SuggestionUsed() as used if public.get(used.suggestion_id):
                told[used.ticket_id] = True
            case NothingFitted() as nothing:
                told.setdefault(nothing.ticket_id, False)
            case _:
                pass
    return told
