"""The report's sections about existing articles: rows in order, and what figures mean. Pure.

One place for what the command line, CSV and pages say of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kb.gaps.articles.content import ArticleRef
from kb.gaps.articles.duplicates import Duplicate
from kb.gaps.articles.health import DEFINITIONS as OF_HEALTH
from kb.gaps.articles.health import ArticleHealth, Health
from kb.gaps.articles.section_names import TITLES, TO_MEND, Section
from kb.gaps.articles.stale import WEEKS, StaleArticle
from kb.gaps.articles.translations import MissingTranslation, OutdatedTranslation
from kb.gaps.articles.unfound import NeverFound
from kb.gaps.articles.weak import MOST, WeakArticle

if TYPE_CHECKING:
    from kb.gaps.report import GapReport

Row = (
    WeakArticle
    | StaleArticle
    | Duplicate
    | MissingTranslation
    | OutdatedTranslation
    | NeverFound
    | ArticleHealth
)


FIRST = 3
"""Rows of each section in an overview."""

_COUNTED: Mapping[Section, tuple[str, str]] = {
    Section.weak: ("article that does not help", "articles that do not help"),
    Section.stale: ("stale article", "stale articles"),
    Section.duplicates: ("duplicate", "duplicates"),
    Section.missing_translations: ("missing translation", "missing translations"),
    Section.outdated_translations: ("outdated translation", "outdated translations"),
    Section.never_found: ("article never found", "articles never found"),
}

_DAYS_OLD = "since it was updated; – where nobody knows"
_ON_TOPIC = f"solved tickets on its topic in the last {WEEKS} weeks"


def _defined(*names: str) -> dict[str, str]:
    return {name.replace("_", " "): OF_HEALTH[name].replace("_", " ") for name in names}


FIGURES: Mapping[Section, Mapping[str, str]] = {
    Section.weak: _defined("readers", "let_down", "share", "sure", "accepted", "declined")
    | {"priority": OF_HEALTH["weak"].replace("_", " ")},
    Section.stale: _defined("stale")
    | {
        "days old": _DAYS_OLD,
        "tickets": f"{_ON_TOPIC}, after those of the {WEEKS} before",
        "priority": f"(1 + {_ON_TOPIC}) × (1 if they became more + 1 if their replies became less "
        "like it + 2 if contradicted)",
    },
    Section.duplicates: {
        "people": "who were shown or read any of them",
        "similarity": OF_HEALTH["duplicates"].removeprefix("similarity: "),
    },
    Section.missing_translations: {
        "demand": OF_HEALTH["missing_translations"].removeprefix("demand: ")
    },
    Section.outdated_translations: _defined("outdated_translations")
    | {
        "days behind": "from the translation's update to its source's",
        "demand": "people who searched in the language and were led to the article, and solved "
        "tickets in it about the article",
    },
    Section.never_found: _defined("never_found")
    | {"people near": "those whose questions mean much the same, though other articles are shown"},
    Section.table: _defined(
        "shown",
        "opened",
        "readers",
        "contacted",
        "voted_up",
        "voted_down",
        "let_down",
        "accepted",
        "declined",
    )
    | {"days old": _DAYS_OLD},
}
"""What each figure of a section means, by the name it has in tables."""


def rows_of(health: Health, section: Section) -> Sequence[Row]:
    """A section's rows, the most important first.

    The table of articles begins with those that let most people down; of as many, with the most
    readers, then shown to the most people.
    """
    if section is Section.table:
        return sorted(
            health.articles,
            key=lambda row: (-row.let_down, -row.readers, -row.shown, row.article.id),
        )
    rows: Sequence[Row] = getattr(health, section.field)
    return rows


def first_article(row: Row) -> ArticleRef:
    """The article that a row is about; of duplicates the one to keep."""
    return row.articles[0] if isinstance(row, Duplicate) else row.article


def counted(health: Health, section: Section) -> str:
    """How many rows a section has; `50+` where the report holds no more of it."""
    return f"{len(rows_of(health, section))}{'+' if _is_cut(health, section) else ''}"


def _is_cut(health: Health, section: Section) -> bool:
    """Whether there may be more rows than the report holds."""
    return section is not Section.table and len(rows_of(health, section)) >= MOST


def section_document(report: GapReport, health: Health, section: Section) -> dict[str, Any]:
    """A section as JSON: all its rows, what is missing, and what its figures mean."""
    document: dict[str, Any] = {
        "computed_at": report.computed_at.isoformat(),
        "section": section.value,
        "complete": not _is_cut(health, section),
        "rows": [row.model_dump(mode="json") for row in rows_of(health, section)],
        "note": health.notes.get(section.field),
    }
    if section is Section.missing_translations:
        document["untranslated"] = dict(health.untranslated)
    return document | {"definitions": dict(FIGURES[section])}


def overview_document(report: GapReport, health: Health) -> dict[str, Any]:
    """All sections as JSON: how many rows, the first of them, what is missing."""
    sections = {}
    for section in TO_MEND:
        rows = rows_of(health, section)
        sections[section.value] = {
            "title": TITLES[section],
            "count": len(rows),
            "complete": not _is_cut(health, section),
            "first": [row.model_dump(mode="json") for row in rows[:FIRST]],
            "note": health.notes.get(section.field),
            "definitions": dict(FIGURES[section]),
        }
    return {
        "computed_at": report.computed_at.isoformat(),
        "sections": sections,
        "articles": len(health.articles),
        "untranslated": dict(health.untranslated),
        "notes": list(report.notes),
    }


def also_held(report: GapReport) -> str:
    """What a report holds beside missing content, in one line, and which commands show it.

    >>> also_held(report)                                                        # doctest: +SKIP
    'Also: 2 articles that do not help, 28 outdated translations: `kb gaps articles`.'
    """
    if report.health is None:
        return "It says nothing of existing articles; `kb gaps refresh` computes it anew."
    found = []
    for section in TO_MEND:
        count = counted(report.health, section)
        if count != "0":
            found.append(f"{count} {_COUNTED[section][count != '1']}")
    said = [f"{', '.join(found) or 'no existing article to mend'}: `kb gaps articles`"]
    words = len(report.vocabulary)
    if words:
        what = "customers' word" if words == 1 else "customers' words"
        said.append(f"{words} {what} that no article has: `kb vocabulary list`")
    return f"Also: {'; '.join(said)}."
