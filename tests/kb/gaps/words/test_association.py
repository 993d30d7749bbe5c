"""Association of two things people do, by hand."""

from __future__ import annotations

import pytest

from kb.gaps.words.association import Table


def test_g_squared_of_a_table_computed_by_hand() -> None:
    # 2 · (3 ln(3·10/9) + 7 ln(7·10/49)) of [[3, 0], [0, 7]]
    assert Table(3, 0, 0, 7).g_squared == pytest.approx(12.217, abs=1e-3)
    assert Table(5, 5, 5, 5).g_squared == pytest.approx(0)
    assert Table(0, 0, 0, 0).g_squared == 0


def test_delta_p_is_the_difference_of_two_shares() -> None:
    assert Table(3, 1, 2, 6).delta_p == 0.5
    assert Table(0, 4, 8, 0).delta_p == -1
    assert Table(4, 0, 0, 0).delta_p == 1
    assert Table(0, 0, 0, 0).delta_p == 0
