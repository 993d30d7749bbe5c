"""API keys: random, shown once, stored as sha256 (they carry 256 bits, so no slow hash needed).

A publishable key (`kb_pub_…`) stands in the source of web pages, where everybody can read it. It
opens what the public may see, and browsers may use it from the origins it was made for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from kb.errors import InvalidInput
from kb.models import Role
from kb.store import Store
from kb.store.keys import StoredKey

PUBLISHABLE = "kb_pub_"
_PREFIX = "kb_"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def create_key(store: Store, role: Role, label: str) -> str:
    """Store a new key for `role` and return it; it cannot be read back."""
    key = _PREFIX + secrets.token_urlsafe(32)
    store.keys.add(digest(key), role, label, dt.datetime.now(dt.UTC))
    return key


def create_publishable_key(store: Store, origins: Sequence[str], label: str) -> str:
    """Store a new publishable key for these origins and return it; it cannot be read back.

    Raises:
        InvalidInput: there is no origin, or something that is none.
    """
    if not origins:
        raise InvalidInput("A publishable key needs an origin, as in https://shop.example.")
    key = PUBLISHABLE + secrets.token_urlsafe(32)
    known = [as_origin(origin) for origin in origins]
    store.keys.add(digest(key), "customer", label, dt.datetime.now(dt.UTC), known)
    return key


def as_origin(text: str) -> str:
    """An origin as browsers send it: scheme, host in lower case (ASCII), port if unusual.

    >>> as_origin("https://Shop.example:443/")
    'https://shop.example'

    Raises:
        InvalidInput: it is none, or names more than an origin.
    """
    parts = urlsplit(text.strip())
    origin = f"{parts.scheme}://{parts.netloc}".lower().removesuffix(
        _DEFAULT_PORTS.get(parts.scheme, "\n")
    )
    more = parts.path not in ("", "/") or parts.query or parts.fragment
    if more or not _ORIGIN.fullmatch(origin):
        raise InvalidInput(
            f"'{text}' is no origin: write scheme and host, and the port where it is unusual, as "
            "in https://shop.example or http://localhost:3000. Hosts in other scripts are written "
            "as xn--…."
        )
    return origin


def find_key(store: Store, key: str) -> StoredKey | None:
    """What is known of a key; None for an unknown one."""
    return store.keys.find(digest(key))


def role_of(store: Store, key: str) -> Role | None:
    """The role a key stands for; None for an unknown key."""
    return store.keys.role_of(digest(key))


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
