"""Articles and solved tickets of a snapshot with their vectors, read once for the whole report.

Vectors are as the snapshot holds them: unit length, and centred by language (kb.embedder.centring),
so that cosines across languages mean the same. How near two texts are is told in *spreads*:

    s = (cosine - unrelated) / spread

`unrelated` and `spread` are mean and standard deviation of the cosine between texts that have
nothing to do with each other; 0 is no relation at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.collection import Collection
from kb.embedder import Centring, Vectors
from kb.embedder.base import unit
from kb.models import Audience, CollectionName, IndexedDocument, Model
from kb.text import language_of


class ArticleRef(Model):
    """What rows of the report say about an article."""

    id: str
    group: str
    title: str
    locale: str
    url: str
    audience: Audience
    updated: dt.date | None


@dataclass(frozen=True)
class ArticleVersion:
    """An article in one language."""

    id: str
    group: str
    locale: str
    title: str
    updated: dt.date | None
    url: str
    audience: Audience
    body: str
    ordinals: NDArray[np.int64]
    """Of its passages, in its collection."""
    vectors: Vectors
    """Of its passages, shape (n, d); n may be 0."""

    @property
    def language(self) -> str:
        return language_of(self.locale)

    @property
    def is_source(self) -> bool:
        """Whether the others of its group are translations of it."""
        return self.id == self.group

    @property
    def mean(self) -> Vectors:
        """The mean direction of its passages, shape (d,); zeros where it has none."""
        return np.asarray(unit(self.vectors.sum(axis=0, keepdims=True))[0])

    @property
    def ref(self) -> ArticleRef:
        """It, as rows of the report name it."""
        return ArticleRef(
            id=self.id,
            group=self.group,
            title=self.title,
            locale=self.locale,
            url=self.url,
            audience=self.audience,
            updated=self.updated,
        )


@dataclass(frozen=True)
class SolvedTicket:
    """A ticket with the reply that solved it, both redacted."""

    id: str
    locale: str
    subject: str
    reply: str
    replied: dt.date | None
    """The day of that reply, or on which the ticket was created where that is not known."""
    problems: Vectors
    """Of what was asked, shape (n, d)."""
    replies: Vectors
    """Of what was replied, shape (m, d)."""

    @property
    def language(self) -> str:
        return language_of(self.locale)


@dataclass(frozen=True)
class Content:
    """What is published, and what was solved; both ordered by id."""

    articles: tuple[ArticleVersion, ...]
    tickets: tuple[SolvedTicket, ...]
    unrelated: float
    spread: float

    def cosine_at(self, spreads: float) -> float:
        """The cosine that is so many spreads above that of unrelated texts."""
        return self.unrelated + spreads * self.spread

    def spreads_of(self, cosine: float) -> float:
        """The other way round."""
        return (cosine - self.unrelated) / self.spread

    @cached_property
    def by_id(self) -> Mapping[str, ArticleVersion]:
        return {article.id: article for article in self.articles}

    @cached_property
    def groups(self) -> Mapping[str, tuple[ArticleVersion, ...]]:
        """The versions of each article, by group."""
        found: dict[str, list[ArticleVersion]] = {}
        for article in self.articles:
            found.setdefault(article.group, []).append(article)
        return {group: tuple(versions) for group, versions in found.items()}

    def group_of(self, identifier: str) -> str:
        """The group of an article; "" where there is no such article (any more)."""
        article = self.by_id.get(identifier)
        return article.group if article else ""

    def source_of(self, group: str, languages: Sequence[str] = ()) -> ArticleVersion:
        """The version that the others are translations of.

        Where none is marked as such, the one in the earliest of `languages`, then the first by id.
        """
        order = {language: place for place, language in enumerate(languages)}
        return min(
            self.groups[group],
            key=lambda v: (not v.is_source, order.get(v.language, len(order)), v.id),
        )


def read_content(collections: Mapping[CollectionName, Collection], centring: Centring) -> Content:
    """Read all articles (public and internal; no macros) and solved tickets.

    Every file is read once; per passage it holds one vector in single precision (1.5 kB at 384
    dimensions).
    """
    articles = [
        article
        for name in ("help", "internal")
        if name in collections
        for article in _articles(collections[name])
    ]
    tickets = _tickets(collections["tickets"]) if "tickets" in collections else []
    return Content(
        tuple(sorted(articles, key=lambda article: article.id)),
        tuple(tickets),
        centring.unrelated,
        centring.spread,
    )


def _articles(collection: Collection) -> list[ArticleVersion]:
    found = []
    vectors = collection.dense.all_vectors()
    for document, start, end in _with_ranges(collection):
        if document.kind == "article":
            found.append(
                ArticleVersion(
                    id=document.id,
                    group=document.group,
                    locale=document.locale,
                    title=document.title,
                    updated=document.updated,
                    url=document.url,
                    audience="public" if document.collection == "help" else "internal",
                    body=document.body,
                    ordinals=np.arange(start, end),
                    vectors=vectors[start:end],
                )
            )
    return found


def _tickets(collection: Collection) -> list[SolvedTicket]:
    vectors, is_reply = collection.dense.all_vectors(), collection.replies
    found = []
    for document, start, end in _with_ranges(collection):
        first_reply = end - int(is_reply[start:end].sum())  # a ticket's replies come last
        found.append(
            SolvedTicket(
                id=document.id,
                locale=document.locale,
                subject=document.title,
                reply=document.body,
                replied=document.updated,
                problems=vectors[start:first_reply],
                replies=vectors[first_reply:end],
            )
        )
    return found


def _with_ranges(collection: Collection) -> list[tuple[IndexedDocument, int, int]]:
    """Each document with the half-open range of ordinals of its passages."""
    numbers = np.arange(len(collection.document_ids))
    starts = np.searchsorted(collection.document_of, numbers, "left").tolist()
    ends = np.searchsorted(collection.document_of, numbers, "right").tolist()
    found = []
    for document in collection.all_documents():
        ordinal = collection.ordinal_of(document.id)
        if ordinal is not None:
            found.append((document, starts[ordinal], ends[ordinal]))
    return found
