"""Figures from judged suggestions: success and reciprocal rank with intervals, by slice and view.

A ticket without suggestions counts as a failure wherever it can be judged; only the precision of
what was shown looks at tickets with suggestions alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from eval.metrics import auroc, expected_calibration_error
from eval.records import MeasureRecord
from eval.replay.baselines import FREQUENT_LINK
from eval.replay.records import (
    CRITERIA,
    MAIN,
    AgreementRecord,
    Criterion,
    CriterionRecord,
    Kind,
    ShownRecord,
    SuggestionRecord,
    SystemRecord,
    TicketRecord,
    ViewRecord,
)
from eval.replay.systems import DEPTH, SUGGESTIONS
from eval.statistics import bootstrap_intervals

CUTOFFS = (1, 3, 5)
SHOWN = 5
"""Suggestions that a rep is shown at most, as `kb suggest` has it."""
_AGES = ((30, "≤30 days"), (90, "31–90 days"), (365, "91–365 days"))
_OLDER, _NO_DATE, _NOTHING = "older", "no date", "no suggestion"
_AGE_ORDER = [*(name for _, name in _AGES), _OLDER, _NO_DATE, _NOTHING]

Degree = Literal["not similar", "similar", "very similar"]
RankOf = Callable[[TicketRecord, Criterion], int | None]


def views(tickets: Sequence[TicketRecord], kind: Kind, seed: int) -> tuple[ViewRecord, ViewRecord]:
    """Everything ranked, with the baselines; and what a rep would have been shown."""
    everything = _suggestions(tickets, kind, lambda ticket, c: ticket.ranks[c], DEPTH, seed)
    shown = _suggestions(tickets, kind, _shown_rank, SHOWN, seed)
    names = tickets[0].baselines if tickets else ()
    others = tuple(_baseline(name, tickets, kind, seed) for name in names)
    return (
        ViewRecord(view="ranked", systems=(everything, *others)),
        ViewRecord(view="shown", systems=(shown,)),
    )


def shown_record(
    tickets: Sequence[TicketRecord], kind: Kind, threshold: float, seed: int
) -> ShownRecord:
    """Coverage and precision at the suggestion threshold, and how far the confidence is true."""
    covered = [ticket for ticket in tickets if ticket.shown]
    precision: dict[Criterion, MeasureRecord | None] = {}
    for criterion in CRITERIA[kind]:
        hits = [float(t.ranks[criterion] == 1) for t in covered if is_judged(t, criterion)]
        precision[criterion] = _means([[hit] for hit in hits], seed)[0] if hits else None
    first = [ticket for ticket in tickets if ticket.suggestions]
    stated = [ticket.suggestions[0].confidence for ticket in first]
    right = [ticket.ranks[MAIN[kind]] == 1 for ticket in first]
    return ShownRecord(
        threshold=threshold,
        coverage=_means([[float(ticket.shown > 0)] for ticket in tickets], seed)[0],
        precision=precision,
        auroc=auroc(stated, right) if first else None,
        expected_calibration_error=expected_calibration_error(stated, right) if first else None,
    )


def agreement(tickets: Sequence[TicketRecord]) -> dict[Degree, AgreementRecord]:
    """How often suggestions have the sent reply's link, by how similar they are to it."""
    found: dict[Degree, list[bool]] = {"not similar": [], "similar": [], "very similar": []}
    for ticket in tickets:
        for suggestion in ticket.suggestions if ticket.links else ():
            if suggestion.has_link:
                found[_degree(suggestion)].append("same link" in suggestion.meets)
    return {
        degree: AgreementRecord(
            suggestions=len(same), same_link=round(sum(same) / len(same), 4) if same else None
        )
        for degree, same in found.items()
    }


def _degree(suggestion: SuggestionRecord) -> Degree:
    if "very similar reply" in suggestion.meets:
        return "very similar"
    return "similar" if "similar reply" in suggestion.meets else "not similar"


def slices_of(ticket: TicketRecord) -> tuple[str, str]:
    """`language:…` of the ticket and `age:…` of the first suggestion's source."""
    return f"language:{ticket.language}", f"age:{_age(ticket.suggestions[:1])}"


