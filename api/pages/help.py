"""The help center's home page, its sections, and results: for people, without JavaScript.

Whoever looks at them sees what a customer sees, whatever key the browser sends.
"""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse

from api.auth import RoleDep, StateDep
from api.pages.frame import Page, PageRoute, page_of, render
from api.pages.meta import home_meta
from api.pages.results import PER_PAGE, RANKED, results_page
from api.state import State
from api.visitors import logged, visit_if_logged
from kb.errors import InvalidInput, NotFound
from kb.models import SearchResult
from kb.visits import Source

_LISTED = 5
"""Articles of a section on the home page; the section's own page lists them all."""
_POPULAR = 6
_PROPOSED = 4
"""Popular queries below the search box."""

router = APIRouter(route_class=PageRoute, include_in_schema=False)


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
        return _results(request, state, q, section or None, background)
    page = page_of(request, "help")
    help_center = state.help_center
    sections = help_center.shelf().sections(page.locale)
    if section is not None:
        return _section(state, page, section)
    asked = [query for query in help_center.popular().queries if query.language == page.locale]
    return render(
        "help/home.html",
        page,
        sections=sections,
        listed=_LISTED,
        asked=asked[:_PROPOSED],
        popular=help_center.popular_articles(page.locale, _POPULAR) if sections else [],
        meta=home_meta(page, state.settings.public_url),
    )


def _section(state: State, page: Page, key: str) -> HTMLResponse:
    sections = state.help_center.shelf().sections(page.locale)
    found = next((one for one in sections if one.key == key), None)
    if found is None:
        raise NotFound(f"There is no section '{key}'.")
    meta = home_meta(page, state.settings.public_url, section=key)
    return render("help/section.html", page, section=found, sections=sections, meta=meta)


def _results(
    request: Request,
    state: State,
    query: str,
    section: str | None,
    background: BackgroundTasks,
) -> HTMLResponse:
    page = page_of(request, "help")
    if not page.query:
        raise InvalidInput("The query is empty.")
    result = _searched(state, page, query, exact=request.query_params.get("exact") == "1")
    visit = visit_if_logged(request, state)
    search = ""
    if visit:
        shown = result.model_copy(update={"hits": result.hits[:PER_PAGE]})
        search = logged(state, shown, Source(visit, "help_center"), background).id
    number = request.query_params.get("page", "1")
    return render(
        "help/results.html",
        page,
        result=result,
        found=results_page(result, section, int(number) if number.isdecimal() else 1),
        section=section,
        sections=state.help_center.shelf().sections(page.locale),
        search=search,
    )


def _searched(state: State, page: Page, query: str, *, exact: bool) -> SearchResult:
    """The result for the query; as it is written, if the reader insists."""
    locale = page.locale if page.locale in state.settings.languages else None
    if exact:
        return state.knowledge_base.search(query, locale=locale, role="customer", limit=RANKED)
    return state.help_center.search(query, locale=locale, role="customer", limit=RANKED)
