"""What speaks for an answer: features of the logistic models that say if a rep will use it.

The features are free of any model's own scale, like those of kb.confidence:

- problem, reply: cosines of the question with the earlier problem and with the reply to it, in
  spreads above what unrelated texts have;
- lexical: what the words count for;
- agreement: how much the answer says what the precedents' replies say, Σ p(k) · cos(answer, reply
  k). The reply nobody has written yet is likely to be where these are close together (minimum
  Bayes risk, Kumar and Byrne 2004). Of content it is what exceeds the agreement of the replies
  among themselves, so that 0 is neutral where there are no precedents;
- links: share of the precedents, by weight, whose reply links to what the answer links to;
- age: of a reply, log(1 + days), 6 is about a year;
- confidence: log-odds that an article or macro answers the question (kb.confidence).

`kb eval weigh` fits the weights on replayed tickets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kb.embedder import Vectors
from kb.errors import ConfigurationError
from kb.parameters import SuggestionParameters
from kb.ranker import Scores

#: Names of the features, in the order the functions below return them.
REPLY_FEATURES = ("problem", "reply", "lexical", "agreement", "links", "age")
CONTENT_FEATURES = ("confidence", "agreement", "links")

_UNKNOWN_AGE_DAYS = 365.0


def check_features(parameters: SuggestionParameters) -> None:
    """See that weights were learned for these features.

    Raises:
        ConfigurationError: another version of the program learned them.
    """
    learned = (parameters.reply.features, parameters.content.features)
    if learned != (REPLY_FEATURES, CONTENT_FEATURES):
        raise ConfigurationError(
            "The parameters file weighs suggestions by features of another version; learn new "
            "weights with `kb eval weigh`, or unset KB_PARAMETERS_FILE."
        )


def reply_features(
    *,
    problem: float,
    reply: float,
    lexical: float,
    agreement: float,
    links: float,
    age_days: float | None,
) -> tuple[float, ...]:
    """Numbers of order one; `problem` and `reply` are in spreads, `links` is a share."""
    days = _UNKNOWN_AGE_DAYS if age_days is None else max(0.0, age_days)
    return (
        problem / 4,
        reply / 4,
        math.sqrt(max(0.0, lexical)),
        agreement,
        math.sqrt(max(0.0, links)),
        math.log1p(days) / 6,
    )


def content_features(*, confidence: float, agreement: float, links: float) -> tuple[float, ...]:
    """Numbers of order one; `confidence` is a probability, `links` a share."""
    held = min(max(confidence, 1e-4), 1 - 1e-4)
    return (
        math.log(held / (1 - held)) / 2,
        agreement,
        math.sqrt(max(0.0, links)),
    )


def agreement(said: Vectors, replies: Vectors, weights: Scores) -> Scores:
    """Weighted mean cosine of each answer with the precedents' replies.

    Args:
        said: unit vectors of the answers, shape (n, dimension).
        replies: of the precedents, shape (m, dimension).
        weights: of the precedents, shape (m,), adding up to 1.

    Returns:
        Shape (n,).
    """
    if not len(replies):
        return np.zeros(len(said), np.float32)
    return np.asarray(said @ (replies.T @ weights), np.float32)


def agreement_of_others(replies: Vectors, weights: Scores) -> Scores:
    """`agreement` of each precedent's reply with those of the others, shape (m,)."""
    own = weights * np.einsum("ij,ij->i", replies, replies)
    rest = np.maximum(1 - weights, 1e-3)
    return np.asarray((agreement(replies, replies, weights) - own) / rest, np.float32)


def link_shares(links: Sequence[frozenset[str]], weights: Scores) -> dict[str, float]:
    """Weight of the precedents that link to each page."""
    shares: dict[str, float] = {}
    for linked, weight in zip(links, weights.tolist(), strict=True):
        for link in linked:
            shares[link] = shares.get(link, 0.0) + weight
    return shares
