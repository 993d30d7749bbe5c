"""API keys: random, shown once, stored as sha256 (they carry 256 bits, so no slow hash needed)."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from kb.models import Role
from kb.store import Store

_PREFIX = "kb_"


def create_key(store: Store, role: Role, label: str) -> str:
    """Store a new key for `role` and return it; it cannot be read back."""
    key = _PREFIX + secrets.token_urlsafe(32)
    store.keys.add(digest(key), role, label, dt.datetime.now(dt.UTC))
    return key


def role_of(store: Store, key: str) -> Role | None:
    """The role a key stands for; None for an unknown key."""
    return store.keys.role_of(digest(key))


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
