"""`kb.dense.nearest`: what each of many vectors is nearest to."""

from __future__ import annotations

import numpy as np
import pytest

from kb.dense import nearest


def unit(rows: list[list[float]]) -> np.ndarray:
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


BASE = unit([[1, 0, 0], [0, 1, 0], [1, 1, 0]])


def test_the_nearest_come_first_with_their_cosines() -> None:
    ordinals, cosines = nearest(unit([[1, 0.2, 0], [0, 0, 1]]), BASE, 2)
    assert ordinals[0].tolist() == [0, 2]
    expected = np.array([1, 1.2 / np.sqrt(2)]) / np.sqrt(1.04)
    assert cosines[0] == pytest.approx(expected, abs=1e-6)
    assert cosines[1] == pytest.approx([0, 0], abs=1e-6)


def test_it_is_what_comparing_all_with_all_gives() -> None:
    rng = np.random.default_rng(3)
    queries = unit(rng.standard_normal((50, 8)).tolist())
    vectors = unit(rng.standard_normal((70, 8)).tolist())
    ordinals, cosines = nearest(queries, vectors, 5)
    every = queries @ vectors.T
    assert cosines == pytest.approx(np.sort(every, axis=1)[:, :-6:-1], abs=1e-5)
    assert np.take_along_axis(every, ordinals, axis=1) == pytest.approx(cosines, abs=1e-5)


@pytest.mark.parametrize(
    ("queries", "vectors", "k", "shape"), [(2, 3, 9, (2, 3)), (2, 0, 5, (2, 0)), (0, 3, 2, (0, 2)),
                                          (0, 0, 2, (0, 0)), (2, 3, 0, (2, 0))]
)  # fmt: skip
def test_fewer_than_asked_for_are_as_many_as_there_are(
    queries: int, vectors: int, k: int, shape: tuple[int, int]
) -> None:
    ordinals, cosines = nearest(BASE[:queries], BASE[:vectors], k)
    assert ordinals.shape == cosines.shape == shape
    assert (ordinals.dtype, cosines.dtype) == (np.int64, np.float32)


def test_views_and_other_precisions_are_taken() -> None:
    wide = np.concatenate([BASE, BASE], axis=1).astype(np.float64)
    ordinals, _ = nearest(wide[::-1, :3], wide[:, :3], 1)
    assert ordinals.ravel().tolist() == [2, 1, 0]
