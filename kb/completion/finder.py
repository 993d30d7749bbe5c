"""Everything that completions and corrections of one generation are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.collection import Collection
from kb.completion.phrases import completed
from kb.completion.ranking import MOST_ARTICLES, MOST_QUERIES
from kb.completion.titles import Titles
from kb.completion.words import FUNCTION_WORDS, Word, Words, key_of, words_of
from kb.help_center.shelf import Entry, Shelf
from kb.spelling.correct import corrected
from kb.spelling.known import Known
from kb.text import analyse, detect_language, script_of

_REMEMBERED = 4096
_CONTEXT = 2
"""Rarest words before the last one that a completion has to stand together with."""
_FOREIGN = 0.9
"""Weight of an article that is not in the reader's language."""
_BODY = 0.45
"""Share of the lexical bound that an article's text has to reach, to be proposed for it."""
_FEW = 2


class Finder:
    """Completes and corrects for one generation of the help collection. Thread-safe.

    Building it reads every passage once: about a second for 3,000 articles.
    """

    def __init__(self, collection: Collection, shelf: Shelf, known: Known) -> None:
        self._collection = collection
        self._shelf = shelf
        self._known = known
        passages = collection.passages(range(len(collection)))
        languages = collection.languages.tolist()
        self.words: Mapping[str, Words] = words_of(
            (languages[ordinal], passage.context, passage.text)
            for ordinal, passage in passages.items()
        )
        self._named = {word.stem for own in self.words.values() for word in own if word.named}
        self._titles = Titles(shelf.entries)
        self._with_term = lru_cache(_REMEMBERED)(self._with_term_now)
        self.queries = lru_cache(_REMEMBERED)(self._queries)
        self.articles = lru_cache(_REMEMBERED)(self._articles)
        self.correct = lru_cache(_REMEMBERED)(self._correct)

    def _queries(self, text: str, language: str) -> tuple[str, ...]:
        """What is typed, completed."""
        return tuple(completed(text, self.words, language, self._together, MOST_QUERIES))

    def _articles(self, text: str, language: str) -> tuple[Entry, ...]:
        """Articles that what is typed may mean, best first, each in one language."""
        best: dict[str, tuple[float, Entry]] = {}
        entries, script = self._shelf.entries, _script(text)
        for ordinal, score in self._titles.search(
            text, language, self._find, len(self._collection)
        ):
            entry = self._readable(entries[ordinal], language, script)
            weighed = score if entry.language == language else score * _FOREIGN
            if entry.group not in best or weighed > best[entry.group][0]:
                best[entry.group] = weighed, entry
        ranked = sorted(best.values(), key=lambda one: (-round(one[0], 6), one[1].id))
        found = [entry for _, entry in ranked[:MOST_ARTICLES]]
        if len(found) < _FEW:
            whole = next(iter(self.queries(text, language)), text)
            found += self._by_text(whole, language, {entry.group for entry in found})
        return tuple(found[:MOST_ARTICLES])

    def _readable(self, entry: Entry, language: str, script: str) -> Entry:
        """The version in the reader's language, if what is typed may be in it and there is one."""
        version = self._shelf.version_for(entry.group, language)
        fits = version and version.language == language and script in ("", script_of(language))
        return version if version and fits else entry

    def _by_text(self, text: str, language: str, without: set[str]) -> list[Entry]:
        """Articles whose text holds the words typed, for want of a title that does."""
        terms = [
            term.text
            for term in analyse(text, language)
            if key_of(text[term.start : term.end]) not in FUNCTION_WORDS
        ]
        lexical = self._collection.lexical
        scores = lexical.score_all(lexical.resolve(terms))
        found: list[Entry] = []
        for passage in np.argsort(-scores, kind="stable")[: 4 * MOST_ARTICLES]:
            if scores[passage] < _BODY or len(found) == _FEW:
                break
            document = self._collection.document_ids[self._collection.document_of[passage]]
            entry = self._shelf.entry(document)
            if entry and entry.group not in without:
                without = without | {entry.group}
                found.append(self._readable(entry, language, _script(text)))
        return found

    def _correct(self, query: str) -> str:
        """The query without slips; empty where there is none."""
        found = corrected(query, self.words, self._collection.lexical.__contains__, self._known)
        return found.text if found else ""

    def _find(self, key: str) -> Word | None:
        return next((word for own in self.words.values() if (word := own.get(key))), None)

    def _together(self, context: Sequence[str], stem: str) -> int:
        telling = [term for term in dict.fromkeys(context) if term in self._named]
        rare = sorted(telling, key=lambda term: (int(self._with_term(term).sum()), term))
        mask = self._with_term(stem)
        for term in rare[:_CONTEXT]:
            mask = mask & self._with_term(term)
        return int(mask.sum())

    def _with_term_now(self, term: str) -> NDArray[np.bool_]:
        """Which documents hold a term."""
        documents = np.zeros(len(self._collection.document_ids), np.bool_)
        documents[self._collection.document_of[self._collection.lexical.passages_with([term])]] = (
            True
        )
        return documents


def _script(text: str) -> str:
    """Of the first letter; empty where there is none."""
    letter = next((char for char in text if char.isalpha()), "")
    if not letter:
        return ""
    return script_of(detect_language(letter, ("en", "fa", "zh"), "en"))
