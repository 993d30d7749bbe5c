"""Deleting articles, bringing them back, and taking in what was changed by other means."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import StateDep
from api.pages.desk.after_saving import note, record_saved, wake
from api.pages.desk.clash import clash_page
from api.pages.desk.editor_form import Sent, SentForm
from api.pages.desk.editor_route import EditorRoute
from api.pages.desk.editor_view import AREA, Editing, authoring_of, editor_page, typed_of
from api.pages.staff import staff_view
from api.signed_in import CsrfChecked, WriterPage
from kb.authoring.faults import Refused
from kb.authoring.folder import Changed, Opened
from kb.errors import NotFound

router = APIRouter(route_class=EditorRoute, include_in_schema=False)


@router.post("/desk/articles/take-in", dependencies=[CsrfChecked])
def take_in(request: Request, state: StateDep, found: WriterPage, sent: SentForm) -> Response:
    """Make a file searchable that was changed by other means."""
    now = _now()
    saved = authoring_of(state).store(sent.path, now)
    if saved:
        record_saved(state, found, "article.stored", saved, now)
        wake(state)
    view = staff_view(request, found, AREA)
    return RedirectResponse(view.url("/desk/articles/edit", path=sent.path, saved="stored"), 303)


@router.post("/desk/articles/delete", dependencies=[CsrfChecked])
def delete(request: Request, state: StateDep, found: WriterPage, sent: SentForm) -> Response:
    """Put an article into the trash."""
    now = _now()
    try:
        gone = authoring_of(state).delete(sent.path, sent.version, now)
    except Changed as clash:
        if clash.theirs is None:
            raise NotFound("There is no such article any more.") from clash
        return clash_page(request, state, found, _unchanged(sent, clash.theirs), clash.theirs)
    except Refused as refusal:
        opened = authoring_of(state).folder.open(sent.path)
        editing = Editing(typed_of(opened), opened, refusal.faults)
        return editor_page(request, state, found, editing, status=refusal.status)
    detail = {"id": gone.listed.name}
    note(state, found, "article.deleted", gone.path, detail, now)
    wake(state)
    view = staff_view(request, found, AREA)
    return RedirectResponse(view.url("/desk/articles", done="deleted") + "#deleted", 303)


@router.post("/desk/articles/restore", dependencies=[CsrfChecked])
def restore(request: Request, state: StateDep, found: WriterPage, sent: SentForm) -> Response:
    """Bring an article back from the trash; the form's `path` is its name there."""
    now, view = _now(), staff_view(request, found, AREA)
    try:
        saved = authoring_of(state).restore(sent.path, now)
    except Refused as refusal:
        code = refusal.faults[0].code
        return RedirectResponse(view.url("/desk/articles", refused=code) + "#deleted", 303)
    if saved is None:
        return RedirectResponse(view.url("/desk/articles", done="restored"), 303)
    record_saved(state, found, "article.restored", saved, now)
    wake(state)
    address = view.url("/desk/articles/edit", path=saved.path, saved="restored")
    return RedirectResponse(address, 303)


def _unchanged(sent: Sent, theirs: Opened) -> Sent:
    """A form without a text (that deletes) as one that would leave theirs as it is."""
    typed = typed_of(theirs)
    return Sent(typed, "draft", sent.path, sent.version, theirs.text.body, sent.gap)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
