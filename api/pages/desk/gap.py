"""`/desk/gaps/{id}`: one gap with its evidence, its draft, and what is decided about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import StateDep
from api.pages.desk.effect import effect_shown
from api.pages.desk.gap_evidence import evidence
from api.pages.desk.gaps import STATES, TONES
from api.pages.desk.view import DeskView, desk_view
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.signed_in import CsrfChecked, WriterPage
from api.state import State
from kb.audit import record
from kb.errors import Conflict, InvalidInput, KBError, NotFound
from kb.gaps.decisions.states import StateChange, allowed
from kb.gaps.decisions.writing import decide
from kb.gaps.models import Gap, GapState
from kb.gaps.report import GapReport

GapId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@dataclass(frozen=True)
class Typed:
    """What somebody wrote into the form, kept where it cannot be done."""

    state: str = ""
    reason: str = ""
    articles: str = ""
    error: str = ""
    field: str = ""
    """Which one the error is about; empty: the whole."""


@router.get("/desk/gaps/{identifier}")
def show(
    request: Request,
    state: StateDep,
    found: WriterPage,
    identifier: GapId,
    draft: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """The gap; with `draft=fa`, the draft in that language."""
    return _page(state, desk_view(request, found), identifier, Typed(), draft)


@router.post("/desk/gaps/{identifier}/state", dependencies=[CsrfChecked])
def set_state(
    request: Request,
    state: StateDep,
    found: WriterPage,
    identifier: GapId,
    to: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=4_000)] = "",
    articles: Annotated[str, Form(max_length=4_000)] = "",
    version: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Decide about the gap; what cannot be done shows the form again as it was filled in."""
    view, now = desk_view(request, found), dt.datetime.now(dt.UTC)
    named = articles.replace(",", " ").split()
    wanted: GapState | None = next((one for one in STATES if one == to), None)
    try:
        if wanted is None:
            raise InvalidInput("Choose what happens with the gap.")
        made = decide(
            state.store,
            identifier,
            wanted,
            gap=_find(view.report, identifier),
            weeks=_weeks(view.report),
            redactor=state.knowledge_base.tools.redactor,
            now=now,
            reason=reason,
            who=found.user.name or found.user.email,
            articles=named if wanted == "done" else (),
            known=version,
        )
    except (InvalidInput, NotFound, Conflict) as error:
        if isinstance(error, NotFound) and not named:
            raise
        typed = _kept(view, error, to, reason, articles)
        return _page(state, view, identifier, typed, status=error.status)
    detail = {"state": made.state, "articles": ", ".join(made.articles)}
    record(state.store, found.user.email, "gap.decided", identifier, detail, now=now)
    return RedirectResponse(view.url(f"/desk/gaps/{identifier}"), status_code=303)


def _kept(view: DeskView, error: KBError, to: str, reason: str, articles: str) -> Typed:
    """The form as it was filled in, with what is wrong in the reader's language."""
    t = view.t
    said, field = str(error), ""
    if isinstance(error, Conflict):
        said = t.decide_conflict
    elif isinstance(error, NotFound):
        said, field = t.decide_no_article, "articles"
    elif to not in STATES:
        said, field = t.decide_choose, "to"
    elif to == "dismissed" and not reason.strip():
        said, field = t.decide_reason_needed, "reason"
    return Typed(to, reason, articles, said, field)


def _page(
    state: State,
    view: DeskView,
    identifier: str,
    typed: Typed,
    draft: str = "",
    *,
    status: int = 200,
) -> HTMLResponse:
    gap, history = _find(view.report, identifier), state.store.gaps.history(identifier)
    closed = view.report.closed if view.report else ()
    done = next((one for one in closed if one.id == identifier), None)
    if gap is None and not history:
        raise NotFound(f"The last report has no gap '{identifier}'.")
    shown_state: GapState = gap.state if gap else history[-1].state
    return render(
        "desk/gap.html",
        view,
        status=status,
        identifier=identifier,
        gap=gap,
        label=gap.label if gap else (done.label if done else ""),
        state=shown_state,
        tones=TONES,
        may_become=[one for one in STATES if one in allowed(shown_state)],
        history=list(reversed(history)),
        version=len(history),
        typed=typed,
        done=done,
        effect=effect_shown(view, done.effect) if done and done.effect else None,
        draft_file=_draft_file(history),
        **(evidence(state, view, gap, draft) if gap else {}),
    )


def _find(report: GapReport | None, identifier: str) -> Gap | None:
    return next((gap for gap in (report.missing if report else ()) if gap.id == identifier), None)


def _weeks(report: GapReport | None) -> float:
    return (report.until - report.since).days / 7 if report else 0.0


def _draft_file(history: list[StateChange]) -> str:
    """The last draft that was saved for it, relative to the content folder."""
    return next((one.draft for one in reversed(history) if one.draft), "")
