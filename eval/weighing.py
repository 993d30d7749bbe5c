"""Learns from replayed tickets what makes a rep use a suggestion: weights of kb.suggest.evidence.

Every suggestion of every replayed ticket is an example: its features, and whether it would have
helped by the replay's labels. Past replies and content (articles, macros) have a model each. The
weights are learned from pairs of a right and a wrong suggestion for the same ticket (the loss of
RankNet, Burges et al. 2005), so that they tell answers apart and not tickets or sources; every
ticket weighs the same. Then the scores are calibrated: an intercept makes the probabilities true
on a source. Labels miss what would have helped but was not sent, and never the other way round; so
the level is that of the source with the highest one, while replies and content keep the odds to
each other that they have where both were offered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from eval.metrics import auroc, expected_calibration_error
from eval.replay.asking import Asked
from kb.errors import InvalidInput
from kb.parameters import LogisticParameters, SuggestionParameters
from kb.suggest.evidence import CONTENT_FEATURES, REPLY_FEATURES

_FOLDS = 5
_LOOSE = 3.0
"""Scale of the intercepts' columns: they are to be regularised less than the slope."""
_PAIRS = 20
"""Of right and wrong suggestions, per ticket."""
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
    reply = _learned([example for example in examples if example.reply])
    content = _learned([example for example in examples if not example.reply])
    both = [source for source in reply.tickets if source in content.tickets]
    if both:
        # Where both kinds were offered, their odds to each other are known; keep these.
        common = max(both, key=lambda source: reply.tickets[source] + content.tickets[source])
        level = max(
            one.intercepts[source] - one.intercepts[common]
            for one in (reply, content)
            for source in one.intercepts
        )
        levels = [one.intercepts[common] + level for one in (reply, content)]
    else:
        levels = [max(one.intercepts.values(), default=0.0) for one in (reply, content)]
    return current.model_copy(
        update={
            "reply": reply.parameters(REPLY_FEATURES, levels[0]) or current.reply,
            "content": content.parameters(CONTENT_FEATURES, levels[1]) or current.content,
        }
    )


@dataclass(frozen=True)
class _Learned:
    """What was learned of one kind of suggestion; nothing where no source has a right one."""

    weights: NDArray[np.float64]
    intercepts: dict[str, float]
    """By source."""
    tickets: dict[str, int]
    """How many, by source."""

    def parameters(self, features: tuple[str, ...], intercept: float) -> LogisticParameters | None:
        if not self.intercepts:
            return None
        weights = tuple(round(float(weight), 4) for weight in self.weights)
        return LogisticParameters(features=features, weights=weights, intercept=round(intercept, 4))


def _learned(examples: Sequence[Example]) -> _Learned:
    tickets = _by_ticket(examples)
    # A source whose labels never point at this kind says nothing about it.
    tickets = {
        source: found
        for source, found in tickets.items()
        if any(one.right for ticket in found for one in ticket)
    }
    if not tickets:
        return _Learned(np.zeros(0), {}, {})
    weights = _ranking_weights(tickets, LogisticRegression(C=10.0, fit_intercept=False))
    slope, intercepts = _calibrated(tickets, weights)
    sizes = {source: len(found) for source, found in tickets.items()}
    return _Learned(slope * weights, dict(zip(tickets, intercepts, strict=True)), sizes)


def _by_ticket(examples: Sequence[Example]) -> dict[str, list[list[Example]]]:
    """Each source's tickets, each with its examples."""
    tickets: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        tickets[example.source, example.ticket].append(example)
    sources: dict[str, list[list[Example]]] = defaultdict(list)
    for (source, _), found in sorted(tickets.items()):
        sources[source].append(found)
    return sources


def _ranking_weights(
    tickets: Mapping[str, Sequence[Sequence[Example]]], model: LogisticRegression
) -> NDArray[np.float64]:
    """Weights by which right suggestions come before wrong ones of the same ticket."""
    found = [ticket for tickets_of_one in tickets.values() for ticket in tickets_of_one]
    pairs = np.concatenate([_pairs(ticket, seed) for seed, ticket in enumerate(found)])
    signs = np.where(np.arange(len(pairs)) % 2, 1.0, -1.0)  # both classes alike
    model.fit(pairs * signs[:, None], signs > 0)
    return np.asarray(model.coef_[0])


def _pairs(ticket: Sequence[Example], seed: int) -> NDArray[np.float64]:
    """Features of right minus wrong suggestions, a random choice of pairs."""
    right = np.array([one.features for one in ticket if one.right])
    wrong = np.array([one.features for one in ticket if not one.right])
    if not len(right) or not len(wrong):
        return np.zeros((0, len(ticket[0].features)))
    generator = np.random.default_rng(seed)
    return np.asarray(
        right[generator.integers(len(right), size=_PAIRS)]
        - wrong[generator.integers(len(wrong), size=_PAIRS)]
    )


def _calibrated(
    tickets: Mapping[str, Sequence[Sequence[Example]]], weights: NDArray[np.float64]
) -> tuple[float, list[float]]:
    """Slope and intercepts that turn scores into probabilities (Platt scaling).

    The slope is common to all sources; each has an intercept, in their order.
    """
    scores, labels, sizes = [], [], []
    for found in tickets.values():
        examples = [one for ticket in found for one in ticket]
        scores.append(np.array([one.features for one in examples]) @ weights)
        labels.append(np.array([one.right for one in examples]))
        sizes.append(len(examples))
    own = np.repeat(np.eye(len(sizes)), sizes, axis=0)
    weight = np.repeat(1 / np.array(sizes), sizes) * sum(sizes)
    model = LogisticRegression(C=1000.0, fit_intercept=False, max_iter=5000)
    model.fit(
        np.column_stack([np.concatenate(scores), _LOOSE * own]),
        np.concatenate(labels),
        sample_weight=weight,
    )
    slope, *intercepts = model.coef_[0].tolist()
    return slope, [_LOOSE * intercept for intercept in intercepts]


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
