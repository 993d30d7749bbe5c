"""Contact forms over HTTP: what was sent, what comes of it. Help center and widget share it.

Nothing that was typed is lost: whatever is wrong, the same form comes back filled in.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import BackgroundTasks, Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from api.state import State
from api.visitors import visit_now
from kb.contact import ContactDesk, ContactForm, Problem, check, new_token, promise, suspicious
from kb.contact.desk import Channel
from kb.contact.form import READ_KEPT, Field
from kb.errors import InvalidInput, KBError, NotFound, TooManyRequests
from kb.models import IndexedDocument, SearchResult, Ticket
from kb.text import clean, is_blank
from kb.ticketing import Ticketing
from kb.told import record_contact
from kb.visits import Source

logger = logging.getLogger(__name__)

_SEARCH_ID = re.compile(r"[0-9a-f]{20}")
_FIELDS = 60
_PROPOSED = 3
_CLOSE = 0.85
"""Of the first hit's evidence: what has less is not worth an interruption."""

Refusal = Literal["not_sent", "once_more", "too_often", "not_saved"]
"""Words of the notice above a form that comes back."""


@dataclass(frozen=True)
class Sent:
    """A contact form as the browser sent it."""

    form: ContactForm
    token: str = ""
    hidden: str = ""
    """What is in the field that people do not see."""
    search: str = ""
    """Id of the search it follows; empty: of none that is known."""
    wants_answers: bool = False
    """The button that looks for answers first was pressed."""


@dataclass(frozen=True)
class Answered:
    """What comes of a form: a ticket, or the form again."""

    ticket: Ticket | None = None
    sent: Sent | None = None
    """To be shown again."""
    problems: dict[Field, Problem] | None = None
    refusal: Refusal | None = None
    status: int = 200


async def _sent(request: Request) -> Sent:
    try:
        data = await request.form(max_fields=_FIELDS, max_files=0)
    except HTTPException as error:
        raise InvalidInput("The form cannot be read.") from error
    search = _text(data, "s")
    return Sent(
        ContactForm(
            question=_text(data, "question"),
            details=_text(data, "details"),
            name=_text(data, "name"),
            email=_text(data, "email"),
            asked=_text(data, "asked"),
            read=tuple(value for value in data.getlist("read") if isinstance(value, str)),
            page=_text(data, "page"),
        ),
        token=_text(data, "token"),
        hidden=_text(data, "website"),
        search=search if _SEARCH_ID.fullmatch(search) else "",
        wants_answers="check" in data,
    )


SentDep = Annotated[Sent, Depends(_sent)]


def _text(data: FormData, name: str) -> str:
    value = data.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def begun(request: Request, *, page: str = "") -> Sent:
    """The form as it is opened: with what the address tells of the way there.

    `q` is what was searched for, `s` the search's id, `seen` (repeated) the articles opened.
    """
    parameters = request.query_params
    question = " ".join(clean(parameters.get("q", "")).split())
    search = parameters.get("s", "")
    return Sent(
        ContactForm(
            question=question,
            asked=question,
            read=tuple(dict.fromkeys(parameters.getlist("seen")))[:READ_KEPT],
            page=page,
        ),
        token=new_token(dt.datetime.now(dt.UTC)),
        search=search if _SEARCH_ID.fullmatch(search) else "",
    )


def read_articles(state: State, ids: Sequence[str]) -> list[IndexedDocument]:
    """The articles of these ids that customers may read; others are left out."""
    found = []
    for identifier in ids:
        try:
            found.append(state.knowledge_base.article(identifier, role="customer"))
        except KBError:  # withdrawn, made up, or nothing can be looked up now
            continue
    return found


def proposals(state: State, form: ContactForm, locale: str) -> SearchResult | None:
    """What may answer a question before it is sent; None: nothing worth reading."""
    text = clean(form.text).strip()[: state.settings.max_query_chars]
    if is_blank(text):
        return None
    preferred = locale if locale in state.settings.languages else None
    result = state.knowledge_base.search(text, locale=preferred, role="customer", limit=_PROPOSED)
    if result.outcome == "nothing":
        return None
    return close_hits(result)


def close_hits(result: SearchResult) -> SearchResult:
    """The result without hits that come far behind the first one."""
    close = [hit for hit in result.hits if hit.score >= _CLOSE * result.hits[0].score]
    return result.model_copy(update={"hits": tuple(close)})


def promised(state: State, channel: Channel, since: dt.datetime) -> dt.datetime | None:
    """By when somebody who writes then hears from us, in the office's time zone."""
    return promise(state.knowledge_base.tools.rules, channel, since)


def receive(
    request: Request,
    state: State,
    sent: Sent,
    channel: Channel,
    locale: str,
    background: BackgroundTasks,
) -> Answered:
    """Store what was sent as a ticket, or say what is in the way."""
    now = dt.datetime.now(dt.UTC)
    form = sent.form.cleaned()
    sent = replace(sent, form=form)
    problems = check(form)
    if problems:
        return Answered(sent=sent, problems=problems, refusal="not_sent", status=422)
    elsewhere = request.headers.get("sec-fetch-site", "") == "cross-site"
    if elsewhere or suspicious(sent.token, sent.hidden, now):
        again = replace(sent, token=new_token(now), hidden="")
        return Answered(sent=again, refusal="once_more", status=422)
    known = tuple(article.id for article in read_articles(state, form.read))
    try:
        _limit(request, state)
        written = _desk(state).write(replace(form, read=known), sent.token, channel, locale, now)
    except TooManyRequests:
        return Answered(sent=sent, refusal="too_often", status=429)
    except KBError as error:
        logger.error("a contact could not be stored: %s", error)
        return Answered(sent=sent, refusal="not_saved", status=503)
    if written.new:
        background.add_task(_tell, request, state, sent, written.ticket, channel)
    return Answered(ticket=written.ticket)


def _limit(request: Request, state: State) -> None:
    state.contact_limit.check(request.client.host if request.client else "unknown")


def _desk(state: State) -> ContactDesk:
    settings = state.settings
    ticketing = Ticketing(
        state.store, settings.max_document_bytes, telling=bool(settings.webhook_url)
    )
    return ContactDesk(ticketing, settings.languages, settings.default_locale)


def _tell(request: Request, state: State, sent: Sent, ticket: Ticket, channel: Channel) -> None:
    """Wake who waits for tickets, and log the contact; the page is on its way."""
    if state.telling:
        state.telling.wake()
    if not state.settings.event_log:
        return
    try:
        record_contact(
            state.store.events,
            Source(visit_now(request, state), channel),
            dt.datetime.now(dt.UTC),
            search=sent.search,
            ticket_id=ticket.id,
            locale=ticket.locale,
            redact=state.redact,
        )
    except KBError as error:
        logger.warning("A contact goes unrecorded: %s", error)


def ticket_of(state: State, reference: str) -> Ticket:
    """The ticket that a contact became.

    Raises:
        NotFound: there is none, or it came by another way.
    """
    ticket = state.store.documents.get(reference)
    if not isinstance(ticket, Ticket) or ticket.channel not in ("help_center", "widget"):
        raise NotFound(f"There is no message '{reference}'.")
    return ticket
