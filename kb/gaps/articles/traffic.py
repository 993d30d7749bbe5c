"""What visitors did with each article: shown, opened, read, let down. Pure counting.

People are visits (`Search.person`): one visit counts once per article, however often it asks.

    shown        people who had it among the first `SHOWN_FIRST` results of a search
    opened       people who clicked it
    readers      people who opened it, voted on it, or were shown it as the answer (first result of
                 a search with outcome `answered`, and nothing else clicked)
    contacted    readers whose search led to contact with the team
    voted_up     people whose last vote on it was that it helped
    voted_down   people whose last vote on it was that it did not
    let_down     `voted_down`, and `contacted` but those who voted that it helped
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kb.gaps.journeys import Search, Vote

SHOWN_FIRST = 3
"""What a visitor sees without scrolling; later results are rarely looked at."""

People = dict[str, int]
"""Different people; each counts 1, or as often as an imported log says that a question was asked by
nobody knows whom."""


@dataclass(slots=True)
class Traffic:
    """The people of one article version; see the module."""

    shown: People = field(default_factory=dict)
    opened: People = field(default_factory=dict)
    readers: People = field(default_factory=dict)
    contacted: People = field(default_factory=dict)
    last_votes: dict[str, bool] = field(default_factory=dict)
    """Whether it helped, by person."""

    @property
    def voted_up(self) -> int:
        return sum(self.last_votes.values())

    @property
    def voted_down(self) -> int:
        return len(self.last_votes) - self.voted_up

    @property
    def let_down(self) -> People:
        down = {person: 1 for person, helpful in self.last_votes.items() if not helpful}
        return {who: n for who, n in self.contacted.items() if not self.last_votes.get(who)} | down


NOTHING = Traffic()
"""Of an article that nobody met."""


def traffic_of(searches: Iterable[Search], votes: Iterable[Vote]) -> dict[str, Traffic]:
    """The traffic of each article that was shown, opened or voted on, by its id.

    Args:
        votes: in order of time.
    """
    found: dict[str, Traffic] = {}
    for search in searches:
        person, times = search.person, times_asked(search)
        for article in search.hits[:SHOWN_FIRST]:
            found.setdefault(article, Traffic()).shown[person] = times
        for click in search.clicks:
            found.setdefault(click.article, Traffic()).opened[person] = times
        for article in read_in(search):
            traffic = found.setdefault(article, Traffic())
            traffic.readers[person] = times
            if search.contacted:
                traffic.contacted[person] = times
    for number, vote in enumerate(votes):
        traffic = found.setdefault(vote.article, Traffic())
        person = voter(vote, number)
        traffic.readers.setdefault(person, 1)
        traffic.last_votes[person] = vote.helpful
    return found


def times_asked(search: Search) -> int:
    """How many people a search stands for: a visit is one, however often it asks."""
    return 1 if search.session else search.times


def count(people: Mapping[str, int]) -> int:
    """How many people these are."""
    return sum(people.values())


def read_in(search: Search) -> set[str]:
    """The articles that were read in a search: opened, or shown as the answer."""
    opened = {click.article for click in search.clicks}
    if not opened and search.outcome == "answered":
        return set(search.hits[:1])
    return opened


def voter(vote: Vote, number: int) -> str:
    """Who voted; without a visit, whoever searched before it, and else somebody else each time."""
    if vote.session:
        return vote.session
    return f"search {vote.search}" if vote.search else f"vote {number}"


def totals(traffic: Mapping[str, Traffic]) -> tuple[int, int]:
    """Sums over all articles: readers, and those let down."""
    readers = sum(count(one.readers) for one in traffic.values())
    return readers, sum(count(one.let_down) for one in traffic.values())
