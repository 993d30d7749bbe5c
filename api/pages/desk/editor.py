"""`/desk/articles/edit` and `/desk/articles/new`: one article's Markdown file, with preview.

Nothing typed is lost: what cannot be saved comes back in the form with the reason.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import StateDep
from api.pages.desk.after_saving import done_with, note_begun, record_saved, wake
from api.pages.desk.clash import clash_page
from api.pages.desk.editor_form import Sent, SentForm
from api.pages.desk.editor_route import EditorRoute
from api.pages.desk.editor_view import (
    AREA,
    Editing,
    advice_of,
    authoring_of,
    editor_page,
    preview_of,
    stands_of,
    typed_of,
    with_faults,
)
from api.pages.frame import render
from api.pages.staff import staff_view
from api.signed_in import CsrfChecked, SignedIn, WriterPage
from api.state import State
from kb.authoring.beginning import as_translation, blank, from_outline
from kb.authoring.faults import Refused
from kb.authoring.folder import Changed, Opened
from kb.authoring.merging import together
from kb.errors import NotFound
from kb.gaps.decisions.writing import outline_for

router = APIRouter(route_class=EditorRoute, include_in_schema=False)


@router.get("/desk/articles/edit")
def edit(
    request: Request,
    state: StateDep,
    found: WriterPage,
    path: str = "",
    id: str = "",
    saved: str = "",
) -> Response:
    """A file's article, by path or by id."""
    desk = authoring_of(state)
    if not path:
        path = next((one.path for one in desk.folder.listed() if one.name == id), "")
    opened = desk.folder.open(path)
    return editor_page(request, state, found, Editing(typed_of(opened), opened, saved=saved))


@router.get("/desk/articles/new")
def new(
    request: Request,
    state: StateDep,
    found: WriterPage,
    gap: str = "",
    translation_of: str = "",
    to: str = "",
    locale_of: str = "",
    section: str = "",
) -> Response:
    """A new article: blank, from a gap's outline, or a translation; in the language `to`."""
    to = to or locale_of
    if gap:
        return editor_page(request, state, found, _from_gap(state, gap, to))
    to = to or staff_view(request, found, AREA).locale
    if translation_of:
        return _new_translation(request, state, found, translation_of, to)
    return editor_page(request, state, found, Editing(blank(to, section)))


def _new_translation(
    request: Request, state: State, found: SignedIn, named: str, locale: str
) -> Response:
    listed = authoring_of(state).folder.listed()
    articles = [one.article for one in listed if one.article]
    group = next((one.group for one in articles if named in (one.id, one.group)), "")
    versions = [one for one in listed if one.article and one.article.group == group]
    for one in versions:
        if one.article and one.article.locale == locale:
            view = staff_view(request, found, AREA)
            return RedirectResponse(view.url("/desk/articles/edit", path=one.path), 303)
    source = next((one.article for one in versions if one.name == group), None)
    source = source or next((one.article for one in versions), None)
    if source is None:
        raise NotFound("There is no such article in the content folder.")
    return editor_page(request, state, found, Editing(as_translation(source, locale, listed)))


def _from_gap(state: State, gap_id: str, locale: str) -> Editing:
    gap = state.reports.gaps.gap(gap_id)
    redactor, now = state.knowledge_base.tools.redactor, _now()
    outline = outline_for(state.store, gap, redactor, now, state.settings.default_locale)
    if locale in state.settings.languages and locale in gap.languages:
        outline = outline.model_copy(update={"locale": locale})
    typed = from_outline(outline)
    return Editing(typed, gap=gap_id, gap_label=gap.label)


@router.post("/desk/articles/save", dependencies=[CsrfChecked])
def save(request: Request, state: StateDep, found: WriterPage, sent: SentForm) -> Response:
    """Save what was typed, or show it again with the reason why not."""
    desk, now = authoring_of(state), _now()
    if sent.action == "merge":
        return _merged(request, state, found, sent)
    if sent.action == "preview":
        return editor_page(request, state, found, _again(state, sent))
    try:
        if sent.path:
            saved = desk.save(sent.path, sent.version, sent.typed, sent.action, now)
        else:
            saved = desk.create(sent.typed, sent.action, now)
    except Changed as clash:
        return clash_page(request, state, found, sent, clash.theirs)
    except Refused as refusal:
        editing = with_faults(_again(state, sent), refusal.faults)
        return editor_page(request, state, found, editing, status=refusal.status)
    done = done_with(saved)
    record_saved(state, found, f"article.{done}", saved, now)
    if sent.gap and saved.was_draft is None:
        note_begun(state, found, sent.gap, saved.path, now)
    wake(state)
    view = staff_view(request, found, AREA)
    told = done if saved.stored else "not_stored"
    return RedirectResponse(view.url("/desk/articles/edit", path=saved.path, saved=told), 303)


@router.post("/desk/articles/preview", dependencies=[CsrfChecked])
def preview(request: Request, state: StateDep, found: WriterPage, sent: SentForm) -> HTMLResponse:
    """A fragment: what is in the form as readers will see it, and advice on it."""
    view = staff_view(request, found, AREA)
    editing = _again(state, sent)
    return render(
        "editor/_beside.html",
        view,
        typed=sent.typed,
        preview=preview_of(sent.typed.body),
        advice=advice_of(view.t, state, authoring_of(state).folder.listed(), editing),
    )


@router.get("/desk/articles/status")
def status(request: Request, state: StateDep, found: WriterPage, path: str) -> HTMLResponse:
    """A fragment: whether readers find the article as it is saved."""
    view, opened = staff_view(request, found, AREA), authoring_of(state).folder.open(path)
    told = stands_of(view.t, state, opened.listed)
    return render("editor/_standing.html", view, stands=told, path=path)


def _again(state: State, sent: Sent) -> Editing:
    """What was sent, on the page again; the file behind it may have changed or gone."""
    opened = None
    if sent.path:
        try:
            current = authoring_of(state).folder.open(sent.path)
            opened = _as_seen(current, sent.version)
        except (NotFound, Refused):
            opened = None
    return Editing(
        sent.typed,
        opened,
        gap=sent.gap,
        base=sent.base or None,
        is_unsaved=True,
        search_similar=True,
    )


def _as_seen(opened: Opened, version: str) -> Opened:
    """The file with the version that the writer has seen: saving has to find what changed."""
    return Opened(opened.listed, opened.text, version)


def _merged(request: Request, state: State, found: SignedIn, sent: Sent) -> Response:
    """Both writers' changes in the form, over the file as it is now."""
    try:
        theirs = authoring_of(state).folder.open(sent.path)
    except NotFound:
        return clash_page(request, state, found, sent, None)
    mine = sent.typed.body.replace("\r\n", "\n")
    body, clashes = together(sent.base, theirs.text.body, mine)
    typed = replace(sent.typed, body=body)
    notice = "merged_marks" if clashes else "merged"
    editing = Editing(typed, theirs, notice=notice, is_unsaved=True)
    return editor_page(request, state, found, editing)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
