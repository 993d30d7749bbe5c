"""When a suggestion says what the sent reply said: the same link, or a cosine above chance.

The threshold for the cosine is not typed in: it is the 99th percentile of the cosines between
randomly paired replies of the history in one language, so that a random earlier reply passes one
time in a hundred; for `very similar` it is one time in a thousand. Suggestions in another language
than the ticket's are held against pairs of replies in these two languages, which lie further apart.
All this is derived before the first ticket is replayed and from nothing later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from eval.replay.asking import Judge, Judgement, Question, Verdict
from eval.replay.records import Criterion, ThresholdRecord
from eval.replay.systems import Offer, without_frame
from eval.replay.timeline import Case
from kb.embedder import Embedder, Vectors
from kb.errors import InvalidInput
from kb.links import canonical, generic_links, links_in
from kb.models import IndexedDocument
from kb.privacy import Redactor
from kb.snapshot import Snapshot
from kb.text import language_of
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
class ThreadJudge:
    """Compares offers with the reply that was sent."""

    thresholds: Thresholds
    generic: Mapping[str, int]
    """Links that do not count, with the number of the history's replies that have them."""
    embedder: Embedder
    redactor: Redactor
    _vectors: dict[str, Vectors] = field(default_factory=dict)
    """Of replies in the memory, by text."""

    @classmethod
    def from_history(
        cls, history: Sequence[Case], embedder: Embedder, redactor: Redactor, seed: int
    ) -> ThreadJudge:
        """Learn from replies known before the replay begins what is similar by chance.

        Args:
            redactor: the one that redacts the index.

        Raises:
            InvalidInput: there are no two replies to compare.
        """
        texts: dict[str, list[str]] = {}
        for case in history:
            texts.setdefault(case.language, []).append(sent_text(case, redactor))
        vectors = {k: embedder.embed_passages(replies) for k, replies in texts.items()}
        links = (links_in(text) for text in chain.from_iterable(texts.values()))
        return cls(derive_thresholds(vectors, seed), generic_links(links), embedder, redactor)

    def over(self, snapshot: Snapshot, case_of: Callable[[Question], Case]) -> Judge:
        """The judge for tickets that are asked on a snapshot."""
        memory = self._memory(snapshot)

        def judge(question: Question, offers: Mapping[str, Sequence[Offer]]) -> Judgement:
            return self._judge(case_of(question), offers, memory)

        return judge

    def _memory(self, snapshot: Snapshot) -> _Memory:
        replies = snapshot.collections["tickets"].all_documents()
        texts = [without_frame(reply.body) for reply in replies]
        fresh = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        if fresh:
            vectors = self.embedder.embed_passages(fresh)
            self._vectors.update(zip(fresh, vectors, strict=True))
        linked = [links_in(reply.body) for reply in replies]
        public = snapshot.collections["help"].all_documents()
        return _Memory(
            vectors=np.stack([self._vectors[text] for text in texts]) if texts else None,
            languages=np.array([language_of(reply.locale) for reply in replies]),
            links=frozenset().union(*linked, _addresses(public)),
        )

    def _judge(
        self, case: Case, offers: Mapping[str, Sequence[Offer]], memory: _Memory
    ) -> Judgement:
        """Only the beginning of a text longer than the embedding model reads is compared."""
        sent = sent_text(case, self.redactor)
        links = links_in(sent) - self.generic.keys()
        texts = [sent, *(offer.text for chosen in offers.values() for offer in chosen)]
        vectors = self.embedder.embed_passages(texts)
        cosines = iter((vectors[1:] @ vectors[0]).tolist())
        verdicts = {
            name: [self._verdict(offer, case, links, next(cosines)) for offer in chosen]
            for name, chosen in offers.items()
        }
        met = self._met_by(memory, case, links, vectors[0])
        met |= {c for chosen in verdicts.values() for verdict in chosen for c in verdict.meets}
        judged: set[Criterion] = {"similar reply", "very similar reply", "either"}
        if links:
            judged.add("same link")
        return Judgement(frozenset(judged), frozenset(met & judged), links, verdicts)

    def _met_by(
        self, memory: _Memory, case: Case, links: frozenset[str], sent: Vectors
    ) -> set[Criterion]:
        """Which criteria something in the memory meets."""
        same_link = not links.isdisjoint(memory.links)
        if memory.vectors is None:
            return _criteria(same_link, similar=False, very_similar=False)
        cosines = memory.vectors @ sent
        similar = very_similar = False
        for language in np.unique(memory.languages).tolist():
            nearest = float(cosines[memory.languages == language].max())
            threshold = self.thresholds.of(case.language, language)
            similar |= nearest >= threshold.similar
            very_similar |= nearest >= threshold.very_similar
        return _criteria(same_link, similar, very_similar)

    def _verdict(self, offer: Offer, case: Case, links: frozenset[str], cosine: float) -> Verdict:
        threshold = self.thresholds.of(case.language, offer.language)
        meets = _criteria(
            same_link=not links.isdisjoint(offer.links),
            similar=bool(offer.text) and cosine >= threshold.similar,
            very_similar=bool(offer.text) and cosine >= threshold.very_similar,
        )
        return Verdict(
            meets=frozenset(meets),
            right="either" in meets,
            has_link=bool(offer.links - self.generic.keys()),
            cosine=round(cosine, 4),
        )


@dataclass(frozen=True)
class _Memory:
    """What could have been suggested."""

    vectors: Vectors | None
    """Of all replies, shape (replies, dimension); None if there are none."""
    languages: NDArray[np.str_]
    links: frozenset[str]


def _criteria(same_link: bool, similar: bool, very_similar: bool) -> set[Criterion]:
    found: dict[Criterion, bool] = {
        "same link": same_link,
        "similar reply": similar,
        "very similar reply": very_similar,
        "either": same_link or similar,
    }
    return {criterion for criterion, met in found.items() if met}


def _addresses(articles: Sequence[IndexedDocument]) -> set[str]:
    found = (canonical(article.url) for article in articles if article.url)
    return {link for link in found if link}


def sent_text(case: Case, redactor: Redactor) -> str:
    """The reply that resolved the ticket, in the form in which offers are compared."""
    text = redactor.redact(without_quotes(case.reply.text), people(case.ticket)).text
    return without_frame(text)


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
