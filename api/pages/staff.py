"""Pages of those who are signed in: their frame, and failures in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.pages import security
from api.pages.frame import (
    Page,
    PageRoute,
    failure_page,
    failure_words,
    is_fragment,
    page_fields,
    render,
)
from api.pages.refused import refused
from api.signed_in import CsrfRefused, SignedIn, SignInNeeded, signed_in
from api.web.words import words
from kb.accounts.models import StaffRole, User
from kb.errors import KBError

_AREAS: tuple[tuple[str, str, str, frozenset[StaffRole]], ...] = (
    ("/console", "inbox", "console", frozenset({"rep", "writer", "admin"})),
    ("/desk", "edit", "desk", frozenset({"writer", "admin"})),
    ("/users", "people", "users", frozenset({"admin"})),
    ("/audit", "history", "audit", frozenset({"admin"})),
)
"""Path, icon, words, and whose bar shows it."""


@dataclass(frozen=True)
class Area:
    """An entry of the bar."""

    path: str
    icon: str
    label: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class StaffView(Page):
    """A page with somebody signed in."""

    signed_in: SignedIn
    areas: tuple[Area, ...]

    @property
    def user(self) -> User:
        return self.signed_in.user

    @property
    def csrf(self) -> str:
        """For the hidden field `csrf` of every form that changes something."""
        return self.signed_in.csrf


def staff_view(request: Request, found: SignedIn, area: str) -> StaffView:
    """The page a request asks for, in the language of who is signed in unless it names one."""
    fields = page_fields(request, area, found.user.locale or None)
    path, t = request.url.path, words(fields["t"].locale, area)
    areas = tuple(
        Area(start, icon, getattr(t, label), path == start or path.startswith(f"{start}/"))
        for start, icon, label, roles in _AREAS
        if found.user.role in roles
    )
    return StaffView(**fields, signed_in=found, areas=areas)


class StaffRoute(PageRoute):
    """Routes of signed-in pages. A failure keeps their frame; who is not signed in goes there."""

    def security_headers(self, request: Request) -> Mapping[str, str]:
        return security.headers(signed_in=True)

    def failure(self, request: Request, error: KBError) -> Response:
        if isinstance(error, SignInNeeded) and error.moves:
            return RedirectResponse(error.location, status_code=303)
        if isinstance(error, SignInNeeded | CsrfRefused):
            return refused(request, error)
        found = signed_in(request)
        if found is None:
            return failure_page(request, error)
        return staff_failure(staff_view(request, found, "help"), error, is_fragment(request))


def staff_failure(view: StaffView, error: KBError, part: bool = False) -> HTMLResponse:
    """What went wrong, in the staff's frame; our sentence about it where it is the user's matter.

    A role that does not suffice is told so.

    Args:
        part: a script asked for a part of a page; it has no frame.
    """
    status, title, text = failure_words(view, error)
    if status == 403 and not isinstance(error, SignInNeeded):
        title, text = (
            view.t.forbidden,
            view.t.text("forbidden_text", role=view.t.roles[view.user.role]),
        )
    elif status == 404:
        text = view.t.not_found_staff
    elif status != 429 and status < 500:
        text = str(error)
    template = "_frame/failure_part.html" if part else "_frame/failure.html"
    return render(template, view, status=status, notice=(title, text))
