"""The salt of the day, which the pseudonyms of visits are made with; see kb.sessions."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, delete, select

from kb.store.connections import writing
from kb.store.schema import salts
from kb.store.verdicts import insert_into

_FAILURE = "The salt of the day cannot be kept ({reason}); `kb doctor` checks the store."

_PREFIX = "sessions "


class Salts:
    """Repository of the salts of days."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def drop_before(self, day: dt.date) -> None:
        """Delete the salts of earlier days, as the first visit of a day does.

        Raises:
            OperationalError: the store cannot be written.
        """
        ours = salts.c.name.startswith(_PREFIX, autoescape=True)
        with writing(self._engine, _FAILURE) as connection:
            connection.execute(delete(salts).where(ours, salts.c.name < _name(day)))

    def of_day(self, day: dt.date, fresh: str) -> str:
        """The day's salt: `fresh`, unless another process was first. Deletes those before.

        A process whose clock is behind, by up to a day, uses the salt that the others have moved on
        to, and brings no old one back.

        Raises:
            OperationalError: it can be neither read nor written.
        """
        today, tomorrow = _name(day), _name(day + dt.timedelta(days=1))
        ours = salts.c.name.startswith(_PREFIX, autoescape=True)
        found = select(salts.c.name, salts.c.salt).where(salts.c.name.in_([today, tomorrow]))
        with writing(self._engine, _FAILURE) as connection:
            # Writing comes first: on SQLite, a transaction that reads first may fail to.
            connection.execute(delete(salts).where(ours, salts.c.name.not_in([today, tomorrow])))
            row = insert_into(connection, salts).values(name=today, salt=fresh)
            connection.execute(row.on_conflict_do_nothing())
            kept = {name: salt for name, salt in connection.execute(found)}
            if tomorrow in kept:
                connection.execute(delete(salts).where(salts.c.name == today))
        return str(kept.get(tomorrow) or kept[today])


def _name(day: dt.date) -> str:
    return f"{_PREFIX}{day.isoformat()}"
