"""What the editor's page shows: the form, preview, advice, the source text, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import regex
from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api.pages.desk.editor_words import Sentence, Stands, sentences, stands
from api.pages.frame import render
from api.pages.staff import staff_view
from api.rendering import render_markdown
from api.signed_in import SignedIn
from api.state import State
from api.web import article_body
from api.web.words import LOCALES, Words
from kb.authoring.advice import Around, advice_on
from kb.authoring.advice.around import Known
from kb.authoring.advice.reading import Pieces
from kb.authoring.desk import Authoring
from kb.authoring.faults import Fault
from kb.authoring.fields import Typed, body_of, unknown_fields
from kb.authoring.folder import Opened
from kb.authoring.listing import Listed
from kb.authoring.reading import FIELDS, Unreadable
from kb.authoring.similar import similar_article
from kb.authoring.text import fields_of
from kb.models import Article
from kb.store.audit import AuditLine, AuditQuery
from kb.text import language_of

AREA = "editor"
_BASE_CHARS = 200_000
"""Longer texts are not sent twice; two writers' changes are then compared without the base."""
_HISTORY = 12
_FIELDS = (
    "", "title", "locale", "section", "audience", "tags", "updated", "name", "translation_of",
    "url", "body",
)  # fmt: skip
"""As the form has them."""
_ANCHOR = regex.compile(r'(<h[1-6][^>]* id="|<a href="#)')


@dataclass(frozen=True)
class Editing:
    """An article on the page, saved or not."""

    typed: Typed
    opened: Opened | None = None
    """The file as it is; None for a new article."""
    faults: Sequence[Fault] = ()
    notice: str = ""
    """A sentence of the words' table `editor` or `clash` about how the text came to be."""
    gap: str = ""
    gap_label: str = ""
    base: str | None = None
    """What both writers began with, where that is not the file as it is."""
    is_unsaved: bool = False
    saved: str = ""
    """What was just done with it."""
    search_similar: bool = False

    @property
    def article(self) -> Article | None:
        return self.opened.listed.article if self.opened else None


def authoring_of(state: State) -> Authoring:
    """The writers' desk of this application."""
    return Authoring(state.settings, state.store, state.knowledge_base)


def problem_of(state: State) -> str:
    """Why changes could not be made searchable the last time."""
    return state.indexing.problem if state.indexing else ""


def editor_page(
    request: Request, state: State, found: SignedIn, editing: Editing, status: int = 200
) -> HTMLResponse:
    """The page of one article."""
    view, desk = staff_view(request, found, AREA), authoring_of(state)
    listed = desk.folder.listed()
    article, opened = editing.article, editing.opened
    group = article.group if article else editing.typed.translation_of.strip()
    source = next((one for one in listed if one.article and one.article.id == group), None)
    if source and article and source.article and source.article.id == article.id:
        source = None
    versions = {
        one.article.locale: one.path for one in listed if one.article and one.article.group == group
    }
    return render(
        "editor/edit.html",
        view,
        status=status,
        editing=editing,
        typed=editing.typed,
        article=article,
        opened=opened,
        base=_base(editing),
        is_draft=article.draft if article else True,
        stands=stands_of(view.t, state, opened.listed) if opened else None,
        told=_by_field(sentences(view.t, "faults", editing.faults)),
        advice=advice_of(view.t, state, listed, editing),
        preview=preview_of(editing.typed.body),
        source=source.article if source else None,
        source_html=preview_of(source.article.body) if source and source.article else None,
        versions=versions if group else {},
        unknown=_unknown(opened),
        sections=sections_of(view.t, listed),
        languages=_languages(state, editing.typed.locale),
        history=_history(state, opened.path) if opened else [],
        most_bytes=state.settings.max_body_bytes,
    )


