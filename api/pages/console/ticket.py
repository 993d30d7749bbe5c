"""`/console/tickets/…`: one ticket, read and answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import StateDep
from api.pages.console.cards import REASONS, group_choices, group_name, offer_of
from api.pages.console.desk import Console, console_of, now
from api.pages.console.inbox import priority_name, ticket_path
from api.pages.console.replying import (
    Deed,
    NothingWritten,
    StillToFill,
    Written,
    carry_out,
)
from api.pages.console.thread import Bubble, bubbles_of, thread_of
from api.pages.frame import render
from api.pages.staff import StaffRoute, StaffView, staff_view
from api.signed_in import CsrfChecked, SignedIn, StaffPage
from api.state import State
from kb.errors import Conflict, InvalidInput, NotFound, OperationalError
from kb.models import IndexedDocument, Ticket
from kb.ticketing import Held

router = APIRouter(route_class=StaffRoute, include_in_schema=False)

_DONE = ("reply", "note", "solve", "move", "reopen", "hand_over")


@dataclass(frozen=True)
class Problem:
    """Why a form was not carried out; what was typed stands in it again."""

    kind: str
    """`fill`, `empty` or `conflict`."""
    placeholders: tuple[str, ...] = ()
    news: tuple[Bubble, ...] = ()
    """Messages that came in the meantime."""
    changes: tuple[str, ...] = ()
    """Words of the fields that changed."""


@dataclass(frozen=True)
class Seen:
    """The ticket as the rep saw it when the form was opened."""

    messages: int
    group: str
    priority: str
    status: str


@router.api_route("/console/tickets/{identifier:path}", methods=["GET", "HEAD"])
def ticket(
    request: Request,
    identifier: str,
    state: StateDep,
    found: StaffPage,
    part: str = "",
    suggestions: str = "",
    insert: str = "",
) -> Response:
    """A ticket's page, or the part of it that a script asks for."""
    console, moment = console_of(request), now()
    page = staff_view(request, found, "console")
    held = console.ticketing.get(identifier)
    match part:
        case "suggestions":
            return _suggestions(state, console, page, held, found, moment)
        case "customer":
            others = console.inbox.others(held.ticket, moment)
            return render(
                "console/_others.html", page, others=others, ticket_path=ticket_path,
                group_name=_group_names(state, page),
            )  # fmt: skip
        case "learned":
            return render("console/_learned.html", page, learned=learned(state, held))
        case "state":
            return Response(status_code=204, headers={"ETag": f'"{held.version}"'})
    written = Written("reply", version=held.version)
    offer = None
    if suggestions or insert:
        result = console.offer(state, held.ticket, held.version, found, moment)
        offer = offer_of(result, state.knowledge_base.tools.rules, page)
        chosen = next((c for c in offer.cards if c.suggestion.id == insert and c.sendable), None)
        if chosen:
            written = replace(
                written,
                text=chosen.suggestion.draft,
                occasion=offer.occasion,
                suggestion=chosen.suggestion.id,
            )
    return _page(state, console, page, held, written, moment, offer=offer)


@router.post("/console/tickets/{identifier:path}", dependencies=[CsrfChecked])
def change(
    request: Request,
    identifier: str,
    state: StateDep,
    found: StaffPage,
    do: Annotated[str, Form()],
    text: Annotated[str, Form()] = "",
    version: Annotated[str, Form()] = "",
    as_it_is: Annotated[str, Form()] = "",
    occasion: Annotated[str, Form()] = "",
    suggestion: Annotated[str, Form()] = "",
    group: Annotated[str, Form()] = "",
    priority: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
) -> Response:
    """Answer, note, move, solve, reopen; then back to the ticket. What cannot be done is shown
    with everything that was typed."""
    console, moment = console_of(request), now()
    page = staff_view(request, found, "console")
    do = "solve" if then == "solve" and do == "reply" else do
    if do not in get_args(Deed):
        raise InvalidInput("The form does not say what to do; open the ticket and try again.")
    deed: Deed = do  # type: ignore[assignment]  # checked above
    written = Written(deed, text, version, bool(as_it_is), occasion, suggestion, group, priority)
    try:
        carry_out(console, state, identifier, written, found, moment)
    except (StillToFill, NothingWritten, Conflict) as error:
        held = console.ticketing.get(identifier)
        problem = _problem(error, held.ticket, _seen(seen), page)
        written = replace(written, version=held.version)
        return _page(state, console, page, held, written, moment, problem=problem)
    return RedirectResponse(page.url(ticket_path(identifier), done=deed), status_code=303)


