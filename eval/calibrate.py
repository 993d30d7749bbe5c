"""Fits the confidence: logistic regression on labelled queries, reported on held-out folds.

Only datasets that have queries without an answer teach the confidence in articles: where every
query has one, a first hit that is not labelled relevant is more often a missing label than a wrong
hit, and there is nothing to tell an answerable question from. The confidence in solved tickets is
fitted apart from it, on tickets with links to earlier ones; nobody knows which have no predecessor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.measuring import reliability
from eval.metrics import auroc, expected_calibration_error
from eval.records import BinRecord
from eval.runner import Experiment
from kb.confidence import FEATURES, features
from kb.errors import InvalidInput
from kb.parameters import ConfidenceParameters, Parameters
from kb.text import language_of

_FOLDS = 5
_THRESHOLDS = tuple(round(0.1 * step, 1) for step in range(1, 10))


@dataclass(frozen=True)
class Example:
    """One query's first hit: is it relevant?"""

    dataset: str
    language: str
    """The query's."""
    features: tuple[float, ...]
    relevant: bool
    in_scope: bool


@dataclass(frozen=True)
class Operating:
    """What answering from a confidence upwards would mean."""

    threshold: float
    precision: float | None
    """Share of answered queries whose first hit is relevant; None if none is answered."""
    coverage: float
    """Share of answerable queries that are answered."""
    false_answers: float
    """Share of unanswerable queries that are answered."""


@dataclass(frozen=True)
class CalibrationReport:
    """All figures are from folds the model was not fitted on; datasets weigh the same."""

    parameters: ConfidenceParameters
    queries: int
    left_out: tuple[str, ...]
    """Datasets without unanswerable queries."""
    auroc: float | None
    """First hit relevant against not, over all datasets."""
    auroc_scope: dict[str, float]
    """In scope against out of scope, by dataset, and by language in it."""
    auroc_elsewhere: dict[str, float]
    """In scope against out of scope on each dataset by a model fitted on the others only."""
    expected_calibration_error: float
    calibration_error_by_dataset: dict[str, float]
    reliability: tuple[BinRecord, ...]
    at_threshold: Operating
    operating: tuple[Operating, ...]


def examples_of(experiment: Experiment, parameters: Parameters) -> list[Example]:
    """The first hit of every query with its features and label."""
    examples = []
    for query, retrieval, shown, _seconds in experiment.retrieve("hybrid", parameters):
        if not shown:
            continue
        grades = experiment.dataset.qrels.get(query.id, {})
        examples.append(
            Example(
                dataset=experiment.dataset.name,
                language=language_of(query.locale or retrieval.language),
                features=features(retrieval.evidence(shown[0])),
                relevant=grades.get(shown[0].document_id, 0) > 0,
                in_scope=any(grade > 0 for grade in grades.values()),
            )
        )
    return examples


def calibrate(
    examples: Sequence[Example],
    wrong_answer_rate: float,
    related_probability: float,
    seed: int,
    *,
    unanswerable: bool = True,
) -> CalibrationReport:
    """Fit on all datasets that have both kinds of queries, every one weighing the same.

    Args:
        unanswerable: whether only datasets with unanswerable queries take part.
        wrong_answer_rate: the threshold is the lowest at which at most this share of the answers
            given is wrong.
        related_probability: policy, not fitted: below it a search says that it found nothing.

    Raises:
        InvalidInput: no dataset has both kinds, or the labels are all the same.
    """
    teaching, left_out = _teaching(examples) if unanswerable else (list(examples), ())
    table = _Table.of(teaching)
    if len(set(table.labels.tolist())) < 2:
        raise InvalidInput("The datasets need queries with and without a right first hit.")
    held_out = _held_out(table, seed)
    model = _fit(table)
    threshold = _threshold(held_out, table, wrong_answer_rate)
    labels = table.labels.tolist()
    return CalibrationReport(
        parameters=ConfidenceParameters(
            features=FEATURES,
            weights=tuple(round(float(w), 4) for w in model.weights),
            intercept=round(model.intercept, 4),
            threshold=round(threshold, 4),
            related_threshold=related_probability,
            trained_on=table.names,
        ),
        queries=len(labels),
        left_out=left_out,
        auroc=auroc(held_out.tolist(), labels),
        auroc_scope=_scope_by_slice(held_out, teaching),
        auroc_elsewhere=_scope_elsewhere(table),
        expected_calibration_error=expected_calibration_error(
            held_out.tolist(), labels, weights=table.weights.tolist()
        ),
        calibration_error_by_dataset={
            name: expected_calibration_error(
                held_out[table.groups == group].tolist(),
                table.labels[table.groups == group].tolist(),
            )
            for group, name in enumerate(table.names)
        },
        reliability=reliability(held_out.tolist(), labels),
        at_threshold=_operating(held_out, table, threshold),
        operating=tuple(_operating(held_out, table, point) for point in _THRESHOLDS),
    )


