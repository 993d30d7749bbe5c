"""What most help centers have instead of gaps.

kmeans             all questions in as many clusters as there are subjects in truth (which nobody
                   knows), the biggest first
zero results       questions for which the search says that it found nothing, by how many asked them
zero, clustered    the same questions in clusters as ours, the biggest first
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from kb.gaps.missing.clustering import clusters
from kb.gaps.missing.crowding import Crowding
from kb.gaps.probing import Probed

Groups = list[NDArray[np.int64]]
"""Ordinals of questions, the most important group first."""


def kmeans(probed: Probed, people: NDArray[np.float64], subjects: int, seed: int) -> Groups:
    """As many clusters as `subjects`, by people."""
    count = max(1, min(subjects, len(people) - 1))
    labels = KMeans(count, n_init=3, random_state=seed).fit_predict(
        probed.vectors, sample_weight=people
    )
    return _by_size([np.flatnonzero(labels == label) for label in range(count)], people)


def zero_results(probed: Probed, people: NDArray[np.float64], threshold: float) -> Groups:
    """Each question below the threshold by itself."""
    return _by_size([np.array([n]) for n in _nothing(probed, threshold)], people)


def zero_clustered(
    probed: Probed, languages: Sequence[str], people: NDArray[np.float64], threshold: float
) -> Groups:
    """Those questions in clusters, as ours are made."""
    chosen = np.array(_nothing(probed, threshold), np.int64)
    crowding = Crowding.of(probed.vectors, languages, chosen, probed.unrelated, probed.spread)
    found = clusters(crowding, np.ones(len(chosen)), np.zeros(len(chosen)))
    return _by_size([chosen[group] for group in found], people)


def _nothing(probed: Probed, threshold: float) -> list[int]:
    return [n for n, found in enumerate(probed.found) if found.confidence < threshold]


def _by_size(groups: Sequence[NDArray[np.int64]], people: NDArray[np.float64]) -> Groups:
    sized = [group for group in groups if len(group)]
    return sorted(sized, key=lambda group: (-float(people[group].sum()), int(group[0])))
