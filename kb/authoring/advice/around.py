"""What is around an article: others in the folder, sections, versions in other languages. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kb.authoring.faults import Fault
from kb.authoring.fields import Typed
from kb.models import Article, Audience
from kb.text import fold, language_of

_TITLE_CHARS = 80
"""More does not fit a line of results."""


@dataclass(frozen=True)
class Known:
    """An article of the folder, as far as others refer to it."""

    title: str
    group: str
    language: str
    audience: Audience
    draft: bool
    section: str
    updated: dt.date | None

    @classmethod
    def of(cls, article: Article) -> Known:
        return cls(
            title=article.title,
            group=article.group,
            language=language_of(article.locale),
            audience=article.audience,
            draft=article.draft,
            section=article.section,
            updated=article.updated,
        )


@dataclass(frozen=True)
class Around:
    articles: Mapping[str, Known]
    """By id; without the article itself."""
    languages: Sequence[str]
    """Of the settings."""
    identifier: str = ""
    """Of the article itself; empty for a new one."""
    group: str = ""
    language: str = ""
    audience: Audience = "public"
    rewritten: bool = False
    """Its text is not what readers know."""
    anchors_of: Callable[[str], frozenset[str]] = field(default=lambda _: frozenset())

    def has_version(self, group: str, language: str) -> bool:
        """Whether an article is there in a language, for readers."""
        return any(
            known.group == group and known.language == language and not known.draft
            for known in self.articles.values()
        )

    @property
    def versions(self) -> dict[str, Known]:
        """The article in other languages, by id."""
        return {n: known for n, known in self.articles.items() if known.group == self.group}


def around_advice(typed: Typed, body: str, around: Around) -> Iterator[Fault]:
    """What others make of it."""
    if len(typed.title) > _TITLE_CHARS:
        values = {"limit": str(_TITLE_CHARS)}
        yield Fault(code="title_long", field="title", values=values)
    title = fold(" ".join(typed.title.split()))
    for identifier, known in around.articles.items():
        same = known.language == around.language and known.group != around.group
        if title and same and fold(known.title) == title:
            values = {"id": identifier}
            yield Fault(code="title_twice", field="title", values=values)
    sections = {known.section for known in around.articles.values()}
    section = typed.section.strip()
    if not section and sections - {""}:
        yield Fault(code="section_missing", field="section")
    elif section and section not in sections:
        yield Fault(code="section_new", field="section", values={"section": section})
    if around.language and around.language not in around.languages:
        yield Fault(code="language_unknown", field="locale", values={"language": around.language})
    yield from _versions(around, typed)


def _versions(around: Around, typed: Typed) -> Iterator[Fault]:
    versions = around.versions
    if around.rewritten and not typed.minor:
        older = sorted({v.language for v in versions.values() if not v.draft})
        if older and around.group in ("", around.identifier):
            yield Fault(code="translations_older", values={"languages": " ".join(older)})
    source = versions.get(around.group)
    updated = _date(typed.updated)
    if source and source.updated and updated and source.updated > updated:
        values = {"id": around.group, "date": source.updated.isoformat()}
        yield Fault(code="source_newer", field="updated", values=values)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(fold(text).strip())
    except ValueError:
        return None
