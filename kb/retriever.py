"""A query to ranked documents, over a given set of collections.

It is built with the collections its caller may see; there is no filter to forget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.collection import Collection
from kb.confidence import NEIGHBOURS, Evidence
from kb.dense import Ordinals
from kb.embedder import Centring, Vectors
from kb.expansion import NO_SYNONYMS, Expansion, Synonyms
from kb.models import CollectionName
from kb.parameters import FusionParameters
from kb.ranker import (
    Candidate,
    Group,
    Scores,
    credit_across,
    fuse,
    group_translations,
    in_order,
    lexical_evidence,
    score_documents,
)
from kb.text import analyse, language_of


@dataclass(frozen=True)
class Query:
    """A query, analysed and embedded."""

    text: str
    language: str
    terms: tuple[str, ...]
    vector: Vectors | None
    """Shape (dimension,); None asks for lexical evidence only."""
    expansions: tuple[Expansion, ...] = ()
    """What some of the terms may be called instead."""

    @classmethod
    def of(
        cls,
        text: str,
        language: str,
        vector: Vectors | None,
        synonyms: Synonyms = NO_SYNONYMS,
    ) -> Query:
        terms = analyse(text, language)
        expansions = synonyms.expand(terms, language)
        return cls(text, language, tuple(term.text for term in terms), vector, expansions)


@dataclass(frozen=True)
class Gathered:
    """Passages of one collection with their evidence, whatever it will count for.

    They are all the passages of their documents; every array has shape (n,).
    """

    collection: Collection
    ordinals: Ordinals
    cosines: Scores
    lexical: Scores
    """Share of the query's lexical bound."""
    same_language: NDArray[np.bool_]
    """Whether the passage is in the query's language."""


@dataclass(frozen=True)
class Retrieval:
    """Ranked documents with what is needed to judge them."""

    documents: tuple[Candidate, ...]
    """Each document once, by its best passage, best first."""
    language: str
    unrelated: float
    """Mean cosine between texts that have nothing to do with each other."""
    spread: float
    """Standard deviation of those cosines."""

    def groups(self) -> list[Group]:
        """Documents with their translations collapsed, best first."""
        return list(self._groups)

    @cached_property
    def _groups(self) -> list[Group]:
        return group_translations(self.documents)

    @cached_property
    def _neighbour(self) -> float:
        """Score of what is ranked `NEIGHBOURS` places below the best."""
        return self._groups[min(NEIGHBOURS, len(self._groups) - 1)].score

    def evidence(self, hit: Candidate) -> Evidence:
        """What speaks for one of `documents`; see kb.confidence."""
        return Evidence(
            cosine=(hit.cosine - self.unrelated) / self.spread,
            margin=(hit.score - self._neighbour) / self.spread,
            lexical=hit.evidence,
        )


