"""The help collection of one generation, and what is made of it when it is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kb.collection import Collection
from kb.embedder import Vectors
from kb.help_center.related import centred, centroids
from kb.help_center.shelf import Shelf
from kb.text import language_of


@dataclass(frozen=True)
class Generation:
    number: int
    collection: Collection
    shelf: Shelf

    @cached_property
    def vectors(self) -> Vectors:
        """Of documents, by ordinal."""
        passages = self.collection
        means = centroids(
            passages.dense.all_vectors(), passages.document_of, len(passages.document_ids)
        )
        return centred(means, self.languages)

    @cached_property
    def languages(self) -> list[str]:
        return [language_of(locale) for locale in self.collection.locales]