def typed_of(opened: Opened) -> Typed:
    """The form as a file fills it, be it an article or not."""
    if opened.listed.article:
        return Typed.of(opened.listed.article, opened.text.body)
    try:
        stated = fields_of(opened.text.front)
    except Unreadable:
        stated = {}
    typed = Typed.of_broken(stated, opened.text.body)
    name = PurePosixPath(opened.path).stem  # `fa` of `help/wifi/fa.md`
    return typed if typed.locale or name not in LOCALES else replace(typed, locale=name)


def stands_of(t: Words, state: State, listed: Listed) -> Stands:
    """How a file stands."""
    (standing,) = authoring_of(state).standings.of([listed], problem_of(state))
    return stands(t, listed, standing, indexed_here=state.indexing is not None)


def preview_of(body: str) -> Markup:
    """A text as readers will see it; its anchors cannot be mistaken for parts of our page."""
    html = render_markdown(body_of(body))
    return article_body(_ANCHOR.sub(r"\1preview-", html))


def advice_of(t: Words, state: State, listed: Sequence[Listed], editing: Editing) -> list[Sentence]:
    """What may be better, in words."""
    typed, article = editing.typed, editing.article
    group = article.group if article else typed.translation_of.strip()
    known = {one.article.id: one.article for one in listed if one.article}
    body = body_of(typed.body)
    around = Around(
        articles={
            name: Known.of(one) for name, one in known.items() if not article or name != article.id
        },
        languages=state.settings.languages,
        identifier=article.id if article else "",
        group=group,
        language=language_of(typed.locale),
        audience="internal" if typed.audience == "internal" else "public",
        rewritten=article is not None and (article.title, article.body) != (typed.title, body),
        anchors_of=_anchors(known),
    )
    found = advice_on(typed, around) if body or editing.opened else []
    if editing.search_similar:
        configured = around.language if around.language in state.settings.languages else ""
        similar = similar_article(state.knowledge_base, typed.title, configured, group)
        found = [*([similar] if similar else []), *found]
    return sentences(t, "advice", found)


def sections_of(t: Words, listed: Sequence[Listed]) -> list[tuple[str, str]]:
    """Sections that articles are in, with their names, ordered by name."""
    keys = {one.article.section for one in listed if one.article and one.article.section}
    return sorted(((key, t.section(key)) for key in keys), key=lambda pair: pair[1])


def with_faults(editing: Editing, faults: Sequence[Fault]) -> Editing:
    """The same, with what keeps it from being saved."""
    return replace(editing, faults=faults, is_unsaved=True)


def _anchors(known: Mapping[str, Article]) -> Callable[[str], frozenset[str]]:
    def anchors_of(identifier: str) -> frozenset[str]:
        return Pieces.of(known[identifier].body).anchors

    return anchors_of


def _by_field(told: Sequence[Sentence]) -> dict[str, list[Sentence]]:
    """Sentences by the field they are about, in the order that the form has the fields."""
    found: dict[str, list[Sentence]] = {}
    for one in sorted(told, key=_place):
        found.setdefault(one.field, []).append(one)
    return found


def _place(told: Sentence) -> int:
    """What is about no field comes first, the text last."""
    return _FIELDS.index(told.field) if told.field in _FIELDS else len(_FIELDS)


def _base(editing: Editing) -> str:
    base = editing.base
    if base is None:
        base = editing.opened.text.body if editing.opened else ""
    return base if len(base) <= _BASE_CHARS else ""


def _unknown(opened: Opened | None) -> list[str]:
    if opened is None or opened.listed.article:
        return []
    try:
        return unknown_fields(list(fields_of(opened.text.front)), FIELDS)
    except Unreadable:
        return []


def _languages(state: State, locale: str) -> list[str]:
    offered = list(state.settings.languages)
    return offered if not locale or locale in offered else [*offered, locale]


def _history(state: State, path: str) -> list[AuditLine]:
    lines = state.store.audit.lines(AuditQuery(action="article", text=path), 5 * _HISTORY)
    return [line for line in lines if line.target == path][:_HISTORY]