@dataclass(frozen=True)
class _Table:
    """Examples as arrays of shape (n, …)."""

    names: tuple[str, ...]
    """Datasets, in the order of their numbers."""
    values: NDArray[np.float64]
    labels: NDArray[np.bool_]
    in_scope: NDArray[np.bool_]
    groups: NDArray[np.int64]
    """Number of each example's dataset."""
    weights: NDArray[np.float64]
    """Each dataset weighs the same in all; 1 on average."""

    @classmethod
    def of(cls, examples: Sequence[Example]) -> _Table:
        names = tuple(sorted({example.dataset for example in examples}))
        groups = np.array([names.index(example.dataset) for example in examples])
        weights = 1 / np.bincount(groups)[groups]
        return cls(
            names,
            np.array([example.features for example in examples]),
            np.array([example.relevant for example in examples]),
            np.array([example.in_scope for example in examples]),
            groups,
            weights * len(weights) / weights.sum(),
        )

    def rows(self, chosen: NDArray[Any]) -> _Table:
        return _Table(
            self.names,
            self.values[chosen],
            self.labels[chosen],
            self.in_scope[chosen],
            self.groups[chosen],
            self.weights[chosen],
        )


def _teaching(examples: Sequence[Example]) -> tuple[list[Example], tuple[str, ...]]:
    """Examples of the datasets that have both kinds of queries, and the other datasets' names."""
    kinds: dict[str, set[bool]] = {}
    for example in examples:
        kinds.setdefault(example.dataset, set()).add(example.in_scope)
    left_out = tuple(sorted(name for name, found in kinds.items() if len(found) < 2))
    teaching = [example for example in examples if example.dataset not in left_out]
    if not teaching:
        raise InvalidInput(
            "No dataset has both queries with and queries without an answer. Add questions that "
            "the content does not answer to queries.jsonl, without a line in the qrels."
        )
    return teaching, left_out


def _scope_by_slice(
    probabilities: NDArray[np.float64], examples: Sequence[Example]
) -> dict[str, float]:
    slices: dict[str, list[int]] = {}
    for position, example in enumerate(examples):
        slices.setdefault(example.dataset, []).append(position)
        slices.setdefault(f"{example.dataset} {example.language}", []).append(position)
    found = {}
    for name in sorted(slices):
        in_scope = [examples[position].in_scope for position in slices[name]]
        area = auroc(probabilities[slices[name]].tolist(), in_scope)
        if area is not None:
            found[name] = area
    return found


def _scope_elsewhere(table: _Table) -> dict[str, float]:
    found = {}
    for group, name in enumerate(table.names):
        others, own = table.rows(table.groups != group), table.rows(table.groups == group)
        if len(set(others.labels.tolist())) < 2:
            continue
        area = auroc(_fit(others).probabilities(own.values).tolist(), own.in_scope.tolist())
        if area is not None:
            found[name] = area
    return found


def _operating(probabilities: NDArray[np.float64], table: _Table, threshold: float) -> Operating:
    answered = probabilities >= threshold

    def share(of: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
        weight = table.weights[among].sum()
        return round(float((table.weights * of)[among].sum() / weight), 4) if weight else 0.0

    return Operating(
        threshold=round(threshold, 4),
        precision=share(table.labels, answered) if answered.any() else None,
        coverage=share(answered, table.in_scope),
        false_answers=share(answered, ~table.in_scope),
    )


@dataclass(frozen=True)
class _Model:
    weights: NDArray[np.float64]
    intercept: float

    def probabilities(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(1 / (1 + np.exp(-(values @ self.weights + self.intercept))))


def _fit(table: _Table) -> _Model:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, max_iter=5000)
    model.fit(table.values, table.labels, sample_weight=table.weights)
    return _Model(model.coef_[0], float(model.intercept_[0]))


def _held_out(table: _Table, seed: int) -> NDArray[np.float64]:
    from sklearn.model_selection import StratifiedKFold

    probabilities = np.zeros(len(table.labels))
    strata = table.groups * 2 + table.labels
    fewest = int(np.unique(strata, return_counts=True)[1].min())
    if fewest < 2:
        raise InvalidInput(
            "Every dataset needs at least two queries whose first hit is right and two whose first "
            "hit is wrong, so that some can be held out."
        )
    folds = StratifiedKFold(min(_FOLDS, fewest), shuffle=True, random_state=seed)
    for train, test in folds.split(table.values, strata):
        probabilities[test] = _fit(table.rows(train)).probabilities(table.values[test])
    return probabilities


def _threshold(
    probabilities: NDArray[np.float64], table: _Table, wrong_answer_rate: float
) -> float:
    order = np.argsort(-probabilities, kind="stable")
    ranked, weights = probabilities[order], table.weights[order]
    wrong = np.cumsum(weights * ~table.labels[order]) / np.cumsum(weights)
    last_of_its_value = np.append(ranked[1:] != ranked[:-1], True)
    allowed = np.flatnonzero((wrong <= wrong_answer_rate) & last_of_its_value)
    return float(ranked[allowed[-1]]) if len(allowed) else 1.0
