"""Who is signed in: sessions of staff for pages, and the proof that a form came from a page.

    StaffPage    reps, writers, admins          WriterPage    writers, admins
    AdminPage    admins                         CsrfChecked   for everything that changes something

Below `/embed` the session is the one begun inside the embedded sidebar, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request, Response

from api.auth import StateDep
from api.state import State, state_of
from kb.accounts.models import Place, Session, StaffRole, User
from kb.accounts.secrets import csrf_matches, csrf_token
from kb.config import Settings
from kb.errors import Forbidden, Unauthorized
from kb.sessions import network

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
_NEXT_CHARS = 2000
_TYPED_CHARS = 30
"""Shorter fields without a space are choices and ids, not texts."""


class SignInNeeded(Unauthorized):
    """Nobody is signed in, or no longer.

    Attributes:
        location: the sign-in page, which leads back; `PageRoute` sends those there who asked for a
            page (`moves`). Whoever sent a form or asked for a fragment gets a 401.
        typed: texts that were sent, to be given back.
    """

    title = "Sign in first"
    typed: tuple[str, ...] = ()

    def __init__(self, location: str, moves: bool) -> None:
        super().__init__("You are not signed in any more; sign in and send it again.")
        self.location = location
        self.moves = moves


class CsrfRefused(Forbidden):
    """A form that is not from a page of this session.

    Attributes:
        typed: texts that were sent, to be given back.
    """

    title = "This form is no longer valid"
    typed: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignedIn:
    """Somebody of the team, in this browser."""

    user: User
    csrf: str
    """For the hidden field `csrf` of forms, or the header `X-CSRF-Token`; new each time."""
    session: Session


def place_of(request: Request) -> Place:
    """Which of the two sessions counts for this address."""
    path = request.url.path
    return "embed" if path == "/embed" or path.startswith("/embed/") else "page"


def signed_in(request: Request) -> SignedIn | None:
    """Who is signed in, if anybody. For pages that are for everybody of the staff's own area."""
    state = state_of(request)
    place = place_of(request)
    token = request.cookies.get(cookie_name(state.settings, place), "")
    session = state.accounts.session(token, place, dt.datetime.now(dt.UTC))
    return SignedIn(session.user, csrf_token(token), session) if session else None


def _needing(*roles: StaffRole) -> Callable[[Request], SignedIn]:
    def dependency(request: Request) -> SignedIn:
        found = signed_in(request)
        if found is None:
            raise sign_in_needed(request)
        if found.user.role not in roles:
            needed = " or ".join(roles)
            raise Forbidden(f"This page is for the role {needed}; you are {found.user.role}.")
        return found

    return dependency


StaffPage = Annotated[SignedIn, Depends(_needing("rep", "writer", "admin"))]
WriterPage = Annotated[SignedIn, Depends(_needing("writer", "admin"))]
AdminPage = Annotated[SignedIn, Depends(_needing("admin"))]


def sign_in_needed(request: Request) -> SignInNeeded:
    """The failure that leads to the sign-in page and back to this address."""
    base = urlsplit(state_of(request).settings.public_url).path.rstrip("/")
    prefix = "/embed" if place_of(request) == "embed" else ""
    asked = quote(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
    moves = request.method in ("GET", "HEAD") and request.headers.get("x-fragment") != "1"
    back = f"?next={quote(asked, safe='')}" if moves else ""
    return SignInNeeded(f"{base}{prefix}/sign-in{back}", moves)


async def csrf_checked(request: Request, state: StateDep) -> None:
    """That the request comes from a page which this session was given.

    Raises:
        SignInNeeded: there is no session. CsrfRefused: it comes from elsewhere, or its token is
            missing, wrong, or another session's. Both keep what was typed.
    """
    given, typed = await _sent(request)
    try:
        check_origin(request, state.settings)
        place = place_of(request)
        token = request.cookies.get(cookie_name(state.settings, place), "")
        if state.accounts.session(token, place, dt.datetime.now(dt.UTC)) is None:
            raise sign_in_needed(request)
        if not csrf_matches(token, given):
            raise CsrfRefused("Reload the page and send it again: it was open for too long.")
    except (SignInNeeded, CsrfRefused) as error:
        error.typed = typed
        raise


CsrfChecked = Depends(csrf_checked)
"""`dependencies=[CsrfChecked]` of every POST, PUT and DELETE of a signed-in page."""


async def _sent(request: Request) -> tuple[str, tuple[str, ...]]:
    """The token that a request carries, and the texts that somebody may have typed."""
    header = request.headers.get(CSRF_HEADER, "")
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return header, ()
    form = await request.form()
    field = form.get(CSRF_FIELD)
    typed = tuple(
        value
        for name, value in form.multi_items()
        if isinstance(value, str) and _is_worth_keeping(name, value)
    )
    return header or (field if isinstance(field, str) else ""), typed


def _is_worth_keeping(name: str, value: str) -> bool:
    hidden = name in (CSRF_FIELD, "next", "locale") or "password" in name
    return not hidden and (len(value) >= _TYPED_CHARS or any(map(str.isspace, value.strip())))


def check_origin(request: Request, settings: Settings) -> None:
    """That a browser which says where a request comes from says: from here.

    Raises:
        CsrfRefused: it says something else.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    own = {request.headers.get("host", "").lower()}
    if settings.public_url:
        own.add(urlsplit(settings.public_url).netloc.lower())
    if site != "same-origin" or (origin is not None and urlsplit(origin).netloc.lower() not in own):
        raise CsrfRefused("The request comes from another site; open the page here and try again.")


def address_of(request: Request) -> str:
    """Whose failures are counted together; of IPv6 the network, which is one household."""
    return network(request.client.host) if request.client else "unknown"


# Cookies


def is_secure(settings: Settings) -> bool:
    """Whether readers reach us by https."""
    return settings.public_url.lower().startswith("https:")


def cookie_name(settings: Settings, place: Place, what: str = "session") -> str:
    """`__Host-`: set by this host alone, for the whole of it, over https.

    Args:
        what: `session`; `form` keeps the proof of sign-in forms, `oidc` a sign-in under way.
    """
    name = f"kb_{what}" if place == "page" else f"kb_embed_{what}"
    return f"__Host-{name}" if is_secure(settings) else name


def set_session(response: Response, state: State, place: Place, token: str) -> None:
    """Give the browser its session."""
    seconds = round(state.accounts.longest.total_seconds())
    set_cookie(response, state.settings, place, "session", token, seconds)


def set_cookie(
    response: Response, settings: Settings, place: Place, what: str, value: str, seconds: int
) -> None:
    """A cookie that no script reads; zero seconds take it away."""
    secure = is_secure(settings)
    options: dict[str, Any] = {"httponly": True, "path": "/", "secure": secure}
    # Inside somebody else's page only None is sent; partitioned, it is of no use in another one.
    inside = place == "embed" and secure
    options["samesite"] = "none" if inside else "lax"
    response.set_cookie(cookie_name(settings, place, what), value, max_age=seconds, **options)
    if inside:
        name, cookie = response.raw_headers[-1]
        response.raw_headers[-1] = (name, cookie + b"; Partitioned")


def safe_next(text: str | None, default: str) -> str:
    """Where to go after signing in: a path of ours, whatever the address says; else `default`."""
    if not text or len(text) > _NEXT_CHARS or not text.startswith("/"):
        return default
    if text[1:2] in ("/", "\\") or any(not 33 <= ord(char) <= 126 for char in text):
        return default
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or "\\" in text or parts.path.startswith("//"):
        return default
    return default if parts.path.rstrip("/").endswith(("/sign-in", "/sign-out")) else text
