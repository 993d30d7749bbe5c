"""What administrators do with accounts, and people with their own; all of it in the audit log.

Whatever takes something away (a password, a role, the account) ends the sessions and links of who
it is taken from, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
import secrets

from kb import audit
from kb.accounts.models import STAFF_ROLES, StaffRole, User, canonical_email, clean_name, shown
from kb.accounts.passwords import Passwords
from kb.errors import Conflict, InvalidInput, NotFound
from kb.store import Store

FORGOTTEN = "former user"


def add_user(
    store: Store,
    email: str,
    role: str,
    actor: str,
    now: dt.datetime,
    *,
    name: str = "",
    locale: str = "",
    password_hash: str | None = None,
    subject: str | None = None,
) -> User:
    """Make an account. Without a password, a one-time link or a provider signs its owner in.

    Args:
        subject: who they are at the OpenID Connect provider; see kb.accounts.oidc.

    Raises:
        InvalidInput: the address or the role is none. Conflict: the address has an account.
    """
    address = canonical_email(email)
    user = User(
        id=secrets.token_hex(8),
        email=address,
        name=clean_name(name, address),
        role=checked_role(role),
        locale=locale,
        has_password=password_hash is not None,
        has_oidc=subject is not None,
        created_at=now.astimezone(dt.UTC),
    )
    store.users.add(user, password_hash, subject)
    audit.record(store, actor, "user.added", address, {"role": user.role}, now=now)
    return user


def find_user(store: Store, email: str) -> User:
    """The account of an address.

    Raises:
        InvalidInput: it is no address. NotFound: it has no account.
    """
    user = store.users.by_email(canonical_email(email))
    if user is None:
        raise NotFound(f"There is no account for {shown(email)}; see `kb user list`.")
    return user


def checked_role(role: str) -> StaffRole:
    """Raises: InvalidInput: nobody has such a role."""
    for known in STAFF_ROLES:
        if role == known:
            return known
    raise InvalidInput(f"'{shown(role)}' is no role; choose {', '.join(STAFF_ROLES)}.")


def set_password(
    store: Store,
    passwords: Passwords,
    user: User,
    password: str,
    actor: str,
    now: dt.datetime,
    keep: str = "",
) -> int:
    """A new password; all sessions end. Returns how many.

    Args:
        keep: digest of the session that goes on: that of who changes it.

    Raises:
        InvalidInput: the password is too short, too long or too uniform.
    """
    values = {"password_hash": passwords.hash(password)}
    ended = store.users.change(user.id, values, sign_out=True, keep=keep)
    audit.record(store, actor, "user.password-changed", user.email, now=now)
    return ended


def set_role(store: Store, user: User, role: str, actor: str, now: dt.datetime) -> None:
    """Another role; all sessions end.

    Raises:
        InvalidInput: there is no such role. Conflict: nobody else is an admin.
    """
    wanted = checked_role(role)
    if wanted == user.role:
        return
    _others_remain(store, user)
    store.users.change(user.id, {"role": wanted}, sign_out=True)
    detail = {"from": user.role, "to": wanted}
    audit.record(store, actor, "user.role-changed", user.email, detail, now=now)


def disable(store: Store, user: User, actor: str, now: dt.datetime) -> int:
    """Nobody signs in with this account until it is enabled; returns how many sessions ended.

    Raises:
        Conflict: nobody else is an admin.
    """
    if user.disabled:
        return 0
    _others_remain(store, user)
    ended = store.users.change(user.id, {"disabled": True}, sign_out=True)
    audit.record(store, actor, "user.disabled", user.email, now=now)
    return ended


def enable(store: Store, user: User, actor: str, now: dt.datetime) -> None:
    """The opposite of `disable`."""
    if user.disabled:
        store.users.change(user.id, {"disabled": False})
        audit.record(store, actor, "user.enabled", user.email, now=now)


def sign_out_everywhere(
    store: Store, user: User, actor: str, now: dt.datetime, keep: str = ""
) -> int:
    """End all sessions and one-time links; returns how many sessions.

    Args:
        keep: digest of the session that goes on.
    """
    ended = store.users.change(user.id, {}, sign_out=True, keep=keep)
    audit.record(store, actor, "user.signed-out", user.email, {"sessions": ended}, now=now)
    return ended


def set_profile(store: Store, user: User, name: str, locale: str, now: dt.datetime) -> None:
    """What somebody calls themselves, and in which language they see the staff pages."""
    values = {"name": clean_name(name, user.email), "locale": locale}
    changed = {key: value for key, value in values.items() if getattr(user, key) != value}
    if changed:
        store.users.change(user.id, changed)
        audit.record(store, user.email, "user.profile-changed", user.email, changed, now=now)


def forget(store: Store, user: User, actor: str, now: dt.datetime) -> str:
    """Delete an account; the audit log keeps what was done, under another name, which is returned.

    Raises:
        Conflict: nobody else is an admin.
    """
    if not user.disabled:
        _others_remain(store, user)
    alias = f"{FORGOTTEN} {secrets.token_hex(4)}"
    store.users.forget(user, alias)
    audit.record(store, actor, "user.forgotten", alias, now=now)
    return alias


def _others_remain(store: Store, user: User) -> None:
    if user.role == "admin" and not user.disabled and store.users.active_admins() <= 1:
        raise Conflict(f"{user.email} is the only admin; make somebody else an admin first.")
