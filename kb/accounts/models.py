"""Users of the staff pages, their sessions, and what counts as the same e-mail address."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Literal, get_args

from kb.errors import InvalidInput
from kb.models import Model

StaffRole = Literal["rep", "writer", "admin"]
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)

How = Literal["password", "link", "oidc"]
"""How somebody signed in."""
Place = Literal["page", "embed"]
"""Where: in our own pages, or in the sidebar inside another tool. Neither is signed in by the
other."""

_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]{1,64}@[^@\s<>()\[\],;:\\\"]+\.[^@\s<>()\[\],;:\\\".]+")
_EMAIL_CHARS = 254
_NAME_CHARS = 100


class User(Model):
    """Somebody of the team."""

    id: str
    email: str
    """Canonical; see `canonical_email`."""
    name: str
    role: StaffRole
    locale: str
    """Language of the staff pages; empty: the browser's."""
    disabled: bool = False
    has_password: bool = False
    has_oidc: bool = False
    """Whether an OpenID Connect account is linked."""
    created_at: dt.datetime
    signed_in_at: dt.datetime | None = None


class Session(Model):
    """A browser that is signed in."""

    digest: str
    """sha256 of its token (hex): names the session without being able to use it."""
    user: User
    place: Place
    how: How
    agent: str
    """What the browser calls itself."""
    created_at: dt.datetime
    seen_at: dt.datetime


def canonical_email(text: str) -> str:
    """The one form in which an address is stored and compared: NFKC, case folded.

    Raises:
        InvalidInput: it is no e-mail address.
    """
    address = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).casefold())
    odd = any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zs") for char in address)
    if odd or len(address) > _EMAIL_CHARS or not _EMAIL.fullmatch(address):
        raise InvalidInput(f"'{shown(text)}' is no e-mail address such as mina@example.com.")
    return address


def clean_name(text: str, email: str) -> str:
    """A name on one line without invisible characters, ZWNJ excepted; empty: from the address."""
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" and c != "\u200c" else c for c in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())[:_NAME_CHARS] or email.split("@")[0]


def shown(text: str, limit: int = 60) -> str:
    """What somebody typed, for a message: on one line and not too long."""
    line = "".join(c if c.isprintable() else " " for c in text.strip())
    return line if len(line) <= limit else line[: limit - 1] + "…"
