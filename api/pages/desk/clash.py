"""Two writers changed the same article: theirs beside mine, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.pages.desk.editor_form import Sent
from api.pages.desk.editor_view import AREA
from api.pages.frame import render
from api.pages.staff import staff_view
from api.signed_in import SignedIn
from api.state import State
from kb.authoring.fields import Typed, body_of
from kb.authoring.folder import Opened
from kb.authoring.merging import side_by_side, together

_FIELDS = ("title", "locale", "section", "audience", "tags", "updated", "translation_of", "url")


@dataclass(frozen=True)
class Difference:
    """A detail that two writers state differently."""

    label: str
    theirs: str
    mine: str


def clash_page(
    request: Request, state: State, found: SignedIn, sent: Sent, theirs: Opened | None
) -> HTMLResponse:
    """Status 409; the form on it holds everything that was sent."""
    view = staff_view(request, found, AREA)
    mine = body_of(sent.typed.body)
    if theirs is None:
        return render("editor/clash.html", view, status=409, sent=sent, theirs=None, mine=mine)
    clashes = together(sent.base, theirs.text.body, mine)[1] if sent.base else 1
    return render(
        "editor/clash.html",
        view,
        status=409,
        sent=sent,
        theirs=theirs,
        mine=mine,
        rows=side_by_side(theirs.text.body, mine) if theirs.text.body != mine else [],
        differences=_differences(view.t.editor, theirs, sent.typed),
        clashes=clashes,
    )


def _differences(labels: dict[str, str], theirs: Opened, mine: Typed) -> list[Difference]:
    if theirs.listed.article is None:
        return []
    saved = Typed.of(theirs.listed.article, theirs.text.body)
    found = []
    for name in _FIELDS:
        left, right = str(getattr(saved, name)), " ".join(str(getattr(mine, name)).split())
        if left != right:
            label = labels["language" if name == "locale" else name]
            found.append(Difference(label, left, right))
    return found
