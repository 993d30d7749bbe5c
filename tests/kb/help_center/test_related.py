"""What else to read."""

from __future__ import annotations

import numpy as np
import pytest

from kb.help_center.related import centred, centroids, related


def unit(*rows):
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_documents_centroid_is_the_mean_of_its_passages():
    vectors = np.array([[1, 0], [0, 1], [0, 1]], np.float32)
    found = centroids(vectors, np.array([0, 0, 2], np.int32), 3)
    assert found[0] == pytest.approx([0.7071, 0.7071], abs=1e-4)
    assert found[1] == pytest.approx([0, 0])
    assert found[2] == pytest.approx([0, 1])


def test_what_a_language_shares_is_taken_out():
    rng = np.random.default_rng(7)
    means = unit(*(rng.normal(size=4) + np.array([9, 0, 0, 0]) for _ in range(10)))
    found = centred(means, ["en"] * 10)
    assert abs(float(found.mean(axis=0)[0])) < 0.05
    assert centred(means[:3], ["en"] * 3) == pytest.approx(means[:3])  # too few to tell


VECTORS = unit([1, 0, 0], [0.9, 0.4, 0], [0.95, 0.3, 0], [0.8, 0.6, 0], [0, 0, 1], [1, 0.1, 0])
GROUPS = ["a", "b", "b", "c", "d", "a"]
LANGUAGES = ["en", "en", "fa", "en", "en", "fa"]


def test_the_nearest_groups_come_first_each_once_and_never_the_article_itself():
    assert related(0, VECTORS, GROUPS, LANGUAGES, 5) == [1, 3]


def test_the_readers_language_goes_before_a_nearer_version_of_another():
    assert related(5, VECTORS, GROUPS, LANGUAGES, 5)[0] == 2


def test_an_article_that_the_language_lacks_has_to_be_nearer():
    only_fa = ["en", "fa", "fa", "en", "en", "fa"]
    assert related(0, VECTORS, GROUPS, only_fa, 1) == [2]
    far = unit([1, 0, 0], [0.3, 1, 0])
    assert related(0, far, ["a", "b"], ["en", "en"], 5) == [1]
    assert related(0, far, ["a", "b"], ["en", "fa"], 5) == []
