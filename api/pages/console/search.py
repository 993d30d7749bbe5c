"""`/console/search`: everything a rep may see, with what may be sent and what may not."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.auth import StateDep
from api.pages.console.desk import console_of, now
from api.pages.console.inbox import ticket_path
from api.pages.console.panel import find, reading
from api.pages.frame import render
from api.pages.staff import StaffRoute, staff_view
from api.signed_in import StaffPage
from kb.inbox import Filters

router = APIRouter(route_class=StaffRoute, include_in_schema=False)

_TICKETS = 5


@router.api_route("/console/search", methods=["GET", "HEAD"])
def search(
    request: Request, state: StateDep, found: StaffPage, q: str = "", within: str = ""
) -> HTMLResponse:
    """Articles, macros, replies that solved tickets, and open tickets."""
    page = staff_view(request, found, "console")
    asked = q.strip()
    findings = find(request, state, page, asked, within, "/console") if asked else None
    tickets = None
    if asked and not within:
        tickets = console_of(request).inbox.page(Filters(query=asked[:200]), now(), _TICKETS)
    return render(
        "console/search.html",
        page,
        findings=findings,
        tickets=tickets,
        ticket_path=ticket_path,
        panel="/console",
        inserting=False,
        asked=asked,
    )


@router.api_route("/console/read/{identifier:path}", methods=["GET", "HEAD"])
def read(request: Request, identifier: str, state: StateDep, found: StaffPage) -> HTMLResponse:
    """A document that may be internal."""
    page = staff_view(request, found, "console")
    context = reading(request, state, identifier, found.user.role)
    return render("console/read.html", page, panel="/console", inserting=False, **context)
