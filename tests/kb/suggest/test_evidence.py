"""Features of answers, computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kb.errors import ConfigurationError
from kb.suggest.evidence import (
    CONTENT_FEATURES,
    REPLY_FEATURES,
    agreement,
    agreement_of_others,
    check_features,
    content_features,
    link_shares,
    reply_features,
)
from tests.kb.suggest.house import suggestion_parameters

EAST, NORTH = (1.0, 0.0), (0.0, 1.0)


def vectors(*rows: tuple[float, float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 2)


def weights(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_a_reply_s_features_are_numbers_of_order_one_in_the_named_order() -> None:
    found = reply_features(problem=8, reply=2, lexical=0.25, agreement=0.6, links=0.16, age_days=0)
    assert dict(zip(REPLY_FEATURES, found, strict=True)) == pytest.approx(
        {"problem": 2, "reply": 0.5, "lexical": 0.5, "agreement": 0.6, "links": 0.4, "age": 0}
    )  # fmt: skip


def test_an_article_s_features_are_numbers_of_order_one_in_the_named_order() -> None:
    found = content_features(confidence=0.9, agreement=0.3, links=0.25)
    assert dict(zip(CONTENT_FEATURES, found, strict=True)) == pytest.approx(
        {"confidence": math.log(9) / 2, "agreement": 0.3, "links": 0.5}
    )


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, 0), (1, math.log(2) / 6), (365, math.log(366) / 6), (-30, 0), (None, math.log(366) / 6)],
)
def test_age_grows_by_its_logarithm_and_one_from_the_future_is_new(
    days: float | None, age: float
) -> None:
    found = reply_features(problem=0, reply=0, lexical=0, agreement=0, links=0, age_days=days)
    assert found[REPLY_FEATURES.index("age")] == pytest.approx(age)


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_a_certain_confidence_is_held_where_its_odds_are_finite(confidence: float) -> None:
    found = content_features(confidence=confidence, agreement=0, links=0)
    assert abs(found[0]) == pytest.approx(math.log(9999) / 2)


def test_shares_below_zero_by_rounding_count_as_none() -> None:
    found = reply_features(problem=0, reply=0, lexical=-1e-9, agreement=0, links=-1e-9, age_days=0)
    assert (found[2], found[4]) == (0, 0)


def test_agreement_is_the_weighted_mean_cosine_with_the_replies() -> None:
    said = vectors(EAST, NORTH, (0.6, 0.8))
    replies = vectors(EAST, EAST, NORTH)
    found = agreement(said, replies, weights(0.5, 0.3, 0.2))
    assert found == pytest.approx([0.8, 0.2, 0.6 * 0.8 + 0.8 * 0.2])


def test_nothing_agrees_where_nothing_was_replied() -> None:
    assert agreement(vectors(EAST), vectors(), weights()).tolist() == [0.0]


def test_a_reply_s_agreement_leaves_itself_out() -> None:
    replies = vectors(EAST, EAST, NORTH)
    found = agreement_of_others(replies, weights(0.5, 0.3, 0.2))
    # (0.3 · 1 + 0.2 · 0) / 0.5, (0.5 · 1 + 0.2 · 0) / 0.7, nothing at all
    assert found == pytest.approx([0.6, 0.5 / 0.7, 0.0], abs=1e-6)


def test_an_only_reply_agrees_with_nobody() -> None:
    assert agreement_of_others(vectors(EAST), weights(1.0)).tolist() == pytest.approx([0], abs=1e-3)


def test_a_reply_without_a_vector_neither_agrees_nor_is_agreed_with() -> None:
    found = agreement_of_others(vectors(EAST, (0, 0)), weights(0.5, 0.5))
    assert found == pytest.approx([0, 0], abs=1e-6)


def test_a_link_s_share_is_the_weight_of_the_precedents_that_have_it() -> None:
    links = [frozenset({"a", "b"}), frozenset({"b"}), frozenset()]
    shares = link_shares(links, weights(0.5, 0.3, 0.2))
    assert shares == pytest.approx({"a": 0.5, "b": 0.8})


def test_without_links_or_precedents_there_are_no_shares() -> None:
    assert link_shares([], weights()) == {}
    assert link_shares([frozenset()], weights(1.0)) == {}


def test_weights_that_were_learned_for_other_features_are_refused() -> None:
    parameters = suggestion_parameters()
    check_features(parameters)
    older = parameters.content.model_copy(update={"features": ("confidence", "agreement", "age")})
    with pytest.raises(ConfigurationError, match="kb eval weigh"):
        check_features(parameters.model_copy(update={"content": older}))
