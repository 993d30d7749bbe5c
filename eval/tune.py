"""Learns the fusion parameters: a coordinate search on half of each dataset's queries.

First comes losing to neither half (lexical, dense) on any dataset, then the mean nDCG@10 over
datasets; the other half of the queries reports.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.datasets import Qrels
from eval.metrics import per_query
from eval.runner import Experiment, run_system
from kb.parameters import FusionParameters, Parameters

MEASURE = "nDCG@10"
TOLERANCE = 0.002
LEXICAL_WEIGHTS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
OTHER_LANGUAGE_VOTES = (0.0, 0.1, 0.2, 0.3)

Values = Mapping[str, float]
"""Measure by dataset."""


@dataclass(frozen=True)
class TuneReport:
    """What the search found; `held_out` is from queries it did not see."""

    fusion: FusionParameters
    train: Values
    held_out: Values
    held_out_before: Values
    loses_to_half: tuple[str, ...]
    """Held-out datasets on which the hybrid is below its better half by over the tolerance."""

    @property
    def better(self) -> bool:
        """Better than before on held-out queries, and below its halves nowhere."""
        return not self.loses_to_half and mean(self.held_out) > mean(self.held_out_before)


def tune(
    experiments: Sequence[Experiment],
    parameters: Parameters,
    progress: Callable[[str, int, int], None],
) -> TuneReport:
    """Search around `parameters` and report."""
    tried: dict[FusionParameters, tuple[Values, Values]] = {}
    total = len(LEXICAL_WEIGHTS) + len(OTHER_LANGUAGE_VOTES) + 2

    def measure(fusion: FusionParameters) -> tuple[Values, Values]:
        if fusion not in tried:
            changed = parameters.model_copy(update={"fusion": fusion})
            tried[fusion] = _measure(experiments, "hybrid", changed)
            progress("tune", len(tried), total)
        return tried[fusion]

    halves = [_measure(experiments, system, parameters) for system in ("lexical", "dense")]
    train_floor, held_out_floor = (
        {name: max(half[side][name] for half in halves) for name in halves[0][side]}
        for side in (0, 1)
    )

    def objective(fusion: FusionParameters) -> tuple[float, float]:
        # No tolerance here: it is for what chance does to the held-out half.
        train, _ = measure(fusion)
        shortfall = sum(max(0.0, train_floor[name] - train[name]) for name in train)
        return (-round(shortfall, 4), mean(train))

    weight = parameters.fusion.lexical_weight
    best = max(_points([weight], OTHER_LANGUAGE_VOTES), key=objective)
    best = max(_points(LEXICAL_WEIGHTS, [best.other_language_vote]), key=objective)
    train, held_out = measure(best)
    return TuneReport(
        fusion=best,
        train=train,
        held_out=held_out,
        held_out_before=measure(parameters.fusion)[1],
        loses_to_half=tuple(
            name for name in held_out if held_out[name] < held_out_floor[name] - TOLERANCE
        ),
    )


def mean(values: Values) -> float:
    return sum(values.values()) / max(1, len(values))


def _points(weights: Iterable[float], votes: Sequence[float]) -> list[FusionParameters]:
    return [
        FusionParameters(lexical_weight=weight, other_language_vote=vote)
        for weight in weights
        for vote in votes
    ]


def _measure(
    experiments: Sequence[Experiment], system: str, parameters: Parameters
) -> tuple[Values, Values]:
    train: dict[str, float] = {}
    held_out: dict[str, float] = {}
    for experiment in experiments:
        dataset = experiment.dataset
        run = run_system(experiment, system, parameters).run
        for side, target in ((True, train), (False, held_out)):
            qrels: Qrels = {q: d for q, d in dataset.qrels.items() if is_training(q) is side}
            values = per_query(run, qrels, MEASURE)
            if values:
                target[dataset.name] = round(sum(values.values()) / len(values), 4)
    return train, held_out


def is_training(query_id: str) -> bool:
    """Which half a query belongs to: stable, whatever its neighbours."""
    return hashlib.sha256(query_id.encode()).digest()[0] % 2 == 0
