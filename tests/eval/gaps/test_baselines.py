"""Baselines on a toy: two subjects, one of which the search finds nothing for."""

from __future__ import annotations

import numpy as np
import pytest

from eval.gaps.baselines import kmeans, zero_clustered, zero_results
from kb.gaps.missing.coverage import Found
from kb.gaps.probing import Probed
from tests.kb.gaps.library import near

TOPICS = [0, 0, 0, 1, 1, 2]
"""Of each question."""
PEOPLE = np.array([1.0, 5.0, 2.0, 9.0, 1.0, 3.0])
CONFIDENCE = [0.1, 0.2, 0.1, 0.9, 0.9, 0.2]
THRESHOLD = 0.25


@pytest.fixture
def probed() -> Probed:
    vectors = np.stack([near(topic, 0.9, beside=30 + n) for n, topic in enumerate(TOPICS)])
    found = [Found(confidence, "a", "a", "en") for confidence in CONFIDENCE]
    return Probed(found, vectors, 0.0, 0.1)


def listed(groups: list[np.ndarray]) -> list[list[int]]:
    return [sorted(group.tolist()) for group in groups]


def test_kmeans_ranks_all_questions_by_size_answered_or_not(probed) -> None:
    assert listed(kmeans(probed, PEOPLE, 3, seed=1)) == [[3, 4], [0, 1, 2], [5]]


def test_kmeans_wants_no_more_clusters_than_there_are_questions(probed) -> None:
    assert len(kmeans(probed, PEOPLE, 100, seed=1)) == 5
    assert len(kmeans(probed, PEOPLE, 0, seed=1)) == 1


def test_zero_results_are_single_questions_by_people(probed) -> None:
    assert listed(zero_results(probed, PEOPLE, THRESHOLD)) == [[1], [5], [2], [0]]
    assert zero_results(probed, PEOPLE, 0.05) == []


def test_zero_clustered_are_the_same_questions_together(probed) -> None:
    assert listed(zero_clustered(probed, ["en"] * 6, PEOPLE, THRESHOLD)) == [[0, 1, 2], [5]]
    assert zero_clustered(probed, ["en"] * 6, PEOPLE, 0.05) == []
