"""A query to ranked documents, over a given set of collections.

It is built with the collections its caller may see; there is no filter to forget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from kb.collection import Collection
from kb.confidence import NEIGHBOURS, Evidence
from kb.dense import Ordinals
from kb.embedder import Centring, Vectors
from kb.lexical import LexicalQuery
from kb.models import CollectionName
from kb.parameters import FusionParameters
from kb.ranker import Candidate, Group, Scores, fuse, group_translations, rank_documents
from kb.text import analyse, language_of


@dataclass(frozen=True)
class Query:
    """A query, analysed and embedded."""

    text: str
    language: str
    terms: tuple[str, ...]
    vector: Vectors | None
    """Shape (dimension,); None asks for lexical evidence only."""

    @classmethod
    def of(cls, text: str, language: str, vector: Vectors | None) -> Query:
        return cls(text, language, tuple(term.text for term in analyse(text, language)), vector)


@dataclass(frozen=True)
class Retrieval:
    """Ranked documents with what is needed to judge them."""

    documents: tuple[Candidate, ...]
    """Each document once, by its best passage, best first."""
    coverage: float
    terms: int
    language: str
    has_own_language: bool
    """Whether anything searched is in the query's language."""
    unrelated: float
    """Mean cosine between texts that have nothing to do with each other."""
    spread: float
    """Standard deviation of those cosines."""

    def groups(self) -> list[Group]:
        """Documents with their translations collapsed, best first."""
        return group_translations(self.documents)

    def evidence(self, hit: Candidate) -> Evidence:
        """What speaks for one of `documents`; see kb.confidence."""
        language = language_of(hit.locale)
        others = [c for c in self.documents if c.group != hit.group]
        cosines = sorted((c.cosine for c in self.documents), reverse=True)
        neighbour = cosines[min(NEIGHBOURS, len(cosines) - 1)] if cosines else 0.0
        best_other = max((c.lexical for c in others), default=0.0)
        return Evidence(
            cosine=(hit.cosine - self.unrelated) / self.spread,
            margin=(hit.cosine - neighbour) / self.spread,
            lexical=hit.lexical,
            lexical_margin=hit.lexical - best_other,
            coverage=self.coverage,
            agreement=hit.lexical > 0 and hit.lexical >= best_other,
            same_language=language == self.language,
            foreign=language != self.language and self.has_own_language,
            terms=self.terms,
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

    def retrieve(self, query: Query, candidates: int) -> Retrieval:
        """Fuse the best `candidates` passages of each side and collection.

        All passages of their documents are scored by both sides, whichever found them.
        """
        query = self._centred(query)
        found: list[Candidate] = []
        coverage = 0.0
        for collection in self._collections:
            resolved = collection.lexical.resolve(query.terms)
            coverage = max(coverage, resolved.coverage)
            found.extend(self._candidates(collection, query, resolved, candidates))
        return Retrieval(
            documents=tuple(rank_documents(found, self._fusion.reinforcement)),
            coverage=coverage,
            terms=len(set(query.terms)),
            language=query.language,
            has_own_language=any(c.passages_in(query.language) for c in self._collections),
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
        collection = next(c for c in self._collections if c.name == best.collection)
        ordinals = collection.passages_of_version(group.key, reader)
        if not len(ordinals):
            return best
        resolved = collection.lexical.resolve(query.terms)
        lexical = collection.lexical.score_all(resolved)
        found = self._scored(collection, self._centred(query), ordinals, lexical)
        return rank_documents(found, self._fusion.reinforcement)[0]

    def _candidates(
        self, collection: Collection, query: Query, resolved: LexicalQuery, count: int
    ) -> list[Candidate]:
        lexical = collection.lexical.score_all(resolved)
        ordinals = _top(lexical, count)
        if query.vector is not None:
            # A translation of what exists in the query's language is no evidence of its own.
            apart = collection.languages_apart(query.language) or (None,)
            for within in apart:
                nearest, _ = collection.dense.search(query.vector, count, within)
                ordinals = np.union1d(ordinals, nearest)
        documents = np.unique(collection.document_of[ordinals])
        return self._scored(collection, query, collection.passages_of(documents), lexical)

    def _scored(
        self, collection: Collection, query: Query, ordinals: Ordinals, lexical: Scores
    ) -> list[Candidate]:
        """Candidates for some passages; `lexical` holds the scores of all of the collection."""
        if not len(ordinals):
            return []
        cosines = (
            np.zeros(len(ordinals), np.float32)
            if query.vector is None
            else collection.dense.scores_of(query.vector, ordinals)
        )
        scores = fuse(
            cosines,
            lexical[ordinals],
            collection.languages[ordinals] == query.language,
            self._centring.spread,
            self._fusion,
        )
        documents = collection.document_of[ordinals].tolist()
        rows = zip(
            ordinals.tolist(),
            documents,
            cosines.tolist(),
            lexical[ordinals].tolist(),
            scores.tolist(),
            strict=True,
        )
        return [
            Candidate(
                collection.name,
                passage,
                document,
                collection.document_ids[document],
                collection.groups[document],
                collection.locales[document],
                cosine,
                share,
                score,
            )
            for passage, document, cosine, share, score in rows
        ]


def _top(scores: Scores, count: int) -> Ordinals:
    """Ordinals of the `count` best positive scores; ties at the edge by ordinal."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) <= count:
        return positive
    edge = np.partition(scores[positive], -count)[-count]
    above = positive[scores[positive] > edge]
    at_edge = positive[scores[positive] == edge]
    return np.concatenate([above, at_edge[: count - len(above)]])
