"""Ids of erased documents, so that a source that still holds one cannot bring it back.

Only a keyed hash of each id is kept (HMAC-SHA256; the key is this database's own), never the id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from kb.store.schema import erased, salts

_NAME = "erased"
_BATCH = 500


def remember_erased(connection: Connection, ids: Iterable[str], now: dt.datetime) -> None:
    """Refuse these ids from now on."""
    salt = _salt(connection, make=True)
    known = _digests(connection)
    fresh = dict.fromkeys(_digest(salt, identifier) for identifier in ids)
    rows = [{"digest": digest, "at": now} for digest in fresh if digest not in known]
    if rows:
        connection.execute(insert(erased), rows)


def erased_among(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of these ids belong to erased documents."""
    salt = _salt(connection, make=False)
    if not salt:
        return set()
    by_digest = {_digest(salt, identifier): identifier for identifier in ids}
    found: set[str] = set()
    digests = list(by_digest)
    for start in range(0, len(digests), _BATCH):
        batch = digests[start : start + _BATCH]
        rows = connection.execute(select(erased.c.digest).where(erased.c.digest.in_(batch)))
        found.update(by_digest[digest] for digest in rows.scalars())
    return found


def _digests(connection: Connection) -> set[str]:
    return set(connection.execute(select(erased.c.digest)).scalars())


def _digest(salt: str, identifier: str) -> str:
    return hmac.new(bytes.fromhex(salt), identifier.encode(), hashlib.sha256).hexdigest()


def _salt(connection: Connection, make: bool) -> str:
    """The key, made at the first erasure; empty if there was none."""
    query = select(salts.c.salt).where(salts.c.name == _NAME)
    salt: str | None = connection.execute(query).scalar()
    if salt is None and make:
        salt = secrets.token_hex(32)
        try:
            with connection.begin_nested():
                connection.execute(insert(salts).values(name=_NAME, salt=salt))
        except IntegrityError:  # somebody else was first
            salt = connection.execute(query).scalar()
    return salt or ""
