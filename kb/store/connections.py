"""What every repository does with the database: write in a transaction, read moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from kb.errors import OperationalError


@contextmanager
def writing(engine: Engine, failure: str) -> Iterator[Connection]:
    """One transaction.

    Args:
        failure: the sentence if it cannot be done; `{reason}` is why.

    Raises:
        OperationalError: the database is busy, the disk full.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise OperationalError(failure.replace("{reason}", reason)) from error


def aware(at: dt.datetime) -> dt.datetime:
    """A stored moment: SQLite keeps the digits, not the zone."""
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
