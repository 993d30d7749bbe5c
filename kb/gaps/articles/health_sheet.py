"""Sections about existing articles as tables for spreadsheet programs, safe against formulas. Pure.

A row's first article (of duplicates: the one to keep) has the columns id, title, locale, …; lists
are joined within a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from kb.gaps.articles.content import ArticleRef
from kb.gaps.articles.health import Health
from kb.gaps.articles.section_names import TO_MEND, Section
from kb.gaps.articles.sections import first_article, rows_of
from kb.spreadsheet import Cell, csv_text

_CELL_CHARS = 2_000
"""As in kb.gaps.sheet."""

Column = Callable[[Any], Cell]
"""Of a row of one section."""


def _plain(*names: str) -> dict[str, Column]:
    """Fields that are cells already."""
    return {name: attrgetter(name) for name in names}


_ARTICLE: Mapping[str, Column] = {
    "id": lambda row: first_article(row).id,
    "group": lambda row: first_article(row).group,
    "title": lambda row: first_article(row).title,
    "locale": lambda row: first_article(row).locale,
    "url": lambda row: first_article(row).url,
    "updated": lambda row: _date(first_article(row)),
}
_REASON = _plain("reason")

_COLUMNS: Mapping[Section, Mapping[str, Column]] = {
    Section.weak: {
        **_ARTICLE,
        **_plain("priority", "readers", "let_down", "share", "sure", "contacted", "voted_up"),
        **_plain("voted_down", "shown", "opened", "accepted", "declined", "reason"),
        "queries": lambda row: _lines(f"{query.text} ({query.people})" for query in row.queries),
        "comments": lambda row: _lines(row.comments),
    },
    Section.stale: {
        **_ARTICLE,
        **_plain("priority", "days_old", "tickets", "tickets_before", "growing"),
        "diverging": lambda row: row.diverging is not None,
        "contradictions": lambda row: len(row.contradictions),
        **_REASON,
        "sentence": lambda row: _contradiction(row, "sentence"),
        "newer_sentence": lambda row: _contradiction(row, "newer_sentence"),
        "newer_in": lambda row: _contradiction(row, "source"),
    },
    Section.duplicates: {
        **_ARTICLE,
        **_plain("kind", "keep"),
        "others": lambda row: " ".join(article.id for article in row.articles[1:]),
        "other_titles": lambda row: _lines(article.title for article in row.articles[1:]),
        "languages": lambda row: " ".join(row.languages),
        **_plain("people", "similarity", "resemblance", "titles"),
        **_REASON,
    },
    Section.missing_translations: {
        "language": lambda row: row.language,
        **_ARTICLE,
        **_plain("demand", "asked", "tickets", "expected", "reason"),
    },
    Section.outdated_translations: {
        **_ARTICLE,
        "source": lambda row: row.source.id,
        **_plain("days_behind", "demand", "asked", "tickets", "reason"),
        **_plain("sentence", "source_sentence"),
    },
    Section.never_found: {
        **_ARTICLE,
        **_plain("why", "near_people", "near_questions"),
        "words": lambda row: ", ".join(row.words),
        "instead": lambda row: row.instead.id if row.instead else None,
        "examples": lambda row: _lines(row.examples),
        **_REASON,
    },
    Section.table: {
        **_ARTICLE,
        **_plain("is_source", "shown", "opened", "readers", "contacted", "voted_up", "voted_down"),
        **_plain("let_down", "accepted", "declined", "days_old"),
    },
}


def section_csv(health: Health, section: Section) -> str:
    """One row per row of the section, in its order, ranked from 1."""
    columns = _COLUMNS[section]
    rows = [
        [rank, *(_cell(value(row)) for value in columns.values())]
        for rank, row in enumerate(rows_of(health, section), start=1)
    ]
    return csv_text([("rank", *columns), *rows])


def overview_csv(health: Health) -> str:
    """All that is to be mended in one table: section, rank in it, article and reason."""
    columns = {**_ARTICLE, **_REASON}
    rows = [
        [section.value, rank, *(_cell(value(row)) for value in columns.values())]
        for section in TO_MEND
        for rank, row in enumerate(rows_of(health, section), start=1)
    ]
    return csv_text([("section", "rank", *columns), *rows])


def _contradiction(row: Any, name: str) -> Cell:
    return str(getattr(row.contradictions[0], name)) if row.contradictions else None


def _date(article: ArticleRef) -> str | None:
    return article.updated.isoformat() if article.updated else None


def _lines(texts: Iterable[str]) -> str:
    return " | ".join(texts)


def _cell(value: Cell) -> Cell:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, str) and len(value) > _CELL_CHARS:
        return value[: _CELL_CHARS - 1] + "…"
    return value
