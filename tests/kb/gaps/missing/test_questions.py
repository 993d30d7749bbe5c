"""Searches, contacts and tickets as questions: people are counted, each once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kb.gaps.journeys import Contact, Journeys, Search
from kb.gaps.missing.questions import (
    MOST_OF_A_VISIT,
    TicketAsked,
    contacts_asked,
    people_of,
    question_key,
    questions_of,
    shared_out,
)
from tests.kb.gaps.library import NOW, visit
from tests.kb.gaps.missing.shelf import asked_by

TEXTS = {
    "en": "How do I pair a second phone?",
    "fa": "گوشی دوم را چطور وصل کنم؟",
    "zh": "怎么绑定手机？",
}


def contact(**fields: Any) -> Contact:
    values = {"at": NOW, "session": "", "search": "", "ticket_id": "", "question": "", "locale": ""}
    return Contact(**(values | fields))


def told(
    tickets: list[TicketAsked], *contacts: Contact, searches: list[Search] | None = None
) -> list[TicketAsked]:
    visited = Journeys(searches or [], [], list(contacts), [])
    return contacts_asked(visited, {t.ticket_id: t for t in tickets}, lambda _: "detected")


def people(searches: list[Search], tickets: list[TicketAsked] | None = None) -> int:
    return people_of(questions_of(searches, tickets or []))


def test_a_visit_is_one_person_however_often_it_asks_the_same_or_something_else() -> None:
    same = [visit("low water", session="bot") for _ in range(1000)]
    other = [visit(f"low water {'abcdefghij'[n % 10]}", session="bot") for n in range(30)]
    assert people(same) == 1
    assert people(same + other) == 1
    assert people([*same, visit("low water", session="kim"), visit("low water")]) == 3


def test_of_a_visit_that_asks_about_everything_only_the_first_texts_count() -> None:
    flood = [visit(f"{'x' * (n + 2)} y", session="bot") for n in range(1000)]
    questions = questions_of([*flood, visit("xx y", session="bot"), visit("others ask")], [])
    assert len(questions) == MOST_OF_A_VISIT + 1
    assert sum(len(question.searches) for question in questions) == MOST_OF_A_VISIT + 2
    unknown = [visit(f"{'x' * (n + 2)} y", session="") for n in range(100)]
    assert len(questions_of(unknown, [])) == 100


def test_times_count_as_people_where_an_imported_log_names_nobody() -> None:
    assert people([visit("low water", session="", times=40), visit("low water", session="")]) == 41
    assert people([visit("low water", session="one", times=40)]) == 1


def test_a_customers_ten_tickets_are_one_person() -> None:
    assert people([], [asked_by(f"T{n}", "customer a") for n in range(10)]) == 1
    assert people([], [asked_by(f"T{n}", f"customer {n}") for n in range(10)]) == 10


@pytest.mark.parametrize(
    ("search", "made"),
    [
        ({"session": "v", "id": "s1"}, {"session": "v", "search": "s1"}),
        ({"session": "", "id": "s1"}, {"search": "s1"}),
        ({"session": "v", "id": "s1"}, {"session": "v"}),  # no search named, but the same visit
    ],
)
def test_a_ticket_after_a_search_is_not_a_second_person(search: Any, made: Any) -> None:
    searches = [visit("low water", **search)]
    mine = asked_by("T1", "customer a", "My tank is nearly empty")
    asked = told([mine], contact(ticket_id="T1", **made), searches=searches)
    assert people(searches, asked) == 1
    assert people(searches, [mine]) == 2


def test_a_visitors_other_tickets_are_the_same_persons() -> None:
    searches = [visit("low water", session="v")]
    tickets = [asked_by(f"T{n}", "customer a") for n in range(5)] + [asked_by("T9", "customer b")]
    asked = told(tickets, contact(ticket_id="T3", session="v"), searches=searches)
    assert [one.person for one in asked] == ["v"] * 5 + ["customer b"]


def test_visits_that_did_not_search_leave_a_customers_tickets_the_customers() -> None:
    tickets = [asked_by(f"T{n}", "customer a") for n in range(3)]
    contacts = [contact(ticket_id=f"T{n}", session=f"v{n}") for n in range(3)]
    assert people([], told(tickets, *contacts)) == 1


def test_a_contact_without_a_ticket_asks_its_question_in_its_language() -> None:
    search = visit("low water", session="", id="s1")
    asked = told(
        [],
        contact(question="Where is the lid?", locale="en", session="v"),
        contact(question="درپوش کجاست؟"),
        contact(question="My tank is empty", search="s1"),
        contact(),
        searches=[search],
    )
    assert [(one.text, one.language) for one in asked] == [
        ("Where is the lid?", "en"), ("درپوش کجاست؟", "detected"), ("My tank is empty", "detected"),
    ]  # fmt: skip
    assert asked[0].person == "v"
    assert asked[2].person == search.person
    assert len({one.person for one in asked}) == 3


def test_texts_that_differ_only_in_writing_are_one_question_in_each_language() -> None:
    pairs = [
        ("en", "How do I RESET  it?", "how do i reset it"),
        ("fa", "كتاب‌هاي من؟", "کتاب‌های من"),
        ("zh", "怎么重置？", "怎么重置"),
    ]
    for language, one, other in pairs:
        assert question_key(one, language) == question_key(other, language)
        searches = [visit(one, language=language), visit(other, language=language)]
        assert len(questions_of(searches, [])) == 1
    assert question_key("app", "en") != question_key("app", "fa")


def test_a_question_is_shown_as_most_people_wrote_it() -> None:
    written = ["low water", "LOW  water", "low water", "Low water"]
    (only,) = questions_of([visit(text) for text in written], [])
    assert only.text == "low water"
    assert only.demand == 4


@pytest.mark.parametrize(
    "text", ["", "   ", "12345", "?!…", "۱۲۳۴", "😀😀😀", "a", "\u200f\u200c", "=1+1"]
)
def test_texts_that_say_nothing_are_left_out(text: str) -> None:
    assert questions_of([visit(text)], [asked_by("T1", "a", text)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "نظام الري لا يعمل",
        "पानी कम है",
        "水位低 😀",
        '=HYPERLINK("http://x","y")',
        "low \udcffwater\ud800",
        "x\x00y",
        "ab" * 50_000,
        "\u0301" * 100_000 + "ab",
    ],
)
def test_other_scripts_and_hostile_texts_are_questions_without_control_characters(
    text: str,
) -> None:
    questions = questions_of([visit(text)], [])
    assert all(question.text.encode() and "\x00" not in question.text for question in questions)
    assert len(questions) == (0 if text.startswith("\u0301") else 1)


def test_staff_ask_for_others() -> None:
    assert (
        questions_of([visit("low water", role="rep"), visit("low water", role="admin")], []) == []
    )


def test_the_order_of_events_makes_no_difference() -> None:
    searches = [visit(text, language=code) for code, text in TEXTS.items() for _ in range(2)]
    there, back = questions_of(searches, []), questions_of(searches[::-1], [])
    assert [(q.key, q.text, q.demand) for q in there] == [(q.key, q.text, q.demand) for q in back]
    assert {q.language for q in there} == {"en", "fa", "zh"}


def test_who_asks_in_several_ways_is_shared_out_among_them() -> None:
    searches = [
        visit("low water", session="a"), visit("tank empty", session="a"),
        visit("low water", session="b"), visit("low water", session="", times=10),
    ]  # fmt: skip
    questions = questions_of(searches, [asked_by("T1", "a", "refill")])
    shares = dict(zip([q.text for q in questions], shared_out(questions).tolist(), strict=True))
    assert shares == pytest.approx(
        {"low water": 1 / 3 + 1 + 10, "tank empty": 1 / 3, "refill": 1 / 3}
    )
    assert sum(shares.values()) == pytest.approx(people_of(questions))
    assert shared_out([]).shape == (0,)


def test_times_are_those_of_every_search_and_ticket() -> None:
    later = NOW + dt.timedelta(hours=1)
    (only,) = questions_of(
        [visit("low water", session="a"), visit("low water", session="", id="s", times=3)],
        [asked_by("T1", "c", at=later)],
    )
    assert list(only.times) == [(NOW, "a", 1), (NOW, "search s", 3), (later, "c", 1)]
    assert only.people == {"a", "search s", "c"}
