"""Questions to clusters, by hand-made vectors: cosine 0 is unrelated, 0.1 one spread."""

from __future__ import annotations

import numpy as np
import pytest

from kb.embedder import Vectors
from kb.gaps.missing.clustering import clusters
from kb.gaps.missing.crowding import Crowding
from tests.kb.gaps.library import DIMENSION, near


def grouped(
    vectors: Vectors,
    *,
    languages: list[str] | None = None,
    uncovered: list[float] | None = None,
    known: float = 1.0,
    chosen: list[int] | None = None,
) -> list[list[int]]:
    count = len(vectors)
    wanted = np.array(range(count) if chosen is None else chosen, np.int64)
    crowding = Crowding.of(vectors, languages or ["en"] * count, wanted, 0.0, 0.1)
    shares = np.array(uncovered or [1.0] * count)[wanted]
    found = clusters(crowding, shares, np.full(len(wanted), known))
    return [wanted[group].tolist() for group in found]


def about(*topics: int, cosine: float = 0.9) -> Vectors:
    return np.stack(
        [near(topic, cosine, beside=DIMENSION - 1 - n) for n, topic in enumerate(topics)]
    )


def test_questions_about_the_same_come_together_and_others_stay_alone() -> None:
    assert grouped(about(0, 1, 0, 2, 1, 0)) == [[0, 2, 5], [1, 4], [3]]


def test_the_same_question_in_three_languages_is_one_cluster() -> None:
    vectors = np.concatenate([about(0, 1), about(0, 1, cosine=0.75), about(0, 1, cosine=0.8)])
    languages = ["en", "en", "fa", "fa", "zh", "zh"]
    assert grouped(vectors, languages=languages) == [[0, 2, 4], [1, 3, 5]]


def test_answered_and_unanswered_neighbours_stay_apart() -> None:
    vectors = about(0, 0, 0, 0, cosine=0.8)  # any two: 0.64
    assert grouped(vectors) == [[0, 1, 2, 3]]
    assert grouped(vectors, uncovered=[1, 1, 0, 0]) == [[0, 1], [2, 3]]
    # Where nothing is known of people, it is no reason to keep them apart.
    assert grouped(vectors, uncovered=[1, 1, 0, 0], known=0.0) == [[0, 1, 2, 3]]


def test_of_the_chosen_each_is_in_one_cluster_and_the_others_in_none() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((60, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chosen = list(range(0, 60, 2))
    found = grouped(vectors, chosen=chosen)
    assert sorted(n for group in found for n in group) == chosen
    assert [group[0] for group in found] == sorted(group[0] for group in found)


@pytest.mark.parametrize("chosen", [[], [1]])
def test_one_or_none_needs_no_clustering(chosen: list[int]) -> None:
    assert grouped(about(0, 0), chosen=chosen) == [chosen][: len(chosen)]
