"""Who it is that a provider signed in: the linked account, the one of the address, or a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from kb import audit
from kb.accounts.claims import role_from, subject_of, verified_email
from kb.accounts.models import StaffRole, User
from kb.accounts.oidc import OidcConfig
from kb.accounts.people import add_user, set_role
from kb.errors import Conflict, Unauthorized
from kb.store import Store

ACTOR = "OpenID Connect"


def arrived(store: Store, claims: Mapping[str, Any], config: OidcConfig, now: dt.datetime) -> User:
    """The account that `claims`, which were verified, stand for.

    An account is linked to issuer and subject with the first sign-in, which needs a verified
    address; from then on the address plays no part. Where a claim tells roles, it does so with
    each sign-in.

    Raises:
        Unauthorized: there is no such account and none may be made, it is disabled or linked to
            somebody else, or the claim gives no role.
    """
    role = role_from(claims, config.role_claim, config.roles) if config.role_claim else None
    if config.role_claim and role is None:
        role = config.default_role
        if role is None:
            raise Unauthorized("The provider gives you no role here; ask an administrator.")
    subject = subject_of(claims)
    user = store.users.by_subject(subject)
    if user is None:
        email = verified_email(claims, config.verified_claim)
        known = store.users.by_email(email)
        if known is None:
            return _provisioned(store, email, claims, config, role, subject, now)
        user = _linked(store, known, subject, now)
    if user.disabled:
        raise Unauthorized("This account is disabled; ask an administrator.")
    if config.role_claim and role and role != user.role:
        try:
            set_role(store, user, role, ACTOR, now)
        except Conflict as error:  # the only admin
            raise Unauthorized(str(error)) from error
        user = user.model_copy(update={"role": role})
    return user


def _linked(store: Store, user: User, subject: str, now: dt.datetime) -> User:
    if user.has_oidc:
        raise Unauthorized("The account of this address belongs to somebody else there.")
    if user.disabled:
        raise Unauthorized("This account is disabled; ask an administrator.")
    store.users.change(user.id, {"subject": subject})
    audit.record(store, ACTOR, "user.linked", user.email, now=now)
    return user.model_copy(update={"has_oidc": True})


def _provisioned(
    store: Store,
    email: str,
    claims: Mapping[str, Any],
    config: OidcConfig,
    role: StaffRole | None,
    subject: str,
    now: dt.datetime,
) -> User:
    given = role or config.default_role
    if not config.provision or given is None:
        raise Unauthorized(f"There is no account for {email}; ask an administrator.")
    name = claims.get("name")
    stated = name if isinstance(name, str) else ""
    return add_user(store, email, given, ACTOR, now, name=stated, subject=subject)
