"""How much of the demand for a question nothing answers: what people did, and what is found now.

Of people of whom it is known what they did after searching, a logistic model says it, fitted by
`kb eval gaps --fit` on planted gaps (docs/decisions/0010). Its numbers:

    contacts     ln odds of the share of people who contacted us (or voted down what they found),
                 above that of everybody
    clicks       the same of people who opened a result and did neither
    confidence   ln odds of the calibrated confidence that the best article answers, now

Shares are smoothed by `PRIOR` people who do what everybody does, so that one contact does not make
a gap. A ticket that a public article resolved is answered, one for which a rep found nothing is
not. Where there is no article at all, nothing answers. Of all others (logs that tell no clicks and
no contacts, other tickets) it is what the search says: 1 - confidence.

What people did counts only while it can be about what is there now: the article that is best now
was shown to them, and has not changed since. So a gap closes when an article appears, and not when
its questions have been forgotten.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.confidence import probability
from kb.gaps.journeys import Search, clicking_channels
from kb.gaps.missing.questions import Question, TicketAsked
from kb.parameters import LogisticParameters

FEATURES = ("contacts", "clicks", "confidence")
PRIOR = 3.0
"""People; between 1 and 6 the planted-gap measures hardly move."""
MOST_CONTACTS = 0.2
LEAST_CLICKS = 0.3
"""What everybody does is taken to be no worse than this: where nobody is helped, being like
everybody is no comfort."""
_SEEN_FIRST = 3
"""Results that a visitor is taken to have seen."""
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Found:
    """What the help center finds for a question now."""

    confidence: float
    """Calibrated probability that the best article answers; 0 where nothing is found."""
    article: str
    """Id of the best article; empty where there is none."""
    group: str
    locale: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the people of a question did, as far as it can be known and still counts."""

    observed_contacts: int = 0
    """People of whom it is known whether they made contact."""
    contacts: int = 0
    observed_clicks: int = 0
    clicks: int = 0
    answered: int = 0
    """People whose ticket a public article resolved."""
    unanswered: int = 0
    """People for whose ticket a rep found nothing that fits."""

    @property
    def observed(self) -> int:
        """People who searched of whom something is known."""
        return max(self.observed_contacts, self.observed_clicks)

    @property
    def known(self) -> int:
        """People of whom something is known."""
        return self.observed + self.answered + self.unanswered


def total(outcomes: Iterable[Outcomes]) -> Outcomes:
    """Of several questions together."""
    rows = [dataclasses.astuple(one) for one in outcomes]
    return Outcomes(*map(sum, zip(*rows, strict=True))) if rows else Outcomes()


@dataclass(frozen=True)
class Telling:
    """Channels whose logs tell contacts, and clicks: in the others nobody ever did one."""

    contacts: frozenset[str]
    clicks: frozenset[str]


def telling_channels(searches: Sequence[Search]) -> Telling:
    """A log without one click has no clicks recorded, rather than visitors who never click."""
    contacts = frozenset(search.channel for search in searches if search.contacted)
    return Telling(contacts, clicking_channels(searches))


def outcomes_of(
    question: Question,
    versions: Collection[str],
    changed: dt.date | None,
    telling: Telling,
) -> Outcomes:
    """What counts of what a question's people did; each person once, by the worst that happened.

    Args:
        versions: ids of the versions of the article that is best now.
        changed: when it was last changed.
    """
    people: dict[str, list[Search]] = {}
    for search in question.searches:
        if _about_what_is_there(search, versions, changed):
            people.setdefault(search.person, []).append(search)
    observed_contacts = contacts = observed_clicks = clicks = 0
    for theirs in people.values():
        count = max(1 if s.session else s.times for s in theirs)
        failed = any(s.contacted or s.voted_down for s in theirs)
        pleased = any(s.clicks or s.voted_up for s in theirs) and not failed
        if failed or any(s.channel in telling.contacts for s in theirs):
            observed_contacts += count
            contacts += count * failed
        if pleased or any(s.channel in telling.clicks for s in theirs):
            observed_clicks += count
            clicks += count * pleased
    answered, unanswered = _resolved(question.tickets, changed)
    return Outcomes(observed_contacts, contacts, observed_clicks, clicks, answered, unanswered)


