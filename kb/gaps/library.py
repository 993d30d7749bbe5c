"""The articles that customers can find, as gaps need to know them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

from kb.collection import Collection
from kb.gaps.missing.written import Version
from kb.links import canonical
from kb.models import IndexedDocument
from kb.text import analyse

_COMMON = 0.15


class HelpLibrary:
    """The help collection of one generation; see `kb.gaps.missing.find.Library`.

    Args:
        collection: None where nothing public is indexed.
        url_of: where readers find a document.
    """

    def __init__(
        self, collection: Collection | None, url_of: Callable[[IndexedDocument], str]
    ) -> None:
        self._collection = collection
        self._url_of = url_of
        self.versions = lru_cache(maxsize=None)(self._versions)
        self.terms = lru_cache(maxsize=256)(self._terms)
        self.common = lru_cache(maxsize=4096)(self._common)

    @property
    def ids(self) -> frozenset[str]:
        """Of all article versions."""
        return frozenset(self._collection.document_ids) if self._collection else frozenset()

    @cached_property
    def links(self) -> frozenset[str]:
        """Canonical links of all that have an address of their own."""
        documents = self._collection.all_documents() if self._collection else []
        links = (canonical(self._url_of(document)) for document in documents)
        return frozenset(link for link in links if link)

    def _members(self, group: str) -> list[IndexedDocument]:
        return self._collection.group_members(group) if self._collection else []

    def _versions(self, group: str) -> Sequence[Version]:
        return tuple(
            Version(
                document.id,
                document.group,
                document.locale,
                document.title,
                self._url_of(document),
                document.updated,
            )
            for document in self._members(group)
        )

    def _terms(self, group: str) -> frozenset[str]:
        return frozenset(
            term.text
            for document in self._members(group)
            for term in analyse(f"{document.title}\n{document.body}", document.locale)
        )

    def _common(self, term: str, language: str) -> bool:
        if self._collection is None:
            return False
        among = self._collection.languages == language
        found = self._collection.lexical.passages_with([term]) & among
        return int(found.sum()) > _COMMON * int(among.sum())
