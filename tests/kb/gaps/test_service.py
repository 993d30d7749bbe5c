"""`GapDesk` end to end: events and tickets in the store become a report."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from kb.errors import Conflict, NoSnapshot, NotFound
from kb.events import ContactMade, SearchMade
from kb.gaps.decisions.states import StateChange
from kb.gaps.report import GapReport
from kb.gaps.service import REPORT, GapDesk
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.sessions import Visit
from kb.store import Fact, Store
from kb.store.gaps import Topic
from kb.told import record_contact
from kb.visits import QUERY_CHARS, Source, kept
from tests.kb.gaps.house import ARTICLES, DAY, HEATING, NOW, House, crowd, open_house, solved, visit

ANSWERED = {"_id": "frost.en", "lang": "en", "title": "Frost", "text": f"If {HEATING['en']}, wait."}


@pytest.fixture
def house(settings, tmp_path) -> Iterator[House]:
    with open_house(settings, tmp_path) as opened:
        yield opened


def refreshed(house: House) -> GapReport:
    """A new report, a day after the last one."""
    house.clock[0] += DAY
    return house.desk.refresh()


def labels(report: GapReport) -> list[str]:
    return [gap.label for gap in report.missing]


def test_before_the_first_refresh_there_is_no_report(house) -> None:
    assert house.desk.report() is None
    with pytest.raises(NotFound, match="'gap-1'"):
        house.desk.gap("gap-1")
    assert not house.desk.computing


def test_with_nothing_logged_the_report_says_so(house) -> None:
    report = house.desk.refresh()
    assert (report.missing, report.searches, report.tickets, report.questions) == ((), 0, 0, 0)
    assert report.notes == (
        "Nobody searched and no ticket came in the window; there is nothing to find.",
    )
    assert house.desk.report() == report


def test_what_nothing_answers_is_reported_and_what_is_answered_is_not(house) -> None:
    house.log(*crowd(4, HEATING["en"]), *crowd(8, "rattling pump air filter"), *crowd(2, "zebra"))
    report = house.desk.refresh()
    (gap,) = report.missing
    assert (gap.label, gap.people, gap.languages) == (HEATING["en"], 4, {"en": 4})
    assert gap.nearest is not None
    assert gap.nearest.shortfall == "nothing_near"
    assert (report.searches, report.questions, report.generation) == (14, 3, 1)
    assert report.computed_at == NOW
    assert house.desk.gap(gap.id) == gap


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_each_language_has_its_gaps(house, language) -> None:
    house.log(*crowd(4, HEATING[language], locale=language))
    (gap,) = house.desk.refresh().missing
    assert (gap.label, gap.languages) == (HEATING[language], {language: 4})


def test_one_visit_makes_no_gap_and_three_do(house) -> None:
    house.log(*crowd(200, HEATING["en"], session="bot"))
    assert refreshed(house).missing == ()
    house.log(*crowd(2, HEATING["en"]))
    (gap,) = refreshed(house).missing
    assert (gap.people, gap.searches) == (3, 202)


def test_an_imported_log_is_useful_on_the_first_day(house) -> None:
    house.log(*visit(HEATING["en"], session="", times=40, channel="import"))
    report = house.desk.refresh()
    assert [gap.people for gap in report.missing] == [40]
    assert any("names no visits" in note for note in report.notes)
    assert any("No clicks" in note for note in report.notes)


def test_tickets_alone_are_demand(house) -> None:
    house.publish([solved(f"T{n}", HEATING["en"]) for n in range(4)], "tickets.jsonl")
    report = house.desk.refresh()
    (gap,) = report.missing
    assert (gap.people, gap.tickets, gap.searches) == (4, 4, 0)
    assert set(gap.ticket_ids) == {"T0", "T1", "T2", "T3"}
    assert report.notes == ("No searches are logged: demand is tickets alone.",)


def test_the_ticket_of_a_visit_that_searched_is_not_a_second_person(house) -> None:
    house.publish([solved(f"T{n}", HEATING["en"]) for n in range(2)], "tickets.jsonl")
    at = NOW - DAY
    for number in range(2):
        who = {"session": f"v{number}", "channel": "help_center"}
        made = SearchMade(occasion=f"s{number}", query=HEATING["en"], locale="en", **who)
        told = ContactMade(occasion=f"c{number}", ticket_id=f"T{number}", **who)
        house.log(Fact(made, at), Fact(told, at + dt.timedelta(hours=3)))
    assert house.desk.refresh().missing == ()  # two people
    house.log(*crowd(1, HEATING["en"]))
    (gap,) = refreshed(house).missing
    assert (gap.people, gap.tickets, gap.contacts) == (3, 2, 2)


def test_a_contact_that_only_tells_its_question_is_asked_in_its_language(house) -> None:
    for number in range(3):
        source = Source(Visit(f"v{number}", "00" * 32))
        record_contact(house.store.events, source, NOW - DAY, question=HEATING["fa"])
    (gap,) = house.desk.refresh().missing
    assert (gap.languages, gap.people) == ({"fa": 3}, 3)


def test_staff_and_what_is_outside_the_window_count_for_nothing(house) -> None:
    house.log(
        *crowd(4, HEATING["en"], role="rep"),
        *crowd(4, HEATING["en"], at=NOW - dt.timedelta(weeks=27)),
        *crowd(4, HEATING["en"], at=NOW + DAY),
    )
    assert house.desk.refresh().missing == ()
    narrow = GapDesk(
        house.store, house.knowledge_base, house.settings, lambda: NOW + 2 * DAY, window=3 * DAY
    )
    assert [gap.people for gap in narrow.refresh().missing] == [4]


def test_the_same_data_give_the_same_gaps_and_ids_again(house) -> None:
    house.log(*crowd(4, HEATING["en"]), *crowd(3, "zebra quagga"), *crowd(5, "okapi giraffe"))
    first, second = refreshed(house), refreshed(house)
    assert len(first.missing) == 3
    assert [(gap.id, gap.label, gap.people, gap.uncovered) for gap in first.missing] == [
        (gap.id, gap.label, gap.people, gap.uncovered) for gap in second.missing
    ]


def test_a_gap_keeps_its_id_from_report_to_report_while_its_questions_drift(house) -> None:
    ids = set()
    words = "frost damages winter balcony icy cold freeze snow".split()
    for turn in range(5):
        text = " ".join(words[turn : turn + 4])
        house.log(*crowd(3, text, at=house.clock[0]))
        report = refreshed(house)
        ids |= {gap.id for gap in report.missing if text in {q.text for q in gap.central}}
    assert len(ids) == 1


def test_an_article_that_answers_closes_the_gap(house) -> None:
    house.log(*crowd(6, HEATING["en"], contact=True), *crowd(9, "rattling pump", clicked="pump.en"))
    assert labels(refreshed(house)) == [HEATING["en"]]
    house.publish([*ARTICLES, ANSWERED | {"updated": "2026-11-22"}])
    after = refreshed(house)
    assert after.missing == ()
    assert after.generation > 1
    house.publish(ARTICLES)
    assert labels(refreshed(house)) == [HEATING["en"]]


def test_after_an_erasure_the_next_report_knows_the_gaps_again(house) -> None:
    house.log(*crowd(4, HEATING["en"]))
    (before,) = refreshed(house).missing
    house.store.gaps.forget()
    assert house.desk.report() is None
    (after,) = refreshed(house).missing
    assert after.id == before.id


def test_topics_of_another_model_are_no_trouble(house) -> None:
    house.log(*crowd(4, HEATING["en"]))
    strange = [
        Topic("gap-old", np.ones(7, np.float32), {"k": 1.0}, "old", NOW),
        Topic("gap-none", np.zeros(0, np.float32), {}, "", NOW),
    ]
    house.store.gaps.save_topics(strange, NOW)
    (gap,) = refreshed(house).missing
    assert gap.id not in {"gap-old", "gap-none"}


def test_topics_not_seen_for_the_window_are_dropped(house) -> None:
    house.log(*crowd(4, HEATING["en"]))
    (gap,) = refreshed(house).missing
    assert house.store.gaps.topic(gap.id) is not None
    house.clock[0] += dt.timedelta(weeks=60)
    refreshed(house)
    assert house.store.gaps.topic(gap.id) is None


def test_decisions_are_put_on_when_the_report_is_read(house) -> None:
    house.log(*crowd(4, HEATING["en"]))
    (gap,) = house.desk.refresh().missing
    desk = house.desk
    assert desk.gap(gap.id).state == "open"
    house.store.gaps.decide(StateChange(gap_id=gap.id, state="planned", at=NOW), after=0)
    assert desk.gap(gap.id).state == "planned"
    house.store.gaps.decide(StateChange(gap_id=gap.id, state="done", at=NOW), after=1)
    report = desk.report()
    assert report is not None
    assert [(one.id, one.label) for one in report.closed] == [(gap.id, HEATING["en"])]
    again = refreshed(house)
    assert [one.effect is not None for one in again.closed] == [True]


def test_a_gap_that_is_done_and_gone_is_still_told_with_what_it_changed(house) -> None:
    house.log(*crowd(6, HEATING["en"], at=NOW - 20 * DAY))
    (gap,) = refreshed(house).missing
    done = StateChange(gap_id=gap.id, state="done", at=NOW - 10 * DAY)
    house.store.gaps.decide(done, after=0)
    house.publish([*ARTICLES, ANSWERED])
    house.log(*crowd(5, HEATING["en"], at=NOW - 2 * DAY, confidence=0.9, outcome="answered"))
    report = refreshed(house)
    assert report.missing == ()
    (closed,) = report.closed
    assert (closed.id, closed.label) == (gap.id, HEATING["en"])
    assert closed.effect is not None
    assert closed.effect.after.people == 5
    assert closed.effect.after.answered.share == 1.0


def test_two_refreshes_at_once_are_a_conflict(house) -> None:
    desk, entered, go = house.desk, threading.Event(), threading.Event()

    def wait(stage: str, _done: int, _total: int) -> None:
        if stage == "read events":
            entered.set()
            go.wait(30)

    other = threading.Thread(target=desk.refresh, args=(wait,))
    other.start()
    assert entered.wait(30)
    assert desk.computing
    with pytest.raises(Conflict, match="being computed"):
        desk.refresh()
    go.set()
    other.join(30)
    assert not desk.computing
    assert desk.report() is not None
    desk.refresh()


def test_a_refresh_that_fails_can_be_repeated_and_leaves_the_last_report(house) -> None:
    house.log(*crowd(4, HEATING["en"]))
    first = refreshed(house)

    def fail(stage: str, _done: int, _total: int) -> None:
        if stage == "find gaps":
            raise RuntimeError("stopped")

    desk = house.desk
    with pytest.raises(RuntimeError, match="stopped"):
        desk.refresh(fail)
    assert not desk.computing
    assert desk.report() == first
    assert desk.refresh().missing == first.missing


@pytest.mark.parametrize(
    "payload", ["{}", "[]", '{"computed_at": "2026-01-01T00:00:00Z", "gaps": []}', "no json"]
)
def test_a_report_of_an_older_shape_is_ignored(house, payload) -> None:
    house.store.gaps.save_report(REPORT, payload, 1, NOW)
    assert house.desk.report() is None
    with pytest.raises(NotFound):
        house.desk.gap("gap-1")
    refreshed(house)
    assert house.desk.report() is not None


def test_a_report_of_another_process_is_noticed(house) -> None:
    ours, theirs = house.desk, house.desk
    house.log(*crowd(4, HEATING["en"]))
    ours.refresh()
    assert len(ours.report().missing) == 1  # type: ignore[union-attr]
    house.log(*crowd(4, "okapi giraffe"))
    house.clock[0] += DAY
    theirs.refresh()
    assert len(ours.report().missing) == 2  # type: ignore[union-attr]


def test_a_desk_that_only_reads_reads(house) -> None:
    house.log(*crowd(4, HEATING["en"]))
    (gap,) = house.desk.refresh().missing
    reader = GapDesk(house.store, None, house.settings)
    assert reader.gap(gap.id) == gap
    with pytest.raises(TypeError, match="only reads"):
        reader.refresh()


def test_without_a_snapshot_it_says_to_index_first(settings) -> None:
    store = Store(settings.store_url)
    try:
        kb = KnowledgeBase(settings, _embedder(), packaged_parameters())
        with pytest.raises(NoSnapshot, match="kb index"):
            GapDesk(store, kb, settings).refresh()
    finally:
        store.close()


def _embedder():
    from tests.fakes import BagOfWordsEmbedder

    return BagOfWordsEmbedder()


def test_where_nothing_is_public_everything_is_missing(settings, tmp_path) -> None:
    staff = [record | {"audience": "internal"} for record in ARTICLES]
    with open_house(settings, tmp_path, staff) as house:
        house.log(*crowd(4, HEATING["en"]))
        (gap,) = house.desk.refresh().missing
    assert (gap.nearest, gap.uncovered) == (None, 1.0)


HOSTILE = [
    "frost " * 20_000,
    "frost" + "❄" * 100_000,
    "ठंड में " * 15_000,
    "صقيع على الشرفة " * 7000,
    '=HYPERLINK("http://evil.example","frost")',
    "@SUM(1+1)*cmd|' /C calc'!A0 frost",
    "frost \ud800 winter \udfff",
    "frost\x00\x1b[31m\u202ewinter",
    "frost " + "\u0301" * 100_000,
    "f" * 100_000,
    "1" * 100_000,
    "?" * 100_000,
]


def test_hostile_events_make_a_report_of_bounded_size(house) -> None:
    facts = []
    for number, text in enumerate(HOSTILE):
        query = kept(text, QUERY_CHARS)
        assert len(query) <= QUERY_CHARS
        facts += crowd(4, query, locale=("en", "fa", "zh")[number % 3])
        flood = [kept(f"{'y' * n} {text[:QUERY_CHARS]}", QUERY_CHARS) for n in range(20)]
        facts += [fact for asked in flood for fact in visit(asked, session="bot")]
    house.log(*facts)
    report = house.desk.refresh()
    assert report.missing
    payload = report.model_dump_json()
    assert len(payload.encode()) < 150_000
    assert json.loads(payload)["missing"]
    for gap in report.missing:
        assert len(gap.label) <= 91
        assert len(gap.central) <= 3
        assert all(len(question.text) <= QUERY_CHARS for question in gap.central)
        assert all(len(word) <= 40 for word in gap.words)
        assert gap.demand <= gap.people
        assert "\x00" not in gap.label
        assert "\x1b" not in gap.label
    assert house.desk.report() == report


def test_progress_is_told_stage_by_stage(house) -> None:
    house.log(*crowd(3, HEATING["en"]))
    stages: list[str] = []
    house.desk.refresh(lambda stage, _done, _total: stages.append(stage))
    assert list(dict.fromkeys(stages)) == [
        "read events", "read tickets", "embed questions", "look up", "find gaps",
        "look at articles",
    ]  # fmt: skip
