"""Counting for the support lead's figures: journeys and tickets to values. Pure, one pass each."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.gaps.articles.traffic import times_asked
from kb.gaps.journeys import Search
from kb.suggestion_figures import wilson
from kb.support_definitions import Value
from kb.support_facts import Demand, TicketFacts
from kb.text import fold

_Z = 1.959963984540054
_PROMOTER, _PASSIVE = 9, 7
_SATISFIED = 4


@dataclass(slots=True)
class Question:
    """A question of one visit, however often it asked."""

    times: int
    answered: bool = False
    """An answer was shown with the results."""
    empty: bool | None = None
    """Nothing was found, each time; None where it is not known."""
    clicked: bool = False
    position: int | None = None
    contacted: bool = False
    confidence: float | None = None
    reports_clicks: bool = False


@dataclass(frozen=True)
class Sample:
    """What one set of values is about: everything, a week, a language."""

    searches: Sequence[Search] = ()
    tickets: Sequence[TicketFacts] = ()
    demands: Sequence[Demand] = ()
    csat: Sequence[int] = ()
    nps: Sequence[int] = ()


def values_of(sample: Sample, threshold: float, clicking: Collection[str]) -> dict[str, Value]:
    """The figures of `kb.support_definitions.DEFINITIONS`, by name.

    Args:
        threshold: confidence from which a question counts as covered.
        clicking: see `kb.gaps.journeys.clicking_channels`.
    """
    visits: dict[str, dict[str, Question]] = {}
    for search in sample.searches:
        questions = visits.setdefault(search.person, {})
        _add(questions, search, search.channel in clicking)
    every = [question for questions in visits.values() for question in questions.values()]
    return {
        "visits": _number(sum(_weight(questions) for questions in visits.values())),
        "questions": _number(sum(question.times for question in every)),
        "contacts": _number(len(sample.demands)),
        **_of_visits(visits, sample.demands, threshold),
        **_of_questions(every),
        **_of_tickets(sample.tickets),
        "csat_surveys": _satisfied(sample.csat),
        "nps": _promoters(sample.nps),
    }


def _add(questions: dict[str, Question], search: Search, reports_clicks: bool) -> None:
    text = " ".join(fold(search.query).split())
    question = questions.setdefault(text, Question(times_asked(search)))
    question.answered |= search.outcome == "answered"
    if search.results is not None or search.outcome is not None:
        nothing = search.results == 0 or search.outcome == "nothing"
        question.empty = nothing if question.empty is None else question.empty and nothing
    question.clicked |= bool(search.clicks)
    positions = [click.position for click in search.clicks if click.position]
    if positions:
        question.position = min([*positions, question.position or positions[0]])
    question.contacted |= search.contacted
    if search.confidence is not None:
        question.confidence = search.confidence  # the latest: content changes
    question.reports_clicks |= reports_clicks


def _weight(questions: Mapping[str, Question]) -> int:
    """How many visits this one stands for; more than one for rows of imported logs only."""
    return max(question.times for question in questions.values())


def _of_visits(
    visits: Mapping[str, Mapping[str, Question]], demands: Sequence[Demand], threshold: float
) -> dict[str, Value]:
    total = quiet = served = 0
    coverage: list[float] = []
    for questions in visits.values():
        weight = _weight(questions)
        total += weight
        if not any(question.contacted for question in questions.values()):
            quiet += weight
            if any(question.clicked or question.answered for question in questions.values()):
                served += weight
        known = [q.confidence for q in questions.values() if q.confidence is not None]
        if known:
            coverage.append(sum(value >= threshold for value in known) / len(known))
    elsewhere = sum(not demand.searched for demand in demands)
    return {
        "deflection": share(quiet, total),
        "self_service": share(served, total + elsewhere),
        "covered": share(math.fsum(coverage), len(coverage)),
    }


def _of_questions(questions: Sequence[Question]) -> dict[str, Value]:
    def count(chosen: Iterable[Question]) -> int:
        return sum(question.times for question in chosen)

    told = [q for q in questions if q.empty is not None]
    seen = [q for q in questions if q.reports_clicks]
    plain = [q for q in seen if not q.answered and q.empty is False]
    answered = [q for q in seen if q.answered]
    quiet = [q for q in answered if not q.clicked and not q.contacted]
    ranked = [(1 / q.position, q.times) for q in questions if q.position]
    weight = sum(times for _, times in ranked)
    mean = math.fsum(rank * times for rank, times in ranked) / weight if weight else None
    return {
        "no_result": share(count(q for q in told if q.empty), count(told)),
        "no_click": share(count(q for q in plain if not q.clicked), count(plain)),
        "good_abandonment": share(count(quiet), count(answered)),
        "mrr_clicks": Value(value=_rounded(mean), of=weight),
    }


def _of_tickets(tickets: Sequence[TicketFacts]) -> dict[str, Value]:
    hours = [
        (ticket.first_reply - ticket.created).total_seconds() / 3600
        for ticket in tickets
        if ticket.first_reply and ticket.created and ticket.first_reply >= ticket.created
    ]
    median, p90 = (float(np.quantile(hours, part)) if hours else None for part in (0.5, 0.9))
    unanswered = sum(not ticket.replied for ticket in tickets)
    return {
        "first_answer_median": Value(value=_rounded(median), of=len(hours)),
        "first_answer_p90": Value(value=_rounded(p90), of=len(hours)),
        "unanswered": share(unanswered, len(tickets)),
        "csat_tickets": _satisfied([t.satisfaction for t in tickets if t.satisfaction]),
    }


def _satisfied(scores: Sequence[int]) -> Value:
    return share(sum(score >= _SATISFIED for score in scores), len(scores))


def _promoters(scores: Sequence[int]) -> Value:
    """Net promoter score in points. The interval is Wald's for a difference of two shares of one
    sample, variance (p + d - (p - d)²) / n, after one more answer of each of the three kinds:
    without them, three promoters would make a certainty."""
    of = len(scores)
    if not of:
        return Value(value=None, of=0)
    promoters = sum(score >= _PROMOTER for score in scores)
    detractors = sum(score < _PASSIVE for score in scores)
    p, d = (promoters + 1) / (of + 3), (detractors + 1) / (of + 3)
    spread = _Z * math.sqrt((p + d - (p - d) ** 2) / (of + 3))
    low, high = max(p - d - spread, -1.0), min(p - d + spread, 1.0)
    interval = round(100 * low, 1), round(100 * high, 1)
    return Value(value=round(100 * (promoters - detractors) / of, 1), of=of, interval=interval)


def share(count: float, of: int) -> Value:
    """A share with Wilson's 95 % interval."""
    if not of:
        return Value(value=None, count=0, of=0)
    low, high = wilson(count, of)
    interval = round(low, 4), round(high, 4)
    return Value(value=round(count / of, 4), count=round(count, 2), of=of, interval=interval)


def _number(count: int) -> Value:
    return Value(value=count, of=count)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
