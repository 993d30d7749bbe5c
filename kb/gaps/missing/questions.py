"""What was asked: searches, contacts and tickets become questions, each text once. Pure.

People, not events, are counted: a visit that asks a thousand times is one person, and so is a
customer with ten tickets. Where an imported log names nobody, every time asked counts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import regex

from kb.gaps.journeys import Contact, Search
from kb.text import clean, fold, is_blank

_SPACES = regex.compile(r"\s+")
_LETTERS = regex.compile(r"\p{L}")
LEAST_LETTERS = 2
"""Texts with fewer are numbers, smileys, slips of the hand."""


@dataclass(frozen=True, slots=True)
class TicketAsked:
    """A ticket, or a contact without one, as a question."""

    ticket_id: str
    """Empty for a contact without a ticket."""
    at: dt.datetime
    person: str
    text: str
    """Redacted."""
    language: str


@dataclass(slots=True)
class Question:
    """One text in one language, and everybody who asked it."""

    key: str
    """Names the text: equal for texts that differ only in writing."""
    text: str
    """As most people wrote it."""
    language: str
    searches: list[Search] = field(default_factory=list)
    tickets: list[TicketAsked] = field(default_factory=list)

    @property
    def people(self) -> set[str]:
        """Everybody who is known; see `Crowd` for those who are not."""
        found = {search.person for search in self.searches}
        return found | {ticket.person for ticket in self.tickets}

    @property
    def times(self) -> Iterable[tuple[dt.datetime, str, int]]:
        """(when, person, how many people that stands for) of every time it was asked."""
        for search in self.searches:
            yield search.at, search.person, search.times if not search.session else 1
        for ticket in self.tickets:
            yield ticket.at, ticket.person, 1

    @property
    def demand(self) -> int:
        """How many people asked it."""
        return people_of([self])


def questions_of(searches: Iterable[Search], tickets: Iterable[TicketAsked]) -> list[Question]:
    """Every question of customers, ordered by key; texts that say nothing are left out."""
    found: dict[str, Question] = {}
    spelled: dict[str, Counter[str]] = {}

    def question(text: str, language: str) -> Question | None:
        shown = _SPACES.sub(" ", clean(text)).strip()
        if is_blank(shown) or len(_LETTERS.findall(shown[:200])) < LEAST_LETTERS:
            return None
        key = question_key(shown, language)
        spelled.setdefault(key, Counter())[shown] += 1
        return found.setdefault(key, Question(key, shown, language))

    for search in searches:
        if search.role == "customer" and (asked := question(search.query, search.language)):
            asked.searches.append(search)
    for ticket in tickets:
        if asked := question(ticket.text, ticket.language):
            asked.tickets.append(ticket)
    for key, asked in found.items():
        asked.text = min(spelled[key].items(), key=lambda item: (-item[1], item[0]))[0]
    return [found[key] for key in sorted(found)]


def question_key(text: str, language: str) -> str:
    """The same for texts of a language that differ only in case, width, spaces or ی and ي."""
    folded = _SPACES.sub(" ", fold(text)).strip(" ?!.؟。？！…")
    return hashlib.blake2b(f"{language} {folded}".encode(), digest_size=12).hexdigest()


def people_of(questions: Iterable[Question]) -> int:
    """How many people asked any of the questions; each once."""
    return sum(weighted_people(when for one in questions for when in one.times).values())


def weighted_people(times: Iterable[tuple[dt.datetime, str, int]]) -> Mapping[str, int]:
    """Person to how many people that stands for (more than one where a log names nobody)."""
    found: dict[str, int] = {}
    for _, person, count in times:
        found[person] = max(found.get(person, 0), count)
    return found


def contacts_asked(
    contacts: Iterable[Contact], tickets: Mapping[str, TicketAsked]
) -> list[TicketAsked]:
    """Contacts and tickets as questions, nobody twice.

    A contact after a search is counted with that search already, so its ticket is asked by the
    visitor, not by one more person.

    Args:
        tickets: by ticket id.
    """
    asked = dict(tickets)
    others: list[TicketAsked] = []
    for contact in contacts:
        person = contact.session or f"search {contact.search}" if contact.search else ""
        known = asked.get(contact.ticket_id)
        if known and person:
            asked[contact.ticket_id] = TicketAsked(
                known.ticket_id, known.at, person, known.text, known.language
            )
        elif not known and contact.question:
            who = contact.session or f"contact {contact.at.isoformat()} {contact.question}"
            others.append(TicketAsked("", contact.at, who, contact.question, contact.locale))
    return [*asked.values(), *others]
