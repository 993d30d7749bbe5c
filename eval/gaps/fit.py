"""The coverage model, fitted on planted gaps: is somebody's question about a hidden subject?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

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
            found = plant.probed.found
            outcomes = outcomes_of_all(plant.questions, found, plant.library)
            judge = Judge.of(outcomes, parameters.gaps.coverage)
            rows += [
                judge.features(one, now.confidence)
                for one, now in zip(outcomes, found, strict=True)
            ]
            labels += _hidden(plant)
            weights += (plant.people / plant.people.sum()).tolist()
    model = LogisticRegression().fit(
        np.array(rows), labels, sample_weight=np.array(weights) * len(weights) / sum(weights)
    )
    return parameters.gaps.model_copy(
        update={
            "coverage": LogisticParameters(
                features=FEATURES,
                weights=tuple(round(float(w), _DIGITS) for w in model.coef_[0]),
                intercept=round(float(model.intercept_[0]), _DIGITS),
            ),
            "trained_on": tuple(names),
        }
    )


def _hidden(plant: Plant) -> list[bool]:
    return [bool(one) and one <= plant.hidden for one in plant.subjects]
