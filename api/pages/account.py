"""`/account`: name, language, password, and where one is signed in."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import StateDep
from api.pages.frame import render
from api.pages.staff import StaffRoute, StaffView, staff_view
from api.signed_in import (
    CsrfChecked,
    SignedIn,
    StaffPage,
    address_of,
    cookie_name,
    place_of,
    safe_next,
    set_session,
)
from api.state import State
from api.web.agents import browser_of
from kb.accounts import people
from kb.accounts.passwords import MIN_CHARS
from kb.accounts.service import CODE_LASTS
from kb.accounts.throttle import WaitLonger
from kb.errors import InvalidInput, KBError, NotFound, TooManyRequests, Unauthorized

router = APIRouter(route_class=StaffRoute, include_in_schema=False)

Text = Annotated[str, Form()]
_DONE = frozenset({"profile", "password", "ended"})


@router.get("/account")
def show(request: Request, state: StateDep, who: StaffPage, done: str = "") -> HTMLResponse:
    """Everything on one page."""
    return _page(request, state, who, done=done if done in _DONE else "")


@router.post("/account/profile", dependencies=[CsrfChecked])
def profile(
    request: Request, state: StateDep, who: StaffPage, name: Text = "", locale: Text = ""
) -> Response:
    """Name and language."""
    view = staff_view(request, who, "account")
    wanted = locale if locale in _codes(view) else who.user.locale
    people.set_profile(state.store, who.user, name, wanted, _now())
    return _back(view, "profile", locale=wanted)


@router.post("/account/language", dependencies=[CsrfChecked])
def language(
    request: Request, state: StateDep, who: StaffPage, locale: Text = "", next: Text = ""
) -> Response:
    """The language alone, from the menu of any staff page; back to that page."""
    view = staff_view(request, who, "account")
    if locale in _codes(view):
        people.set_profile(state.store, who.user, who.user.name, locale, _now())
    return RedirectResponse(view.base + safe_next(next, "/account"), 303)


@router.post("/account/password", dependencies=[CsrfChecked])
def password(
    request: Request,
    state: StateDep,
    who: StaffPage,
    old_password: Text = "",
    new_password: Text = "",
    again_password: Text = "",
) -> Response:
    """A new password, by whoever knows the old one; all other browsers are signed out.

    Who never had one sets it without: they proved who they are by a link or at a provider.
    """
    try:
        if who.user.has_password:
            state.accounts.check_password(who.user.email, old_password, address_of(request), _now())
        if new_password != again_password:
            raise InvalidInput("differ")
        people.set_password(
            state.store,
            state.accounts.passwords,
            who.user,
            new_password,
            who.user.email,
            _now(),
            keep=who.session.digest,
        )
    except (Unauthorized, InvalidInput, TooManyRequests) as error:
        return _page(request, state, who, failed=error)
    return _rotated(request, state, who, "password")


@router.post("/account/sessions", dependencies=[CsrfChecked])
def end_sessions(request: Request, state: StateDep, who: StaffPage, session: Text = "") -> Response:
    """End one session of one's own or, without a name, all others."""
    if session:
        if not state.store.user_sessions.end(session, who.user.id):
            raise NotFound("This session has ended already.")
    else:
        people.sign_out_everywhere(
            state.store, who.user, who.user.email, _now(), keep=who.session.digest
        )
    return _back(staff_view(request, who, "account"), "ended")


@router.post("/account/code", dependencies=[CsrfChecked])
def code(request: Request, state: StateDep, who: StaffPage) -> HTMLResponse:
    """A code that signs in the embedded sidebar; shown once."""
    return _page(request, state, who, code=state.accounts.make_code(who.user, _now()))


def _rotated(request: Request, state: State, who: SignedIn, done: str) -> Response:
    """Back under a new token: the old one may be known to whom the change was made against."""
    place = place_of(request)
    token = state.accounts.rotate(
        request.cookies.get(cookie_name(state.settings, place), ""), who.session
    )
    response = _back(staff_view(request, who, "account"), done)
    set_session(response, state, place, token)
    return response


def _page(
    request: Request,
    state: State,
    who: SignedIn,
    *,
    done: str = "",
    code: str = "",
    failed: KBError | None = None,
) -> HTMLResponse:
    view = staff_view(request, who, "account")
    sessions = [
        {
            "session": session,
            "browser": browser_of(session.agent),
            "here": session.digest == who.session.digest,
        }
        for session in state.accounts.sessions(who.user, _now())
    ]
    context: dict[str, Any] = {
        "sessions": sessions,
        "done": done,
        "code": code,
        "code_lasts": CODE_LASTS,
        "sidebar": bool(state.settings.embed_origins),
        "min_chars": MIN_CHARS,
        "wrong": _which(failed),
        "wait": dt.timedelta(seconds=failed.seconds) if isinstance(failed, WaitLonger) else None,
    }
    return render("account/account.html", view, status=failed.status if failed else 200, **context)


def _which(error: KBError | None) -> str:
    """The field that is wrong: `old`, `again`, `new`, or `wait`."""
    if error is None:
        return ""
    if isinstance(error, TooManyRequests):
        return "wait"
    if isinstance(error, Unauthorized):
        return "old"
    return "again" if str(error) == "differ" else "new"


def _back(view: StaffView, done: str, locale: str = "") -> RedirectResponse:
    # The message is above; without a fragment, the form's own would go on to the section.
    address = f"{view.base}/account?done={done}&locale={locale or view.locale}#content"
    return RedirectResponse(address, status_code=303)


def _codes(view: StaffView) -> set[str]:
    return {words.locale for words in view.offered}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
