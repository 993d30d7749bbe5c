"""`/embed/sidebar`: the suggestion panel inside tools that reps already have.

Only origins in `KB_EMBED_ORIGINS` may frame it. The tool sends the ticket with `postMessage`; what
is inserted goes back the same way. `docs/rep-console.md` describes the messages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.auth import StateDep
from api.pages import security
from api.pages.console.cards import REASONS, offer_of
from api.pages.console.desk import console_of, now
from api.pages.console.panel import panel_routes
from api.pages.frame import render
from api.pages.staff import StaffRoute, staff_failure, staff_view
from api.schemas import TicketIn
from api.signed_in import CsrfChecked, CsrfRefused, SignInNeeded, StaffPage, signed_in
from api.state import State, state_of
from kb.errors import InvalidInput, KBError
from kb.models import Ticket

PANEL = "/embed/panel"
_MAX_TICKET_CHARS = 1_000_000


class EmbedRoute(StaffRoute):
    """Framed by the tools that the settings name; failures fit into the panel."""

    def security_headers(self, request: Request) -> Mapping[str, str]:
        origins = state_of(request).settings.embed_origins
        return security.headers(origins, signed_in=True)

    def failure(self, request: Request, error: KBError) -> Response:
        found = signed_in(request)
        if found is None or isinstance(error, SignInNeeded | CsrfRefused):
            return super().failure(request, error)
        return staff_failure(staff_view(request, found, "console"), error, part=True)


router = APIRouter(route_class=EmbedRoute, include_in_schema=False)


@router.get("/embed/sidebar")
def sidebar(request: Request, state: StateDep, found: StaffPage, ticket: str = "") -> HTMLResponse:
    """The panel; for a ticket of the store, or for the one that the tool tells."""
    page = staff_view(request, found, "console")
    console, moment = console_of(request), now()
    offer = stored = None
    if ticket:
        held = console.ticketing.get(ticket)
        stored = held.ticket
        result = console.offer(state, stored, held.version, found, moment)
        offer = offer_of(result, state.knowledge_base.tools.rules, page)
    return render(
        "embed/sidebar.html",
        page,
        origins=state.settings.embed_origins,
        offer=offer,
        ticket=stored,
        path="/embed/sidebar",
        panel=PANEL,
        embedded=True,
        reasons=REASONS,
    )


@router.post(f"{PANEL}/suggestions", dependencies=[CsrfChecked])
def suggestions(
    request: Request,
    state: StateDep,
    found: StaffPage,
    ticket: Annotated[str, Form(max_length=_MAX_TICKET_CHARS)],
) -> HTMLResponse:
    """Cards for the ticket that the tool told, as JSON like that of `POST /v1/suggestions`."""
    page = staff_view(request, found, "console")
    told = _told(ticket, state)
    version = hashlib.sha256(told.model_dump_json().encode()).hexdigest()
    result = console_of(request).offer(state, told, version, found, now())
    return render(
        "console/_suggestions.html",
        page,
        offer=offer_of(result, state.knowledge_base.tools.rules, page),
        ticket=told,
        path="/embed/sidebar",
        panel=PANEL,
        embedded=True,
        reasons=REASONS,
    )


def _told(text: str, state: State) -> Ticket:
    try:
        body = TicketIn.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "ticket"
        raise InvalidInput(f"The tool's ticket cannot be read: {where}: {first['msg']}.") from error
    if not body.says_something:
        raise InvalidInput("The tool's ticket has no subject and no message.")
    return body.to_ticket(state.settings)


router.include_router(panel_routes(PANEL, EmbedRoute))
