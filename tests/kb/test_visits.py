"""What visitors search for: redacted, shortened, each counted once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.events import SearchMade
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
    record_search,
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
