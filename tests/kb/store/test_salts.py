"""The salt of the day, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from kb.errors import OperationalError
from kb.store import Store, schema

TODAY = dt.date(2026, 11, 22)
DAY = dt.timedelta(days=1)


def stored(store: Store) -> dict[str, str]:
    with store._engine.connect() as connection:
        return {name: salt for name, salt in connection.execute(select(schema.salts))}


def test_the_first_to_ask_makes_the_salt_that_all_get(store: Store) -> None:
    assert store.salts.of_day(TODAY, "aa") == "aa"
    assert store.salts.of_day(TODAY, "bb") == "aa"


def test_processes_that_begin_the_day_at_once_agree(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda n: store.salts.of_day(TODAY, f"{n:02}"), range(40)))
    assert len(set(given)) == 1


def test_a_new_day_deletes_the_salt_of_the_last_one_and_no_other_secret(store: Store) -> None:
    with store._engine.begin() as connection:
        connection.execute(insert(schema.salts).values(name="erased", salt="kept"))
    store.salts.of_day(TODAY, "aa")
    assert store.salts.of_day(TODAY + DAY, "bb") == "bb"
    assert stored(store) == {"erased": "kept", "sessions 2026-11-23": "bb"}


def test_a_process_whose_clock_is_behind_brings_no_old_salt_back(store: Store) -> None:
    store.salts.of_day(TODAY + DAY, "bb")
    assert store.salts.of_day(TODAY, "aa") == "bb"
    assert list(stored(store).values()) == ["bb"]


def test_a_clock_that_had_been_years_ahead_does_no_harm(store: Store) -> None:
    store.salts.of_day(TODAY + 900 * DAY, "zz")
    assert store.salts.of_day(TODAY, "aa") == "aa"
    assert list(stored(store).values()) == ["aa"]


def test_salts_of_earlier_days_can_be_deleted_before_anybody_comes(store: Store) -> None:
    store.salts.of_day(TODAY, "aa")
    store.salts.drop_before(TODAY)
    assert list(stored(store).values()) == ["aa"]
    store.salts.drop_before(TODAY + DAY)
    assert stored(store) == {}


def test_a_salt_that_cannot_be_kept_is_an_operational_error(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE salts")
    with pytest.raises(OperationalError, match="salt of the day cannot be kept"):
        store.salts.of_day(TODAY, "aa")
    store.close()
