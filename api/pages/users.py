"""`/users`: accounts of the team, for administrators."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.auth import StateDep
from api.pages.frame import render
from api.pages.staff import StaffRoute, staff_view
from api.signed_in import AdminPage, CsrfChecked, SignedIn
from api.state import State
from kb.accounts import people
from kb.accounts.models import STAFF_ROLES, User
from kb.accounts.welcome import LINK_LASTS, link_address
from kb.errors import Conflict, InvalidInput, KBError, NotFound

router = APIRouter(route_class=StaffRoute, include_in_schema=False)

Text = Annotated[str, Form()]


@router.get("/users")
def show(request: Request, state: StateDep, who: AdminPage, done: str = "") -> HTMLResponse:
    """Everybody."""
    user = state.store.users.by_id(done) if done else None
    return _page(request, state, who, changed=user)


@router.post("/users", dependencies=[CsrfChecked])
def add(
    request: Request,
    state: StateDep,
    who: AdminPage,
    email: Text = "",
    name: Text = "",
    role: Text = "rep",
) -> HTMLResponse:
    """A new account, and a link for its owner; what fails brings the form back as it was."""
    try:
        user = people.add_user(state.store, email, role, who.user.email, _now(), name=name)
    except (InvalidInput, Conflict) as error:
        typed = {"email": email[:300], "name": name[:300], "role": role}
        return _page(request, state, who, failed=error, typed=typed)
    return _page(request, state, who, link=_link(request, state, who, user), changed=user)


@router.post("/users/{identifier}", dependencies=[CsrfChecked])
def change(
    request: Request, state: StateDep, who: AdminPage, identifier: str, do: Text = ""
) -> Response:
    """What the menu of a user offers: a role, a link, signing out, disabling, enabling.

    Raises:
        NotFound: nobody has this id. InvalidInput: the menu offers no such thing.
    """
    user = state.store.users.by_id(identifier)
    if user is None:
        raise NotFound("There is no such user any more.")
    if do == "link":
        return _page(request, state, who, link=_link(request, state, who, user), changed=user)
    try:
        _carry_out(state, who, user, do)
    except Conflict as error:
        problem = "not_yourself" if do == "disable" and _is_self(who, user) else "only_admin"
        return _page(request, state, who, failed=error, problem=problem)
    view = staff_view(request, who, "account")
    return RedirectResponse(f"{view.base}/users?done={user.id}&locale={view.locale}", 303)


def _carry_out(state: State, who: SignedIn, user: User, do: str) -> None:
    store, actor, now = state.store, who.user.email, _now()
    if do.startswith("role:"):
        people.set_role(store, user, do.removeprefix("role:"), actor, now)
    elif do == "sign-out":
        people.sign_out_everywhere(store, user, actor, now)
    elif do == "disable":
        if _is_self(who, user):
            raise Conflict("You cannot disable your own account; ask another admin.")
        people.disable(store, user, actor, now)
    elif do == "enable":
        people.enable(store, user, actor, now)
    else:
        raise InvalidInput("Choose what to do from the user's menu.")


def _is_self(who: SignedIn, user: User) -> bool:
    return user.id == who.user.id


def _link(request: Request, state: State, who: SignedIn, user: User) -> str:
    token = state.accounts.make_link(user, LINK_LASTS, who.user.email, _now())
    return link_address(state.settings.public_url or str(request.base_url), token)


def _page(
    request: Request,
    state: State,
    who: SignedIn,
    *,
    link: str = "",
    changed: User | None = None,
    failed: KBError | None = None,
    typed: dict[str, str] | None = None,
    problem: str = "",
) -> HTMLResponse:
    view = staff_view(request, who, "account")
    context = {
        "users": state.store.users.all(),
        "roles": STAFF_ROLES,
        "link": link,
        "link_lasts": LINK_LASTS,
        "changed": changed,
        "problem": problem,
        "failed": "taken" if isinstance(failed, Conflict) else "invalid" if failed else "",
        "typed": typed or {"email": "", "name": "", "role": "rep"},
    }
    return render("account/users.html", view, status=failed.status if failed else 200, **context)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
