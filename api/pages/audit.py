"""`/audit`: who changed content or users, and who signed in, for administrators."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.auth import StateDep
from api.pages.frame import render
from api.pages.staff import StaffRoute, StaffView, staff_view
from api.signed_in import AdminPage
from kb import audit as audit_log
from kb.spreadsheet import csv_text
from kb.store.audit import AuditLine, AuditQuery

router = APIRouter(route_class=StaffRoute, include_in_schema=False)

_PER_PAGE = 50
_IN_FILE = 100_000
_CHARS = 300
_NAMED = frozenset({"role", "from", "to", "how", "place", "reason"})
"""Details whose values have words of their own."""


@router.get("/audit")
def show(request: Request, state: StateDep, who: AdminPage) -> HTMLResponse:
    """A page of lines, the newest first; filters are in the address."""
    view = staff_view(request, who, "account")
    query = _query(request, view)
    found = state.store.audit.lines(query, _PER_PAGE + 1)
    lines = found[:_PER_PAGE]
    stated = _stated(request)
    return render(
        "account/audit.html",
        view,
        lines=[_shown(view, line) for line in lines],
        filters=stated,
        filtered=any(stated.values()),
        kept=dt.timedelta(days=state.settings.audit_retention_days),
        actors=[(actor, _actor(view, actor)) for actor in state.store.audit.actors()],
        actions=[(action, _action(view, action)) for action in state.store.audit.actions()],
        newest=view.url("/audit", **stated) if query.before else "",
        older=view.url("/audit", **stated, before=lines[-1].number)
        if len(found) > _PER_PAGE
        else "",
        csv=view.url("/audit.csv", **stated),
    )


@router.get("/audit.csv")
def file(request: Request, state: StateDep, who: AdminPage) -> Response:
    """The filtered lines as they are stored; moments in UTC."""
    view = staff_view(request, who, "account")
    query = _query(request, view).model_copy(update={"before": None})
    lines = state.store.audit.lines(query, _IN_FILE)
    rows = [
        (
            line.at.isoformat(timespec="seconds"),
            line.actor,
            line.action,
            line.target,
            json.dumps(line.detail, ensure_ascii=False),
        )
        for line in lines
    ]
    text = csv_text([("at", "actor", "action", "target", "detail"), *rows])
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _stated(request: Request) -> dict[str, str]:
    names = ("actor", "action", "text", "since", "until")
    return {name: request.query_params.get(name, "").strip()[:_CHARS] for name in names}


def _query(request: Request, view: StaffView) -> AuditQuery:
    """What the address asks for; a date that is none counts as not stated."""
    stated = _stated(request)
    before = request.query_params.get("before", "")
    return AuditQuery(
        actor=stated["actor"],
        action=stated["action"],
        text=stated["text"],
        since=_day(stated["since"], view),
        until=_day(stated["until"], view, later=1),
        before=int(before) if before.isdecimal() and len(before) <= 9 else None,
    )


def _day(text: str, view: StaffView, later: int = 0) -> dt.datetime | None:
    """The beginning of a day, or of one so many days later, by the pages' clock; in UTC."""
    try:
        day = dt.date.fromisoformat(text) + dt.timedelta(days=later)
        begin = dt.datetime.combine(day, dt.time(), view.zone)
        return begin.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _shown(view: StaffView, line: AuditLine) -> Mapping[str, Any]:
    names = view.t.details
    return {
        "at": line.at,
        "actor": _actor(view, line.actor),
        "action": _action(view, line.action),
        "bad": line.action.endswith(".failed"),
        "target": line.target if line.target != line.actor else "",
        "detail": [
            (names.get(name, name), _value(view, name, value))
            for name, value in line.detail.items()
        ],
    }


def _actor(view: StaffView, actor: str) -> str:
    known = {audit_log.COMMAND_LINE: view.t.command_line, audit_log.NOBODY: view.t.nobody}
    return str(known.get(actor, actor))


def _action(view: StaffView, action: str) -> str:
    """In words; an action that has none as it is stored."""
    return str(view.t.actions.get(action, action))


def _value(view: StaffView, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(view.t.yes if value else view.t.no)
    text = str(value)
    known = {**view.t.roles, **view.t.values} if name in _NAMED else {}
    return str(known.get(text, text))
