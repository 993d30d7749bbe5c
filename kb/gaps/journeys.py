"""Events to journeys: each search with what came of it. Pure.

A search *led to contact* when the contact names it, or when the same visit made contact within
`CONTACT_WINDOW` after it. Where a visit searched several times before, the last one led there:
what was asked before that was asked again.

Whoever changes their mind counts with what they said last: a visit has one vote on an article, and
a survey one answer. A ticket is one contact, however many tell of it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kb.events import (
    ArticleVoted,
    Channel,
    ContactMade,
    ResultClicked,
    SearchMade,
    SurveyAnswered,
    VoteReason,
)
from kb.models import Role

if TYPE_CHECKING:
    from kb.store.events import LoggedEvent  # the store imports this package

CONTACT_WINDOW = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Click:
    article: str
    position: int | None
    """From 1; None where it is not known."""


@dataclass(slots=True)
class Search:
    """One search, and what came of it."""

    id: str
    at: dt.datetime
    session: str
    """Pseudonym; empty where it is not known."""
    query: str
    language: str
    role: Role
    channel: Channel
    confidence: float | None
    outcome: str | None
    hits: tuple[str, ...]
    results: int | None
    times: int = 1
    """How often it was asked, where an imported log tells no more than that."""
    clicks: list[Click] = field(default_factory=list)
    voted_up: list[str] = field(default_factory=list)
    voted_down: list[str] = field(default_factory=list)
    """Ids of articles."""
    contacted: bool = False

    @property
    def person(self) -> str:
        """Who asked: the visit; without one, every search is somebody else."""
        return self.session or f"search {self.id}"


@dataclass(frozen=True, slots=True)
class Vote:
    at: dt.datetime
    session: str
    article: str
    helpful: bool
    comment: str
    search: str = ""
    """Id of the search it followed; empty where there was none."""
    reason: VoteReason = ""
    """Why it did not help; empty: not said."""


@dataclass(frozen=True, slots=True)
class Contact:
    at: dt.datetime
    session: str
    search: str
    """Id of the search it followed; empty where there was none."""
    ticket_id: str
    question: str
    locale: str


@dataclass(frozen=True, slots=True)
class Survey:
    at: dt.datetime
    kind: str
    score: int


@dataclass(frozen=True)
class Journeys:
    """What visitors did, in order of time."""

    searches: list[Search]
    votes: list[Vote]
    contacts: list[Contact]
    surveys: list[Survey]


def journeys(events: Iterable[LoggedEvent]) -> Journeys:
    """What visitors did; events of reps are passed over.

    Args:
        events: in the order they were logged.
    """
    searches: dict[str, Search] = {}
    votes: dict[tuple[str, str], tuple[str, Vote]] = {}
    contacts: dict[str, Contact] = {}
    surveys: dict[str, Survey] = {}
    for entry in events:
        match entry.event:
            case SearchMade() as made:
                searches.setdefault(made.occasion, _search(entry.at, made))
            case ResultClicked() as click if click.occasion in searches:
                searches[click.occasion].clicks.append(Click(click.article, click.position))
            case ArticleVoted() as vote:
                voter = vote.session or vote.occasion or f"event {entry.number}"
                votes.pop((voter, vote.article), None)  # so that the last one comes last
                votes[voter, vote.article] = vote.occasion, _vote(entry.at, vote)
            case ContactMade() as contact:
                key = f"ticket {contact.ticket_id}" if contact.ticket_id else f"{entry.number}"
                contacts[key] = _contact(entry.at, contact, contacts.get(key), searches)
            case SurveyAnswered() as survey:
                key = survey.occasion or f"event {entry.number}"
                surveys.pop(key, None)
                surveys[key] = Survey(entry.at, survey.survey, survey.score)
            case _:
                pass
    found = sorted(searches.values(), key=lambda search: (search.at, search.id))
    for occasion, counted in votes.values():
        _count_vote(searches.get(occasion), counted)
    _attach(contacts.values(), found, searches)
    return Journeys(
        found,
        [counted for _, counted in votes.values()],
        list(contacts.values()),
        list(surveys.values()),
    )


def _search(at: dt.datetime, made: SearchMade) -> Search:
    return Search(
        id=made.occasion,
        at=at,
        session=made.session,
        query=made.query,
        language=made.locale,
        role=made.role,
        channel=made.channel,
        confidence=made.confidence,
        outcome=made.outcome,
        hits=made.hits,
        results=made.results
        if made.results is not None or made.confidence is None
        else len(made.hits),
        times=made.times,
    )


def _vote(at: dt.datetime, vote: ArticleVoted) -> Vote:
    return Vote(
        at, vote.session, vote.article, vote.helpful, vote.comment, vote.occasion, vote.reason
    )


def _contact(
    at: dt.datetime, made: ContactMade, told: Contact | None, searches: Mapping[str, Search]
) -> Contact:
    """The contact; of one that was told before, what was told first, and the search it followed."""
    search = made.occasion if made.occasion in searches else ""
    if told:
        return replace(told, search=told.search or search)
    return Contact(at, made.session, search, made.ticket_id, made.question, made.locale)


def _count_vote(search: Search | None, vote: Vote) -> None:
    if search is None:
        return
    (search.voted_up if vote.helpful else search.voted_down).append(vote.article)


def _attach(
    contacts: Iterable[Contact], in_order: Iterable[Search], by_id: dict[str, Search]
) -> None:
    """Mark the searches that led to contact."""
    of_session: dict[str, list[Search]] = {}
    for search in in_order:
        if search.session:
            of_session.setdefault(search.session, []).append(search)
    for contact in contacts:
        if contact.search in by_id:
            by_id[contact.search].contacted = True
            continue
        theirs = of_session.get(contact.session, [])
        last = bisect_right(theirs, contact.at, key=lambda search: search.at) - 1
        if last >= 0 and contact.at - theirs[last].at <= CONTACT_WINDOW:
            theirs[last].contacted = True


def clicking_channels(searches: Iterable[Search]) -> frozenset[str]:
    """Channels that have ever reported a click; of the others nothing is known about clicks."""
    return frozenset(search.channel for search in searches if search.clicks)
