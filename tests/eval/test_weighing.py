"""Weights of suggestions, learned from examples whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from eval.weighing import Example, weigh
from kb.errors import InvalidInput
from kb.parameters import SuggestionParameters, packaged_parameters

CURRENT = packaged_parameters().suggestions


def examples(
    source: str, tickets: int, *, reply: bool, offset: float, missing: float = 0.0, seed: int = 1
) -> list[Example]:
    """Ten suggestions a ticket; the first feature alone says which are right.

    `offset` is added to another feature, all over the source; `missing` is the share of right
    suggestions that the labels call wrong.
    """
    generator = np.random.default_rng(seed)
    found = []
    for ticket in range(tickets):
        for _ in range(10):
            values = generator.normal(size=6 if reply else 3)
            chance = 1 / (1 + np.exp(-(3 * values[0] - 1)))
            right = generator.random() < chance and generator.random() >= missing
            values[1] += offset
            found.append(
                Example(source, f"{source}-{ticket}", reply, tuple(values.tolist()), bool(right))
            )
    return found


def learned(given: list[Example], threshold: float = 0.5) -> SuggestionParameters:
    return weigh(given, CURRENT, threshold, seed=7).parameters


def test_the_feature_that_tells_right_from_wrong_gets_the_weight() -> None:
    weights = learned(examples("a", 200, reply=True, offset=0)).reply.weights
    assert weights[0] == pytest.approx(3, abs=0.5)
    assert all(abs(weight) < 0.4 for weight in weights[1:])


def test_a_feature_that_only_tells_sources_apart_gets_none() -> None:
    strict = examples("strict", 150, reply=True, offset=0)
    weak = examples("weak", 150, reply=True, offset=3, missing=0.8, seed=2)
    assert abs(learned(strict + weak).reply.weights[1]) < 0.4


def test_the_level_is_that_of_the_source_whose_labels_miss_least() -> None:
    strict = examples("strict", 200, reply=False, offset=0)
    weak = examples("weak", 200, reply=False, offset=0, missing=0.8, seed=2)
    assert learned(strict + weak).content.intercept == pytest.approx(-1, abs=0.4)
    assert learned(weak).content.intercept < -2


def test_replies_keep_their_odds_to_content_where_both_were_offered() -> None:
    both = [
        *examples("both", 200, reply=False, offset=0, missing=0.8, seed=2),
        *examples("both", 200, reply=True, offset=0, missing=0.8, seed=3),
    ]
    alone = learned(both)
    raised = learned([*both, *examples("strict", 200, reply=False, offset=0)])
    assert raised.content.intercept - alone.content.intercept > 1
    assert raised.reply.intercept - alone.reply.intercept > 1
    assert raised.reply.weights == alone.reply.weights


def test_a_kind_that_never_helped_keeps_its_weights() -> None:
    assert learned(examples("a", 30, reply=True, offset=0)).content == CURRENT.content


def test_figures_are_of_tickets_that_were_held_out() -> None:
    report = weigh(examples("a", 200, reply=True, offset=0), CURRENT, 0.5, seed=7)
    figures = report.sources["a"]
    assert figures.tickets == 200
    first, third, fifth = figures.success
    assert 0.75 < first <= third <= fifth <= 1
    assert figures.expected_calibration_error < 0.15
    assert figures.precision is not None
    assert figures.precision > 0.8
    assert report.elsewhere == {}
    assert report.parameters.threshold == 0.5
    assert report.parameters.trained_on == ("a",)


def test_with_two_sources_each_is_judged_by_what_the_other_taught() -> None:
    given = examples("a", 60, reply=True, offset=0) + examples("b", 60, reply=True, offset=0)
    assert set(weigh(given, CURRENT, 0.5, seed=7).elsewhere) == {"a", "b"}


def test_nothing_that_helped_is_nothing_to_learn_from() -> None:
    wrong = [Example("a", "t", True, (0.0,) * 6, False)] * 3
    with pytest.raises(InvalidInput, match="no suggestion that helped"):
        weigh(wrong, CURRENT, 0.5, seed=7)
