"""The event log on SQLite, and on PostgreSQL where it is installed."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.acceptance import Acceptance
from kb.errors import OperationalError
from kb.events import (
    ContactMade,
    Event,
    NothingFitted,
    Offered,
    ResultClicked,
    SearchMade,
    SuggestionRejected,
    SuggestionsOffered,
    SuggestionsShown,
    SuggestionUsed,
    SurveyAnswered,
)
from kb.store import Fact, Store, schema

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


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


def test_the_last_number_tells_whether_anything_was_logged_since(store: Store) -> None:
    assert store.events.last_number() == 0
    store.events.append(shown("o1"), NOON)
    store.events.append(shown("o2"), NOON - DAY)
    assert store.events.last_number() == [entry.number for entry in store.events.since()][-1]
    store.events.append(shown("o2"), NOON)
    assert store.events.last_number() == [entry.number for entry in store.events.since()][1]


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


# Visitors


def search(occasion: str, session: str = "", query: str = "pump") -> SearchMade:
    return SearchMade(occasion=occasion, session=session, query=query, locale="en")


def click(occasion: str, session: str = "") -> ResultClicked:
    return ResultClicked(occasion=occasion, session=session, article="pump.en")


def contact(occasion: str, session: str = "", ticket: str = "") -> ContactMade:
    return ContactMade(occasion=occasion, session=session, ticket_id=ticket)


def test_what_visitors_did_is_read_apart_from_what_reps_did(store: Store) -> None:
    logged: list[Event] = [offer("o1"), search("s1"), click("s1"), contact("s1", ticket="T1")]
    for hours, event in enumerate(logged):
        store.events.append(event, NOON + hours * dt.timedelta(hours=1))
    assert [entry.event for entry in store.events.visits()] == logged[1:]
    assert [entry.event for entry in store.events.by_ticket()] == logged[:1]
    late = NOON + dt.timedelta(hours=2)
    assert [entry.event for entry in store.events.visits(late)] == logged[2:]
    assert list(store.events.by_ticket(late)) == []


def test_visits_can_be_read_on_from_where_the_last_reader_stopped(store: Store) -> None:
    store.events.append(search("s1"), NOON)
    (first,) = store.events.visits()
    store.events.append(search("s2"), NOON - DAY)
    assert [e.event.occasion for e in store.events.visits(after=first.number)] == ["s2"]
    assert list(store.events.visits(NOON, after=first.number)) == []


def test_a_fact_with_a_key_is_the_same_fact_whatever_else_it_says(store: Store) -> None:
    assert store.events.append(search("s1", "one day"), NOON, key="search s1").new
    assert not store.events.append(search("s1", "another"), NOON, key="search s1").new
    assert store.events.append(search("s1", "another"), NOON).new


def test_many_are_logged_in_order_and_each_once(store: Store) -> None:
    facts = [Fact(search(f"s{n}"), NOON + n * DAY) for n in range(2500)]
    told: list[int] = []
    assert store.events.append_many([*facts, *facts[:3]], told.append) == 2500
    assert told == [2000, 2503]
    assert [e.event.occasion for e in store.events.visits()] == [f"s{n}" for n in range(2500)]
    assert store.events.append_many(facts) == 0
    assert store.events.append_many([]) == 0


def test_forgetting_a_ticket_takes_along_its_search_and_its_visit(store: Store) -> None:
    for event in (
        search("s1", "visit 1"), click("s1"), contact("s1", "visit 2", "T1"),
        search("s2", "visit 2"), search("s3", "visit 3"), contact("s3", "visit 3", "T3"),
        SurveyAnswered(occasion="x", session="visit 4", ticket_id="T1", survey="csat", score=1),
        search("s4", "visit 4"), search("s5"), contact("c5", "", "T5"), offer("visit 2", "T9"),
        search("s6", "", '"session":"visit 2"'),
    ):  # fmt: skip
        store.events.append(event, NOON)
    assert store.events.forget(["T1", "T5"]) == 7
    left = {(e.event.type, e.event.occasion) for e in store.events.since()}
    assert left == {
        ("search_made", "s3"), ("contact_made", "s3"), ("search_made", "s5"),
        ("suggestions_offered", "visit 2"), ("search_made", "s6"),
    }  # fmt: skip


def test_a_contact_that_names_nothing_takes_nothing_along(store: Store) -> None:
    store.events.append(search("", ""), NOON)
    store.events.append(contact("", "", "T1"), NOON)
    assert store.events.forget(["T1"]) == 1


def test_which_tickets_were_erased_is_known(store: Store) -> None:
    store.documents.erase(["T1"], NOON)
    assert store.events.erased(["T1", "T2", ""]) == {"T1"}
