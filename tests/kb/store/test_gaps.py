"""Reports, topics and decisions, on SQLite, and on PostgreSQL where it is installed."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kb.errors import Conflict, OperationalError
from kb.gaps.decisions.states import Baseline, StateChange
from kb.store import Report, Topic, schema

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
TEHRAN = dt.timezone(dt.timedelta(hours=3, minutes=30))


def topic(identifier: str, label: str = "second phone", **members: float) -> Topic:
    return Topic(identifier, np.array([0.5, -0.25], np.float32), members or {"q": 1.0}, label, NOON)


def decision(identifier: str, state: str, **more: object) -> StateChange:
    return StateChange(gap_id=identifier, state=state, at=NOON, **more)


def test_a_report_replaces_the_last_one_of_its_name_and_no_other(store):
    assert store.gaps.report("gaps") is None
    assert store.gaps.report_age("gaps") is None
    store.gaps.save_report("gaps", '{"first": 1}', 4, NOON)
    store.gaps.save_report("other", "{}", 4, NOON)
    store.gaps.save_report("gaps", '{"شکاف": "缺口"}', 5, (NOON + DAY).astimezone(TEHRAN))
    assert store.gaps.report("gaps") == Report(NOON + DAY, 5, '{"شکاف": "缺口"}')
    computed_at, generation, payload = store.gaps.report("other")
    assert (computed_at, generation, payload) == (NOON, 4, "{}")
    assert store.gaps.report_age("gaps") == (NOON + DAY, 5)


def test_reports_written_at_once_leave_one_whole(store):
    payloads = [f'"{n}{"x" * 10_000}"' for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: store.gaps.save_report("gaps", text, 1, NOON), payloads))
    assert store.gaps.report("gaps").payload in payloads


def test_topics_come_back_as_they_were_and_are_renewed(store):
    store.gaps.save_topics([topic("b"), topic("a", "گوشی دوم", k1=0.5, k2=0.25)], NOON)
    store.gaps.save_topics([topic("b", "第二部手机", k9=1.0)], NOON + DAY)
    first, second = store.gaps.topics()
    assert (first.id, first.label, first.members) == ("a", "گوشی دوم", {"k1": 0.5, "k2": 0.25})
    assert first.seen_at == NOON
    assert first.centroid.dtype == np.float32
    assert first.centroid.tolist() == [0.5, -0.25]
    assert (second.label, second.members, second.seen_at) == ("第二部手机", {"k9": 1.0}, NOON + DAY)
    assert store.gaps.topic("a").label == "گوشی دوم"
    assert store.gaps.topic("c") is None


def test_many_topics_are_kept_at_once(store):
    store.gaps.save_topics([topic(f"t{n:04}") for n in range(1000)], NOON)
    assert len(store.gaps.topics()) == 1000


def test_topics_not_seen_for_long_go_unless_somebody_decided_about_them(store):
    store.gaps.save_topics([topic("old"), topic("decided"), topic("seen")], NOON)
    store.gaps.decide(decision("decided", "dismissed", reason="no product of ours"), after=0)
    store.gaps.save_topics([topic("seen")], NOON + 3 * DAY, forget_before=NOON + DAY)
    assert [one.id for one in store.gaps.topics()] == ["decided", "seen"]


def test_the_last_decision_counts_and_all_are_kept(store):
    before = Baseline(confidence=0.3, contacts_per_week=1.5, people_per_week=4)
    first = decision("g", "planned", who="Mina", people_at=3)
    second = decision("g", "done", articles=("a.en", "a.fa"), before=before, reason="نوشته شد")
    store.gaps.decide(first, after=0)
    store.gaps.decide(second, after=1)
    store.gaps.decide(decision("h", "dismissed", reason="别的公司的产品"), after=0)
    assert store.gaps.history("g") == [first, second]
    assert store.gaps.history("nobody") == []
    assert store.gaps.states()["g"] == second
    assert store.gaps.states()["h"].reason == "别的公司的产品"


def test_of_two_who_decide_at_once_one_is_told(store):
    def decide(state: str) -> str:
        try:
            store.gaps.decide(decision("g", state), after=0)
        except Conflict:
            return "told"
        return state

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(decide, ["planned", "in_progress", "done", "planned"]))
    assert outcomes.count("told") == 3
    assert len(store.gaps.history("g")) == 1


def test_forgetting_drops_every_text_of_questions_and_keeps_ids_and_decisions(store):
    store.gaps.save_report("gaps", '"my moonflower planter hums"', 1, NOON)
    store.gaps.save_topics([topic("g", "my moonflower planter hums", moonflower=1.0)], NOON)
    store.gaps.decide(decision("g", "dismissed", reason="rare"), after=0)
    found = store.mentions("MOONFLOWER")
    assert found == {"gap_topics": 1, "reports": 1}
    store.gaps.forget()
    assert store.mentions("moonflower") == {}
    assert store.gaps.report("gaps") is None
    [left] = store.gaps.topics()
    assert (left.id, left.label, left.members) == ("g", "", {})
    assert left.centroid.tolist() == [0.5, -0.25]
    assert store.gaps.states()["g"].reason == "rare"


def test_what_was_decided_is_searched_for_mentions_too(store):
    store.gaps.decide(decision("g", "dismissed", reason="only sam@doe.example asks"), after=0)
    assert store.mentions("Sam@Doe.example") == {"gap_states": 1}


def test_a_store_that_cannot_be_written_is_an_operational_error(store):
    with store._engine.begin() as connection:
        schema.reports.drop(connection)
    try:
        with pytest.raises(OperationalError, match="kb doctor"):
            store.gaps.save_report("gaps", "{}", 1, NOON)
    finally:
        schema.reports.create(store._engine)
