"""What the public articles say, asked of their index: a lexicon for kb.gaps.words.vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.collection import Collection
from kb.expansion import Synonyms
from kb.gaps.journeys import Search
from kb.gaps.words.vocabulary import Title, vocabulary
from kb.gaps.words.vocabulary_rows import VocabularyRow
from kb.text import language_of


class IndexedLexicon:
    """The words of one collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def passages(self, language: str) -> int:
        return self._collection.passages_in(language)

    def holding(self, terms: Sequence[str], language: str) -> int:
        found = self._collection.lexical.passages_with(terms)
        return int(np.count_nonzero(found & (self._collection.languages == language)))

    def similar(self, term: str) -> str | None:
        return self._collection.lexical.similar(term)


def vocabulary_of(
    searches: Sequence[Search], articles: Collection, synonyms: Synonyms
) -> list[VocabularyRow]:
    """The words that customers use and the public articles do not, with proposals.

    Args:
        searches: in order of time.
        articles: the collection `help` of the generation that serves.
        synonyms: those in force.
    """
    titles = {
        document.id: Title(document.title, language_of(document.locale))
        for document in articles.all_documents()
    }
    return vocabulary(searches, IndexedLexicon(articles), titles, synonyms)
