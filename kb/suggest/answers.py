"""What could be replied: past replies, articles and macros, with the probability of being used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from kb.acceptance import Acceptance, of_sources, posterior
from kb.confidence import probability
from kb.conflicts import Conflict
from kb.embedder import Vectors
from kb.links import canonical, links_in
from kb.models import IndexedDocument, Passage
from kb.parameters import SuggestionParameters
from kb.suggest.evidence import (
    agreement,
    agreement_of_others,
    content_features,
    link_shares,
    reply_features,
)
from kb.suggest.precedents import Precedents
from kb.text import analyse

_SAME_WORDS = 0.7
"""Jaccard similarity of words from which two replies are one, sent again."""
_SAME_DIRECTION = 0.8
"""Cosine below which two replies cannot have so many words in common; saves comparing them."""


@dataclass(frozen=True)
class Answer:
    """Something that could be replied."""

    document: IndexedDocument
    passage: Passage
    """Of an article or macro, the one that fits best; of a ticket, of its problem."""
    vector: Vectors
    """Of what it says, centred, shape (dimension,)."""
    features: tuple[float, ...]
    probability: float
    """That a rep will use it."""
    also: tuple[IndexedDocument, ...] = ()
    """Solved tickets with the same reply, newest first."""
    linking: int = 0
    """Precedents whose reply links to it."""
    conflict: Conflict | None = None
    """With a newer article."""

    @property
    def is_reply(self) -> bool:
        return self.document.kind == "ticket"

    @property
    def sources(self) -> tuple[IndexedDocument, ...]:
        return (self.document, *self.also)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(term.text for term in analyse(self.document.body, self.document.locale))


@dataclass(frozen=True)
class Found:
    """An article or macro that was found, in the version to be shown."""

    document: IndexedDocument
    passage: Passage
    vector: Vectors
    confidence: float
    """That it answers the question."""
    url: str
    same_language: bool


def past_replies(
    precedents: Precedents,
    documents: Sequence[IndexedDocument],
    passages: Sequence[Passage],
    parameters: SuggestionParameters,
    *,
    unrelated: float,
    spread: float,
    today: dt.date,
) -> list[Answer]:
    """One answer per precedent, in their order.

    Args:
        documents, passages: of the precedents.
        unrelated, spread: mean and deviation of cosines between unrelated texts.
    """
    agreeing = agreement_of_others(precedents.replies, precedents.weights)
    links = [links_in(document.body) for document in documents]
    shares = link_shares(links, precedents.weights)
    answers = []
    for place, document in enumerate(documents):
        own = float(precedents.weights[place])
        linked = max((shares[link] - own for link in links[place]), default=0.0)
        age = None if document.updated is None else (today - document.updated).days
        features = reply_features(
            problem=(float(precedents.problem[place]) - unrelated) / spread,
            reply=(float(precedents.reply[place]) - unrelated) / spread,
            lexical=float(precedents.lexical[place]),
            agreement=float(agreeing[place]),
            links=linked / max(1 - own, 1e-3),
            age_days=age,
        )
        answers.append(
            Answer(
                document,
                passages[place],
                precedents.replies[place],
                features,
                probability(features, parameters.reply)
                * _as_it_is(bool(precedents.same_language[place]), parameters),
            )
        )
    return answers


def content(
    found: Sequence[Found],
    precedents: Precedents | None,
    documents: Sequence[IndexedDocument],
    parameters: SuggestionParameters,
) -> list[Answer]:
    """Articles and macros, in their order; `documents` are those of the precedents."""
    if not found:
        return []
    links = [links_in(document.body) for document in documents]
    shares = link_shares(links, precedents.weights) if precedents else {}
    agreeing = np.zeros(len(found), np.float32)
    if precedents:
        said = np.stack([item.vector for item in found])
        together = agreement_of_others(precedents.replies, precedents.weights) @ precedents.weights
        agreeing = agreement(said, precedents.replies, precedents.weights) - together
    answers = []
    for item, agreed in zip(found, agreeing.tolist(), strict=True):
        link = canonical(item.url) if item.url else None
        features = content_features(
            confidence=item.confidence,
            agreement=agreed,
            links=shares.get(link, 0.0) if link else 0.0,
        )
        answers.append(
            Answer(
                item.document,
                item.passage,
                item.vector,
                features,
                probability(features, parameters.content)
                * _as_it_is(item.same_language, parameters),
                linking=sum(link in linked for linked in links) if link else 0,
            )
        )
    return answers


def _as_it_is(same_language: bool, parameters: SuggestionParameters) -> float:
    """What is left of a probability where a rep would have to translate."""
    return 1.0 if same_language else parameters.other_language


def merged(answers: Iterable[Answer]) -> list[Answer]:
    """Replies that are the same but for a few words become one: the most probable of them."""
    kept: list[Answer] = []
    for answer in sorted(answers, key=order):
        for place, other in enumerate(kept):
            if answer.is_reply and other.is_reply and _is_same_reply(answer, other):
                kept[place] = replace(other, also=_newest_first((*other.also, answer.document)))
                break
        else:
            kept.append(answer)
    return kept


def _is_same_reply(left: Answer, right: Answer) -> bool:
    if float(left.vector @ right.vector) < _SAME_DIRECTION:
        return False
    union = len(left.words | right.words)
    return bool(union) and len(left.words & right.words) / union >= _SAME_WORDS


def _newest_first(documents: Sequence[IndexedDocument]) -> tuple[IndexedDocument, ...]:
    return tuple(sorted(documents, key=lambda d: (d.updated or dt.date.min, d.id), reverse=True))


def experienced(
    answers: Iterable[Answer], known: Mapping[str, Acceptance], strength: float
) -> list[Answer]:
    """Probabilities after what reps did with these answers, and customers said of them."""
    return [
        replace(
            answer,
            probability=posterior(answer.probability, _experience(answer, known), strength),
        )
        for answer in answers
    ]


def _experience(answer: Answer, known: Mapping[str, Acceptance]) -> Acceptance:
    reps = of_sources((source.id for source in answer.sources), known)
    rated = [source.satisfaction for source in answer.sources if source.satisfaction]
    return Acceptance(
        accepted=reps.accepted + sum(rating >= 4 for rating in rated),
        declined=reps.declined + sum(rating <= 2 for rating in rated),
    )


def order(answer: Answer) -> tuple[float, str]:
    """Most probable first; ties by document id."""
    return (-answer.probability, answer.document.id)


def diverse(answers: Sequence[Answer], same_answer: float) -> list[Answer]:
    """Most probable first, but what says the same as an earlier one goes to the end.

    Args:
        same_answer: cosine from which two answers say the same.
    """
    first: list[Answer] = []
    later: list[Answer] = []
    for answer in sorted(answers, key=order):
        repeats = any(float(answer.vector @ other.vector) >= same_answer for other in first)
        (later if repeats else first).append(answer)
    return first + later
