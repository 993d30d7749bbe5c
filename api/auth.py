"""Who is asking: API keys to roles. A role decides which collections exist for the caller."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.api_key import APIKeyHeader

from api.origins import check_origin
from api.state import State, state_of
from kb.errors import Forbidden, Unauthorized
from kb.keys import digest, find_key
from kb.models import Role

_bearer = HTTPBearer(auto_error=False, description="`Authorization: Bearer <key>`")
_header = APIKeyHeader(name="X-API-Key", auto_error=False)

StateDep = Annotated[State, Depends(state_of)]


def caller_role(
    request: Request,
    state: StateDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    header: Annotated[str | None, Depends(_header)],
) -> Role:
    """The caller's role; without a key a customer, if the settings allow that.

    Raises:
        Unauthorized: unknown key, or none where one is needed.
        Forbidden: a publishable key, from a page of another site.
        TooManyRequests: over the rate limit.
    """
    return _role(request, state, bearer.credentials if bearer else header)


def typing_role(
    request: Request,
    state: StateDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    header: Annotated[str | None, Depends(_header)],
) -> Role:
    """The same for requests that come with every letter: they use up a limit of their own.

    Raises:
        What `caller_role` raises.
    """
    return _role(request, state, bearer.credentials if bearer else header, "typing ")


def _role(request: Request, state: State, key: str | None, bucket: str = "") -> Role:
    address = request.client.host if request.client else "unknown"
    state.rate_limit.check(bucket + (f"key {digest(key)}" if key else f"address {address}"))
    if key:
        found = find_key(state.store, key)
        if found is None:
            raise Unauthorized("The API key is not known; create one with `kb key add`.")
        check_origin(request, found, state.settings)
        return found.role
    if not state.settings.allow_anonymous:
        raise Unauthorized("Send an API key as `Authorization: Bearer <key>`.")
    return "customer"


RoleDep = Annotated[Role, Depends(caller_role)]
TypingDep = Annotated[Role, Depends(typing_role)]


def staff_role(role: RoleDep) -> Role:
    """Anyone but a customer.

    Raises:
        Unauthorized: no key was sent. Forbidden: the key is a customer's.
    """
    if role == "customer":
        raise Forbidden("This needs a key with the role rep, writer or admin.")
    return role


StaffDep = Annotated[Role, Depends(staff_role)]


def writer_role(role: RoleDep) -> Role:
    """Whoever works on the content.

    Raises:
        Unauthorized: no key was sent. Forbidden: the key is a customer's or a rep's.
    """
    if role not in ("writer", "admin"):
        raise Forbidden("This needs a key with the role writer or admin.")
    return role


WriterDep = Annotated[Role, Depends(writer_role)]
