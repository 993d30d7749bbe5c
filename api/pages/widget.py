"""What is inside the widget's frame: articles for the page it stands on, search, article, contact.

Pages like all others, so links, forms and the back button work by themselves. Only the sites that
the key was made for may frame them. What belongs to the visit (the key, the page around the frame,
the articles opened) goes along in the addresses: nothing is stored in a browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, BackgroundTasks, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from api.auth import StateDep
from api.contacting import (
    Answered,
    SentDep,
    begun,
    close_hits,
    promised,
    proposals,
    receive,
    ticket_of,
)
from api.pages import security
from api.pages.contact_form import due_of, form_view
from api.pages.frame import Page, PageRoute, failure_words, language_code, page_fields, render
from api.rendering import render_markdown
from api.state import State
from api.visitors import logged, note_click, visit_if_logged
from api.web.words import words
from kb.contact.form import READ_KEPT
from kb.errors import Forbidden, InvalidInput, KBError
from kb.keys import PUBLISHABLE, find_key
from kb.models import SearchResult
from kb.store.keys import StoredKey
from kb.visits import Source

_HITS = 6
_FITTING = 3
_POPULAR = 5
_ABOUT_CHARS = 300
_PAGE_CHARS = 500


@dataclass(frozen=True, kw_only=True)
class WidgetPage(Page):
    """A page in the frame."""

    key: str
    host: str
    """Origin of the page around the frame; empty where it is none of the key's."""
    around: str
    """Address of that page."""
    about: str
    """What that page says of itself."""
    seen: tuple[str, ...]
    """Articles opened in the frame."""
    search: str
    """Id of the search shown last; empty: none is known."""

    def frame(self, path: str = "", **parameters: object) -> str:
        """Link to a page in the frame; parameters that are None or empty drop."""
        told = {
            "key": self.key,
            "locale": self.locale,
            "host": self.host,
            "page": self.around,
            "about": self.about,
            **parameters,
        }
        pairs = [(name, str(value)) for name, value in told.items() if value not in (None, "")]
        pairs += [("seen", identifier) for identifier in self.seen]
        return f"{self.base}/widget/frame{path}?{urlencode(pairs)}"

    def read(self, identifier: str, place: int = 0, search: str = "") -> str:
        """Link to an article in the frame."""
        click = {"s": search, "n": place} if search and place else {"s": self.search}
        return self.frame(f"/articles/{quote(identifier, safe='')}", q=self.query, **click)

    def write(self, search: str = "") -> str:
        """Link to the contact form in the frame."""
        return self.frame("/contact", q=self.query, s=search or self.search)


class WidgetRoute(PageRoute):
    """Routes in the frame: framed by the sites of the key, and by nobody without one."""

    def security_headers(self, request: Request) -> Mapping[str, str]:
        return security.headers(getattr(request.state, "widget_origins", ()))

    def failure(self, request: Request, error: KBError) -> Response:
        view = _view(request)
        status, title, text = failure_words(view, error)
        if isinstance(error, Forbidden):
            title, text = view.t.closed, view.t.closed_text
        return render("widget/failure.html", view, status=status, notice=(title, text))


router = APIRouter(prefix="/widget/frame", route_class=WidgetRoute, include_in_schema=False)


def _key(request: Request, state: StateDep, key: str = "") -> StoredKey:
    address = request.client.host if request.client else "unknown"
    state.rate_limit.check(f"address {address}")
    found = find_key(state.store, key) if key.startswith(PUBLISHABLE) else None
    if found is None or not found.origins:
        raise Forbidden("This is no publishable key.")
    request.state.widget_origins = found.origins
    return found


KeyDep = Annotated[StoredKey, Depends(_key)]


@router.get("")
def start(request: Request, state: StateDep, _key: KeyDep) -> HTMLResponse:
    """Search, articles that fit the page around the frame, and others that are read often."""
    view = _view(request)
    fitting = _fitting(state, view)
    there = {hit.id for hit in fitting.hits} if fitting else set()
    often = state.help_center.popular_articles(view.locale, _POPULAR)
    popular = [entry for entry in often if entry.id not in there][: _POPULAR - len(there)]
    return render("widget/start.html", view, fitting=fitting, popular=popular)


