"""Tickets in the store: `/v1/tickets…`. What is resolved here is suggested seconds later."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from api.auth import StaffDep, StateDep
from api.schemas import NO_ID, MessageIn, ResolutionIn, TicketIn
from api.state import State
from kb.errors import InvalidInput, OperationalError
from kb.models import Ticket
from kb.ticketing import MAX_MESSAGES, Held, Resolution, Status, Ticketing

router = APIRouter(tags=["tickets"])

Suggestible = Literal["yes", "pending", "next_index"]


class TicketOut(Ticket):
    """A ticket as it is stored: not redacted, it is the caller's own record."""

    changed: dt.datetime
    suggestible: bool
    """Whether its reply is suggested for other tickets now."""


class TicketLine(BaseModel):
    """A ticket in a list."""

    id: str
    subject: str
    locale: str
    status: Status
    customer: str
    """The name."""
    group: str
    priority: str
    messages: int
    created: dt.datetime | None
    changed: dt.datetime


class TicketPage(BaseModel):
    tickets: list[TicketLine]
    next: str | None
    """Cursor of the next page; null on the last one."""


class Resolved(BaseModel):
    ticket_id: str
    suggestible: Suggestible
    """`pending`: within seconds; `next_index`: with the next `kb index`, as this server does not
    index; `yes`: it is already."""


class Messages(BaseModel):
    messages: list[MessageIn] = Field(min_length=1, max_length=MAX_MESSAGES)


IfMatch = Annotated[
    str | None, Header(description="The ETag that was read; 409 if the ticket changed since.")
]


@router.post("/v1/tickets", response_model=TicketOut, status_code=201)
def create(body: TicketIn, state: StateDep, role: StaffDep, response: Response) -> TicketOut:
    """Store an open ticket. Without an id it gets one; an id that is taken is refused."""
    ticket = _ticket(body, state)
    if ticket.id == NO_ID:
        ticket = ticket.model_copy(update={"id": f"T-{secrets.token_hex(8)}"})
    return _shown(_ticketing(state).create(ticket, _now()), state, response)


@router.get("/v1/tickets", response_model=TicketPage)
def listing(
    state: StateDep,
    role: StaffDep,
    status: Annotated[Status | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TicketPage:
    """Tickets in the store, the last changed first."""
    after = _read_cursor(cursor) if cursor else None
    found = _ticketing(state).page(limit + 1, status, after)
    shown = found[:limit]
    more = len(found) > limit
    return TicketPage(
        tickets=[_line(held) for held in shown], next=_cursor(shown[-1]) if more else None
    )


@router.post("/v1/tickets/{identifier:path}/messages", response_model=TicketOut)
def append(
    identifier: str,
    body: Messages,
    state: StateDep,
    role: StaffDep,
    response: Response,
    if_match: IfMatch = None,
) -> TicketOut:
    """Add messages at the end of the thread. A solved ticket stays solved."""
    messages = [message.to_message() for message in body.messages]
    held = _ticketing(state).append(identifier, messages, _now(), _version(if_match))
    if held.ticket.status == "solved":
        _wake(state)  # a customer's confirmation may show that another reply was the answer
    return _shown(held, state, response)


@router.post("/v1/tickets/{identifier:path}/resolution", response_model=Resolved, status_code=202)
def resolve(
    identifier: str,
    body: ResolutionIn,
    state: StateDep,
    role: StaffDep,
    response: Response,
    if_match: IfMatch = None,
) -> Resolved:
    """Mark the ticket as solved by a reply; it is redacted, indexed and suggestible in seconds.

    Telling the same twice changes nothing. Another reply than the one accepted before is a
    conflict, unless `If-Match` shows that the caller knows it.
    """
    resolution = Resolution(**body.model_dump(exclude={"tags"}), tags=tuple(body.tags))
    held, changed = _ticketing(state).resolve(identifier, resolution, _now(), _version(if_match))
    response.headers["ETag"] = f'"{held.version}"'
    if not changed and _suggestible(state, held):
        return Resolved(ticket_id=held.ticket.id, suggestible="yes")
    _wake(state)
    later: Suggestible = "pending" if state.indexing else "next_index"
    return Resolved(ticket_id=held.ticket.id, suggestible=later)


@router.put("/v1/tickets/{identifier:path}", response_model=TicketOut)
def put(
    identifier: str,
    body: TicketIn,
    state: StateDep,
    role: StaffDep,
    response: Response,
    if_match: IfMatch = None,
) -> TicketOut:
    """Store an open ticket under this id, or replace it (201 where it is new)."""
    if body.id not in (NO_ID, identifier):
        raise InvalidInput(f"id: the body says '{body.id}', the address '{identifier}'.")
    ticket = _ticket(body.model_copy(update={"id": identifier}), state)
    held, created = _ticketing(state).put(ticket, _now(), _version(if_match))
    response.status_code = 201 if created else 200
    return _shown(held, state, response)


@router.get("/v1/tickets/{identifier:path}", response_model=TicketOut)
def get(identifier: str, state: StateDep, role: StaffDep, response: Response) -> TicketOut:
    """A ticket as it is stored, with its version as the ETag."""
    return _shown(_ticketing(state).get(identifier), state, response)


def _ticket(body: TicketIn, state: State) -> Ticket:
    if not body.says_something:
        raise InvalidInput("A ticket needs a subject, a body or messages.")
    return body.to_ticket(state.settings)


def _ticketing(state: State) -> Ticketing:
    settings = state.settings
    return Ticketing(state.store, settings.max_document_bytes, telling=bool(settings.webhook_url))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _wake(state: State) -> None:
    if state.indexing:
        state.indexing.wake()
    if state.telling:
        state.telling.wake()


def _version(if_match: str | None) -> str | None:
    """The version in `If-Match: "…"`; None where any will do."""
    version = (if_match or "").strip().removeprefix("W/").strip('"')
    return None if version in ("", "*") else version


def _suggestible(state: State, held: Held) -> bool:
    if held.ticket.status != "solved":
        return False
    try:
        return state.knowledge_base.has_solved(held.ticket.id)
    except OperationalError:
        return False


def _shown(held: Held, state: State, response: Response) -> TicketOut:
    response.headers["ETag"] = f'"{held.version}"'
    return TicketOut(
        **dict(held.ticket), changed=held.changed, suggestible=_suggestible(state, held)
    )


def _line(held: Held) -> TicketLine:
    ticket = held.ticket
    return TicketLine(
        id=ticket.id,
        subject=ticket.subject,
        locale=ticket.locale,
        status=ticket.status,
        customer=ticket.customer.name,
        group=ticket.group,
        priority=ticket.priority,
        messages=len(ticket.messages),
        created=ticket.created,
        changed=held.changed,
    )


def _cursor(held: Held) -> str:
    place = json.dumps([held.changed.isoformat(), held.ticket.id])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _read_cursor(cursor: str) -> tuple[dt.datetime, str]:
    try:
        moment, identifier = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        at = dt.datetime.fromisoformat(moment)
        if at.tzinfo is None or not isinstance(identifier, str):
            raise ValueError("not written by us")
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidInput("cursor: use the `next` of the page before, unchanged.") from error
    return at, identifier