def _page(
    state: State,
    console: Console,
    page: StaffView,
    held: Held,
    written: Written,
    moment: dt.datetime,
    *,
    offer: object = None,
    problem: Problem | None = None,
) -> HTMLResponse:
    ticket = held.ticket
    line = console.inbox.line(ticket, held.version, held.changed, moment)
    rules = state.knowledge_base.tools.rules
    known = console.inbox.fields(moment)
    done = page.kept.get("done", "") if problem is None else ""
    seen = f"{len(ticket.messages)}\n{ticket.group}\n{ticket.priority}\n{ticket.status}"
    return render(
        "console/ticket.html",
        page,
        status=200 if problem is None else 409 if problem.kind == "conflict" else 422,
        ticket=ticket,
        held=held,
        line=line,
        urgency=console.inbox.urgency(line, moment),
        thread=thread_of(ticket),
        written=written,
        problem=problem,
        offer=offer,
        done=done if done in _DONE else "",
        seen=seen,
        groups=group_choices([*known["group"], ticket.group], rules, page.t),
        priorities=[(p, priority_name(p, page)) for p in known["priority"] if p],
        group_name=_group_names(state, page),
        priority_name=lambda priority: priority_name(priority, page),
        read=_read(state, ticket),
        learned=learned(state, held),
        address=page.url(ticket_path(ticket.id)),
        path=ticket_path(ticket.id),
        reasons=REASONS,
        panel="/console/panel",
        embedded=False,
    )


def _suggestions(
    state: State,
    console: Console,
    page: StaffView,
    held: Held,
    found: SignedIn,
    moment: dt.datetime,
) -> HTMLResponse:
    result = console.offer(state, held.ticket, held.version, found, moment)
    return render(
        "console/_suggestions.html",
        page,
        offer=offer_of(result, state.knowledge_base.tools.rules, page),
        ticket=held.ticket,
        held=held,
        path=ticket_path(held.ticket.id),
        reasons=REASONS,
        panel="/console/panel",
        embedded=False,
    )


def _group_names(state: State, page: StaffView):  # type: ignore[no-untyped-def]
    rules = state.knowledge_base.tools.rules
    return lambda identifier: group_name(identifier, rules, page.t)


def _read(state: State, ticket: Ticket) -> list[IndexedDocument]:
    """The articles that the customer had opened, those that are still there."""
    found = []
    for identifier in ticket.context.read if ticket.context else ():
        try:
            found.append(state.knowledge_base.article(identifier, role="customer"))
        except (NotFound, OperationalError):
            continue
    return found


def learned(state: State, held: Held) -> str:
    """Whether the accepted reply is suggested for other tickets: `yes`, `pending`, `next_index`;
    empty for a ticket that is not solved."""
    if held.ticket.status != "solved":
        return ""
    try:
        if state.knowledge_base.has_solved(held.ticket.id):
            return "yes"
    except OperationalError:
        return "next_index"
    return "pending" if state.indexing else "next_index"


def _problem(error: Exception, ticket: Ticket, seen: Seen | None, page: StaffView) -> Problem:
    if isinstance(error, StillToFill):
        return Problem("fill", placeholders=tuple(error.placeholders))
    if isinstance(error, NothingWritten):
        return Problem("empty")
    if seen is None:
        return Problem("conflict")
    fields = ("group", "priority", "status")
    changed = [name for name in fields if getattr(ticket, name) != getattr(seen, name)]
    news = bubbles_of(ticket.messages[seen.messages :], seen.messages)
    return Problem("conflict", news=news, changes=tuple(page.t.fields[name] for name in changed))


def _seen(text: str) -> Seen | None:
    parts = text.replace("\r\n", "\n").split("\n")
    if len(parts) != 4 or not parts[0].isdecimal():
        return None
    return Seen(int(parts[0]), *parts[1:])
