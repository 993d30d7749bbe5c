"""Learns the fusion parameters: a coordinate search on half of each dataset's queries.

First comes losing to neither half (lexical, dense) on any dataset, then the mean nDCG@10 over
datasets. Of the votes for passages in other languages, the smallest that is not significantly
worse than the best wins (paired differences): what words gain there is small, what they can spoil
is not. The other half of the queries reports.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.metrics import per_query
from eval.runner import Experiment, run_system
from kb.parameters import FusionParameters, Parameters

MEASURE = "nDCG@10"
TOLERANCE = 0.002
LEXICAL_WEIGHTS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
OTHER_LANGUAGE_VOTES = (0.0, 0.1, 0.2, 0.3)
ALIGNMENTS = (0.5, 0.65, 0.8, 0.9, 1.0)
"""Only datasets that mix languages tell these apart."""

TRAIN, HELD_OUT = True, False

PerQuery = Mapping[str, Mapping[str, float]]
"""Measure by dataset and query."""

Values = Mapping[str, float]
"""Mean of the measure by dataset."""


@dataclass(frozen=True)
class TuneReport:
    """What the search found; `held_out` is from queries it did not see."""

    fusion: FusionParameters
    train: Values
    held_out: Values
    held_out_before: Values
    loses_to_half: tuple[str, ...]
    """Held-out datasets on which the hybrid is below its better half by over the tolerance."""
    lost_to_half_before: tuple[str, ...]

    @property
    def better(self) -> bool:
        """On held-out queries it loses to a half less often, or as often and has a better mean."""
        now = (-len(self.loses_to_half), mean(self.held_out))
        before = (-len(self.lost_to_half_before), mean(self.held_out_before))
        return now > before


def tune(
    experiments: Sequence[Experiment],
    parameters: Parameters,
    progress: Callable[[str, int, int], None],
) -> TuneReport:
    """Search around `parameters` and report."""
    tried: dict[FusionParameters, PerQuery] = {}
    total = len(LEXICAL_WEIGHTS) + len(OTHER_LANGUAGE_VOTES) + len(ALIGNMENTS)

    def measure(fusion: FusionParameters) -> PerQuery:
        if fusion not in tried:
            changed = parameters.model_copy(update={"fusion": fusion})
            tried[fusion] = _measure(experiments, "hybrid", changed)
            progress("tune", len(tried), total)
        return tried[fusion]

    halves = [_measure(experiments, system, parameters) for system in ("lexical", "dense")]
    floor = {
        side: {
            name: max(means(half, side)[name] for half in halves) for name in means(halves[0], side)
        }
        for side in (TRAIN, HELD_OUT)
    }

    def shortfall(fusion: FusionParameters) -> float:
        train = means(measure(fusion), TRAIN)
        # No tolerance here: it is for what chance does to the held-out half.
        return round(sum(max(0.0, floor[TRAIN][name] - train[name]) for name in train), 4)

    def best_of(points: Sequence[FusionParameters]) -> tuple[FusionParameters, ...]:
        """The best of `points` first, then the others that lose as little to the halves."""
        least = min(shortfall(point) for point in points)
        allowed = [point for point in points if shortfall(point) == least]
        best = max(allowed, key=lambda point: mean(means(measure(point), TRAIN)))
        return (best, *allowed)

    start = parameters.fusion
    best, *others = best_of(
        [start.model_copy(update={"other_language_vote": vote}) for vote in OTHER_LANGUAGE_VOTES]
    )
    cautious = next(point for point in others if _as_good(measure(point), measure(best)))
    best, *_ = best_of(
        [cautious.model_copy(update={"lexical_weight": weight}) for weight in LEXICAL_WEIGHTS]
    )
    best, *_ = best_of(
        [best.model_copy(update={"language_alignment": share}) for share in ALIGNMENTS]
    )
    held_out = means(measure(best), HELD_OUT)
    before = means(measure(parameters.fusion), HELD_OUT)
    return TuneReport(
        fusion=best,
        train=means(measure(best), TRAIN),
        held_out=held_out,
        held_out_before=before,
        loses_to_half=_below(held_out, floor[HELD_OUT]),
        lost_to_half_before=_below(before, floor[HELD_OUT]),
    )


def means(values: PerQuery, side: bool) -> Values:
    """Mean by dataset over the training or the held-out queries."""
    chosen = {
        name: [value for query, value in by_query.items() if is_training(query) is side]
        for name, by_query in values.items()
    }
    return {name: round(sum(v) / len(v), 4) for name, v in chosen.items() if v}


def _below(values: Values, floor: Values) -> tuple[str, ...]:
    return tuple(name for name in values if values[name] < floor[name] - TOLERANCE)


def mean(values: Values) -> float:
    return sum(values.values()) / max(1, len(values))


def _as_good(candidate: PerQuery, best: PerQuery) -> bool:
    """Whether the training mean is not significantly below the best (two standard errors)."""
    gap = variance = 0.0
    for name in best:
        differences = np.array(
            [best[name][q] - candidate[name][q] for q in best[name] if is_training(q)]
        )
        if len(differences):
            gap += float(differences.mean()) / len(best)
            variance += float(differences.var()) / len(differences) / len(best) ** 2
    return bool(gap <= 2 * variance**0.5)


def _measure(experiments: Sequence[Experiment], system: str, parameters: Parameters) -> PerQuery:
    return {
        experiment.dataset.name: per_query(
            run_system(experiment, system, parameters).run, experiment.dataset.qrels, MEASURE
        )
        for experiment in experiments
    }


def is_training(query_id: str) -> bool:
    """Which half a query belongs to: stable, whatever its neighbours."""
    return hashlib.sha256(query_id.encode()).digest()[0] % 2 == 0
