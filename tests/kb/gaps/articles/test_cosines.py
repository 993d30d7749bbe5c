"""Comparing many texts in blocks gives what comparing them one by one would."""

from __future__ import annotations

import numpy as np
import pytest

from kb.embedder.base import unit
from kb.gaps.articles import cosines
from kb.gaps.articles.cosines import Stack, compared, nearest


@pytest.fixture
def parts():
    random = np.random.default_rng(5)
    return [unit(random.standard_normal((size, 6)).astype(np.float32)) for size in (1, 4, 2, 3, 1)]


@pytest.mark.parametrize("at_once", [1, 30, 10_000])
@pytest.mark.parametrize("by", ["best", "mean of best"])
def test_blocks_of_any_size_give_the_same(parts, monkeypatch, at_once, by):
    monkeypatch.setattr(cosines, "_AT_ONCE", at_once)
    stack = Stack.of(parts)
    blocks = list(compared(stack, stack, by))
    assert [first for first, _ in blocks] == np.cumsum([0, *(len(b) for _, b in blocks)])[
        :-1
    ].tolist()
    reduce = np.max if by == "best" else np.mean
    expected = [[reduce((a @ b.T).max(axis=1)) for b in parts] for a in parts]
    assert np.concatenate([block for _, block in blocks]) == pytest.approx(
        np.array(expected), abs=1e-6
    )


def test_the_nearest_leads_the_second_by_its_distance():
    left = Stack.of([np.array([[1, 0, 0]], np.float32)])
    right = Stack.of([np.array([row], np.float32) for row in ([0, 1, 0], [0.6, 0, 0.8], [1, 0, 0])])
    found = nearest(left, right)
    assert found.item.tolist() == [2]
    assert found.cosine == pytest.approx([1])
    assert found.lead == pytest.approx([0.4])


def test_nothing_is_compared_with_nothing(parts):
    assert list(compared(Stack.of([]), Stack.of(parts))) == []
    assert list(compared(Stack.of(parts), Stack.of([]))) == []
    assert len(nearest(Stack.of([]), Stack.of(parts)).item) == 0
