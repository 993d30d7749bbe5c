"""Visitors: who they are, as far as the event log may know, and what they do, logged.

The log is written once the reply is on its way, and never stands in a visitor's way.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from typing import Annotated

from fastapi import BackgroundTasks, Depends, Header, Request

from api.auth import StateDep
from api.state import State
from kb.errors import NotFound, OperationalError
from kb.models import SearchResult
from kb.sessions import Visit
from kb.told import record_click
from kb.visits import Source, record_search, search_id

logger = logging.getLogger(__name__)

_SESSION_CHARS = 200
_PREFETCHED = ("sec-purpose", "purpose", "x-moz", "x-purpose")
_SEARCH_ID = re.compile(r"[0-9a-f]{20}")

SessionHeader = Annotated[
    str,
    Header(
        alias="X-Session-Id",
        max_length=_SESSION_CHARS,
        description="Whatever tells visitors apart; only a hash of it is kept, for a day. Without "
        "it, address and user agent do.",
    ),
]


def visit_now(request: Request, state: State, stated: str = "") -> Visit:
    """Whose request this is.

    Raises:
        OperationalError: the salt of the day can be neither read nor made.
    """
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")
    return state.sessions.visit(dt.datetime.now(dt.UTC), stated, address, agent)


def visit_if_logged(request: Request, state: State, stated: str = "") -> Visit | None:
    """The same for what is logged by the way; None where it is not logged."""
    if not _counts(request, state):
        return None
    try:
        return visit_now(request, state, stated)
    except OperationalError as error:
        logger.warning("A search goes unrecorded: %s", error)
        return None


def _visit(request: Request, state: StateDep, stated: SessionHeader = "") -> Visit:
    if not state.settings.event_log:
        raise NotFound("Visits are not recorded here: the event log is off (KB_EVENT_LOG).")
    return visit_now(request, state, stated)


def _maybe_visit(request: Request, state: StateDep, stated: SessionHeader = "") -> Visit | None:
    return visit_if_logged(request, state, stated)


VisitDep = Annotated[Visit, Depends(_visit)]
"""For what is nothing but telling: refused where nothing is recorded."""
MaybeVisitDep = Annotated[Visit | None, Depends(_maybe_visit)]


def logged(
    state: State, result: SearchResult, source: Source, background: BackgroundTasks
) -> SearchResult:
    """The result under the id of its search, which is logged after it is sent."""
    now = dt.datetime.now(dt.UTC)
    named = result.model_copy(update={"id": search_id(source, result.query, now)})
    background.add_task(
        record_search,
        state.store.events,
        named,
        source,
        state.settings.languages,
        now,
        redact=state.redact,
    )
    return named


def note_click(request: Request, state: State, article: str, background: BackgroundTasks) -> None:
    """Log that an article was opened from results, if the address says so (`s`, and `n`)."""
    search = request.query_params.get("s", "")
    if _counts(request, state) and _SEARCH_ID.fullmatch(search):
        place = request.query_params.get("n", "")
        position = int(place) if re.fullmatch("[1-9][0-9]{0,2}", place) else None
        background.add_task(_click, state, search, article, position)


def _click(state: State, search: str, article: str, position: int | None) -> None:
    try:
        record_click(state.store.events, search, article, position, dt.datetime.now(dt.UTC))
    except NotFound:
        logger.info("A link names a search that is not in the log.")
    except Exception:  # the page is on its way
        logger.exception("A click goes unrecorded.")


def _counts(request: Request, state: State) -> bool:
    """Whether somebody looks, not a browser that fetches what might be looked at."""
    if not state.settings.event_log or request.method != "GET":
        return False
    purposes = (request.headers.get(name, "").lower() for name in _PREFETCHED)
    return not any("prefetch" in purpose or "preview" in purpose for purpose in purposes)
