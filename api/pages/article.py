"""One public article as a page."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse

from api.auth import RoleDep, StateDep
from api.pages.frame import PageRoute, language_code, page_of, render
from api.rendering import render_markdown
from api.state import State
from api.visitors import note_click
from api.web import outline
from kb.models import IndexedDocument

router = APIRouter(route_class=PageRoute, include_in_schema=False)


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
    page = page_of(request, "help", prefer=language_code(found.locale))
    others = [version for version in versions if version.id != found.id]
    return render(
        "help/article.html",
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
    return next((v for v in (shown, *others) if language_code(v.locale) == locale), None)


def _addresses(
    state: State, shown: IndexedDocument, others: Sequence[IndexedDocument]
) -> list[tuple[str, str]]:
    """Locale and absolute address of each version, for search engines; the shown one first."""
    if not state.settings.public_url:
        return []
    return [(v.locale, state.knowledge_base.url_of(v)) for v in (shown, *others)]
