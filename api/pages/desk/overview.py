"""`/desk`: what to do first; and computing the report anew."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import StateDep
from api.pages.desk import told
from api.pages.desk.duplicates import open_duplicates
from api.pages.desk.gaps import gap_row
from api.pages.desk.view import desk_view, words_to_decide
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.signed_in import CsrfChecked, WriterPage
from kb.errors import OperationalError
from kb.gaps.decisions.states import to_do

_FIRST = 5
"""Gaps shown; of everything else as many as `_SOME`."""
_SOME = 3

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@router.get("/desk")
def overview(request: Request, state: StateDep, found: WriterPage) -> HTMLResponse:
    """The first of everything that waits for a writer."""
    view = desk_view(request, found)
    if view.report is None or view.health is None:
        return render("desk/overview.html", view, notes=())
    health, waiting = view.health, to_do(view.report.missing)
    words = [row for row in words_to_decide(state, view.report) if row.proposals]
    return render(
        "desk/overview.html",
        view,
        gaps=[gap_row(view, gap) for gap in waiting[:_FIRST]],
        in_work=[gap for gap in waiting if gap.state == "in_progress"],
        weak=[(row, told.weak(view, row)) for row in health.weak[:_SOME]],
        stale=[(row, told.stale(view, row)) for row in health.stale[:_SOME]],
        missing=[(row, told.missing(view, row)) for row in health.missing_translations[:_SOME]],
        outdated=len(health.outdated_translations),
        words=words[:_SOME],
        pairs=open_duplicates(state, health)[:_SOME],
        notes=told.notes(view),
    )


@router.get("/desk/progress")
def progress(request: Request, found: WriterPage) -> HTMLResponse:
    """A fragment: whether the report is still being computed."""
    return render("desk/progress.html", desk_view(request, found))


@router.post("/desk/refresh", dependencies=[CsrfChecked])
def refresh(request: Request, state: StateDep, found: WriterPage) -> Response:
    """Compute the report anew, in the background."""
    worker = state.reports.refreshing
    if worker is None:
        raise OperationalError("This server computes no reports; `kb gaps refresh` does.")
    worker.wake()
    return RedirectResponse(desk_view(request, found).url("/desk"), status_code=303)
