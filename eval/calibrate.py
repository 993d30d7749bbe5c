"""Fits the confidence: logistic regression on labelled queries, reported on held-out folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.metrics import auroc, expected_calibration_error
from eval.runner import Experiment
from kb.confidence import FEATURES, features
from kb.errors import InvalidInput
from kb.parameters import ConfidenceParameters, Parameters

_FOLDS = 5


@dataclass(frozen=True)
class Example:
    """One query's first hit: is it relevant?"""

    dataset: str
    features: tuple[float, ...]
    relevant: bool
    in_scope: bool


@dataclass(frozen=True)
class CalibrationReport:
    """All figures are from folds the model was not fitted on."""

    parameters: ConfidenceParameters
    auroc: float | None
    """First hit relevant against not."""
    auroc_scope: dict[str, float]
    """In scope against out of scope, by dataset that has both."""
    expected_calibration_error: float
    precision: float
    """Share of answered queries whose first hit is relevant, at the threshold."""
    coverage: float
    """Share of answerable queries that are answered, at the threshold."""


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
                features=features(retrieval.evidence(shown[0])),
                relevant=grades.get(shown[0].document_id, 0) > 0,
                in_scope=query.id in experiment.dataset.qrels,
            )
        )
    return examples


def calibrate(
    examples: Sequence[Example],
    wrong_answer_rate: float,
    suggestion_probability: float,
    seed: int,
) -> CalibrationReport:
    """Fit on all examples, every dataset weighing the same; report on held-out folds.

    Args:
        wrong_answer_rate: the threshold is the lowest at which at most this share of the answers
            given is wrong.
        suggestion_probability: policy, not fitted: how probable a suggestion must be to be shown.

    Raises:
        InvalidInput: the labels are all the same, so there is nothing to learn.
    """
    values = np.array([example.features for example in examples])
    labels = np.array([example.relevant for example in examples])
    if len(set(labels.tolist())) < 2:
        raise InvalidInput("The datasets need queries with and without a right first hit.")
    names = [example.dataset for example in examples]
    sizes = {name: names.count(name) for name in set(names)}
    weights = np.array([1 / sizes[name] for name in names])
    weights *= len(weights) / weights.sum()

    groups = np.array([sorted(sizes).index(name) for name in names])
    held_out = _held_out(values, labels, weights, groups, seed)
    model = _fit(values, labels, weights, groups)
    threshold = _threshold(held_out, labels, weights, wrong_answer_rate)
    answered = held_out >= threshold
    in_scope = np.array([example.in_scope for example in examples])
    scope = {}
    for name in sorted(sizes):
        members = np.array([n == name for n in names])
        area = auroc(held_out[members].tolist(), in_scope[members].tolist())
        if area is not None:
            scope[name] = area
    return CalibrationReport(
        parameters=ConfidenceParameters(
            features=FEATURES,
            weights=tuple(round(float(w), 4) for w in model.weights),
            intercept=round(model.intercept, 4),
            threshold=round(threshold, 4),
            suggestion_threshold=suggestion_probability,
            trained_on=tuple(sorted(sizes)),
        ),
        auroc=auroc(held_out.tolist(), labels.tolist()),
        auroc_scope=scope,
        expected_calibration_error=expected_calibration_error(held_out.tolist(), labels.tolist()),
        precision=round(float(np.average(labels[answered], weights=weights[answered])), 4)
        if answered.any()
        else 0.0,
        coverage=round(float(np.average(answered[in_scope], weights=weights[in_scope])), 4),
    )


@dataclass(frozen=True)
class _Model:
    weights: NDArray[np.float64]
    intercept: float

    def probabilities(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(1 / (1 + np.exp(-(values @ self.weights + self.intercept))))


def _fit(
    values: NDArray[np.float64],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    groups: NDArray[np.int64],
) -> _Model:
    """Logistic regression with an intercept per dataset, averaged for use elsewhere.

    Datasets differ in how often the first hit is right for reasons no feature sees (how strict
    their labels are); without intercepts of their own, features that tell datasets apart would be
    given weights of the wrong sign.
    """
    from sklearn.linear_model import LogisticRegression

    count = int(groups.max()) + 1
    design = np.concatenate([values, np.eye(count)[groups]], axis=1)
    model = LogisticRegression(C=10.0, max_iter=5000, fit_intercept=False)
    coefficients = model.fit(design, labels, sample_weight=weights).coef_[0]
    return _Model(coefficients[:-count], float(coefficients[-count:].mean()))


def _held_out(
    values: NDArray[np.float64],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    groups: NDArray[np.int64],
    seed: int,
) -> NDArray[np.float64]:
    from sklearn.model_selection import StratifiedKFold

    probabilities = np.zeros(len(labels))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(values, groups * 2 + labels):
        model = _fit(values[train], labels[train], weights[train], groups[train])
        probabilities[test] = model.probabilities(values[test])
    return probabilities


def _threshold(
    probabilities: NDArray[np.float64],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    wrong_answer_rate: float,
) -> float:
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    wrong = np.cumsum(weights[order] * ~labels[order]) / np.cumsum(weights[order])
    last_of_its_value = np.append(ranked[1:] != ranked[:-1], True)
    allowed = np.flatnonzero((wrong <= wrong_answer_rate) & last_of_its_value)
    return float(ranked[allowed[-1]]) if len(allowed) else 1.0
