"""The public articles of one generation without their texts: what lists and links need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from kb.models import IndexedDocument
from kb.text import language_of

_HEADING = regex.compile(r"^#{2,3}[ \t]+(.+?)[ \t]*#*$", regex.MULTILINE)
_MARKUP = regex.compile(r"[*_`]+|!?\[([^\]\n]*)\]\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One language version of an article."""

    id: str
    group: str
    locale: str
    title: str
    section: str
    updated: dt.date | None
    url: str
    """Of an article that readers find elsewhere; empty: on our own pages."""
    headings: tuple[str, ...]
    """Of the second and third level, plain."""

    @property
    def language(self) -> str:
        return language_of(self.locale)

    @classmethod
    def of(cls, document: IndexedDocument) -> Entry:
        return cls(
            document.id,
            document.group,
            document.locale,
            document.title,
            document.section,
            document.updated,
            document.url,
            tuple(_MARKUP.sub(r"\1", text) for text in _HEADING.findall(document.body)),
        )


@dataclass(frozen=True)
class Section:
    key: str
    articles: tuple[Entry, ...]
    """Each once: those in the reader's language first, then the others, both ordered by title."""


class Shelf:
    """All public articles, ordered by id."""

    def __init__(self, documents: Iterable[IndexedDocument]) -> None:
        articles = (document for document in documents if document.kind == "article")
        self.entries = tuple(sorted(map(Entry.of, articles), key=lambda entry: entry.id))
        self._by_id = {entry.id: entry for entry in self.entries}
        self._groups: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._groups.setdefault(entry.group, []).append(entry)
        self._sections: dict[str, tuple[Section, ...]] = {}

    @property
    def groups(self) -> Iterable[str]:
        return self._groups.keys()

    def entry(self, identifier: str) -> Entry | None:
        return self._by_id.get(identifier)

    def versions(self, group: str) -> Sequence[Entry]:
        """All language versions of one article, ordered by id."""
        return self._groups.get(group, [])

    def version_for(self, group: str, language: str) -> Entry | None:
        """The version in a language; else the one the others were translated from."""
        found = self.versions(group)
        for wanted in (lambda e: e.language == language, lambda e: e.id == group, lambda _e: True):
            for entry in found:
                if wanted(entry):
                    return entry
        return None

    def freshness(self, group: str) -> int:
        """Sorts groups: the one with the version that was changed last comes first."""
        return -max((v.updated.toordinal() for v in self.versions(group) if v.updated), default=0)

    def sections(self, language: str) -> tuple[Section, ...]:
        """Every article once, by section; those without one come last."""
        if language not in self._sections:
            self._sections[language] = self._sorted(language)
        return self._sections[language]

    def _sorted(self, language: str) -> tuple[Section, ...]:
        by_section: dict[str, list[Entry]] = {}
        for group in self._groups:
            entry = self.version_for(group, language)
            if entry:
                by_section.setdefault(entry.section, []).append(entry)
        return tuple(
            Section(
                key,
                tuple(sorted(entries, key=lambda e: (e.language != language, e.title, e.id))),
            )
            for key, entries in sorted(by_section.items(), key=lambda item: (not item[0], item[0]))
        )
