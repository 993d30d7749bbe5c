"""Signing in at the OpenID Connect provider: there, and back."""

from __future__ import annotations

import datetime as dt
import logging

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import StateDep
from api.pages.signing_in import SignInRoute, enter, refuse
from api.signed_in import address_of, cookie_name, safe_next, set_cookie
from kb import audit
from kb.accounts.arrivals import ACTOR, arrived
from kb.accounts.oidc import ATTEMPT_LASTS, CALLBACK_PATH
from kb.accounts.secrets import digest, new_token
from kb.errors import NotFound, OperationalError, Unauthorized

logger = logging.getLogger(__name__)

router = APIRouter(route_class=SignInRoute, include_in_schema=False)

_PURPOSE = "oidc"


@router.get("/sign-in/oidc")
def begin(request: Request, state: StateDep, next: str = "") -> Response:
    """Off to the provider. A link, not a form: `form-action` would have to name the provider and
    everybody it passes people on to."""
    if state.provider is None:
        raise NotFound("No OpenID Connect provider is configured; see docs/signing-in.md.")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return RedirectResponse(f"{_base(state.settings.public_url)}/sign-in", 303)
    state.rate_limit.check(f"sign-in {address_of(request)}")
    token, now = new_token(), dt.datetime.now(dt.UTC)
    try:
        address = state.provider.address(token)
    except OperationalError as error:
        logger.error("%s", error)
        return refuse(request, state, next, error)
    until = now + ATTEMPT_LASTS
    state.store.one_time.add(digest(token), _PURPOSE, "", safe_next(next, ""), until, now)
    response = RedirectResponse(address, 303)
    seconds = round(ATTEMPT_LASTS.total_seconds())
    set_cookie(response, state.settings, "page", "oidc", token, seconds)
    return response


@router.get(CALLBACK_PATH)
def back(request: Request, state: StateDep) -> Response:
    """Back from the provider: one attempt, one browser, once."""
    if state.provider is None:
        raise NotFound("No OpenID Connect provider is configured; see docs/signing-in.md.")
    now = dt.datetime.now(dt.UTC)
    token = request.cookies.get(cookie_name(state.settings, "page", "oidc"), "")
    attempt = state.store.one_time.take(digest(token), _PURPOSE, now) if token else None
    next = attempt[1] if attempt else ""
    try:
        if attempt is None:
            raise Unauthorized("This sign-in was begun elsewhere or before; begin again.")
        claims = state.provider.claims(token, request.query_params)
        user = arrived(state.store, claims, state.provider.config, now)
    except (Unauthorized, OperationalError) as error:
        if isinstance(error, OperationalError):
            logger.error("%s", error)
        state.rate_limit.check(f"sign-in {address_of(request)}")  # before it fills the log
        if attempt:
            detail = {"reason": str(error)}
            audit.record(state.store, audit.NOBODY, "sign-in.failed", ACTOR, detail, now=now)
        response = refuse(request, state, next, error)
    else:
        response = enter(request, state, user, "oidc", next)
    set_cookie(response, state.settings, "page", "oidc", "", 0)
    return response


def _base(public_url: str) -> str:
    return public_url.rstrip("/")
