"""Pseudonyms of visits: who did several things on one day, without knowing who it is.

A pseudonym is a keyed hash of what the caller sent (`X-Session-Id`, or address and user agent). The
key is made anew every day (UTC) and the last one deleted, so that nobody, with the whole database
at hand, can link two days or find an address by trying all of them. There are no cookies.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

_BYTES = 10
"""Of a pseudonym: too many to guess, short enough for an address."""
_AGENT_CHARS = 500


def pseudonym(salt: str, *parts: str) -> str:
    """Keyed BLAKE2b of `parts` in their order: 20 hexadecimal digits.

    Args:
        salt: the key, up to 128 hexadecimal digits.
    """
    keyed = hashlib.blake2b(key=bytes.fromhex(salt), digest_size=_BYTES)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        keyed.update(len(data).to_bytes(8, "big") + data)  # ("ab", "c") is not ("a", "bc")
    return keyed.hexdigest()


def new_salt() -> str:
    return secrets.token_hex(32)


def fresh_id() -> str:
    """An id that nothing else has."""
    return uuid.uuid4().hex[: 2 * _BYTES]


@dataclass(frozen=True)
class Visit:
    """Somebody, on one day."""

    session: str
    """Pseudonym; empty where nothing is known of the caller."""
    salt: str = field(repr=False)
    fresh: Callable[[], str] = field(default=fresh_id, repr=False)

    def name(self, *parts: str) -> str:
        """An id for something that this visit does: the same for the same parts.

        Whoever is not known does everything for the first time.
        """
        return pseudonym(self.salt, "of", self.session, *parts) if self.session else self.fresh()


class Salts(Protocol):
    """Where the salts of days are kept; `kb.store.salts` is one."""

    def of_day(self, day: dt.date, fresh: str) -> str:
        """The day's salt: `fresh`, unless another process was first. Deletes those before.

        Raises:
            OperationalError: it can be neither read nor written.
        """


class Sessions:
    """Gives callers their pseudonym of the day. Safe to share between threads."""

    def __init__(self, salts: Salts, make_salt: Callable[[], str] = new_salt) -> None:
        self._salts = salts
        self._make_salt = make_salt
        self._known: tuple[dt.date, str] | None = None

    def visit(self, now: dt.datetime, stated: str, address: str, agent: str) -> Visit:
        """Whose request this is.

        Args:
            stated: what the caller says of itself in `X-Session-Id`; empty: address and agent.
            address: of the client; of IPv6 only the network counts, which is one household.

        Raises:
            OperationalError: there is no salt of today, and none can be made.
        """
        salt = self._salt(now.astimezone(dt.UTC).date())
        if stated:
            return Visit(pseudonym(salt, "stated", stated), salt)
        if not address and not agent:
            return Visit("", salt)
        return Visit(pseudonym(salt, "seen", network(address), agent[:_AGENT_CHARS]), salt)

    def _salt(self, today: dt.date) -> str:
        known = self._known
        if known is None or known[0] != today:
            known = (today, self._salts.of_day(today, self._make_salt()))
            self._known = known
        return known[1]


def network(address: str) -> str:
    """The address; of IPv6 its /64, since one household may use all of it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)
