"""The help center's home page, its sections, and results: for people, without JavaScript.

Whoever looks at them sees what a customer sees, whatever key the browser sends.
"""

from __future__ import annotations

from itertools import groupby

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse

from api.auth import RoleDep, StateDep
from api.pages.frame import PageRoute, page_of, render
from api.state import State
from api.visitors import logged, visit_if_logged
from kb.errors import InvalidInput, NotFound
from kb.visits import Source

_HITS = 10
_LISTED = 10
"""Articles of a section on the home page; the section's own page lists them all."""

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
        return _results(request, state, q, background)
    page = page_of(request, "help")
    articles = state.knowledge_base.articles(page.locale)
    sections = [(key, list(group)) for key, group in groupby(articles, key=lambda a: a.section)]
    sections.sort(key=lambda entry: entry[0] == "")  # those without one come last
    if section is not None:
        sections = [entry for entry in sections if entry[0] == section]
        if not sections:
            raise NotFound(f"There is no section '{section}'.")
    return render(
        "help/home.html",
        page,
        sections=sections,
        section=section,
        listed=None if section is not None else _LISTED,
    )


def _results(
    request: Request, state: State, query: str, background: BackgroundTasks
) -> HTMLResponse:
    page = page_of(request, "help")
    if not page.query:
        raise InvalidInput("The query is empty.")
    locale = page.locale if page.locale in state.settings.languages else None
    result = state.knowledge_base.search(query, locale=locale, role="customer", limit=_HITS)
    visit = visit_if_logged(request, state)
    search = ""
    if visit:
        result = logged(state, result, Source(visit, "help_center"), background)
        search = result.id
    answered = result.answer.id if result.answer else None
    hits = [hit for hit in result.hits if hit.id != answered]
    places = {hit.id: place for place, hit in enumerate(result.hits, start=1)}
    return render("help/results.html", page, result=result, hits=hits, places=places, search=search)
