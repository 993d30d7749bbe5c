"""What `kb serve` says of signing in: links for the sample's users, or how to make the first."""

from __future__ import annotations

import datetime as dt

from kb import audit
from kb.accounts.models import STAFF_ROLES, StaffRole, User
from kb.accounts.people import add_user
from kb.accounts.service import Accounts
from kb.store import Store

LINK_PATH = "/sign-in/link/"
LINK_LASTS = dt.timedelta(minutes=15)
_SAMPLE_LINK_LASTS = dt.timedelta(hours=12)
_NAMES: dict[StaffRole, str] = {"rep": "Robin", "writer": "Wen", "admin": "Ada"}


def link_address(base: str, token: str) -> str:
    """Where a one-time link is opened.

    Args:
        base: address of the service, such as `http://127.0.0.1:8600`.
    """
    return f"{base.rstrip('/')}{LINK_PATH}{token}"


def welcome(accounts: Accounts, base: str, sample_users: bool, now: dt.datetime) -> list[str]:
    """Lines for whoever starts the server.

    Args:
        sample_users: make a user of each role, without password, and a link that signs them in
            once.
    """
    if sample_users:
        links = sample_links(accounts, now)
        width = max(map(len, STAFF_ROLES))
        lines = [f"  {role:<{width}}  {link_address(base, link)}" for role, link in links.items()]
        return ["Sign in to try it (each link works once, for 12 hours):", *lines]
    if not accounts.store.users.any():
        return [
            "Nobody can sign in yet. Make the first admin with "
            "`kb user add you@example.com --role admin`."
        ]
    return []


def sample_links(accounts: Accounts, now: dt.datetime) -> dict[StaffRole, str]:
    """A token for each role of the sample."""
    links: dict[StaffRole, str] = {}
    for role in STAFF_ROLES:
        user = _sample_user(accounts.store, role, now)
        if not user.disabled:
            links[role] = accounts.make_link(user, _SAMPLE_LINK_LASTS, audit.COMMAND_LINE, now)
    return links


def _sample_user(store: Store, role: StaffRole, now: dt.datetime) -> User:
    email = f"{role}@verdilo.example"
    found = store.users.by_email(email)
    return found or add_user(store, email, role, audit.COMMAND_LINE, now, name=_NAMES[role])
