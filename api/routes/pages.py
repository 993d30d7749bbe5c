"""The public help center: pages for people, without JavaScript.

Whoever looks at them sees what a customer sees, whatever key the browser sends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from api.auth import RoleDep, StateDep
from api.rendering import render_markdown
from api.state import State, state_of
from api.visitors import logged, note_click, visit_if_logged
from api.web import TEMPLATES, outline
from api.web.strings import STRINGS, Strings
from kb.errors import InvalidInput, KBError, NotFound, OperationalError
from kb.models import IndexedDocument
from kb.text import clean
from kb.visits import Source

logger = logging.getLogger(__name__)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",  # the address holds what somebody asked
    "Vary": "Accept-Language",
}
_HITS = 10
_LISTED = 10
"""Articles of a section on the home page; the section's own page lists them all."""


class _PageRoute(APIRoute):
    """Renders failures as pages, and gives every page its headers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                response = await handler(request)
            except KBError as error:
                if error.status >= 500:
                    logger.error("%s: %s", request.url.path, error)
                response = _failure(request, error)
            except Exception as error:
                logger.exception("%s failed", request.url.path, exc_info=error)
                response = _failure(request, OperationalError(str(error)))
            response.headers.update(_HEADERS)
            return response

        return handle


router = APIRouter(route_class=_PageRoute, include_in_schema=False)


@dataclass(frozen=True)
class Page:
    """What every template needs to know about the request."""

    strings: Strings
    base: str
    """Path of `public_url`: the part before `/articles/…`."""
    query: str
    contact: str
    max_query_chars: int
    path: str
    """Of this page, below `base`."""
    kept: Mapping[str, str]
    """What a change of language must not lose."""
    offered: tuple[Strings, ...]
    """Languages of the switcher."""
    search: str = ""
    """Id of the search that is shown, if it is recorded."""

    @property
    def locale(self) -> str:
        return self.strings.locale

    def home(self, **parameters: str) -> str:
        """Link to the home page or, with `q`, to results."""
        return f"{self.base}/?{urlencode({**parameters, 'locale': self.locale})}"

    def article(self, identifier: str, passage_id: str = "", place: int = 0) -> str:
        """Link to an article, or to the section of it that a passage is from.

        Args:
            place: among the results, from 1: opening the link counts as a click on it.
        """
        query = {"q": self.query} if self.query else {}
        click = {"s": self.search, "n": str(place)} if self.search and place else {}
        parameters = urlencode({**query, "locale": self.locale, **click})
        anchor = passage_id.removeprefix(f"{identifier}#").rpartition(".")[0].partition("~")[0]
        fragment = f"#{quote(anchor)}" if anchor and anchor != "top" else ""
        return f"{self.base}/articles/{quote(identifier, safe='')}?{parameters}{fragment}"

    def here_in(self, locale: str) -> str:
        """Link to this page in another language of the frame."""
        return f"{self.base}{self.path}?{urlencode({**self.kept, 'locale': locale})}"


@router.api_route("/", methods=["GET", "HEAD"])
def home(
    request: Request,
    state: StateDep,
    _role: RoleDep,
    background: BackgroundTasks,
    q: str | None = None,
    section: str | None = None,
) -> HTMLResponse:
    """The home page, one section of it or, with a query, results."""
    if q is not None:
        return _results(request, state, q, background)
    page = _page(request, state)
    articles = state.knowledge_base.articles(page.locale)
    sections = [(key, list(group)) for key, group in groupby(articles, key=lambda a: a.section)]
    sections.sort(key=lambda entry: entry[0] == "")  # those without one come last
    if section is not None:
        sections = [entry for entry in sections if entry[0] == section]
        if not sections:
            raise NotFound(f"There is no section '{section}'.")
    return _render(
        "search.html",
        page,
        sections=sections,
        section=section,
        listed=None if section is not None else _LISTED,
    )


def _results(
    request: Request, state: State, query: str, background: BackgroundTasks
) -> HTMLResponse:
    page = _page(request, state)
    if not page.query:
        raise InvalidInput("The query is empty.")
    locale = page.locale if page.locale in state.settings.languages else None
    result = state.knowledge_base.search(query, locale=locale, role="customer", limit=_HITS)
    visit = visit_if_logged(request, state)
    if visit:
        result = logged(state, result, Source(visit, "help_center"), background)
        page = replace(page, search=result.id)
    answered = result.answer.id if result.answer else None
    hits = [hit for hit in result.hits if hit.id != answered]
    places = {hit.id: place for place, hit in enumerate(result.hits, start=1)}
    return _render("search.html", page, result=result, hits=hits, places=places)


@router.api_route("/articles/{identifier:path}", methods=["GET", "HEAD"])
def article(
    request: Request,
    identifier: str,
    state: StateDep,
    _role: RoleDep,
    background: BackgroundTasks,
) -> HTMLResponse:
    """One public article, framed in the language asked for or else its own."""
    knowledge_base = state.knowledge_base
    found = knowledge_base.article(identifier, role="customer")
    note_click(request, state, found.id, background)
    versions = knowledge_base.translations(found)
    html = render_markdown(found.body)
    page = _page(request, state, prefer=_language(found.locale))
    others = [version for version in versions if version.id != found.id]
    return _render(
        "article.html",
        page,
        article=found,
        html=html,
        outline=outline(html),
        others=others,
        in_page_language=_version_in(page.locale, found, others),
        addresses=_addresses(state, found, others),
    )


def _version_in(
    locale: str, shown: IndexedDocument, others: Sequence[IndexedDocument]
) -> IndexedDocument | None:
    """The version in the reader's language, itself included."""
    return next((v for v in (shown, *others) if _language(v.locale) == locale), None)


