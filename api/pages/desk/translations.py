"""`/desk/translations`: which article is there in which language, and who asks for the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.auth import StateDep
from api.pages.desk import told
from api.pages.desk.view import DeskView, content, desk_view
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.signed_in import WriterPage
from kb.authoring.listing import Listed
from kb.gaps.articles.content import ArticleRef
from kb.gaps.articles.health import Health
from kb.models import Article
from kb.text import fold, language_of

CellState = Literal["present", "outdated", "draft", "missing"]
STATES: tuple[CellState, ...] = ("missing", "outdated", "draft", "present")
_PAGE = 50

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@dataclass(frozen=True)
class Cell:
    """An article in one language."""

    language: str
    state: CellState
    demand: float = 0.0
    """As the report has it; 0 where nobody asked, or the cell is neither missing nor outdated."""
    id: str = ""
    """Of the version; empty where it is missing."""
    path: str = ""
    """Its file below the content folder, where it has one."""
    days_behind: int = 0


@dataclass(frozen=True)
class MatrixRow:
    """An article in all languages."""

    group: str
    source: ArticleRef
    """The version to translate from."""
    title: ArticleRef
    """The version in the reader's language, else the source."""
    cells: tuple[Cell, ...]

    @property
    def demand(self) -> float:
        return sum(cell.demand for cell in self.cells)

    def needs(self, language: str, state: str) -> bool:
        """Whether a language (empty: any) is in a state (empty: anything but present)."""
        return any(
            (not language or cell.language == language)
            and (cell.state == state if state else cell.state != "present")
            for cell in self.cells
        )


@router.get("/desk/translations")
def translations(
    request: Request,
    state: StateDep,
    found: WriterPage,
    show: Annotated[str, Query(max_length=20)] = "",
    language: Annotated[str, Query(max_length=20)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> HTMLResponse:
    """The matrix; with `show=missing`, only articles that lack a version (in `language`)."""
    view = desk_view(request, found)
    codes = list(dict.fromkeys(map(language_of, state.settings.languages)))
    rows = matrix(view.health, content(state), codes, view.locale) if view.health else []
    wanted, code = fold(" ".join(q.split())), language if language in codes else ""
    show = show if show in STATES else ""
    kept = [
        row
        for row in rows
        if (not show or row.needs(code, show))
        and (not wanted or wanted in fold(f"{row.title.title}\n{row.group}"))
    ]
    start = (page - 1) * _PAGE
    return render(
        "desk/translations.html",
        view,
        codes=[code] if code else codes,
        every=codes,
        rows=kept[start : start + _PAGE],
        matching=len(kept),
        total=len(rows),
        counts=counts(rows, codes),
        show=show,
        language=code,
        states=STATES,
        q=" ".join(q.split()),
        before=page - 1,
        after=page + 1 if len(kept) > start + _PAGE else 0,
        reasons=_reasons(view),
    )


def matrix(
    health: Health, files: Iterable[Listed], languages: Sequence[str], reader: str
) -> list[MatrixRow]:
    """Public articles by language, the most wanted translations first, then by title.

    Args:
        files: of the content folder: drafts are nowhere else.
        languages: the configured ones.
        reader: language that titles are shown in where they are.
    """
    versions: dict[str, dict[str, ArticleRef]] = {}
    sources: dict[str, ArticleRef] = {}
    for row in health.articles:
        if row.article.audience != "public":
            continue
        own = versions.setdefault(row.article.group, {})
        own.setdefault(language_of(row.article.locale), row.article)
        if row.is_source:
            sources[row.article.group] = row.article
    articles = [(one.path, one.article) for one in files if one.article]
    paths = {article.id: path for path, article in articles}
    drafts = {(a.group, language_of(a.locale)): a for _, a in articles if a.draft}
    wanted = {(one.article.group, one.language): one.demand for one in health.missing_translations}
    behind = {one.article.id: one for one in health.outdated_translations}

    def cell(group: str, code: str) -> Cell:
        there = versions[group].get(code)
        draft: Article | None = drafts.get((group, code))
        demand = wanted.get((group, code), 0.0)
        if there is None:
            if draft is None:
                return Cell(code, "missing", demand)
            return Cell(code, "draft", demand, draft.id, paths.get(draft.id, ""))
        path = paths.get(there.id, "")
        if late := behind.get(there.id):
            return Cell(code, "outdated", late.demand, there.id, path, late.days_behind)
        return Cell(code, "present", 0.0, there.id, path)

    rows = []
    for group, own in versions.items():
        first = next((own[code] for code in languages if code in own), next(iter(own.values())))
        source = sources.get(group, first)
        cells = tuple(cell(group, code) for code in languages)
        rows.append(MatrixRow(group, source, own.get(reader, source), cells))
    return sorted(rows, key=lambda row: (-_missed(row), -row.demand, fold(row.title.title)))


def _missed(row: MatrixRow) -> float:
    return sum(cell.demand for cell in row.cells if cell.state == "missing")


def counts(
    rows: Iterable[MatrixRow], languages: Sequence[str]
) -> Mapping[str, Mapping[CellState, int]]:
    """How many articles are in which state, by language."""
    found: dict[str, dict[CellState, int]] = {c: dict.fromkeys(STATES, 0) for c in languages}
    for row in rows:
        for cell in row.cells:
            found[cell.language][cell.state] += 1
    return found


def _reasons(view: DeskView) -> dict[tuple[str, str], str]:
    """Why a cell is wanted, by group and language."""
    if view.health is None:
        return {}
    between = str(view.t.sentence_between)
    missing = {
        (row.article.group, row.language): between.join(told.missing(view, row))
        for row in view.health.missing_translations
    }
    return missing | {
        (row.article.group, language_of(row.article.locale)): between.join(told.outdated(view, row))
        for row in view.health.outdated_translations
    }
