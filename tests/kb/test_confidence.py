"""From evidence to a probability."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.confidence import FEATURES, Evidence, features, probability
from kb.parameters import ConfidenceParameters, packaged_parameters
from kb.ranker import Candidate
from kb.retriever import Retrieval

EVIDENCE = Evidence(
    cosine=4.0,
    margin=1.0,
    lexical=0.25,
)


def parameters(*weights: float, intercept: float = 0.0) -> ConfidenceParameters:
    padded = (*weights, *[0.0] * (len(FEATURES) - len(weights)))
    return ConfidenceParameters(
        features=FEATURES,
        weights=padded,
        intercept=intercept,
        threshold=0.5,
        related_threshold=0.25,
    )


def test_features_come_in_the_order_of_their_names() -> None:
    values = dict(zip(FEATURES, features(EVIDENCE), strict=True))
    assert values == {
        "cosine": 1.0,
        "margin": 0.5,
        "lexical": 0.5,
    }


def test_without_weights_everything_is_as_likely_as_not() -> None:
    assert probability(features(EVIDENCE), parameters()) == 0.5


def test_the_probability_is_the_logistic_function_of_the_weighted_features() -> None:
    fitted = parameters(2.0, 1.0, intercept=-1.0)
    expected = 1 / (1 + math.exp(-(-1.0 + 2.0 * 1.0 + 1.0 * 0.5)))
    assert probability(features(EVIDENCE), fitted) == pytest.approx(expected)


@given(st.lists(st.floats(-1e6, 1e6), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_no_evidence_makes_anything_certain(values: list[float]) -> None:
    assert 0 < probability(values, parameters(3.0, -2.0, 1.0)) < 1


def test_features_that_do_not_fit_the_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        probability((1.0,), parameters())


def test_the_packaged_parameters_are_for_these_features() -> None:
    assert packaged_parameters().confidence.features == FEATURES


def test_solved_tickets_are_judged_by_their_own_parameters() -> None:
    packaged = packaged_parameters()
    assert packaged.confidence_in("tickets") is packaged.tickets
    assert packaged.confidence_in("help") is packaged.confidence_in("internal")
    assert packaged.tickets.features == FEATURES
    assert packaged.tickets != packaged.confidence


# ── Evidence from a retrieval ────────────────────────────────────────────────────────────────


def candidate(document: str, cosine: float, lexical: float, locale: str = "en") -> Candidate:
    group = document.split(".")[0]
    return Candidate("help", 0, 0, document, group, locale, cosine, lexical, lexical, cosine)


def retrieval(*documents: Candidate) -> Retrieval:
    return Retrieval(
        documents,
        language="en",
        unrelated=0.8,
        spread=0.05,
    )


def test_evidence_compares_a_hit_with_what_else_was_found() -> None:
    hits = [candidate(f"d{n}", 0.95 - n / 100, 0.6 - n / 10) for n in range(7)]
    found = retrieval(*hits).evidence(hits[0])
    assert found == Evidence(
        cosine=pytest.approx(3.0),  # (0.95 - 0.8) / 0.05
        margin=pytest.approx(1.0),  # 0.95 - 0.90, the score five places below, in spreads
        lexical=0.6,
    )


def test_a_hit_alone_has_no_margin() -> None:
    hit = candidate("a", 0.9, 0.0, "fa")
    assert retrieval(hit).evidence(hit).margin == 0


def test_a_hit_in_another_language_has_the_evidence_it_was_credited_with() -> None:
    hit = dataclasses.replace(candidate("a", 0.9, 0.0, "fa"), evidence=0.15)
    assert retrieval(hit).evidence(hit).lexical == 0.15
