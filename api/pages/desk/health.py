"""`/desk/health`: articles that let readers down, are stale or never found; all with figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.auth import StateDep
from api.pages.desk import told
from api.pages.desk.view import DeskView, desk_view, editors
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.reports import csv_reply
from api.signed_in import WriterPage
from api.web.plots import bar
from kb.errors import NotFound
from kb.gaps.articles.health import ArticleHealth, Health
from kb.gaps.articles.health_sheet import section_csv
from kb.gaps.articles.section_names import Section
from kb.gaps.articles.sections import first_article, rows_of
from kb.gaps.articles.weak import LEAST_LET_DOWN, WeakArticle
from kb.text import fold, language_of

KINDS: Mapping[str, Section] = {
    "weak": Section.weak,
    "stale": Section.stale,
    "unfound": Section.never_found,
    "all": Section.table,
}
"""By the name in addresses and words."""
FIGURES = ("shown", "readers", "let_down", "contacted", "voted_up", "voted_down", "days_old")
"""Columns of the table."""
_SORTS: Mapping[str, Callable[[ArticleHealth], Any]] = {
    "let_down": lambda row: (-row.let_down, -row.readers, -row.shown),
    "shown": lambda row: -row.shown,
    "readers": lambda row: -row.readers,
    "contacted": lambda row: -row.contacted,
    "voted_up": lambda row: -row.voted_up,
    "voted_down": lambda row: -row.voted_down,
    "days_old": lambda row: -(row.days_old if row.days_old is not None else 10**6),
    "title": lambda row: fold(row.article.title),
}
_REASONS: Mapping[str, Callable[[DeskView, Any], list[Markup]]] = {
    "weak": told.weak,
    "stale": told.stale,
    "unfound": told.unfound,
}
_PAGE = 100

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@router.get("/desk/health")
def health(
    request: Request,
    state: StateDep,
    found: WriterPage,
    kind: Annotated[str, Query(max_length=20)] = "weak",
    language: Annotated[str, Query(max_length=20)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=20)] = "let_down",
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> HTMLResponse:
    """One kind of articles that need work, or all with their figures."""
    view = desk_view(request, found)
    kind = kind if kind in KINDS else "weak"
    sort = sort if sort in _SORTS else "let_down"
    code = language_of(language) if language else ""
    rows = matching(view.health, KINDS[kind], code, q) if view.health else []
    if kind == "all":
        rows = sorted(rows, key=_SORTS[sort])
    start = (page - 1) * _PAGE
    shown = rows[start : start + _PAGE]
    reasons = _REASONS.get(kind)
    return render(
        "desk/health.html",
        view,
        kind=kind,
        kinds=[(name, _count(view.health, section)) for name, section in KINDS.items()],
        language=code,
        languages=languages_of(view.health),
        q=" ".join(q.split()),
        sort=sort,
        figures=FIGURES,
        rows=[(row, reasons(view, row) if reasons else ()) for row in shown],
        bars=[_bar(row, view.locale) for row in shown],
        matching=len(rows),
        before=page - 1,
        after=page + 1 if len(rows) > start + _PAGE else 0,
        editors=editors(state, view),
        note=bool(view.health and KINDS[kind].field in view.health.notes),
    )


@router.get("/desk/health.csv")
def table(
    state: StateDep, found: WriterPage, kind: Annotated[str, Query(max_length=20)] = "weak"
) -> Response:
    """One kind, whole, for a spreadsheet program."""
    report = state.reports.gaps.report()
    if report is None or report.health is None:
        raise NotFound("No report was computed yet; there is nothing to download.")
    section = KINDS.get(kind, Section.weak)
    text = section_csv(report.health, section)
    return csv_reply(text, f"articles-{section.value}", report.computed_at)


def matching(health: Health, section: Section, language: str, q: str) -> Sequence[Any]:
    """The rows of a section about articles in a language and with a text in title or id."""
    wanted = fold(" ".join(q.split()))
    return [
        row
        for row in rows_of(health, section)
        for article in (first_article(row),)
        if (not language or language_of(article.locale) == language)
        and (not wanted or wanted in fold(f"{article.title}\n{article.id}"))
    ]


def languages_of(health: Health | None) -> list[str]:
    """Languages that articles are written in."""
    return sorted({language_of(row.article.locale) for row in (health.articles if health else ())})


def _bar(row: Any, locale: str) -> Markup | str:
    """The share of readers that the first sentence about a weak article tells; else nothing."""
    told = isinstance(row, WeakArticle) and row.let_down >= LEAST_LET_DOWN
    return bar(row.share, locale, "bad") if told else ""


def _count(health: Health | None, section: Section) -> int:
    return len(rows_of(health, section)) if health else 0
