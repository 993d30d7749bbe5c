"""Distances by how crowded it is around questions."""

from __future__ import annotations

import numpy as np
import pytest

from kb.embedder import Vectors
from kb.gaps.missing.crowding import CROWD, Crowding
from tests.kb.gaps.library import DIMENSION, near


def crowding_of(
    vectors: Vectors, languages: list[str], chosen: list[int] | None = None
) -> Crowding:
    wanted = np.arange(len(vectors)) if chosen is None else np.array(chosen)
    return Crowding.of(vectors, languages, wanted, 0.0, 0.1)


def spread_out(count: int, topic: int, cosine: float) -> Vectors:
    """Questions about one topic: any two have the cosine²."""
    return np.stack([near(topic, cosine, beside=DIMENSION - 1 - n) for n in range(count)])


def test_the_same_cosine_is_nearer_where_it_is_less_crowded() -> None:
    loose, dense = spread_out(3, 0, 0.8), spread_out(12, 1, 0.95)
    vectors = np.concatenate([loose, dense, dense[:1] * 0.8 + 0.6 * near(2)])
    crowding = crowding_of(vectors, ["en"] * 16)
    distances = crowding.distances()
    assert float(loose[0] @ loose[1]) == pytest.approx(0.64)
    assert float(vectors[15] @ dense[1]) == pytest.approx(0.722, abs=0.001)
    assert distances[0, 1] < 0 < distances[15, 4]  # the lower cosine is the nearer one
    assert crowding.r[3:15, 0] == pytest.approx(np.full(12, 0.9025))


def test_another_language_is_measured_by_its_own_usual_cosines() -> None:
    english = np.stack([near(n % 3, 0.95, beside=-1 - n) for n in range(18)])
    persian = np.stack([near(n % 3, 0.65, beside=-20) for n in range(18)])
    vectors = np.concatenate([english, persian])
    crowding = crowding_of(vectors, ["en"] * 18 + ["fa"] * 18)
    distances = crowding.distances()
    assert float(english[0] @ persian[0]) < 0.7 < float(english[0] @ english[3])
    assert distances[0, 18] == pytest.approx(0.0, abs=0.01)  # the same topic, as near as it gets
    assert distances[0, 19] > 5
    assert distances[0, 3] == pytest.approx(0.0, abs=0.01)


def test_where_little_is_asked_the_nearest_are_no_neighbours() -> None:
    vectors = np.stack([near(0), near(1), near(0, 0.2, beside=2)])
    crowding = crowding_of(vectors, ["en"] * 3)
    assert crowding.r[:, 0] == pytest.approx(np.full(3, 0.4), abs=0.21)
    assert (crowding.r >= 0.4 - 1e-6).all()
    distances = crowding.distances()
    assert distances[0, 1] >= 4
    assert distances[0, 2] > 1


def test_distances_are_symmetric_and_of_the_chosen_only() -> None:
    vectors = np.concatenate([spread_out(4, 0, 0.9), spread_out(4, 1, 0.8)])
    crowding = crowding_of(vectors, ["en", "fa", "zh", "en"] * 2)
    whole = crowding.distances()
    assert whole == pytest.approx(whole.T, abs=1e-5)
    some = [1, 4, 6]
    part = crowding_of(vectors, ["en", "fa", "zh", "en"] * 2, some)
    assert part.distances() == pytest.approx(whole[np.ix_(some, some)])


@pytest.mark.parametrize("count", [1, 2, CROWD, CROWD + 1])
def test_few_or_equal_questions_are_no_trouble(count: int) -> None:
    vectors = np.stack([near(0)] * count)
    crowding = crowding_of(vectors, ["zh"] * count)
    distances = crowding.distances()
    assert np.isfinite(distances).all()
    assert (distances[~np.eye(count, dtype=bool)] <= 0).all()


def test_it_is_the_same_every_time() -> None:
    vectors = spread_out(15, 0, 0.8)
    one, other = (crowding_of(vectors, ["en"] * 15) for _ in range(2))
    assert (one.r == other.r).all()