def _addresses(
    state: State, shown: IndexedDocument, others: Sequence[IndexedDocument]
) -> list[tuple[str, str]]:
    """Locale and absolute address of each version, for search engines; the shown one first."""
    if not state.settings.public_url:
        return []
    return [(v.locale, state.knowledge_base.url_of(v)) for v in (shown, *others)]


def _failure(request: Request, error: KBError) -> HTMLResponse:
    """A page that says what went wrong, with the status of `error`."""
    state = state_of(request)
    page = _page(request, state)
    strings = page.strings
    if error.status == 404:
        return _render("not_found.html", page, status=404)
    limit = state.settings.max_query_chars
    title, text = {
        401: (strings.sign_in, strings.sign_in_text),
        403: (strings.sign_in, strings.sign_in_text),
        413: ("", strings.too_long.format(limit=limit)),
        422: ("", strings.empty),
        429: (strings.too_many, strings.too_many_text),
    }.get(error.status, (strings.unavailable, strings.unavailable_text))
    status = error.status if error.status < 500 else 503
    response = _render("search.html", page, status=status, notice=(title, text))
    if status in (429, 503):
        response.headers["Retry-After"] = "30"
    return response


def _page(request: Request, state: State, prefer: str | None = None) -> Page:
    """What the request asks for.

    Args:
        prefer: language of the frame where the address states none.
    """
    settings = state.settings
    offered = [STRINGS[code] for code in settings.languages if code in STRINGS] or [STRINGS["en"]]
    codes = [strings.locale for strings in offered]
    locale = next(
        code
        for code in (
            _language(request.query_params.get("locale", "")),
            prefer,
            _accepted(request.headers.get("accept-language", ""), codes),
            _language(settings.default_locale),
            codes[0],
        )
        if code in codes
    )
    base = urlsplit(settings.public_url).path.rstrip("/")
    identifier = request.path_params.get("identifier")
    query = clean(request.query_params.get("q", "")).strip()[: settings.max_query_chars]
    section = request.query_params.get("section", "")
    return Page(
        strings=STRINGS[locale],
        base=base,
        query=query,
        contact=settings.contact,
        max_query_chars=settings.max_query_chars,
        path="/" if identifier is None else f"/articles/{quote(identifier, safe='')}",
        kept={name: value for name, value in (("q", query), ("section", section)) if value},
        offered=tuple(offered),
    )


def _accepted(header: str, codes: Sequence[str]) -> str | None:
    """The language of `codes` that an Accept-Language header likes best."""
    weighted = []
    for entry in header.split(","):
        tag, _, weight = entry.partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            weighted.append((quality, _language(tag.strip())))
    weighted.sort(key=lambda item: -item[0])
    return next((code for _, code in weighted if code in codes), None)


def _language(locale: str) -> str:
    return locale.split("-")[0].lower()


def _render(template: str, page: Page, *, status: int = 200, **context: object) -> HTMLResponse:
    html = TEMPLATES.get_template(template).render(page=page, t=page.strings, **context)
    return HTMLResponse(html, status_code=status)