class Retriever:
    """Stateless besides its collections; safe to share between threads."""

    def __init__(
        self,
        collections: Mapping[CollectionName, Collection],
        centring: Centring,
        fusion: FusionParameters,
    ) -> None:
        self._collections = [collection for collection in collections.values() if len(collection)]
        self._centring = centring
        self._fusion = fusion

    @property
    def unrelated(self) -> float:
        """Mean cosine between texts that have nothing to do with each other."""
        return self._centring.unrelated

    @property
    def spread(self) -> float:
        """Standard deviation of those cosines."""
        return self._centring.spread

    def retrieve(self, query: Query, candidates: int) -> Retrieval:
        """Rank the documents that the best `candidates` passages of each side belong to."""
        return self.rank(query, self.gather(query, candidates))

    def gather(self, query: Query, candidates: int) -> tuple[Gathered, ...]:
        """The documents of the best `candidates` passages by each side, in each collection.

        All their passages are scored by both sides, whichever found them.
        """
        query = self._centred(query)
        return tuple(
            self._gather(collection, query, candidates) for collection in self._collections
        )

    def rank(self, query: Query, gathered: Sequence[Gathered]) -> Retrieval:
        """Fuse the evidence and rank documents by it."""
        credit = credit_across(
            np.concatenate([np.zeros(0, np.float32), *(part.cosines for part in gathered)]),
            np.concatenate([np.zeros(0, np.float32), *(part.lexical for part in gathered)]),
            np.concatenate([np.zeros(0, np.bool_), *(part.same_language for part in gathered)]),
            self._fusion,
        )
        found = [candidate for part in gathered for candidate in self._candidates(part, credit)]
        return Retrieval(
            documents=tuple(in_order(found)),
            language=query.language,
            unrelated=self._centring.unrelated,
            spread=self._centring.spread,
        )

    def _centred(self, query: Query) -> Query:
        """The query with the vector that stored passages are to be compared with."""
        if query.vector is None:
            return query
        return replace(query, vector=self._centring.query(query.vector, query.language))

    def version_for(self, group: Group, query: Query, reader: str) -> Candidate:
        """The version of a found document in the reader's language, else the source version.

        A group is known by its source's id; where that was not found, the best version stands.
        """
        for version in group.versions:
            if language_of(version.locale) == reader:
                return version
        source = (version for version in group.versions if version.document_id == group.key)
        best = next(source, group.versions[0])
        collection = self._collection_of(best)
        ordinals = collection.passages_of_version(group.key, reader)
        if not len(ordinals):
            return best
        gathered = self._evidence_for(collection, query, ordinals)
        # It says what the version says that was found, so the same speaks for it.
        return in_order(self._candidates(gathered, best.evidence))[0]

    def passage_scores(self, query: Query, hit: Candidate) -> tuple[list[int], list[float]]:
        """All passages of a hit's document in reading order, and how each fits the query."""
        collection = self._collection_of(hit)
        ordinals = collection.passages_of(np.array([hit.document], np.int32))
        _, scores = self._fused(self._evidence_for(collection, query, ordinals), credit=0.0)
        return ordinals.tolist(), scores.tolist()

    def _collection_of(self, hit: Candidate) -> Collection:
        return next(c for c in self._collections if c.name == hit.collection)

    def _evidence_for(self, collection: Collection, query: Query, ordinals: Ordinals) -> Gathered:
        """Some passages, whatever they were found by."""
        return _with_evidence(
            collection, self._centred(query), ordinals, _lexical(collection, query)
        )

    @staticmethod
    def _gather(collection: Collection, query: Query, count: int) -> Gathered:
        lexical = _lexical(collection, query)
        ordinals = _top(lexical, count)
        if query.vector is not None:
            # A translation of what exists in the query's language is no evidence of its own.
            apart = collection.languages_apart(query.language) or (None,)
            for within in apart:
                nearest, _ = collection.dense.search(query.vector, count, within)
                ordinals = np.union1d(ordinals, nearest)
        documents = np.unique(collection.document_of[ordinals])
        return _with_evidence(collection, query, collection.passages_of(documents), lexical)

    def _fused(self, gathered: Gathered, credit: float) -> tuple[Scores, Scores]:
        """What the words count for, and the fused scores, of each passage."""
        evidence = lexical_evidence(gathered.lexical, gathered.same_language, credit, self._fusion)
        return evidence, fuse(gathered.cosines, evidence, self._centring.spread, self._fusion)

    def _candidates(self, gathered: Gathered, credit: float) -> list[Candidate]:
        collection, ordinals = gathered.collection, gathered.ordinals
        if not len(ordinals):
            return []
        evidence, scores = self._fused(gathered, credit)
        documents = collection.document_of[ordinals]
        best, totals = score_documents(documents, scores, self._fusion.reinforcement)
        rows = zip(
            *(
                values.tolist()
                for values in (
                    ordinals[best],
                    documents[best],
                    gathered.cosines[best],
                    gathered.lexical[best],
                    evidence[best],
                    totals,
                )
            ),
            strict=True,
        )
        return [
            Candidate(
                collection=collection.name,
                passage=passage,
                document=document,
                document_id=collection.document_ids[document],
                group=collection.groups[document],
                locale=collection.locales[document],
                cosine=cosine,
                lexical=lexical,
                evidence=counted,
                score=score,
            )
            for passage, document, cosine, lexical, counted, score in rows
        ]


def telling(collection: Collection, query: Query, hit: Candidate) -> set[str]:
    """The query's words worth pointing at in a hit; none if it was found by meaning alone."""
    if hit.lexical <= 0:
        return set()
    population = collection.passages_in(query.language) or len(collection)
    resolved = collection.lexical.resolve(query.terms, query.expansions)
    return collection.lexical.telling(resolved, population)


def _with_evidence(
    collection: Collection, query: Query, ordinals: Ordinals, lexical: Scores
) -> Gathered:
    """Some passages; `lexical` holds the scores of all of the collection."""
    cosines = (
        np.zeros(len(ordinals), np.float32)
        if query.vector is None
        else collection.dense.scores_of(query.vector, ordinals)
    )
    same_language = collection.languages[ordinals] == query.language
    return Gathered(collection, ordinals, cosines, lexical[ordinals], same_language)


def _lexical(collection: Collection, query: Query) -> Scores:
    """The share of the query's lexical bound of every passage of the collection."""
    return collection.lexical.score_all(collection.lexical.resolve(query.terms, query.expansions))


def _top(scores: Scores, count: int) -> Ordinals:
    """Ordinals of the `count` best positive scores; ties at the edge by ordinal."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) <= count:
        return positive
    edge = np.partition(scores[positive], -count)[-count]
    above = positive[scores[positive] > edge]
    at_edge = positive[scores[positive] == edge]
    return np.concatenate([above, at_edge[: count - len(above)]])