@router.get("/results")
def results(
    request: Request, state: StateDep, _key: KeyDep, background: BackgroundTasks
) -> HTMLResponse:
    """Answer and articles for a question."""
    view = _view(request)
    if not view.query:
        raise InvalidInput("The query is empty.")
    result = state.help_center.search(view.query, locale=_preferred(state, view), limit=_HITS)
    visit = visit_if_logged(request, state)
    search = logged(state, result, Source(visit, "widget"), background).id if visit else ""
    places = {hit.id: place for place, hit in enumerate(result.hits, start=1)}
    return render("widget/results.html", view, result=result, places=places, search=search)


@router.get("/articles/{identifier:path}")
def article(
    request: Request, identifier: str, state: StateDep, _key: KeyDep, background: BackgroundTasks
) -> HTMLResponse:
    """One article."""
    view = _view(request)
    found = state.knowledge_base.article(identifier, role="customer")
    note_click(request, state, found.id, background)
    seen = tuple(dict.fromkeys((*view.seen, found.id)))[-READ_KEPT:]
    return render(
        "widget/article.html",
        replace(view, seen=seen),
        article=found,
        html=render_markdown(found.body),
        foreign=language_code(found.locale) != view.locale,
    )


@router.get("/complete")
def complete(request: Request, state: StateDep, _key: KeyDep, q: str = "") -> JSONResponse:
    """What is being typed may become, as `GET /v1/complete`; articles open in the frame."""
    view = replace(_view(request), query="")  # nothing was searched for yet
    found = state.help_center.complete(q, view.locale).model_dump(mode="json")
    for entry in found["articles"]:
        entry["url"] = view.read(entry["id"])
    return JSONResponse(found)


@router.get("/contact")
def contact(request: Request, state: StateDep, _key: KeyDep) -> HTMLResponse:
    """The contact form, which carries what was searched and read, and the page around."""
    view = _view(request)
    return _form(state, view, Answered(sent=begun(request, page=view.around)))


@router.post("/contact")
def send(
    request: Request, state: StateDep, _key: KeyDep, sent: SentDep, background: BackgroundTasks
) -> Response:
    """Store it and lead to the confirmation, or show the form again with all that was typed."""
    view = _view(request)
    if sent.wants_answers:
        return _form(state, view, Answered(sent=sent), looked=True)
    answered = receive(request, state, sent, "widget", view.locale, background)
    if answered.ticket is None:
        return _form(state, view, answered)
    address = view.frame("/contact/sent", reference=answered.ticket.id)
    return RedirectResponse(address, 303, background=background)


@router.post("/contact/answers")
def answers(request: Request, state: StateDep, _key: KeyDep, sent: SentDep) -> HTMLResponse:
    """A fragment: what may answer the question as far as it is written."""
    view = _view(request)
    result = proposals(state, sent.form, view.locale)
    c = words(view.locale, "contact")
    return render("contact/_answers.html", view, result=result, looked=False, c=c)


@router.get("/contact/sent")
def confirmation(request: Request, state: StateDep, _key: KeyDep, reference: str) -> HTMLResponse:
    """That it arrived, its reference, and by when it is answered."""
    view = _view(request)
    c = words(view.locale, "contact")
    ticket = ticket_of(state, reference)
    at = promised(state, "widget", ticket.created or view.now)
    due = due_of(at if at and at > view.now else None, c)
    return render("widget/sent.html", view, c=c, reference=ticket.id, due=due)


def _form(state: State, view: WidgetPage, answered: Answered, looked: bool = False) -> HTMLResponse:
    form = form_view(state, view, answered, "widget", looked)
    return render("widget/contact.html", view, status=answered.status, view=form, c=form.c)


def _view(request: Request) -> WidgetPage:
    parameters = request.query_params
    host = parameters.get("host", "")
    seen = tuple(dict.fromkeys(parameters.getlist("seen")))[:READ_KEPT]
    return WidgetPage(
        **page_fields(request, "widget"),
        key=parameters.get("key", "")[:100],
        host=host if host in getattr(request.state, "widget_origins", ()) else "",
        around=parameters.get("page", "")[:_PAGE_CHARS],
        about=parameters.get("about", "")[:_ABOUT_CHARS],
        seen=seen,
        search=parameters.get("s", "")[:20],
    )


def _fitting(state: State, view: WidgetPage) -> SearchResult | None:
    """Articles for the page around the frame, if one of them surely is; nothing is logged."""
    if not view.about.strip():
        return None
    try:
        result = state.knowledge_base.search(
            view.about, locale=_preferred(state, view), limit=_FITTING
        )
    except InvalidInput:  # nothing but punctuation
        return None
    return close_hits(result) if result.outcome == "answered" else None


def _preferred(state: State, view: WidgetPage) -> str | None:
    return view.locale if view.locale in state.settings.languages else None
