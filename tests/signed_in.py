"""Staff for tests of pages: a user, and a client whose browser is signed in."""

from __future__ import annotations

import datetime as dt

from fastapi.testclient import TestClient

from api.signed_in import cookie_name
from api.state import State
from kb.accounts.models import Place, StaffRole, User
from kb.accounts.secrets import csrf_token


def make_user(
    state: State, role: StaffRole = "writer", email: str = "", name: str = "", locale: str = "en"
) -> User:
    """A user in the store, without a password."""
    email = email or f"{role}@verdilo.example"
    user = state.store.users.by_email(email)
    if user is None:
        now = dt.datetime.now(dt.UTC)
        identifier = f"id-of-{email}"[:32]
        user = User(
            id=identifier,
            email=email,
            name=name or role.title(),
            role=role,
            locale=locale,
            created_at=now,
        )
        state.store.users.add(user)
    return user


def sign_in(
    client: TestClient,
    role: StaffRole = "writer",
    place: Place = "page",
    email: str = "",
    name: str = "",
    locale: str = "en",
) -> str:
    """Sign the client in as somebody with `role`; returns a CSRF token for its forms."""
    state: State = client.app.state.kb  # type: ignore[attr-defined]
    user = make_user(state, role, email, name, locale)
    token = state.accounts.begin(user, "link", dt.datetime.now(dt.UTC), place=place, agent="tests")
    client.cookies.set(cookie_name(state.settings, place), token)
    return csrf_token(token)
