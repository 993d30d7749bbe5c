"""One public article as a page, and whether it helped."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import RoleDep, StateDep
from api.pages.frame import PageRoute, is_fragment, language_code, page_of, render
from api.pages.meta import article_meta
from api.rendering import render_markdown
from api.signed_in import check_origin
from api.state import State
from api.visitors import note_click, visit_now
from api.web import outline
from kb.errors import NotFound
from kb.events import VoteReason
from kb.models import IndexedDocument
from kb.told import record_vote
from kb.visits import Source

router = APIRouter(route_class=PageRoute, include_in_schema=False)

REASONS: tuple[VoteReason, ...] = tuple(reason for reason in get_args(VoteReason) if reason)
_SEARCH_ID = re.compile(r"[0-9a-f]{20}")
_COMMENT_CHARS = 2000
_RELATED = 4
_OUTLINED = 3
"""Headings from which on an article has a table of contents."""


@dataclass(frozen=True)
class VoteForm:
    """What the form below an article asks next."""

    told: str = ""
    """What was voted just now: `yes`, `no`, `why` (no, with a reason) or nothing."""
    search: str = ""
    """Id of the search that led here."""
    possible: bool = True
    reasons: tuple[VoteReason, ...] = REASONS
    comment_chars: int = _COMMENT_CHARS


@router.api_route("/articles/{identifier:path}", methods=["GET", "HEAD"])
def article(
    request: Request,
    identifier: str,
    state: StateDep,
    _role: RoleDep,
    background: BackgroundTasks,
) -> HTMLResponse:
    """One public article, framed in the language asked for or else its own."""
    found = state.knowledge_base.article(identifier, role="customer")
    note_click(request, state, found.id, background)
    versions = state.knowledge_base.translations(found)
    html = render_markdown(found.body)
    page = page_of(request, "help", prefer=language_code(found.locale))
    others = [version for version in versions if version.id != found.id]
    headings = outline(html)
    return render(
        "help/article.html",
        page,
        article=found,
        html=html,
        outline=headings if len(headings) >= _OUTLINED else [],
        others=others,
        in_page_language=_version_in(page.locale, found, others),
        related=state.help_center.related(found.id, _RELATED, page.locale),
        meta=article_meta(page, found, html, _addresses(state, found, others)),
        vote=VoteForm(_told(request), _search_of(request), state.settings.event_log),
    )


@router.post("/articles/{identifier:path}")
def vote(
    request: Request,
    identifier: str,
    state: StateDep,
    _role: RoleDep,
    helpful: Annotated[Literal["yes", "no"], Form()],
    reason: Annotated[str, Form(max_length=30)] = "",
    comment: Annotated[str, Form(max_length=_COMMENT_CHARS)] = "",
    s: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Whether the article helped; who says no is asked why, and may leave it at that.

    A script gets the part of the page that says thanks, everybody else the page.
    """
    check_origin(request, state.settings)
    found = state.knowledge_base.article(identifier, role="customer")
    if not state.settings.event_log:
        raise NotFound("Votes are not recorded here: the event log is off (KB_EVENT_LOG).")
    why: VoteReason = next((known for known in REASONS if known == reason), "")
    yes, search = helpful == "yes", s if _SEARCH_ID.fullmatch(s) else ""
    record_vote(
        state.store.events,
        Source(visit_now(request, state), "help_center"),
        found.id,
        yes,
        dt.datetime.now(dt.UTC),
        reason=why,
        comment=comment,
        search=search,
        redact=state.redact,
    )
    told = "yes" if yes else "why" if why or comment.strip() else "no"
    page = page_of(request, "help", prefer=language_code(found.locale))
    if is_fragment(request):
        form = VoteForm(told, search)
        return render("help/_vote.html", page, article=found, vote=form)
    address = page.url(f"/articles/{quote(found.id, safe='')}", q=page.query, told=told)
    return RedirectResponse(f"{address}#vote", 303)


def _told(request: Request) -> str:
    """What was voted just now, as far as the address says so: `yes`, `no`, `why` or nothing."""
    told = request.query_params.get("told", "")
    return told if told in ("yes", "no", "why") else ""


def _search_of(request: Request) -> str:
    search = request.query_params.get("s", "")
    return search if _SEARCH_ID.fullmatch(search) else ""


def _version_in(
    locale: str, shown: IndexedDocument, others: Sequence[IndexedDocument]
) -> IndexedDocument | None:
    """The version in the reader's language, itself included."""
    return next((v for v in (shown, *others) if language_code(v.locale) == locale), None)


def _addresses(
    state: State, shown: IndexedDocument, others: Sequence[IndexedDocument]
) -> list[tuple[IndexedDocument, str]]:
    """Absolute address of each version, for search engines; the shown one first."""
    if not state.settings.public_url:
        return []
    return [(v, state.knowledge_base.url_of(v)) for v in (shown, *others)]
