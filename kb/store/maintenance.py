"""The database as a whole: what it mentions anywhere, and deleted bytes that are really gone."""

from __future__ import annotations

from sqlalchemy import Engine, String, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from kb.errors import OperationalError
from kb.store.schema import tables


def rows_mentioning(engine: Engine, text: str) -> dict[str, int]:
    """How many rows of each table contain `text` in any column, in any ASCII case."""
    found: dict[str, int] = {}
    with engine.connect() as connection:
        for table in tables():
            columns = [column for column in table.columns if isinstance(column.type, String)]
            sought = [func.lower(c).contains(text.lower(), autoescape=True) for c in columns]
            query = select(func.count()).select_from(table).where(or_(*sought))
            if count := int(connection.execute(query).scalar() or 0):
                found[table.name] = count
    return found


def compact(engine: Engine) -> None:
    """Write the database anew without what was deleted, and empty its write-ahead log.

    On PostgreSQL the tables are written anew; its own log, archives and backups are not ours.

    Raises:
        OperationalError: somebody keeps the database busy, or the disk is full.
    """
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("VACUUM")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            elif engine.dialect.name == "postgresql":
                for table in tables():
                    connection.exec_driver_sql(f"VACUUM FULL {table.name}")
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise OperationalError(
            f"The store cannot be compacted ({reason}); run the command again when it is less busy."
        ) from error
