"""Failures of the editor's pages that no form can show: no content folder, an unreadable file."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup

from api.pages.desk.editor_words import sentences
from api.pages.frame import render
from api.pages.staff import StaffRoute, staff_view
from api.signed_in import signed_in
from kb.authoring.faults import Refused
from kb.errors import KBError


class EditorRoute(StaffRoute):
    """Tells faults in the reader's language."""

    def failure(self, request: Request, error: KBError) -> Response:
        found = signed_in(request)
        if found is None or not isinstance(error, Refused):
            return super().failure(request, error)
        view = staff_view(request, found, "editor")
        told = Markup(" ").join(one.text for one in sentences(view.t, "faults", error.faults))
        notice = (view.t.invalid, told)
        return render("_frame/failure.html", view, status=error.status, notice=notice)
