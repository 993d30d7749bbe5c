"""What an OpenID Connect provider says of somebody, and what we make of it: pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kb.accounts.models import STAFF_ROLES, StaffRole, canonical_email
from kb.accounts.secrets import digest
from kb.errors import InvalidInput, Unauthorized

_STATED_TRUE = (True, 1, "true", "True", "1")


def subject_of(claims: Mapping[str, Any]) -> str:
    """Names an account of a provider for ever: sha256 of issuer and `sub`; addresses can change."""
    return digest(f"{len(str(claims['iss']))} {claims['iss']} {claims['sub']}")


def verified_email(claims: Mapping[str, Any], verified_claim: str) -> str:
    """The canonical address, if the provider has made sure that it is theirs.

    Raises:
        Unauthorized: there is none, it is not verified, or it only becomes an address of ours by
            folding look-alike characters, which another mailbox may have.
    """
    stated = claims.get("email")
    if not isinstance(stated, str) or not stated:
        raise Unauthorized("The provider names no e-mail address; ask for the scope `email`.")
    if claims.get(verified_claim) not in _STATED_TRUE:
        raise Unauthorized("The provider has not verified the e-mail address.")
    try:
        address = canonical_email(stated)
    except InvalidInput as error:
        raise Unauthorized(f"The provider names no usable e-mail address. {error}") from error
    if address != (stated.lower() if stated.isascii() else stated):
        raise Unauthorized("The e-mail address has characters that look like others.")
    return address


def role_from(
    claims: Mapping[str, Any], claim: str, roles: Mapping[str, StaffRole]
) -> StaffRole | None:
    """The highest role that the values of a claim stand for.

    Args:
        claim: its name; a dot leads into an object: `realm_access.roles`. A name that has dots
            itself (`https://example.com/roles`) is tried as it is first.
        roles: role by value.
    """
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    values = [found] if isinstance(found, str) else found
    if not isinstance(values, Sequence):
        return None
    granted = {roles[value] for value in values if isinstance(value, str) and value in roles}
    return max(granted, key=STAFF_ROLES.index, default=None)
