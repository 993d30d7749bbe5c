"""When a suggestion says what the sent reply said: the same link, or a cosine above chance.

The threshold for the cosine is not typed in: it is the 99th percentile of the cosines between
randomly paired replies of the history in one language, so that a random earlier reply passes one
time in a hundred. It is derived before the first ticket is replayed and from nothing later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from eval.replay.links import generic_links, links_in
from eval.replay.records import ThresholdRecord
from eval.replay.systems import Offer
from eval.replay.timeline import Case
from kb.drafts import without_greeting
from kb.embedder import Embedder, Vectors
from kb.errors import InvalidInput
from kb.models import Ticket
from kb.privacy import redact
from kb.tickets import people, resolution, without_quotes

PERCENTILE = 99
ENOUGH_PAIRS = 300
"""Below this (25 replies) a language has no percentile of its own and takes that of all languages
together, which is too high for some and too low for others: languages differ in how close
unrelated texts lie."""
_MOST_PAIRS = 20_000


@dataclass(frozen=True)
class Thresholds:
    """The cosine from which two replies say the same, by language."""

    by_language: Mapping[str, ThresholdRecord]
    other: ThresholdRecord
    """For languages with too few replies: from same-language pairs of all languages together."""

    def of(self, language: str) -> float:
        return self.by_language.get(language, self.other).cosine


@dataclass(frozen=True)
class Verdict:
    """One offer beside the reply that was sent."""

    same_link: bool
    cosine: float
    """Of the two texts as passages; the embedding model reads no further than its limit."""
    similar: bool


@dataclass(frozen=True)
class Judge:
    """Compares offers with the reply that was sent."""

    thresholds: Thresholds
    generic: Mapping[str, int]
    """Links that do not count, with the number of the history's replies that have them."""
    embedder: Embedder

    @classmethod
    def from_history(cls, history: Sequence[Case], embedder: Embedder, seed: int) -> Judge:
        """Learn from replies known before the replay begins what is similar by chance.

        Raises:
            InvalidInput: there are no two replies to compare.
        """
        texts: dict[str, list[str]] = {}
        for case in history:
            texts.setdefault(case.language, []).append(sent_text(case.ticket))
        vectors = {k: embedder.embed_passages(replies) for k, replies in texts.items()}
        links = (links_in(text) for text in chain.from_iterable(texts.values()))
        return cls(derive_thresholds(vectors, seed), generic_links(links), embedder)

    def judge(
        self, case: Case, offers: Mapping[str, Sequence[Offer]]
    ) -> tuple[frozenset[str], dict[str, list[Verdict]]]:
        """The sent reply's links that count, and for each system a verdict on each of its offers.

        An offer in another language is held against the same threshold.
        """
        sent = sent_text(case.ticket)
        links = links_in(sent) - self.generic.keys()
        texts = [sent, *(offer.text for chosen in offers.values() for offer in chosen)]
        vectors = self.embedder.embed_passages(texts)
        cosines = iter((vectors[1:] @ vectors[0]).tolist())
        threshold = self.thresholds.of(case.language)
        verdicts = {
            name: [_verdict(offer, links, next(cosines), threshold) for offer in chosen]
            for name, chosen in offers.items()
        }
        return links, verdicts


def _verdict(offer: Offer, links: frozenset[str], cosine: float, threshold: float) -> Verdict:
    similar = bool(offer.text) and cosine >= threshold
    return Verdict(not links.isdisjoint(offer.links), round(cosine, 4), similar)


def sent_text(ticket: Ticket) -> str:
    """The reply that resolved the ticket, in the form in which a past reply is suggested.

    Raises:
        InvalidInput: nobody replied.
    """
    reply = resolution(ticket)
    if reply is None:
        raise InvalidInput(f"Ticket {ticket.id} has no reply from a rep.")
    return without_greeting(redact(without_quotes(reply.text), people(ticket)).text)


def derive_thresholds(replies: Mapping[str, Vectors], seed: int) -> Thresholds:
    """Thresholds from the history's replies.

    Args:
        replies: unit vectors by language, shape (replies, dimension).

    Raises:
        InvalidInput: there are no two replies to compare.
    """
    generator = np.random.default_rng(seed)
    cosines = {
        language: _random_cosines(vectors, generator)
        for language, vectors in sorted(replies.items())
    }
    pooled = np.concatenate([np.zeros(0, np.float32), *cosines.values()])
    if not len(pooled) and replies:
        pooled = _random_cosines(np.concatenate(list(replies.values())), generator)
    if not len(pooled):
        raise InvalidInput(
            "Fewer than two replies were written before the first ticket to replay: there is no "
            "history to suggest from. Give more tickets or a higher --split."
        )
    enough = {k: _threshold(v) for k, v in cosines.items() if len(v) >= ENOUGH_PAIRS}
    return Thresholds(enough, _threshold(pooled))


def _threshold(cosines: Sequence[float] | Vectors) -> ThresholdRecord:
    value = float(np.percentile(cosines, PERCENTILE))
    return ThresholdRecord(cosine=round(value, 4), pairs=len(cosines))


def _random_cosines(vectors: Vectors, generator: np.random.Generator) -> Vectors:
    """Cosines of all pairs of different replies, or of a random choice of them."""
    count = len(vectors)
    left, right = np.triu_indices(count, 1) if count <= 300 else (None, None)
    if left is None or right is None:
        left = generator.integers(count, size=_MOST_PAIRS)
        right = (left + generator.integers(1, count, size=_MOST_PAIRS)) % count
    return np.asarray(np.einsum("ij,ij->i", vectors[left], vectors[right]))
