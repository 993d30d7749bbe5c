"""`/desk/gaps`: questions that nothing answers, filtered and sorted; and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, get_args

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.auth import StateDep
from api.pages.desk import told
from api.pages.desk.view import DeskView, article_now, desk_view
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.reports import csv_reply
from api.signed_in import WriterPage
from api.state import State
from api.web.plots import bar, sparkline
from kb.errors import NotFound
from kb.gaps.decisions.states import to_do
from kb.gaps.missing.priority import RECENT_WEEKS
from kb.gaps.models import Gap, GapState, Shortfall
from kb.gaps.sheet import gaps_csv
from kb.text import fold, language_of

STATES: tuple[GapState, ...] = get_args(GapState)
KINDS: tuple[Shortfall, ...] = get_args(Shortfall)
TONES: Mapping[GapState, str] = {
    "open": "",
    "planned": "info",
    "in_progress": "warn",
    "done": "good",
    "dismissed": "",
}
"""Of the badge."""

_SORTS: Mapping[str, Callable[[Gap], float]] = {
    "priority": lambda gap: 0,  # as the report has them
    "people": lambda gap: -gap.people,
    "uncovered": lambda gap: -gap.uncovered,
    "trend": lambda gap: -(gap.trend.recent - gap.trend.before),
    "newest": lambda gap: -gap.first_asked.toordinal(),
}
_QUERY_CHARS = 200

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what it does not know counts as not asked."""

    q: str = ""
    language: str = ""
    state: str = ""
    """Empty: what is to be worked on; `all`; or a state."""
    kind: str = ""
    section: str = ""
    sort: str = "priority"

    @property
    def filtered(self) -> bool:
        return bool(self.q or self.language or self.state or self.kind or self.section)


def asked_for(
    q: Annotated[str, Query(max_length=_QUERY_CHARS)] = "",
    language: Annotated[str, Query(max_length=20)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    section: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=20)] = "priority",
) -> Asked:
    return Asked(
        q=" ".join(q.split()),
        language=language_of(language) if language else "",
        state=state if state in (*STATES, "all") else "",
        kind=kind if kind in KINDS else "",
        section=section,
        sort=sort if sort in _SORTS else "priority",
    )


AskedDep = Annotated[Asked, Depends(asked_for)]


@router.get("/desk/gaps")
def listing(request: Request, state: StateDep, found: WriterPage, asked: AskedDep) -> HTMLResponse:
    """The gaps that the filters leave."""
    view = desk_view(request, found)
    every = view.report.missing if view.report else ()
    sections = sections_of(state, every)
    gaps = chosen(every, asked, sections)
    return render(
        "desk/gaps.html",
        view,
        asked=asked,
        every=every,
        rows=[gap_row(view, gap) for gap in gaps],
        states=STATES,
        kinds=[kind for kind in KINDS if any(told.kind_of(gap) == kind for gap in every)],
        languages=sorted({code for gap in every for code in gap.languages}),
        sections=sorted(set(sections.values()) - {""}),
        sorts=tuple(_SORTS),
        notes=told.notes(view),
    )


@router.get("/desk/gaps.csv")
def table(request: Request, state: StateDep, found: WriterPage, asked: AskedDep) -> Response:
    """The same gaps for a spreadsheet program."""
    report = state.reports.gaps.report()
    if report is None:
        raise NotFound("No report was computed yet; there is nothing to download.")
    gaps = chosen(report.missing, asked, sections_of(state, report.missing))
    return csv_reply(gaps_csv(gaps), "gaps", report.computed_at)


def chosen(gaps: Iterable[Gap], asked: Asked, sections: Mapping[str, str]) -> list[Gap]:
    """The gaps that the filters leave, in the order asked for.

    Args:
        sections: section of the nearest article, by gap id.
    """
    wanted = fold(asked.q)
    if asked.state == "all":
        kept = list(gaps)
    elif asked.state:
        kept = [gap for gap in gaps if gap.state == asked.state]
    else:
        kept = to_do(gaps)
    found = [
        gap
        for gap in kept
        if (not asked.language or asked.language in gap.languages)
        and (not asked.kind or told.kind_of(gap) == asked.kind)
        and (not asked.section or sections.get(gap.id) == asked.section)
        and (not wanted or wanted in _text(gap))
    ]
    return sorted(found, key=_SORTS[asked.sort])


def _text(gap: Gap) -> str:
    """What the text filter looks through."""
    questions = (question.text for question in gap.central)
    return fold(" \n".join([gap.id, gap.label, *gap.words, *questions]))


def sections_of(state: State, gaps: Iterable[Gap]) -> dict[str, str]:
    """Section of each gap's nearest article, by gap id; without those that have none."""
    found = {}
    for gap in gaps:
        article = article_now(state, gap.nearest.id) if gap.nearest else None
        if article:
            found[gap.id] = article.section
    return found


@dataclass(frozen=True)
class GapRow:
    """A gap as lists show it."""

    gap: Gap
    kind: Shortfall
    why: Markup
    locale: str
    """Of its label."""
    spark: Markup
    bar: Markup
    tone: str
    own: str
    """Its most central question in the page's language, where the label is in another."""


def gap_row(view: DeskView, gap: Gap) -> GapRow:
    t = view.t
    locale = gap.central[0].locale if gap.central else view.locale
    in_own = (one.text for one in gap.central if language_of(one.locale) == view.locale)
    title = t.text("trend_title", weeks=len(gap.trend.weeks), recent=gap.trend.recent)
    return GapRow(
        gap=gap,
        kind=told.kind_of(gap),
        why=told.shortfall(view, gap),
        locale=locale,
        spark=sparkline(gap.trend.weeks, title, view.locale, RECENT_WEEKS),
        bar=bar(gap.uncovered, view.locale, "bad"),
        tone=TONES[gap.state],
        own="" if language_of(locale) == view.locale else next(in_own, ""),
    )
