"""Events to journeys: each search with what came of it. Pure.

A search *led to contact* when the contact names it, or when the same visit made contact within
`CONTACT_WINDOW` after it. Where a visit searched several times before, the last one led there:
what was asked before that was asked again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.events import (
    ArticleVoted,
    Channel,
    ContactMade,
    ResultClicked,
    SearchMade,
    SurveyAnswered,
)
from kb.models import Role
from kb.store.events import LoggedEvent

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
    votes: list[Vote] = []
    contacts: list[Contact] = []
    surveys: list[Survey] = []
    for entry in events:
        match entry.event:
            case SearchMade() as made:
                searches[made.occasion] = _search(entry.at, made)
            case ResultClicked() as click if click.occasion in searches:
                searches[click.occasion].clicks.append(Click(click.article, click.position))
            case ArticleVoted() as vote:
                _count_vote(searches.get(vote.occasion), vote)
                votes.append(Vote(entry.at, vote.session, vote.article, vote.helpful, vote.comment))
            case ContactMade() as made:
                contacts.append(
                    Contact(
                        entry.at,
                        made.session,
                        made.occasion,
                        made.ticket_id,
                        made.question,
                        made.locale,
                    )
                )
            case SurveyAnswered() as survey:
                surveys.append(Survey(entry.at, survey.survey, survey.score))
            case _:
                pass
    found = sorted(searches.values(), key=lambda search: (search.at, search.id))
    _attach(contacts, found, searches)
    return Journeys(found, votes, contacts, surveys)


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
    )


def _count_vote(search: Search | None, vote: ArticleVoted) -> None:
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
        before = [
            search
            for search in of_session.get(contact.session, [])
            if dt.timedelta(0) <= contact.at - search.at <= CONTACT_WINDOW
        ]
        if before:
            before[-1].contacted = True