def _age(first: Sequence[SuggestionRecord]) -> str:
    if not first:
        return _NOTHING
    days = first[0].age_days
    if days is None:
        return _NO_DATE
    return next((name for limit, name in _AGES if days <= limit), _OLDER)


def _shown_rank(ticket: TicketRecord, criterion: Criterion) -> int | None:
    rank = ticket.ranks[criterion]
    return rank if rank and rank <= ticket.shown else None


def is_judged(ticket: TicketRecord, criterion: Criterion) -> bool:
    return criterion in ticket.judged


def _suggestions(
    tickets: Sequence[TicketRecord], kind: Kind, rank_of: RankOf, depth: int, seed: int
) -> SystemRecord:
    """The product's suggestions down to `depth`, with everything that is told of them."""
    members: dict[str, list[TicketRecord]] = {}
    for ticket in tickets:
        for key in slices_of(ticket):
            members.setdefault(key, []).append(ticket)
    return SystemRecord(
        system=SUGGESTIONS,
        criteria={
            criterion: record.model_copy(update={"by_rank": _by_rank(tickets, criterion, depth)})
            for criterion, record in _criteria(tickets, kind, rank_of, depth, seed).items()
        },
        slices={
            key: _criteria(members[key], kind, rank_of, depth, seed)
            for key in sorted(members, key=_slice_order)
        },
    )


def _slice_order(key: str) -> tuple[bool, int, str]:
    """Languages by name, then ages as time goes."""
    kind, _, name = key.partition(":")
    return kind == "age", _AGE_ORDER.index(name) if kind == "age" else 0, name


def _baseline(name: str, tickets: Sequence[TicketRecord], kind: Kind, seed: int) -> SystemRecord:
    def rank_of(ticket: TicketRecord, criterion: Criterion) -> int | None:
        return ticket.baselines[name].get(criterion)

    criteria = _criteria(tickets, kind, rank_of, DEPTH, seed)
    return SystemRecord(
        system=name, criteria={c: record for c, record in criteria.items() if is_fair(name, c)}
    )


def is_fair(baseline: str, criterion: Criterion) -> bool:
    """A bare link says nothing that a reply could be similar to."""
    return baseline != FREQUENT_LINK or criterion == "same link"


def _criteria(
    tickets: Sequence[TicketRecord], kind: Kind, rank_of: RankOf, depth: int, seed: int
) -> dict[Criterion, CriterionRecord]:
    records: dict[Criterion, CriterionRecord] = {}
    names = [*(f"Success@{cutoff}" for cutoff in CUTOFFS), f"RR@{depth}"]
    for criterion in CRITERIA[kind]:
        judged = [ticket for ticket in tickets if is_judged(ticket, criterion)]
        rows = [_values(rank_of(ticket, criterion)) for ticket in judged]
        means = _means(rows, seed) if rows else []
        records[criterion] = CriterionRecord(
            tickets=len(judged), measures=dict(zip(names, means, strict=False))
        )
    return records


def _values(rank: int | None) -> list[float]:
    """One ticket's Success@1, @3, @5 and reciprocal rank."""
    if rank is None:
        return [0.0] * (len(CUTOFFS) + 1)
    return [*(float(rank <= cutoff) for cutoff in CUTOFFS), 1 / rank]


def _means(rows: Sequence[Sequence[float]], seed: int) -> list[MeasureRecord]:
    values = np.array(rows, dtype=np.float64)
    intervals = bootstrap_intervals(values, seed)
    return [
        MeasureRecord(value=round(float(mean), 4), low=round(low, 4), high=round(high, 4))
        for mean, (low, high) in zip(values.mean(axis=0), intervals.tolist(), strict=True)
    ]


def _by_rank(
    tickets: Sequence[TicketRecord], criterion: Criterion, depth: int
) -> tuple[float | None, ...]:
    shares: list[float | None] = []
    for place in range(max(CUTOFFS)):
        hits = [
            criterion in ticket.suggestions[place].meets
            for ticket in tickets
            if is_judged(ticket, criterion) and place < _length(ticket, depth)
        ]
        shares.append(round(sum(hits) / len(hits), 4) if hits else None)
    return tuple(shares)


def _length(ticket: TicketRecord, depth: int) -> int:
    return ticket.shown if depth == SHOWN else len(ticket.suggestions)
