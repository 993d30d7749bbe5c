"""How probable it is that a hit answers the query: features, and a calibrated logistic model.

The features are free of any model's own scale: cosines of centred vectors, in spreads from what
unrelated texts have (kb.embedder.centring); lexical evidence as a share of what the query could
reach. `kb eval calibrate` fits the weights on labelled queries, in and out of scope. They are few
because more of them separated the datasets they were fitted on better and others worse
(docs/decisions/0007).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kb.parameters import LogisticParameters

#: Names of the features, in the order `features` returns them.
FEATURES = ("cosine", "margin", "lexical")

NEIGHBOURS = 5


@dataclass(frozen=True)
class Evidence:
    """What is known about one hit, and about the query's neighbourhood."""

    cosine: float
    """Spreads above the mean cosine of unrelated texts."""
    margin: float
    """Fused score above that of the document ranked `NEIGHBOURS` places below the best, in spreads
    of the cosine."""
    lexical: float
    """What the words count for, in [0, 1]; see kb.ranker."""


def features(evidence: Evidence) -> tuple[float, ...]:
    """Numbers of order one, as named in `FEATURES`."""
    return (
        evidence.cosine / 4,
        evidence.margin / 2,
        math.sqrt(evidence.lexical),
    )


def probability(values: Sequence[float], parameters: LogisticParameters) -> float:
    """The logistic function over the weighted features, in (0, 1)."""
    logit = parameters.intercept + sum(
        weight * value for weight, value in zip(parameters.weights, values, strict=True)
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
