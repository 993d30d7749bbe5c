"""How probable it is that a hit answers the query: features, and a calibrated logistic model.

The features are free of any model's own scale: cosines are measured in spreads from the mean
cosine of unrelated passages, lexical evidence as a share of what the query could reach. `kb eval
calibrate` fits the weights on labelled queries, in and out of scope.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kb.parameters import ConfidenceParameters

#: Names of the features, in the order `features` returns them.
FEATURES = (
    "cosine",
    "margin",
    "lexical",
    "lexical_margin",
    "coverage",
    "agreement",
    "same_language",
    "foreign",
    "length",
)


@dataclass(frozen=True)
class Evidence:
    """What is known about one hit, and about the query's neighbourhood."""

    cosine: float
    """Spreads above the mean cosine of unrelated passages."""
    margin: float
    """Spreads above the cosine of the document ranked `NEIGHBOURS` places below the best."""
    lexical: float
    """Share of the query's lexical bound, in [0, 1]."""
    lexical_margin: float
    """Lexical lead over the best other document, in [-1, 1]."""
    coverage: float
    """Share of the query's term weight that occurs in the index at all, in [0, 1]."""
    agreement: bool
    """This document is the best one by words, too."""
    same_language: bool
    """The hit is in the query's language."""
    foreign: bool
    """The hit is in another language although there are passages in the query's."""
    terms: int
    """Distinct terms of the query."""


NEIGHBOURS = 5


def features(evidence: Evidence) -> tuple[float, ...]:
    """Numbers of order one, as named in `FEATURES`.

    Lexical features count only within one language: across languages their absence says nothing.
    """
    within = 1.0 if evidence.same_language else 0.0
    return (
        evidence.cosine / 4,
        evidence.margin / 2,
        evidence.lexical * within * 2,
        evidence.lexical_margin * within * 4,
        evidence.coverage * within,
        float(evidence.agreement) * within,
        within,
        float(evidence.foreign),
        math.log1p(evidence.terms) / 3,
    )


def probability(values: Sequence[float], parameters: ConfidenceParameters) -> float:
    """The logistic function over the weighted features, in (0, 1)."""
    logit = parameters.intercept + sum(
        weight * value for weight, value in zip(parameters.weights, values, strict=True)
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
