"""The coverage model, fitted on planted gaps: is somebody's question about a hidden subject?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.gaps.experiment import UNTIL
from eval.gaps.plant import Options, Plant, planted
from eval.gaps.subjects import load_subjects
from eval.gaps.visitors import Manners
from kb.config import Settings
from kb.embedder import Embedder
from kb.gaps.missing.coverage import FEATURES, Judge
from kb.gaps.missing.find import outcomes_of_all
from kb.gaps.probing import Progress
from kb.parameters import GapParameters, LogisticParameters, Parameters

_DIGITS = 4
_RIDGE = 1.0


def fit_coverage(
    paths: Sequence[Path],
    seeds: Sequence[int],
    options: Options,
    manners: Manners,
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
    progress: Progress,
) -> GapParameters:
    """Fit `kb.gaps.missing.coverage` on plants of some datasets; every dataset counts the same.

    Raises:
        InvalidInput: a dataset cannot be used.
    """
    rows: list[tuple[float, ...]] = []
    labels: list[bool] = []
    weights: list[float] = []
    names = []
    for path in paths:
        subjects = load_subjects(path, settings.languages, settings.default_locale)
        names.append(subjects.name)
        for seed in seeds:
            with planted(
                subjects, options, seed, settings, embedder, parameters, progress
            ) as ground:
                plant = ground.plant(ground.visits(manners, UNTIL, seed, "a"), progress)
            rows += _rows(plant, parameters)
            labels += _hidden(plant)
            weights += (plant.people / plant.people.sum()).tolist()
    fitted, intercept = _logistic(
        np.array(rows), np.array(labels), np.array(weights) * len(weights) / sum(weights)
    )
    return parameters.gaps.model_copy(
        update={
            "coverage": LogisticParameters(
                features=FEATURES,
                weights=tuple(round(weight, _DIGITS) for weight in fitted),
                intercept=round(intercept, _DIGITS),
            ),
            "trained_on": tuple(names),
        }
    )


def _logistic(
    rows: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[tuple[float, ...], float]:
    """Weights of a ridge logistic regression in which the last feature's is -1.

    The confidence is calibrated, so its odds count as they are. Left free its weight is what it can
    tell on these datasets (-0.4), and where people show little nothing would be left to go by.
    """
    free, offset = rows[:, :-1], -rows[:, -1]

    def loss(theta: NDArray[np.float64]) -> float:
        logit = free @ theta[:-1] + theta[-1] + offset
        fit = np.logaddexp(0, logit) - labels * logit
        return float(weights @ fit + _RIDGE / 2 * theta[:-1] @ theta[:-1])

    theta = minimize(loss, np.zeros(free.shape[1] + 1)).x
    return (*theta[:-1].tolist(), -1.0), float(theta[-1])


def _rows(plant: Plant, parameters: Parameters) -> list[tuple[float, ...]]:
    found = plant.probed.found
    outcomes = outcomes_of_all(plant.questions, found, plant.library)
    judge = Judge.of(outcomes, parameters.gaps.coverage)
    return [judge.features(one, now.confidence) for one, now in zip(outcomes, found, strict=True)]


def _hidden(plant: Plant) -> list[bool]:
    return [bool(one) and one <= plant.hidden for one in plant.subjects]
