"""What the panel beside a ticket asks for: suggestions, comparing, feedback, search, reading.

The console and the embedded sidebar have the same panel below different addresses, because each has
a session of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from api.auth import StateDep
from api.pages.console.cards import REASONS
from api.pages.console.desk import now
from api.pages.frame import render
from api.pages.staff import StaffRoute, StaffView, staff_view
from api.rendering import render_markdown
from api.signed_in import CsrfChecked, StaffPage
from api.state import State
from kb.drafting import direction
from kb.drafting.plain import plain_text
from kb.errors import InvalidInput
from kb.feedback import Feedback, give
from kb.inbox.matching import common_spans, pieces
from kb.models import Hit, IndexedDocument, Role

_FOUND = 40
_SHOWN = 12
_MAX_COMMENT = 500
Within = Literal["", "help", "internal", "tickets"]


@dataclass(frozen=True)
class Found:
    """A hit as the console shows it."""

    hit: Hit
    public: bool
    """Whether customers may be sent its link."""
    link: str
    """Absolute address for customers; empty for what is internal."""
    read: str
    """Path of its reading view."""


@dataclass(frozen=True)
class Findings:
    hits: tuple[Found, ...]
    within: Within


def panel_routes(prefix: str, route_class: type[APIRoute]) -> APIRouter:
    """The panel's routes below `prefix`."""
    router = APIRouter(prefix=prefix, route_class=route_class, include_in_schema=False)

    @router.post("/compare", dependencies=[CsrfChecked])
    def compare(
        request: Request,
        state: StateDep,
        found: StaffPage,
        source: Annotated[str, Form()],
        draft: Annotated[str, Form()] = "",
        locale: Annotated[str, Form()] = "en",
    ) -> HTMLResponse:
        """A draft beside the text it was made from, with what they share marked."""
        page = staff_view(request, found, "console")
        document = state.knowledge_base.document(source, role=found.user.role)
        body = plain_text(document.body) if document.kind == "article" else document.body
        ours, theirs = common_spans(draft, body)
        return render(
            "console/_compare.html",
            page,
            source=document,
            draft=pieces(draft, ours),
            text=pieces(body, theirs),
            locale=locale,
            direction_of=direction,
            public=document.collection == "help",
            link=link_of(request, state, document),
        )

    @router.post("/feedback", dependencies=[CsrfChecked])
    def feedback(
        request: Request,
        state: StateDep,
        found: StaffPage,
        occasion: Annotated[str, Form()],
        did: Annotated[Literal["inserted", "rejected", "nothing_fitted"], Form()],
        suggestion: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
        comment: Annotated[str, Form()] = "",
    ) -> HTMLResponse:
        """What the rep did with a suggestion."""
        page = staff_view(request, found, "console")
        if reason and reason not in REASONS:
            raise InvalidInput("reason: choose one of those shown.")
        said = ": ".join(part for part in (reason, comment.strip()[:_MAX_COMMENT]) if part)
        told = Feedback(action=did, suggestion_id=suggestion, text=text, reason=said)
        redact = state.knowledge_base.tools.redactor.redact
        give(state.store, occasion, told, now(), redact=redact)
        return render("console/_told.html", page, did=did)

    @router.get("/search")
    def search(
        request: Request, state: StateDep, found: StaffPage, q: str = "", within: str = ""
    ) -> HTMLResponse:
        """Everything a rep may see, for the panel."""
        page = staff_view(request, found, "console")
        findings = find(request, state, page, q, within, prefix) if q.strip() else None
        return render(
            "console/_findings.html", page, findings=findings, panel=prefix, inserting=True,
            _query=q,
        )  # fmt: skip

    @router.get("/read/{identifier:path}")
    def read(request: Request, identifier: str, state: StateDep, found: StaffPage) -> HTMLResponse:
        """A document, within the panel."""
        page = staff_view(request, found, "console")
        context = reading(request, state, identifier, found.user.role)
        return render("console/_reading.html", page, panel=prefix, inserting=True, **context)

    return router


def find(
    request: Request, state: State, page: StaffView, query: str, within: str, base: str
) -> Findings:
    """Search all that a role may see; `within` shows one collection of it.

    Args:
        base: path that `read/…` hangs below.
    """
    chosen: Within = within if within in get_args(Within) else ""  # type: ignore[assignment]
    locale = page.locale if page.locale in state.settings.languages else None
    role: Role = page.user.role
    result = state.knowledge_base.search(query, locale=locale, role=role, limit=_FOUND)
    hits = [hit for hit in result.hits if chosen in ("", hit.collection)][:_SHOWN]
    return Findings(tuple(_found(request, state, hit, base) for hit in hits), chosen)


def reading(request: Request, state: State, identifier: str, role: Role) -> dict[str, Any]:
    """What the reading view shows of a document.

    Raises:
        NotFound: there is none that the role may see.
    """
    document = state.knowledge_base.document(identifier, role=role)
    is_article = document.kind == "article"
    return {
        "document": document,
        "html": render_markdown(document.body) if is_article else "",
        "public": document.collection == "help",
        "link": link_of(request, state, document),
    }


def link_of(request: Request, state: State, document: IndexedDocument) -> str:
    """Absolute address that a customer may be sent; empty for what is internal."""
    if document.collection != "help":
        return ""
    return absolute(request, state.knowledge_base.url_of(document))


def absolute(request: Request, url: str) -> str:
    """Of one of our pages; without `public_url`, as this browser reaches us."""
    return str(request.base_url).rstrip("/") + url if url.startswith("/") else url


def _found(request: Request, state: State, hit: Hit, base: str) -> Found:
    public = hit.collection == "help"
    link = absolute(request, hit.url) if public else ""
    return Found(hit, public, link, f"{base}/read/{quote(hit.id, safe='')}")


router = panel_routes("/console/panel", StaffRoute)
