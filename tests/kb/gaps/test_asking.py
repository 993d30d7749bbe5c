"""What tickets ask: redacted, each customer under one name, read once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.events import NothingFitted, Offered, SuggestionsOffered, SuggestionUsed
from kb.gaps.asking import tickets_asked, told_by_reps
from kb.gaps.missing.questions import TicketAsked
from kb.gaps.remembered import QuestionCache
from kb.models import Article, Customer, Message, Ticket
from kb.privacy import Redactor
from kb.store import LoggedEvent, Store
from tests.kb.gaps.made import NOW, QUESTIONS, TICKETS

YEAR = dt.timedelta(days=365)
LANGUAGES = ("en", "fa", "zh")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[QuestionCache]:
    opened = QuestionCache(tmp_path / "questions.sqlite")
    yield opened
    opened.close()


def put(store: Store, *documents: Any) -> None:
    store.documents.upsert([(one, "t.jsonl") for one in documents], "t", NOW)


def written(identifier: str, text: str, **fields: Any) -> Ticket:
    values: dict[str, Any] = {"locale": "en", "created": NOW} | fields
    return Ticket(id=identifier, messages=[Message(author="customer", text=text)], **values)


def asked(
    store: Store, cache: QuestionCache, told: list[int] | None = None, **changes: Any
) -> dict[str, TicketAsked]:
    fields: dict[str, Any] = {
        "redactor": Redactor(),
        "articles": frozenset(),
        "languages": LANGUAGES,
        "since": NOW - YEAR,
        "until": NOW + YEAR,
        "progress": lambda _stage, done, _total: (told if told is not None else []).append(done),
    }
    return tickets_asked(store, cache=cache, **(fields | changes))


def test_a_ticket_asks_its_opening_in_the_language_it_is_written_in(store, cache) -> None:
    put(store, *TICKETS[:1], *TICKETS[2:], written("T-9", QUESTIONS["fa"], locale="en"))
    found = asked(store, cache)
    assert {name: one.text for name, one in found.items()} == {
        "T-1": QUESTIONS["en"], "T-3": QUESTIONS["fa"], "T-4": QUESTIONS["zh"],
        "T-9": QUESTIONS["fa"],
    }  # fmt: skip
    assert {name: one.language for name, one in found.items()} == {
        "T-1": "en", "T-3": "fa", "T-4": "zh", "T-9": "fa",
    }  # fmt: skip


def test_personal_data_are_gone_before_anything_is_kept(store, cache, tmp_path) -> None:
    put(
        store,
        written(
            "T-1",
            "I am Ann Miller, ann.miller@shop.example, why is the lamp off?",
            customer=Customer(id="c-4711", email="ann.miller@shop.example", name="Ann Miller"),
        ),
    )
    (only,) = asked(store, cache).values()
    assert "lamp" in only.text
    assert "[EMAIL]" in only.text
    cache.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("questions.sqlite*"))
    assert b"lamp" in kept
    for secret in (b"ann.miller", b"Miller", b"c-4711"):
        assert secret not in kept


def test_tickets_of_one_customer_have_one_person(store, cache) -> None:
    put(
        store,
        written("T-1", "low water", customer=Customer(id="c1", email="a@x.example")),
        written("T-2", "lamp off", customer=Customer(id="c1")),
        written("T-3", "lamp off", customer=Customer(email="b@x.example")),
        written("T-4", "low water", customer=Customer(email="B@X.example")),
        written("T-5", "low water"),
        written("T-6", "low water"),
    )
    people = {name: one.person for name, one in asked(store, cache).items()}
    assert people["T-1"] == people["T-2"]
    assert people["T-3"] == people["T-4"]
    assert len(set(people.values())) == 4


def test_what_asks_nothing_is_missing(store, cache) -> None:
    article = Article(id="a.en", group="a.en", locale="en", title="A", body="B")
    put(store, written("T-1", " \u200c "), article)
    assert asked(store, cache) == {}


def test_only_tickets_of_the_window_are_told(store, cache) -> None:
    days = dt.timedelta(days=1)
    put(store, *(written(f"T-{n}", "low water", created=NOW + n * days) for n in range(-2, 3)))
    window = {"since": NOW - days, "until": NOW + days}
    assert sorted(asked(store, cache, **window)) == ["T--1", "T-0", "T-1"]


def test_a_ticket_without_a_date_has_that_of_its_coming(store, cache) -> None:
    put(store, written("T-1", "low water", created=None))
    assert asked(store, cache)["T-1"].at == NOW
    naive = dt.datetime(2026, 11, 1, 8)
    put(store, written("T-2", "low water", created=naive))
    assert asked(store, cache)["T-2"].at == naive.replace(tzinfo=dt.UTC)


def test_a_ticket_is_read_once_until_it_changes(store, cache) -> None:
    put(store, written("T-1", "low water"), written("T-2", "lamp off"))
    told: list[int] = []
    first = asked(store, cache, told)
    assert told == [2]
    assert asked(store, cache, told) == first
    assert told == [2]
    put(store, written("T-1", "lid broken"))
    assert asked(store, cache, told)["T-1"].text == "lid broken"
    assert told == [2, 1]
    asked(store, cache, told, redactor=Redactor(regions=("IR",)))
    assert told == [2, 1, 2]


def test_a_long_problem_is_told_at_its_beginning(store, cache) -> None:
    put(store, written("T-1", "low water " + "آب " * 50_000))
    assert len(asked(store, cache)["T-1"].text) <= 1000


def test_a_reply_that_links_to_a_public_article_answered(store, cache) -> None:
    put(store, *TICKETS)
    link = frozenset({"help.verdilo.example/phones"})
    found = asked(store, cache, articles=link)
    assert {name: one.answered for name, one in found.items()} == {
        "T-1": True, "T-2": None, "T-3": None, "T-4": None,
    }  # fmt: skip
    assert asked(store, cache)["T-1"].answered is None  # the article is gone


def test_what_reps_did_tells_whether_an_article_answered() -> None:
    def offer(ticket: str, source: str) -> SuggestionsOffered:
        item = Offered(id=f"i-{ticket}", kind="article", sources=(source,), confidence=0.5)
        return SuggestionsOffered(
            occasion=f"o-{ticket}", ticket_id=ticket, locale="en", offered=(item,)
        )

    def used(ticket: str) -> SuggestionUsed:
        return SuggestionUsed(
            occasion=f"o-{ticket}", ticket_id=ticket, suggestion_id=f"i-{ticket}", edited=False,
            edit_distance=0.0,
        )  # fmt: skip

    def nothing(ticket: str) -> NothingFitted:
        return NothingFitted(occasion=f"o-{ticket}", ticket_id=ticket)

    events = [
        offer("T1", "pump.en"), used("T1"),
        offer("T2", "internal.en"), used("T2"),
        offer("T3", "pump.en"), nothing("T3"),
        offer("T4", "pump.en"), nothing("T4"), used("T4"),
        offer("T5", "pump.en"), used("T5"), nothing("T5"),
        offer("T6", "pump.en"),
    ]  # fmt: skip
    logged = [LoggedEvent(number, NOW, event) for number, event in enumerate(events)]
    assert told_by_reps(logged, {"pump.en"}) == {"T1": True, "T3": False, "T4": True, "T5": True}
