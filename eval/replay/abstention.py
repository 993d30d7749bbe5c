"""What every threshold would do: how many tickets get a suggestion, and how often it is right.

A suggester that knows when it does not know is right more often the less it shows, and shows
little where the memory holds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

from eval.records import MeasureRecord
from eval.replay.measures import is_judged
from eval.replay.records import (
    MAIN,
    AbstentionRecord,
    Criterion,
    CurveRecord,
    Kind,
    Part,
    PointRecord,
    TicketRecord,
)

WANTED = 0.8
"""Precision that a rep may expect of what is shown first."""
FEWEST = 10
"""Fewer right ones in a row are luck: they do not reach it."""
_THRESHOLDS = tuple(round(step / 20, 2) for step in range(20))
_Z = 1.959964
"""Of the standard normal distribution: 95 % lie within so many deviations."""


def abstention(
    tickets: Sequence[TicketRecord], kind: Kind, threshold: float
) -> tuple[AbstentionRecord, ...]:
    """By the main criterion, and by the same link where there are links: chance alone makes some
    earlier reply similar to almost any other, so that similarity says little about what is missing.
    """
    criteria: list[Criterion] = [MAIN[kind]]
    if kind == "threads" and any(is_judged(ticket, "same link") for ticket in tickets):
        criteria.append("same link")
    return tuple(_record(tickets, criterion, threshold) for criterion in criteria)


def _record(
    tickets: Sequence[TicketRecord], criterion: Criterion, threshold: float
) -> AbstentionRecord:
    parts = parts_of(tickets, criterion)
    filled = {part: members for part, members in parts.items() if members}
    return AbstentionRecord(
        criterion=criterion,
        at_threshold={
            part: point(members, criterion, threshold) for part, members in filled.items()
        },
        curves={
            part: CurveRecord(
                tickets=len(members),
                points=tuple(point(members, criterion, step) for step in _THRESHOLDS),
            )
            for part, members in filled.items()
        },
        wanted=WANTED,
        most=_most(parts["all"], criterion),
    )


def parts_of(
    tickets: Sequence[TicketRecord], criterion: Criterion
) -> dict[Part, list[TicketRecord]]:
    """Those that can be judged: all, and by whether anything in the memory meets the criterion."""
    judged = [ticket for ticket in tickets if is_judged(ticket, criterion)]
    return {
        "all": judged,
        "in the memory": [ticket for ticket in judged if criterion in ticket.in_memory],
        "not in the memory": [ticket for ticket in judged if criterion not in ticket.in_memory],
    }


def point(tickets: Sequence[TicketRecord], criterion: Criterion, threshold: float) -> PointRecord:
    """What would be shown at a threshold; there is at least one ticket."""
    firsts = [ticket.suggestions[0] for ticket in tickets if ticket.suggestions]
    shown = [first for first in firsts if first.confidence >= threshold]
    right = sum(criterion in first.meets for first in shown)
    return PointRecord(
        threshold=threshold,
        coverage=round(len(shown) / len(tickets), 4),
        shown=len(shown),
        precision=wilson(right, len(shown)) if shown else None,
    )


@dataclass(frozen=True)
class Step:
    """What is shown at the confidence of some ticket's first suggestion."""

    threshold: float
    coverage: float
    precision: float


def steps_of(tickets: Sequence[TicketRecord], criterion: Criterion) -> list[Step]:
    """The whole curve, from the surest on; equally sure ones are shown together."""
    firsts = [ticket.suggestions[0] for ticket in tickets if ticket.suggestions]
    firsts.sort(key=lambda first: -first.confidence)
    steps, right, shown = [], 0, 0
    for confidence, group in groupby(firsts, key=lambda first: first.confidence):
        members = list(group)
        shown += len(members)
        right += sum(criterion in first.meets for first in members)
        steps.append(Step(confidence, shown / len(tickets), right / shown))
    return steps


def _most(tickets: Sequence[TicketRecord], criterion: Criterion) -> PointRecord | None:
    """The largest coverage at which the wanted precision is reached, by at least `FEWEST`."""
    least = FEWEST / len(tickets) if tickets else 1.0
    enough = [
        step
        for step in steps_of(tickets, criterion)
        if step.precision >= WANTED and step.coverage >= least - 1e-9
    ]
    return point(tickets, criterion, enough[-1].threshold) if enough else None


def wilson(successes: int, count: int) -> MeasureRecord:
    """A share with its 95 % score interval (Wilson 1927), which is honest for few, too."""
    share, square = successes / count, _Z**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = _Z * sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return MeasureRecord(value=round(share, 4), low=round(low, 4), high=round(high, 4))