def _resolved(tickets: Iterable[TicketAsked], changed: dt.date | None) -> tuple[int, int]:
    """People whose tickets say that something answered, and that nothing did."""
    people: dict[str, bool] = {}
    for ticket in tickets:
        since_changed = changed and ticket.at.date() < changed
        if ticket.answered or (ticket.answered is False and not since_changed):
            people[ticket.person] = people.get(ticket.person, True) and ticket.answered
    answered = sum(people.values())
    return answered, len(people) - answered


def _about_what_is_there(
    search: Search, versions: Collection[str], changed: dt.date | None
) -> bool:
    if changed and search.at.date() < changed:
        return False
    # An imported log does not tell what was shown; it is from the same help center.
    return not search.hits or any(hit in versions for hit in search.hits[:_SEEN_FIRST])


@dataclass(frozen=True)
class Judge:
    """Says what share of a demand nothing answers: of a question, or of several about the same."""

    parameters: LogisticParameters
    contacts: float
    """Share of everybody who made contact, at most `MOST_CONTACTS`."""
    clicks: float
    """Share of everybody who clicked, at least `LEAST_CLICKS`."""

    @classmethod
    def of(cls, outcomes: Iterable[Outcomes], parameters: LogisticParameters) -> Judge:
        """Args:
        outcomes: of all questions of a log.
        """
        everybody = total(outcomes)
        return cls(
            parameters,
            min(_share(everybody.contacts, everybody.observed_contacts), MOST_CONTACTS),
            max(_share(everybody.clicks, everybody.observed_clicks), LEAST_CLICKS),
        )

    def features(self, outcomes: Outcomes, confidence: float) -> tuple[float, ...]:
        """Numbers of order one, as named in `FEATURES`."""
        return (
            _above(outcomes.contacts, outcomes.observed_contacts, self.contacts),
            _above(outcomes.clicks, outcomes.observed_clicks, self.clicks),
            log_odds(confidence),
        )

    def uncovered(
        self, people: float, outcomes: Outcomes, confidence: float, without: float
    ) -> float:
        """The share, in [0, 1].

        Args:
            people: who asked.
            confidence: that what is found answers; a mean, where they are several questions.
            without: share of the people for whom there is no article at all.
        """
        judged = probability(self.features(outcomes, confidence), self.parameters)
        others = max(people - outcomes.known, 0.0)
        share = outcomes.observed * judged + outcomes.unanswered + others * (1 - confidence)
        return without + (1 - without) * share / max(outcomes.known + others, 1.0)


@dataclass(frozen=True)
class Coverage:
    """Of n questions."""

    uncovered: NDArray[np.float64]
    """Share of each one's demand that nothing answers, shape (n,), in [0, 1]."""
    known: NDArray[np.float64]
    """How far that rests on what people did, shape (n,): their share, less the fewer they are."""


def coverage_of(
    people: NDArray[np.float64],
    outcomes: Sequence[Outcomes],
    found: Sequence[Found],
    judge: Judge,
) -> Coverage:
    """Judge n questions, each by itself.

    Args:
        people: who asked each, shape (n,).
    """
    uncovered = [
        judge.uncovered(count, one, now.confidence, float(not now.article))
        for count, one, now in zip(people.tolist(), outcomes, found, strict=True)
    ]
    told = np.array([one.known for one in outcomes], np.float64)
    known = told / np.maximum(np.maximum(people, told), 1) * told / (told + PRIOR)
    return Coverage(np.array(uncovered, np.float64), known)


def _share(count: int, of: int) -> float:
    return (count + 1) / (of + 2)


def _above(count: int, of: int, base: float) -> float:
    return log_odds((count + PRIOR * base) / (of + PRIOR)) - log_odds(base)


def log_odds(share: float) -> float:
    """ln p/(1-p), of at least 1 and at most 99 %."""
    bounded = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(bounded / (1 - bounded))
