"""When a suggestion says what the sent reply said: the same link, or a cosine above chance.

The threshold for the cosine is not typed in: it is the 99th percentile of the cosines between
randomly paired replies of the history in one language, so that a random earlier reply passes one
time in a hundred; for `very similar` it is one time in a thousand. Suggestions in another language
than the ticket's are held against pairs of replies in these two languages, which lie further apart.
All this is derived before the first ticket is replayed and from nothing later.
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
from kb.drafting import without_greeting
from kb.embedder import Embedder, Vectors
from kb.errors import InvalidInput
from kb.models import Ticket
from kb.privacy import redact
from kb.resolution import resolution
from kb.tickets import people, without_quotes

SIMILAR, VERY_SIMILAR = 99.0, 99.9
"""Percentiles."""
ENOUGH_PAIRS = 300
"""Below this (25 replies) a language has no percentile of its own and takes that of all languages
together, which is too high for some and too low for others: languages differ in how close
unrelated texts lie."""
_MOST_PAIRS = 20_000


@dataclass(frozen=True)
class Thresholds:
    """The cosine from which two replies say the same, by their languages."""

    by_languages: Mapping[str, ThresholdRecord]
    """`en`, or `en/fa` for replies in two languages, in alphabetical order."""
    other: ThresholdRecord
    """Where replies are too few: from the same-language pairs of all languages together."""

    def of(self, left: str, right: str) -> ThresholdRecord:
        return self.by_languages.get(_key(left, right), self.other)


@dataclass(frozen=True)
class Verdict:
    """One offer beside the reply that was sent."""

    has_link: bool
    same_link: bool
    cosine: float
    """Of the two texts as passages."""
    similar: bool
    very_similar: bool


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

        Only the beginning of a text that is longer than the embedding model reads is compared.
        """
        sent = sent_text(case.ticket)
        links = links_in(sent) - self.generic.keys()
        texts = [sent, *(offer.text for chosen in offers.values() for offer in chosen)]
        vectors = self.embedder.embed_passages(texts)
        cosines = iter((vectors[1:] @ vectors[0]).tolist())
        verdicts = {
            name: [self._verdict(offer, case, links, next(cosines)) for offer in chosen]
            for name, chosen in offers.items()
        }
        return links, verdicts

    def _verdict(self, offer: Offer, case: Case, links: frozenset[str], cosine: float) -> Verdict:
        threshold = self.thresholds.of(case.language, offer.language)
        return Verdict(
            has_link=bool(offer.links - self.generic.keys()),
            same_link=not links.isdisjoint(offer.links),
            cosine=round(cosine, 4),
            similar=bool(offer.text) and cosine >= threshold.similar,
            very_similar=bool(offer.text) and cosine >= threshold.very_similar,
        )


def sent_text(ticket: Ticket) -> str:
    """The reply that resolved the ticket, in the form in which a past reply is suggested.

    Raises:
        InvalidInput: no reply answers.
    """
    reply = resolution(ticket)
    if reply is None:
        raise InvalidInput(f"Ticket {ticket.id} has no reply that answers.")
    return without_greeting(redact(without_quotes(reply.text), people(ticket)).text)


def derive_thresholds(replies: Mapping[str, Vectors], seed: int) -> Thresholds:
    """Thresholds from the history's replies.

    Args:
        replies: unit vectors by language, shape (replies, dimension).

    Raises:
        InvalidInput: there are no two replies to compare.
    """
    generator = np.random.default_rng(seed)
    languages = sorted(replies)
    cosines = {
        _key(left, right): _random_cosines(replies[left], replies[right], generator)
        for place, left in enumerate(languages)
        for right in languages[place:]
    }
    own = np.concatenate([np.zeros(0, np.float32), *(cosines[name] for name in languages)])
    pooled = own if len(own) else np.concatenate([own, *cosines.values()])
    if not len(pooled):
        raise InvalidInput(
            "Fewer than two replies were written before the first ticket to replay: there is no "
            "history to suggest from. Give more tickets or a higher --split."
        )
    enough = {k: _threshold(v) for k, v in cosines.items() if len(v) >= ENOUGH_PAIRS}
    return Thresholds(enough, _threshold(pooled))


def _key(left: str, right: str) -> str:
    return left if left == right else "/".join(sorted((left, right)))


def _threshold(cosines: Sequence[float] | Vectors) -> ThresholdRecord:
    similar, very_similar = np.percentile(cosines, [SIMILAR, VERY_SIMILAR]).tolist()
    return ThresholdRecord(
        similar=round(similar, 4), very_similar=round(very_similar, 4), pairs=len(cosines)
    )


def _random_cosines(left: Vectors, right: Vectors, generator: np.random.Generator) -> Vectors:
    """Cosines of all pairs of replies, or of a random choice of them; never of one with itself."""
    same = left is right
    if len(left) * len(right) > (2 if same else 1) * _MOST_PAIRS:
        rows = generator.integers(len(left), size=_MOST_PAIRS)
        away = generator.integers(1 if same else 0, len(right), size=_MOST_PAIRS)
        columns = (rows + away) % len(right)
    elif same:
        rows, columns = np.triu_indices(len(left), 1)
    else:
        rows, columns = (axis.ravel() for axis in np.indices((len(left), len(right))))
    return np.asarray(np.einsum("ij,ij->i", left[rows], right[columns]))
