"""What was asked: searches, contacts and tickets become questions, each text once. Pure.

People, not events, are counted: a visit that asks a thousand times is one person, and so is a
customer with ten tickets. Where an imported log names nobody, every time asked counts. Of a visit
that asks about everything, the first `MOST_OF_A_VISIT` texts count: it is a machine, and what
others ask is compared with all that is asked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import regex
from numpy.typing import NDArray

from kb.gaps.journeys import Contact, Journeys, Search
from kb.text import clean, fold, is_blank

_SPACES = regex.compile(r"\s+")
_BLANKS = regex.compile(r"[^\S\n]+")
_LINES = regex.compile(r"\s*\n\s*")
_LETTERS = regex.compile(r"\p{L}")
LEAST_LETTERS = 2
"""Texts with fewer are numbers, smileys, slips of the hand."""
MOST_OF_A_VISIT = 50
"""Different texts."""


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
    answered: bool | None = None
    """True: what resolved it was a public article. False: a rep found nothing that fits. None: it
    is not known what the help center had to do with it."""


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
    of_visit: dict[str, set[str]] = {}

    def question(text: str, language: str, visit: str = "") -> Question | None:
        # Lines stay: the first one of a ticket is its subject.
        shown = _LINES.sub("\n", _BLANKS.sub(" ", clean(text))).strip()
        if is_blank(shown) or len(_LETTERS.findall(shown[:200])) < LEAST_LETTERS:
            return None
        key = question_key(shown, language)
        if visit:
            theirs = of_visit.setdefault(visit, set())
            if key not in theirs and len(theirs) == MOST_OF_A_VISIT:
                return None
            theirs.add(key)
        spelled.setdefault(key, Counter())[shown] += 1
        return found.setdefault(key, Question(key, shown, language))

    for one in searches:
        if one.role == "customer" and (asked := question(one.query, one.language, one.session)):
            asked.searches.append(one)
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


def shared_out(questions: Sequence[Question]) -> NDArray[np.float64]:
    """People of each of n questions, shape (n,); whoever asked several counts for a part of each.

    The sum is that of `people_of`: nobody weighs more by asking in many words.
    """
    asking = [weighted_people(question.times) for question in questions]
    times = Counter(person for people in asking for person in people)
    stands_for: dict[str, int] = {}
    for people in asking:
        for person, count in people.items():
            stands_for[person] = max(stands_for.get(person, 0), count)
    return np.array(
        [sum(stands_for[person] / times[person] for person in people) for people in asking],
        np.float64,
    )


def contacts_asked(
    visited: Journeys,
    tickets: Mapping[str, TicketAsked],
    language_of_text: Callable[[str], str],
) -> list[TicketAsked]:
    """Contacts and tickets as questions, nobody twice.

    A visit that searched is counted with its searches already, so the tickets that came of it, and
    others of the same customer, are asked by that visitor, not by one more person.

    Args:
        tickets: by ticket id.
        language_of_text: of what was asked, where the contact does not tell.
    """
    searching = {search.session for search in visited.searches if search.session}
    asked = dict(tickets)
    others: list[TicketAsked] = []
    visitor_of: dict[str, str] = {}
    for contact in visited.contacts:
        visitor = _visitor(contact, searching)
        known = tickets.get(contact.ticket_id)
        if known and visitor:
            asked[known.ticket_id] = replace(known, person=visitor)
            visitor_of.setdefault(known.person, visitor)
        elif not known and contact.question:
            who = visitor or contact.session
            who = who or f"contact {contact.at.isoformat()} {contact.question}"
            language = contact.locale or language_of_text(contact.question)
            others.append(TicketAsked("", contact.at, who, contact.question, language))
    theirs = (replace(one, person=visitor_of.get(one.person, one.person)) for one in asked.values())
    return [*theirs, *others]


def _visitor(contact: Contact, searching: Collection[str]) -> str:
    """The person of the searches before a contact; empty where there were none."""
    if contact.search:
        return contact.session or f"search {contact.search}"
    return contact.session if contact.session in searching else ""
