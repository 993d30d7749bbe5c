"""What every threshold would do: how many tickets get a suggestion, and how often it is right.

A suggester that knows when it does not know is right more often the less it shows, and shows
little where the memory holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np

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
    judged = [ticket for ticket in tickets if is_judged(ticket, criterion)]
    there = [ticket for ticket in judged if criterion in ticket.in_memory]
    missing = [ticket for ticket in judged if criterion not in ticket.in_memory]
    parts: dict[Part, list[TicketRecord]] = {"all": judged}
    parts |= {"in the memory": there, "not in the memory": missing}
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
        most=_most(judged, criterion),
    )


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


def _most(tickets: Sequence[TicketRecord], criterion: Criterion) -> PointRecord | None:
    """The largest coverage at which the wanted precision is reached."""
    firsts = [ticket.suggestions[0] for ticket in tickets if ticket.suggestions]
    firsts.sort(key=lambda first: -first.confidence)
    confidences = np.array([first.confidence for first in firsts])
    right = np.cumsum([criterion in first.meets for first in firsts])
    for last in _ends(confidences):
        if right[last] >= WANTED * (last + 1):
            return point(tickets, criterion, float(confidences[last]))
    return None


def _ends(falling: np.ndarray) -> Iterator[int]:
    """Last place of each run of equal values, from the end: a threshold takes all or none."""
    for place in range(len(falling) - 1, -1, -1):
        if place == len(falling) - 1 or falling[place + 1] < falling[place]:
            yield place


def wilson(successes: int, count: int) -> MeasureRecord:
    """A share with its 95 % score interval (Wilson 1927), which is honest for few, too."""
    share, square = successes / count, _Z**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = _Z * sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return MeasureRecord(value=round(share, 4), low=round(low, 4), high=round(high, 4))
