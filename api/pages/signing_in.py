"""Signing in with a password or a one-time link, and signing out.

`/embed/sign-in` does the same inside the embedded sidebar, with cookies of its own; a code from
`/account` stands in for ways to sign in that need a whole window.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import StateDep
from api.pages import security
from api.pages.frame import Page, PageRoute, page_fields, render
from api.signed_in import (
    CsrfChecked,
    CsrfRefused,
    StaffPage,
    address_of,
    check_origin,
    cookie_name,
    place_of,
    safe_next,
    set_cookie,
    set_session,
    signed_in,
)
from api.state import State, state_of
from kb.accounts.models import How, Place, StaffRole, User
from kb.accounts.secrets import csrf_matches, csrf_token, new_token
from kb.accounts.throttle import WaitLonger
from kb.errors import KBError, TooManyRequests, Unauthorized

_FORM_SECONDS = 3600
_START: Mapping[StaffRole, str] = {"rep": "/console", "writer": "/desk", "admin": "/console"}


class SignInRoute(PageRoute):
    """Nothing of signing in is kept by anybody; the sidebar's may be framed by its tools."""

    def security_headers(self, request: Request) -> Mapping[str, str]:
        inside = place_of(request) == "embed"
        origins = state_of(request).settings.embed_origins if inside else ()
        return security.headers(origins, signed_in=True)


router = APIRouter(route_class=SignInRoute, include_in_schema=False)

Text = Annotated[str, Form()]


@dataclass(frozen=True, kw_only=True)
class SignInView(Page):
    """A page for whoever is not signed in yet."""

    csrf: str
    place: Place
    next: str
    """Path of ours to go on with; empty: where the role begins."""
    provider: str
    """Name of the OpenID Connect provider; empty where there is none."""


# The form


@router.get("/sign-in")
@router.get("/embed/sign-in")
def form(request: Request, state: StateDep, next: str = "") -> Response:
    """Whoever is signed in already goes on."""
    found = signed_in(request)
    if found:
        return _go_on(request, state, found.user, next)
    return _show(request, state, "account/sign_in.html", next, email="")


@router.post("/sign-in")
@router.post("/embed/sign-in")
def submit(
    request: Request,
    state: StateDep,
    email: Text = "",
    password: Text = "",
    code: Text = "",
    csrf: Text = "",
    next: Text = "",
) -> Response:
    """Sign in; what fails brings the form back with the address that was typed."""
    place = place_of(request)
    try:
        _check_form(request, state, csrf)
        if place == "embed" and code.strip():
            user = state.accounts.redeem(code.strip(), _now(), place)
            return enter(request, state, user, "link", next)
        user = state.accounts.check_password(email, password, address_of(request), _now())
    except (CsrfRefused, Unauthorized, TooManyRequests) as error:
        failure = "code" if code and isinstance(error, Unauthorized) else _kind(error)
        return _show(
            request, state, "account/sign_in.html", next, error, email=email[:254], failure=failure
        )
    return enter(request, state, user, "password", next)


# One-time links


@router.get("/sign-in/link/{token}")
def link(request: Request, state: StateDep, token: str, next: str = "") -> Response:
    """Ask before it is used up: mail scanners and previews open links, too."""
    user = state.accounts.link_user(token, _now())
    if user is None:
        found = signed_in(request)
        if found:
            return _go_on(request, state, found.user, next)
        return _show(request, state, "account/link.html", next, _SPENT, user=None)
    return _show(request, state, "account/link.html", next, user=user)


@router.post("/sign-in/link/{token}")
def use_link(
    request: Request, state: StateDep, token: str, csrf: Text = "", next: Text = ""
) -> Response:
    """Use it up."""
    try:
        _check_form(request, state, csrf)
    except CsrfRefused as error:
        user = state.accounts.link_user(token, _now())
        return _show(request, state, "account/link.html", next, error, user=user)
    try:
        user = state.accounts.redeem(token, _now())
    except Unauthorized as error:
        return _show(request, state, "account/link.html", next, error, user=None)
    return enter(request, state, user, "link", next)


_SPENT = Unauthorized("This link was used already or has expired.")


# Out


@router.post("/sign-out", dependencies=[CsrfChecked])
@router.post("/embed/sign-out", dependencies=[CsrfChecked])
def sign_out(request: Request, state: StateDep, who: StaffPage) -> Response:
    """End this session and take its cookie away."""
    state.accounts.end(who.session, _now())
    place = place_of(request)
    prefix = "/embed" if place == "embed" else ""
    view = page_fields(request, "account", who.user.locale or None)
    locale = view["t"].locale
    response = RedirectResponse(f"{view['base']}{prefix}/sign-in?locale={locale}", 303)
    set_cookie(response, state.settings, place, "session", "", 0)
    return response


# What they share


def enter(request: Request, state: State, user: User, how: How, next: str) -> Response:
    """Begin a session under a new token, whatever the browser brought, and go on."""
    place = place_of(request)
    before = request.cookies.get(cookie_name(state.settings, place), "")
    agent = request.headers.get("user-agent", "")
    token = state.accounts.begin(user, how, _now(), place=place, agent=agent, replacing=before)
    response = _go_on(request, state, user, next)
    set_session(response, state, place, token)
    set_cookie(response, state.settings, place, "form", "", 0)
    return response


def refuse(request: Request, state: State, next: str, error: KBError) -> Response:
    """The sign-in page after a provider did not sign somebody in."""
    failure = "down" if error.status >= 500 else "provider"
    return _show(request, state, "account/sign_in.html", next, error, email="", failure=failure)


def _go_on(request: Request, state: State, user: User, next: str) -> Response:
    base = page_fields(request, "account")["base"]
    start = "/embed/sidebar" if place_of(request) == "embed" else _START[user.role]
    return RedirectResponse(base + safe_next(next, start), 303)


def _check_form(request: Request, state: State, csrf: str) -> None:
    """That the form is from our page, in this browser (login CSRF).

    Raises:
        CsrfRefused: it is not.
    """
    check_origin(request, state.settings)
    name = cookie_name(state.settings, place_of(request), "form")
    token = request.cookies.get(name, "")
    if not token or not csrf_matches(token, csrf):
        raise CsrfRefused("The form was open for too long, or cookies are off; try again.")


def _show(
    request: Request,
    state: State,
    template: str,
    next: str,
    failed: KBError | None = None,
    **context: object,
) -> HTMLResponse:
    """A page with a form of ours; the browser keeps what the form is proved with."""
    place = place_of(request)
    kept = request.cookies.get(cookie_name(state.settings, place, "form"), "")
    token = kept if 40 <= len(kept) <= 50 else new_token()
    view = SignInView(
        **page_fields(request, "account"),
        csrf=csrf_token(token),
        place=place,
        next=safe_next(next, ""),
        provider=state.provider.config.name if state.provider and place == "page" else "",
    )
    status = failed.status if failed else 200
    context.setdefault("failure", _kind(failed))
    context["nobody_yet"] = not (state.provider or state.store.users.any())
    wait = dt.timedelta(seconds=failed.seconds if isinstance(failed, WaitLonger) else 0)
    response = render(template, view, status=status, wait=wait, **context)
    if isinstance(failed, WaitLonger):
        response.headers["Retry-After"] = str(failed.seconds)
    set_cookie(response, state.settings, place, "form", token, _FORM_SECONDS)
    return response


def _kind(error: KBError | None) -> str:
    """Which words say what went wrong."""
    if isinstance(error, WaitLonger):
        return "wait"
    if isinstance(error, CsrfRefused):
        return "stale"
    return "" if error is None else "busy" if error.status == 429 else "wrong"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
