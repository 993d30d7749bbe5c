"""What to mend in what is there: `/v1/content-health` and `/v1/vocabulary`, for writers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth import StateDep, WriterDep
from api.reports import CSV_REPLY, Computed, Format, csv_reply, is_refreshing, notes_of
from kb.errors import InvalidInput, NotFound
from kb.gaps.articles.duplicates import Duplicate
from kb.gaps.articles.health import DEFINITIONS as HEALTH_DEFINITIONS
from kb.gaps.articles.health import ArticleHealth, Health
from kb.gaps.articles.health_sheet import overview_csv, section_csv
from kb.gaps.articles.section_names import Section as Shown
from kb.gaps.articles.stale import StaleArticle
from kb.gaps.articles.translations import MissingTranslation, OutdatedTranslation
from kb.gaps.articles.unfound import NeverFound
from kb.gaps.articles.weak import WeakArticle
from kb.gaps.words.vocabulary_rows import DEFINITIONS as WORD_DEFINITIONS
from kb.gaps.words.vocabulary_rows import VocabularyRow, unsettled
from kb.models import Locale, Text
from kb.synonym_format import accepted_entry
from kb.synonyms import append_entry, load_synonyms, synonyms_path
from kb.text import language_of

router = APIRouter(tags=["gaps"])

Section = Literal[
    "weak",
    "stale",
    "duplicates",
    "missing_translations",
    "outdated_translations",
    "never_found",
    "articles",
]
_OVERVIEW: tuple[Section, ...] = tuple(name for name in get_args(Section) if name != "articles")


class HealthOut(Computed):
    """Sections about existing articles, each with the most important first."""

    weak: tuple[WeakArticle, ...] = ()
    stale: tuple[StaleArticle, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    missing_translations: tuple[MissingTranslation, ...] = ()
    outdated_translations: tuple[OutdatedTranslation, ...] = ()
    never_found: tuple[NeverFound, ...] = ()
    articles: tuple[ArticleHealth, ...] = ()
    """Every article version, by id; only where it is asked for."""
    untranslated: Mapping[str, int] = Field(default_factory=dict)
    """Public articles without a version, by language; whether anybody asks for it or not."""
    section_notes: Mapping[str, str] = Field(default_factory=dict)
    """By section: what is missing for it to say more."""
    definitions: Mapping[str, str] = Field(default_factory=dict)


class VocabularyOut(Computed):
    """Customers' words that articles lack, without those that have a synonym by now."""

    matching: int = 0
    """Words in all, however many are listed."""
    words: list[VocabularyRow] = Field(default_factory=list)
    definitions: Mapping[str, str] = WORD_DEFINITIONS


class SynonymIn(BaseModel):
    """A proposal that is accepted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"word": "passcode", "proposal": "password", "language": "en"}]
        }
    )

    word: Text = Field(min_length=1, max_length=200)
    """What customers say."""
    proposal: Text = Field(min_length=1, max_length=200)
    """What the articles say."""
    language: Locale | None = None
    """Of both; without it they count in every language."""
    one_way: bool = False
    """Who asks for `proposal` shall not find `word`."""


class SynonymOut(BaseModel):
    added: bool
    """False: the file said so already."""
    word: str
    proposal: str


@router.get(
    "/v1/content-health",
    response_model=HealthOut,
    response_model_exclude_unset=True,
    responses=CSV_REPLY,
)
def content_health(
    state: StateDep,
    role: WriterDep,
    section: Annotated[list[Section] | None, Query(max_length=7)] = None,
    format: Format = "json",
) -> HealthOut | Response:
    """Articles that do not help, stale, duplicate, untranslated and never found ones.

    `section` names those to send, and may be repeated; without it all but `articles`, the table of
    every article's figures. As CSV: one section, or all of them as one table of what to mend.
    """
    report = state.reports.gaps.report()
    health = report.health if report else None
    if format == "csv":
        if report is None or health is None:
            raise NotFound(notes_of(state, found=False)[0])
        return csv_reply(_table(health, section or []), "content-health", report.computed_at)
    wanted = tuple(dict.fromkeys(section or _OVERVIEW))
    rows = {name: getattr(health, name) if health else () for name in wanted}
    notes = health.notes if health else {}
    return HealthOut(
        computed_at=report.computed_at if report and health else None,
        refreshing=is_refreshing(state),
        notes=notes_of(state, found=health is not None, notes=report.notes if report else ()),
        untranslated=health.untranslated if health else {},
        section_notes={name: notes[name] for name in wanted if name in notes},
        definitions=HEALTH_DEFINITIONS,
        **rows,
    )


def _table(health: Health, sections: list[Section]) -> str:
    if len(sections) > 1:
        raise InvalidInput("section: a table has one section, or none for an overview.")
    names = {shown.field: shown for shown in Shown}
    return section_csv(health, names[sections[0]]) if sections else overview_csv(health)


@router.get("/v1/vocabulary", response_model=VocabularyOut)
def vocabulary(
    state: StateDep,
    role: WriterDep,
    language: Annotated[Locale | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> VocabularyOut:
    """Words that customers search with and no article has, and what they may mean."""
    report = state.reports.gaps.report()
    rows = unsettled(report.vocabulary if report else (), load_synonyms(state.settings))
    if language:
        rows = [row for row in rows if row.language == language_of(language)]
    return VocabularyOut(
        computed_at=report.computed_at if report else None,
        refreshing=is_refreshing(state),
        notes=notes_of(state, found=report is not None, notes=report.notes if report else ()),
        matching=len(rows),
        words=rows[:limit],
    )


@router.post("/v1/vocabulary", response_model=SynonymOut, status_code=201)
def accept(body: SynonymIn, state: StateDep, role: WriterDep, response: Response) -> SynonymOut:
    """Add a synonym to the file of the content folder; search uses it within a second.

    200 where the file says so already.
    """
    languages = state.settings.languages
    entry = accepted_entry(
        body.word,
        body.proposal,
        language_of(body.language) if body.language else "",
        languages,
        dt.datetime.now(dt.UTC).date(),
        one_way=body.one_way,
    )
    added = append_entry(synonyms_path(state.settings), entry, languages)
    response.status_code = 201 if added else 200
    return SynonymOut(added=added, word=body.word, proposal=body.proposal)
