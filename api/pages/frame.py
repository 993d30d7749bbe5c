"""What every page is made with: the request's language, links, rendering, failures as pages."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute

from api.pages import security
from api.signed_in import SignInNeeded
from api.state import state_of
from api.web import TEMPLATES, VERSION
from api.web.words import LOCALES, Words, words
from kb.errors import InvalidInput, KBError, OperationalError
from kb.text import clean

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every template needs to know about the request. Templates find it as `page`."""

    t: Words
    """The words of the page's area; templates find them as `t`, too."""
    base: str
    """Path of `public_url`: the part before `/articles/…`."""
    path: str
    """Of this page, below `base`."""
    kept: Mapping[str, str]
    """What a change of language must not lose."""
    offered: tuple[Words, ...]
    """Languages of the switcher."""
    zone: dt.tzinfo
    """In which times of day are told."""
    now: dt.datetime
    site: str
    """Name of the help center."""
    contact: str
    query: str
    max_query_chars: int

    @property
    def locale(self) -> str:
        return self.t.locale

    def url(self, path: str, /, **parameters: object) -> str:
        """Link to a path of ours in the page's language; parameters that are None or empty drop."""
        stated = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
        return f"{self.base}{path}?{urlencode({**stated, 'locale': self.locale})}"

    def here_in(self, locale: str) -> str:
        """Link to this page in another language of the frame."""
        return f"{self.base}{self.path}?{urlencode({**self.kept, 'locale': locale})}"

    @property
    def here(self) -> str:
        """This very address, to come back to."""
        return f"{self.path}?{urlencode(self.kept)}" if self.kept else self.path

    def static(self, name: str) -> str:
        """Link to a static file; it changes with the files, so browsers may keep them."""
        return f"{self.base}/static/{VERSION}/{name}"

    # The help center, which every frame links to

    def home(self, **parameters: str) -> str:
        """Link to the home page or, with `q`, to results."""
        return self.url("/", **parameters)

    def article(
        self, identifier: str, passage_id: str = "", place: int = 0, search: str = ""
    ) -> str:
        """Link to an article, or to the section of it that a passage is from.

        Args:
            place: among the results of `search`, from 1: opening the link counts as a click on it.
        """
        click = {"s": search, "n": place} if search and place else {}
        anchor = passage_id.removeprefix(f"{identifier}#").rpartition(".")[0].partition("~")[0]
        fragment = f"#{quote(anchor)}" if anchor and anchor != "top" else ""
        path = f"/articles/{quote(identifier, safe='')}"
        return self.url(path, q=self.query, **click) + fragment


def page_of(request: Request, area: str, prefer: str | None = None) -> Page:
    """The page a request asks for.

    Args:
        area: of the words: `help`, `console`, …
        prefer: language of the frame where the address states none.
    """
    return Page(**page_fields(request, area, prefer))


def page_fields(request: Request, area: str, prefer: str | None = None) -> dict[str, Any]:
    """What `Page` is made of, for classes that add to it."""
    state = state_of(request)
    settings = state.settings
    offered = [code for code in settings.languages if code in LOCALES] or ["en"]
    locale = next(
        code
        for code in (
            language_code(request.query_params.get("locale", "")),
            prefer,
            accepted_language(request.headers.get("accept-language", ""), offered),
            language_code(settings.default_locale),
            offered[0],
        )
        if code in offered
    )
    kept = {
        name: value
        for name, value in request.query_params.items()
        if name not in ("locale", "s", "n") and len(value) <= settings.max_query_chars
    }
    return {
        "t": words(locale, area),
        "base": urlsplit(settings.public_url).path.rstrip("/"),
        "path": quote(request.url.path),
        "kept": kept,
        "offered": tuple(words(code, area) for code in offered),
        "zone": settings.zone,
        "now": dt.datetime.now(dt.UTC),
        "site": settings.site_name or words(locale, area).site,
        "contact": settings.contact,
        "query": clean(request.query_params.get("q", "")).strip()[: settings.max_query_chars],
        "max_query_chars": settings.max_query_chars,
    }


def render(template: str, page: Page, *, status: int = 200, **context: object) -> HTMLResponse:
    """The template with `page`, its words as `t`, and `context`."""
    html = TEMPLATES.get_template(template).render(page=page, t=page.t, **context)
    return HTMLResponse(html, status_code=status)


def is_fragment(request: Request) -> bool:
    """Whether a script of ours asks for a part of a page (`static/js/fragments.js`)."""
    return request.headers.get("x-fragment") == "1"


class PageRoute(APIRoute):
    """Renders failures as pages, and gives every page its headers."""

    def failure(self, request: Request, error: KBError) -> Response:
        """What is shown for `error`; areas with a frame of their own override it."""
        return failure_page(request, error)

    def security_headers(self, request: Request) -> Mapping[str, str]:
        """Pages that others may frame override it."""
        return security.headers()

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                response = await handler(request)
            except SignInNeeded as error:
                moved = RedirectResponse(error.location, 303) if error.moves else None
                response = moved or self.failure(request, error)
            except KBError as error:
                if error.status >= 500:
                    logger.error("%s: %s", request.url.path, error)
                response = self.failure(request, error)
            except RequestValidationError as error:
                fields = ", ".join(str(item["loc"][-1]) for item in error.errors())
                response = self.failure(request, InvalidInput(f"Not valid: {fields}."))
            except Exception as error:
                logger.exception("%s failed", request.url.path, exc_info=error)
                response = self.failure(request, OperationalError(str(error)))
            for name, value in self.security_headers(request).items():
                response.headers.setdefault(name, value)
            return response

        return handle


_FAILURES: Mapping[int, tuple[str, str]] = {
    401: ("sign_in", "sign_in_text"),
    403: ("sign_in", "sign_in_text"),
    404: ("not_found", "not_found_text"),
    409: ("conflict", "conflict_text"),
    413: ("invalid", "too_long"),
    422: ("invalid", "empty"),
    429: ("too_many", "too_many_text"),
}
"""Status to the words of its heading and text; any other is `unavailable`."""


def failure_words(page: Page, error: KBError) -> tuple[int, str, str]:
    """Status, heading and text of the page for `error`."""
    status = error.status if error.status < 500 else 503
    title, text = _FAILURES.get(status, ("unavailable", "unavailable_text"))
    return status, getattr(page.t, title), page.t.text(text, limit=page.max_query_chars)


def failure_page(request: Request, error: KBError) -> HTMLResponse:
    """A page of the help center that says what went wrong, with the status of `error`."""
    page = page_of(request, "help")
    status, title, text = failure_words(page, error)
    response = render("help/failure.html", page, status=status, notice=(title, text))
    if status in (429, 503):
        response.headers["Retry-After"] = "30"
    return response


def accepted_language(header: str, codes: Sequence[str]) -> str | None:
    """The language of `codes` that an Accept-Language header likes best."""
    weighted = []
    for entry in header.split(","):
        tag, _, weight = entry.partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            weighted.append((quality, language_code(tag.strip())))
    weighted.sort(key=lambda item: -item[0])
    return next((code for _, code in weighted if code in codes), None)


def language_code(locale: str) -> str:
    """`fa` of `fa-IR`."""
    return locale.split("-")[0].lower()
