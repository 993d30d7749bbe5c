"""Learns from replayed tickets what makes a rep use a suggestion: weights of kb.suggest.evidence.

Every suggestion of every replayed ticket is an example: its features, and whether it would have
helped by the replay's labels. Past replies and content (articles, macros) have a model each. The
sources weigh the same, whatever their size, and within a source the tickets do; each has an
intercept of its own while the weights are learned, and their mean is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics import auroc, expected_calibration_error
from eval.replay.asking import Asked
from kb.errors import InvalidInput
from kb.parameters import LogisticParameters, SuggestionParameters
from kb.suggest.evidence import CONTENT_FEATURES, REPLY_FEATURES

_FOLDS = 5
_LOOSE = 3.0
"""Scale of the intercepts' columns: they are to be regularised less than the weights."""
EVERYTHING = 200
"""Suggestions per ticket to learn from: all there are."""


@dataclass(frozen=True)
class Example:
    """One suggestion for one ticket."""

    source: str
    ticket: str
    reply: bool
    """A past reply; else an article or a macro."""
    features: tuple[float, ...]
    right: bool


@dataclass(frozen=True)
class SourceFigures:
    """How suggestions ranked by held-out probabilities do on one source's tickets."""

    tickets: int
    success: tuple[float, float, float]
    """Share of tickets with a right one among the first 1, 3 and 5."""
    auroc: float | None
    """Probability of the first suggestion, right against wrong."""
    expected_calibration_error: float
    """Of the first suggestion."""
    coverage: float
    """Share of tickets with a suggestion at the threshold."""
    precision: float | None
    """Share of these whose first suggestion is right."""


@dataclass(frozen=True)
class WeighingReport:
    """Figures are from folds (of tickets) that the models were not fitted on."""

    parameters: SuggestionParameters
    examples: int
    sources: dict[str, SourceFigures]
    elsewhere: dict[str, SourceFigures]
    """The same by models fitted on the other sources only."""


def examples_of(source: str, asked: Iterable[Asked]) -> list[Example]:
    """All suggestions of a replay's tickets; tickets that cannot be judged are passed over."""
    return [
        Example(
            source, one.question.ticket.id, offer.kind == "reply", offer.features, verdict.right
        )
        for one in asked
        if one.judged
        for offer, verdict in one.suggestions
    ]


def weigh(
    examples: Sequence[Example], current: SuggestionParameters, threshold: float, seed: int
) -> WeighingReport:
    """Fit both models on all sources.

    Args:
        current: where a kind of suggestion has no right example, its weights stay.
        threshold: policy, not fitted: how probable a suggestion must be to be shown.

    Raises:
        InvalidInput: there is nothing to learn from.
    """
    if len({example.right for example in examples}) < 2:
        raise InvalidInput("The sources hold no suggestion that helped, or only such ones.")
    tickets = sorted({(example.source, example.ticket) for example in examples})
    fold_of = dict(
        zip(tickets, np.random.default_rng(seed).permutation(len(tickets)) % _FOLDS, strict=True)
    )
    held_out = np.zeros(len(examples))
    folds = np.array([fold_of[example.source, example.ticket] for example in examples])
    for fold in range(_FOLDS):
        fitted = _fit(_chosen(examples, folds != fold), current)
        held_out[folds == fold] = _probabilities(_chosen(examples, folds == fold), fitted)
    names = sorted({example.source for example in examples})
    of_source = np.array([names.index(example.source) for example in examples])
    elsewhere = {}
    for number, name in enumerate(names if len(names) > 1 else []):
        own = _chosen(examples, of_source == number)
        others = _fit(_chosen(examples, of_source != number), current)
        elsewhere[name] = _figures(own, _probabilities(own, others), threshold)
    parameters = _fit(examples, current).model_copy(
        update={"threshold": threshold, "trained_on": tuple(names)}
    )
    return WeighingReport(
        parameters=parameters,
        examples=len(examples),
        sources={
            name: _figures(
                _chosen(examples, of_source == number), held_out[of_source == number], threshold
            )
            for number, name in enumerate(names)
        },
        elsewhere=elsewhere,
    )


def _chosen(examples: Sequence[Example], mask: NDArray[Any]) -> list[Example]:
    return [examples[place] for place in np.flatnonzero(mask).tolist()]


def _fit(examples: Sequence[Example], current: SuggestionParameters) -> SuggestionParameters:
    replies = [example for example in examples if example.reply]
    content = [example for example in examples if not example.reply]
    return current.model_copy(
        update={
            "reply": _model(replies, REPLY_FEATURES, current.reply),
            "content": _model(content, CONTENT_FEATURES, current.content),
        }
    )


def _model(
    examples: Sequence[Example], features: tuple[str, ...], current: LogisticParameters
) -> LogisticParameters:
    from sklearn.linear_model import LogisticRegression

    helped = {example.source for example in examples if example.right}
    # A source whose labels never point at this kind says nothing about it.
    examples = [example for example in examples if example.source in helped]
    if not examples:
        return current
    tickets: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        tickets[example.source].add(example.ticket)
    weights = np.array([1 / len(tickets[example.source]) for example in examples])
    values = np.array([example.features for example in examples])
    labels = np.array([example.right for example in examples])
    # An intercept per source: sources differ in how often anything is right at all, and without it
    # the weights would tell the sources apart instead of the answers.
    sources = sorted(tickets)
    own = np.array([[example.source == source for source in sources] for example in examples])
    model = LogisticRegression(C=100.0, max_iter=5000, fit_intercept=False)
    model.fit(
        np.hstack([values, _LOOSE * own]),
        labels,
        sample_weight=weights * len(weights) / weights.sum(),
    )
    learned, intercepts = np.split(model.coef_[0], [values.shape[1]])
    return LogisticParameters(
        features=features,
        weights=tuple(round(float(weight), 4) for weight in learned),
        intercept=round(float(_LOOSE * intercepts.mean()), 4),
    )


def _probabilities(
    examples: Sequence[Example], parameters: SuggestionParameters
) -> NDArray[np.float64]:
    logits = np.zeros(len(examples))
    for place, example in enumerate(examples):
        model = parameters.reply if example.reply else parameters.content
        logits[place] = model.intercept + np.dot(model.weights, example.features)
    return np.asarray(1 / (1 + np.exp(-logits)))


def _figures(
    examples: Sequence[Example], probabilities: NDArray[np.float64], threshold: float
) -> SourceFigures:
    by_ticket: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for example, probability in zip(examples, probabilities.tolist(), strict=True):
        by_ticket[example.ticket].append((probability, example.right))
    ranked = [sorted(found, key=lambda item: -item[0]) for found in by_ticket.values()]
    stated = [found[0][0] for found in ranked]
    right = [found[0][1] for found in ranked]
    shown = [ok for probability, ok in zip(stated, right, strict=True) if probability >= threshold]
    first, third, fifth = (
        round(sum(any(ok for _, ok in found[:depth]) for found in ranked) / len(ranked), 4)
        for depth in (1, 3, 5)
    )
    return SourceFigures(
        tickets=len(ranked),
        success=(first, third, fifth),
        auroc=auroc(stated, right),
        expected_calibration_error=expected_calibration_error(stated, right),
        coverage=round(len(shown) / len(ranked), 4),
        precision=round(sum(shown) / len(shown), 4) if shown else None,
    )
