"""From what visitors do to events: redacted, shortened, each counted once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.errors import NotFound
from kb.events import ArticleVoted, ContactMade, ResultClicked, SearchMade, SurveyAnswered
from kb.models import Hit, SearchResult
from kb.privacy import Redaction, redact
from kb.sessions import Visit
from kb.store import Store
from kb.visits import (
    HITS_KEPT,
    QUERY_CHARS,
    Source,
    find_search,
    kept,
    record_click,
    record_contact,
    record_search,
    record_survey,
    record_vote,
    search_id,
    search_of,
)

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
SALT = "ab" * 32
SAM, KIM = Source(Visit("sam", SALT)), Source(Visit("kim", SALT))
NOBODY = Source(Visit("", SALT))
LANGUAGES = ("en", "fa", "zh")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    yield opened
    opened.close()


def hit(identifier: str, **changes: Any) -> Hit:
    values = {
        "id": identifier, "group": identifier, "title": identifier, "locale": "en", "url": "",
        "snippet": "", "score": 0.5, "collection": "help", "kind": "article", "passage_id": "",
    }  # fmt: skip
    return Hit.model_validate(values | changes)


def result(query: str = "pump", *hits: str, **changes: Any) -> SearchResult:
    values = {
        "id": "s1", "query": query, "locale": "en", "generation": 1, "confidence": 0.4,
        "answer": None, "outcome": "related", "hits": tuple(hit(name) for name in hits),
    }  # fmt: skip
    return SearchResult.model_validate(values | changes)


def events_of(store: Store) -> list[Any]:
    return [entry.event for entry in store.events.visits()]


def search_in(store: Store, *hits: str, source: Source = SAM) -> None:
    record_search(store.events, result("pump", *hits), source, LANGUAGES, NOW)


# What is kept of a text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to sam@doe.example  please\n", "write to [EMAIL] please"),
        ("شماره من ۰۹۱۲۳۴۵۶۷۸۹ است", "شماره من [PHONE] است"),
        ("我的邮箱是 sam@doe.example", "我的邮箱是 [EMAIL]"),
        ('=HYPERLINK("https://x.example")', '=HYPERLINK("https://x.example")'),
        ("a\x00b\ud800c", "abc"),
        ("", ""),
    ],
)
def test_a_text_is_kept_redacted_on_one_line(text: str, expected: str) -> None:
    assert kept(text, 100, redact) == expected


def test_a_long_text_costs_no_more_than_its_beginning() -> None:
    seen: list[int] = []

    def watching(text: str, names: object) -> Redaction:
        seen.append(len(text))
        return redact(text, ())

    assert kept("pump " * 200_000, QUERY_CHARS, watching) == ("pump " * 100).strip()
    assert max(seen) < 10_000


@pytest.mark.parametrize("before", range(QUERY_CHARS - 25, QUERY_CHARS + 5))
def test_nothing_of_a_datum_at_the_cut_is_kept(before: int) -> None:
    text = "x" * (before - 1) + " sam.doe@mail.example and 0912 345 6789 then " + "y" * 50
    found = kept(text, QUERY_CHARS, redact)
    assert len(found) <= QUERY_CHARS
    assert not {"sam", "mail", "0912", "345"} & set(found.replace("@", " ").split())
    assert "[" not in found.replace("[EMAIL]", "").replace("[PHONE]", "")


@pytest.mark.parametrize("shift", [0, 5, 13, 30])
def test_redaction_that_shortens_brings_no_half_datum_forward(shift: int) -> None:
    link = f"https://x.example/?token={'a' * 900} "
    found = kept("z" * shift + link * 30, QUERY_CHARS, redact)
    assert "token" not in found
    assert "aaa" not in found


def test_a_private_key_is_longer_than_what_is_kept_and_still_recognised() -> None:
    key = "-----BEGIN PRIVATE KEY-----\n" + "MIIE/abc\n" * 350 + "-----END PRIVATE KEY-----"
    assert kept(f"my key {key} leaked", QUERY_CHARS, redact) == "my key [SECRET] leaked"


# Searches


def test_a_search_becomes_an_event() -> None:
    event = search_of(result("چطور sam@doe.example", "a", "b"), SAM, LANGUAGES)
    assert event == SearchMade(
        occasion="s1", session="sam", channel="api", query="چطور [EMAIL]", locale="fa",
        confidence=0.4, outcome="related", hits=("a", "b"), results=2,
    )  # fmt: skip


def test_hits_are_kept_up_to_ten_and_tickets_are_left_out() -> None:
    many = search_of(result("pump", *(f"a{n}" for n in range(12))), SAM, LANGUAGES)
    assert (len(many.hits), many.results) == (HITS_KEPT, 12)
    found = (hit("T1", kind="ticket", collection="tickets"), hit("a"))
    staff = search_of(result("pump", hits=found), SAM, LANGUAGES)
    assert (staff.hits, staff.results) == (("a",), 2)


def test_a_search_by_words_alone_says_nothing_of_confidence() -> None:
    event = search_of(result("pump", degraded=True, confidence=0), SAM, LANGUAGES)
    assert (event.confidence, event.outcome) == (None, None)


def test_the_same_question_of_a_visit_is_one_search_within_the_hour() -> None:
    first = search_id(SAM, "my pump", NOW)
    assert first == search_id(SAM, " my  pump ", NOW + 59 * MINUTE)
    others = [
        search_id(SAM, "my pump", NOW + HOUR),
        search_id(KIM, "my pump", NOW),
        search_id(SAM, "my tank", NOW),
        search_id(Source(SAM.visit, "help_center"), "my pump", NOW),
        search_id(NOBODY, "my pump", NOW),
        search_id(NOBODY, "my pump", NOW),
    ]
    assert len({first, *others}) == 7


def test_a_search_is_logged_once_whatever_was_found_the_second_time(store: Store) -> None:
    for hits in (["a"], ["b", "a"]):
        assert record_search(store.events, result("pump", *hits), SAM, LANGUAGES, NOW) == "s1"
    (event,) = events_of(store)
    assert event.hits == ("a",)
    assert find_search(store.events, "s1") == event
    assert find_search(store.events, "s2") is find_search(store.events, "") is None


def test_a_log_that_fails_breaks_no_search(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE event_log")
    with caplog.at_level(logging.WARNING):
        assert record_search(store.events, result(), SAM, LANGUAGES, NOW) == ""
    assert "unrecorded" in caplog.text


# Clicks


def test_a_click_belongs_to_the_visit_that_searched_and_counts_once(store: Store) -> None:
    search_in(store, "a", "b")
    told = [record_click(store.events, "s1", "b", place, NOW) for place in (None, 7)]
    assert [receipt.repeated for receipt in told] == [False, True]
    assert told[0].search == "s1"
    assert events_of(store)[1:] == [
        ResultClicked(occasion="s1", session="sam", article="b", position=2)
    ]


def test_a_click_on_what_was_not_among_the_kept_hits_has_the_place_that_is_told(
    store: Store,
) -> None:
    search_in(store, "a")
    record_click(store.events, "s1", "far down", 14, NOW)
    assert events_of(store)[1].position == 14


def test_a_click_without_a_search_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="No search is recorded as 's1'"):
        record_click(store.events, "s1", "a", 1, NOW)
    assert events_of(store) == []


# Votes


def vote(store: Store, helpful: bool, source: Source = SAM, **more: Any) -> Any:
    return record_vote(store.events, source, "a", helpful, NOW, **more)


def test_a_vote_counts_once_and_may_be_changed_and_changed_back(store: Store) -> None:
    told = [vote(store, helpful) for helpful in (True, True, False, True, True)]
    assert [receipt.repeated for receipt in told] == [False, True, False, False, True]
    assert [event.helpful for event in events_of(store)] == [True, False, True]


def test_two_visitors_have_two_votes_and_unknown_ones_as_many_as_they_are(store: Store) -> None:
    for source in (SAM, KIM, NOBODY, NOBODY):
        assert not vote(store, False, source).repeated
    assert len({event.occasion for event in events_of(store)}) == 4


def test_a_vote_after_a_search_belongs_to_it(store: Store) -> None:
    search_in(store, "a")
    # A help desk may tell it from an address of its own.
    receipt = vote(store, False, KIM, search="s1", comment="call 0912 345 6789")
    assert receipt.search == "s1"
    assert events_of(store)[1] == ArticleVoted(
        occasion="s1", session="sam", article="a", helpful=False, comment="call [PHONE]"
    )


def test_a_vote_after_an_unknown_search_counts_without_one(store: Store) -> None:
    assert vote(store, True, search="gone").search == ""
    assert events_of(store)[0].occasion not in ("gone", "")


# Contacts


def contact(store: Store, source: Source = SAM, at: dt.datetime = NOW, **more: Any) -> Any:
    return record_contact(store.events, source, at, **more)


def test_a_contact_carries_search_ticket_and_question(store: Store) -> None:
    search_in(store)
    receipt = contact(store, KIM, search="s1", ticket_id="T1", question="I am sam@doe.example")
    assert (receipt.recorded, receipt.search, receipt.repeated) == ("contact_made", "s1", False)
    assert events_of(store)[1] == ContactMade(
        occasion="s1", session="sam", ticket_id="T1", question="I am [EMAIL]", locale="en"
    )


def test_a_ticket_is_one_contact_whoever_tells_it(store: Store) -> None:
    assert not contact(store, ticket_id="T1").repeated
    assert contact(store, KIM, NOW + HOUR, ticket_id="T1", question="more").repeated
    assert not contact(store, ticket_id="T2").repeated


def test_without_a_ticket_a_question_is_one_contact_within_the_hour(store: Store) -> None:
    told = [
        contact(store), contact(store), contact(store, at=NOW + HOUR), contact(store, KIM),
        contact(store, question="where?"), contact(store, NOBODY), contact(store, NOBODY),
    ]  # fmt: skip
    assert [receipt.repeated for receipt in told] == [False, True, *[False] * 5]


def test_an_erased_ticket_does_not_come_back_by_a_contact_or_a_survey(store: Store) -> None:
    store.documents.erase(["T1"], NOW)
    contact(store, ticket_id="T1")
    survey(store, 3, ticket="T1")
    assert [event.ticket_id for event in events_of(store)] == ["", ""]
    assert store.mentions("T1") == {}


# Surveys


def survey(store: Store, score: int, source: Source = SAM, ticket: str = "", kind: Any = "csat"):
    answered = SurveyAnswered(occasion="", survey=kind, score=score, ticket_id=ticket)
    return record_survey(store.events, source, answered, NOW)


def test_a_survey_is_answered_once_for_a_ticket_or_a_visit(store: Store) -> None:
    told = [
        survey(store, 4), survey(store, 4), survey(store, 5), survey(store, 4),
        survey(store, 4, KIM), survey(store, 4, kind="nps"),
        survey(store, 4, ticket="T1"), survey(store, 4, KIM, ticket="T1"),
    ]  # fmt: skip
    assert [receipt.repeated for receipt in told] == [
        False, True, False, False, False, False, False, True,
    ]  # fmt: skip
    assert len({event.occasion for event in events_of(store)}) == 4
