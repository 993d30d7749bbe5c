"""Are the suggestions better than the baselines, or was it luck? Paired tests, ticket by ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from eval.replay.measures import CUTOFFS, is_fair, is_judged
from eval.replay.records import CRITERIA, Criterion, DifferenceRecord, Kind, TicketRecord
from eval.statistics import Matrix, bootstrap_intervals, holm, randomisation_p_values


def differences(
    tickets: Sequence[TicketRecord], kind: Kind, seed: int
) -> tuple[DifferenceRecord, ...]:
    """Success of everything ranked minus that of every baseline, by criterion and cutoff.

    p-values are corrected for the baselines (Holm), apart for each criterion and cutoff.
    """
    return tuple(
        record
        for criterion in CRITERIA[kind]
        for record in _by_criterion(
            [ticket for ticket in tickets if is_judged(ticket, criterion)], criterion, seed
        )
    )


def _by_criterion(
    tickets: Sequence[TicketRecord], criterion: Criterion, seed: int
) -> Iterator[DifferenceRecord]:
    if not tickets:
        return
    ours = _successes([ticket.ranks[criterion] for ticket in tickets])
    names = [name for name in tickets[0].baselines if is_fair(name, criterion)]
    found = [
        _figures(ours - _successes([t.baselines[name].get(criterion) for t in tickets]), seed)
        for name in names
    ]
    corrected = [holm([rows[place][3] for rows in found]) for place in range(len(CUTOFFS))]
    for place, cutoff in enumerate(CUTOFFS):
        for name, rows, p_holm in zip(names, found, corrected[place], strict=True):
            difference, low, high, p = rows[place]
            yield DifferenceRecord(
                criterion=criterion,
                cutoff=cutoff,
                baseline=name,
                tickets=len(tickets),
                difference=round(difference, 4),
                low=round(low, 4),
                high=round(high, 4),
                p=round(p, 6),
                p_holm=round(p_holm, 6),
            )


def _successes(ranks: Sequence[int | None]) -> Matrix:
    """Shape (tickets, cutoffs): 1 where the first hit is within the cutoff."""
    placed = np.array([np.inf if rank is None else rank for rank in ranks])
    return (placed[:, None] <= np.array(CUTOFFS)).astype(np.float64)


def _figures(differences: Matrix, seed: int) -> list[tuple[float, float, float, float]]:
    """Mean, interval and p-value at each cutoff."""
    intervals = bootstrap_intervals(differences, seed)
    p_values = randomisation_p_values(differences, seed)
    rows = np.column_stack([differences.mean(axis=0), intervals, p_values])
    return [(mean, low, high, p) for mean, low, high, p in rows.tolist()]
