"""A coordinate search over the fusion parameters, on values that somebody else measures.

One parameter after the other is moved along its `GRID` while the rest stay, and once more from
where that led. Of the points on a line the best one

1. falls short of the better halves (lexical or dense alone) by the least, summed over datasets;
2. then has the highest mean over datasets, whatever their sizes.

Then what chance may have moved goes back: every parameter whose value in force is as good within
noise (two standard errors of the paired differences, in 1. and in 2., from the best point found)
keeps that. So parameters do not wander with every sample of queries, and those that the datasets
say nothing about stay. `other_language_vote` goes back first: it decides the fewest queries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.parameters import FusionParameters

GRID: dict[str, tuple[float, ...]] = {
    "lexical_weight": (1, 2, 3, 4, 5, 6, 8, 10, 12),
    "reinforcement": (0, 0.1, 0.2, 0.3, 0.4),
    "other_language_credit": (0, 0.5, 0.75, 1, 1.25, 1.5, 2),
    "other_language_vote": (0, 0.25, 0.5, 0.75, 1),
}
"""Searched in this order; the value in force belongs to each line, too."""
ROUNDS = 2

_NOISE = 2.0
"""Standard errors."""
_DIGITS = 4
"""Of the shortfall: less is no reason to prefer a lower mean."""
_EQUAL = 1e-9

Values = Sequence[NDArray[np.float64]]
"""By dataset, of its queries: shape (queries,), at least one."""


def search(
    measure: Callable[[FusionParameters], Values],
    halves: Values,
    start: FusionParameters,
    progress: Callable[[int, int], None],
) -> FusionParameters:
    """The parameters that `GRID` leads to; `start` if nothing is better by more than noise.

    Args:
        measure: what each query gains with some parameters; asked once per point.
        halves: the same by each dataset's better half.
        start: the parameters in force.
        progress: called with points done and all.
    """
    known: dict[FusionParameters, Values] = {}

    def values(point: FusionParameters) -> Values:
        if point not in known:
            known[point] = measure(point)
        return known[point]

    def merit(point: FusionParameters) -> tuple[float, float]:
        shortfall = sum(float(lost.mean()) for lost in _lost(values(point), halves))
        return (-round(shortfall, _DIGITS), _mean(values(point)))

    best = start
    done, total = 0, ROUNDS * sum(len(_line(start, start, name)) for name in GRID)
    for _ in range(ROUNDS):
        for name in GRID:
            line = _line(best, start, name)
            for point in line:
                values(point)
                done += 1
                progress(done, total)
            best = max(line, key=merit)  # the first of equals: the nearest to the one in force
    if _as_good(values(start), values(best), halves):
        return start
    found = best
    for name in reversed(GRID):
        back = found.model_copy(update={name: getattr(start, name)})
        if _as_good(values(back), values(best), halves):
            found = back
    return found


def _line(point: FusionParameters, start: FusionParameters, name: str) -> list[FusionParameters]:
    """`point` with every value of one parameter, from the one in force outwards."""
    in_force = getattr(start, name)
    near = sorted({*GRID[name], in_force}, key=lambda value: (abs(value - in_force), value))
    return [point.model_copy(update={name: float(value)}) for value in near]


def _lost(values: Values, halves: Values) -> Values:
    """How far each query is below its dataset's better half; 0 where the dataset is not."""
    return [
        half - own if half.mean() > own.mean() else np.zeros(len(own))
        for own, half in zip(values, halves, strict=True)
    ]


def _as_good(values: Values, best: Values, halves: Values) -> bool:
    """Whether `values` fall short no more than `best`, and are as high, but for noise."""
    return not (_above(_lost(values, halves), _lost(best, halves)) or _above(best, values))


def _above(one: Values, other: Values) -> bool:
    """Whether the mean over datasets is higher by more than noise; queries are paired."""
    differences = [a - b for a, b in zip(one, other, strict=True)]
    variance = sum(d.var(ddof=1) / len(d) for d in differences if len(d) > 1) / len(one) ** 2
    return _mean(differences) > _NOISE * float(np.sqrt(variance)) + _EQUAL


def _mean(values: Values) -> float:
    return float(np.mean([of_dataset.mean() for of_dataset in values]))
