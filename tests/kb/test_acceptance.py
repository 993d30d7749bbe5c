"""How far reps' decisions move a confidence."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.acceptance import Acceptance, of_sources, posterior
from kb.errors import InvalidInput

confidences = st.floats(0, 1)
counts = st.integers(0, 2**31)
strengths = st.floats(0.5, 1000)


def test_without_decisions_the_confidence_stays_what_it_was() -> None:
    assert posterior(0.8, Acceptance()) == pytest.approx(0.8)


def test_one_rejection_barely_moves_a_suggestion_and_twenty_bury_it() -> None:
    assert posterior(0.8, Acceptance(0, 1)) == pytest.approx(20 / 26)  # odds 4 · 5/6
    assert posterior(0.8, Acceptance(0, 20)) == pytest.approx(0.8 / 1.8)  # odds 4 · 5/25


def test_many_acceptances_lift_a_doubtful_suggestion() -> None:
    assert posterior(0.3, Acceptance(20, 0)) == pytest.approx(15 / 22)  # odds 3/7 · 25/5


def test_what_was_good_elsewhere_stays_improbable_where_it_does_not_fit() -> None:
    assert posterior(0.01, Acceptance(1, 0)) == pytest.approx(0.012, abs=0.0001)
    assert posterior(0.01, Acceptance(20, 0)) < 0.05


def test_a_stronger_prior_is_moved_less() -> None:
    declined = Acceptance(0, 5)
    assert posterior(0.8, declined, 5) == pytest.approx(4 / 7)  # odds 4 · 2.5/7.5
    assert posterior(0.8, declined, 50) == pytest.approx(10 / 13)  # odds 4 · 25/30


@given(confidences, counts, counts, strengths)
def test_it_never_leaves_the_open_interval(p: float, a: int, d: int, m: float) -> None:
    assert 0 < posterior(p, Acceptance(a, d), m) < 1


@given(confidences, confidences, counts, counts, strengths)
def test_it_rises_with_the_confidence(p: float, q: float, a: int, d: int, m: float) -> None:
    low, high = sorted((p, q))
    known = Acceptance(a, d)
    assert posterior(low, known, m) <= posterior(high, known, m)


@given(st.floats(0.01, 0.99), st.integers(0, 1000), st.integers(0, 1000))
def test_every_acceptance_raises_it_and_every_refusal_lowers_it(p: float, a: int, d: int) -> None:
    now = posterior(p, Acceptance(a, d))
    assert posterior(p, Acceptance(a + 1, d)) > now > posterior(p, Acceptance(a, d + 1))


@pytest.mark.parametrize(
    ("known", "strength"),
    [
        (Acceptance(), 0.0),
        (Acceptance(), -1.0),
        (Acceptance(), math.nan),
        (Acceptance(-1, 0), 10.0),
        (Acceptance(0, -1), 10.0),
    ],
)
def test_a_prior_without_strength_and_negative_counts_are_refused(
    known: Acceptance, strength: float
) -> None:
    with pytest.raises(InvalidInput, match="must be above 0"):
        posterior(0.5, known, strength)


def test_the_source_with_most_decisions_speaks_for_the_suggestion() -> None:
    known = {"a": Acceptance(2, 1), "b": Acceptance(1, 1), "other": Acceptance(90, 0)}
    assert of_sources(["a", "b", "unknown"], known) == Acceptance(2, 1)
    assert of_sources(["unknown"], known) == Acceptance()
