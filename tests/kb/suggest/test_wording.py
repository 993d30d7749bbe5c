"""An answer as a suggestion."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from kb.conflicts import Conflict
from kb.drafting import Drafter
from kb.models import Customer, IndexedDocument, Suggestion, Ticket
from kb.suggest.answers import Answer
from kb.suggest.wording import suggestion_id, suggestion_of
from tests.kb.suggest.house import asked, document, passage

TODAY = dt.date(2026, 6, 1)
URL = "https://help.example/articles"
INTERNAL = "Internal: guidance for you, do not send it to the customer."


def url_of(found: IndexedDocument) -> str:
    return f"{URL}/{found.id}" if found.kind == "article" else ""


def worded(
    found: IndexedDocument,
    *also: IndexedDocument,
    ticket: Ticket | None = None,
    words: str = "",
    heading: str = "",
    text: str = "",
    **fields: Any,
) -> Suggestion:
    part = passage(found.id, text, heading=heading)
    answer = Answer(found, part, np.zeros(2, np.float32), (), 0.61237, also=also, **fields)
    return suggestion_of(answer, ticket or asked(), words, Drafter(), url_of, TODAY)


# ── Kinds, sources, ids ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "fields", "expected", "audience"),
    [
        ("ticket", {}, "reply", "internal"),
        ("article", {}, "article", "public"),
        ("article", {"collection": "internal"}, "guidance", "internal"),
        ("macro", {}, "macro", "internal"),
    ],
)
def test_what_a_suggestion_is_follows_from_its_source(
    kind: str, fields: dict[str, Any], expected: str, audience: str
) -> None:
    suggestion = worded(document(kind, "d", **fields))
    assert suggestion.kind == expected
    assert [source.audience for source in suggestion.sources] == [audience]
    assert suggestion.confidence == 0.6124


def test_the_same_answer_has_the_same_id_for_every_ticket_and_another_one_another() -> None:
    found = document("macro", "m", body="Hello {{customer.name}}")
    first = worded(found, ticket=asked("A", customer=Customer(name="Ann Lee")))
    second = worded(found, ticket=asked("B", id="other", customer=Customer(name="Ben Ray")))
    assert first.draft != second.draft
    assert first.id == second.id == suggestion_id(found)
    kinds = {suggestion_id(document(kind, "m")) for kind in ("macro", "article", "ticket")}
    assert len(kinds) == 3


def test_merged_replies_are_counted_named_and_dated_by_the_newest() -> None:
    also = [document("ticket", f"t{n}", updated=dt.date(2026, 1, n)) for n in range(1, 8)]
    suggestion = worded(document("ticket", "t0", title="Air", updated=dt.date(2025, 12, 1)), *also)
    assert (suggestion.used, suggestion.last_used) == (8, dt.date(2026, 1, 7))
    assert [source.id for source in suggestion.sources] == ["t0", "t1", "t2", "t3", "t4"]
    assert suggestion.reason == (
        "Solved 8 tickets with a similar problem: “Air”, last on 2026-01-07"
    )


def test_one_reply_is_one_ticket() -> None:
    suggestion = worded(document("ticket", "t", title="Air"))
    assert (suggestion.used, suggestion.last_used) == (1, None)
    assert suggestion.reason == "Solved 1 ticket with a similar problem: “Air”"


# ── Reasons ──────────────────────────────────────────────────────────────────────────────────


def test_an_article_s_reason_names_section_links_and_date() -> None:
    found = document("article", "a", title="Pump noise", updated=dt.date(2026, 5, 1))
    suggestion = worded(found, heading="Rattling", linking=9)
    assert suggestion.reason == (
        "Help article “Pump noise”, section “Rattling”, covers this; 9 solved tickets with a "
        "similar problem got its link, updated 2026-05-01"
    )
    assert (suggestion.used, suggestion.last_used) == (9, None)


def test_guidance_and_macros_say_where_they_are_from() -> None:
    handbook = document("article", "h", collection="internal", title="Refunds")
    assert worded(handbook).reason == "The team's handbook covers this in “Refunds”"
    macro = document("macro", "m", title="Parcel late", updated=dt.date(2026, 5, 1))
    assert worded(macro).reason == "Macro “Parcel late” fits the problem, updated 2026-05-01"


def test_a_reply_s_reason_gives_the_customers_mean_rating() -> None:
    also = document("ticket", "t2", satisfaction=4), document("ticket", "t3")
    suggestion = worded(document("ticket", "t1", title="Air", satisfaction=5), *also)
    assert suggestion.reason.endswith("“Air”, customers' rating 4.5 of 5")


@pytest.mark.parametrize(
    ("words", "solved", "quoted"),
    [
        ("Error E-4017 after update", "It said E-4017.", "same “E-4017”, "),
        ("error e-4017.", "It said E-4017", "same “e-4017”, "),
        ("更新后出现错误E4017怎么办", "提示E4017，无法启动", "same “E4017”, "),
        ("خطای ۴۰۱۷ می‌دهد", "خطای 4017 داشت", "same “۴۰۱۷”, "),
        ("Firmware 2.14.0, again 2.14.0", "since 2.14.0", "same “2.14.0”, "),
        ("x1234 y1234 z1234", "z1234 y1234 x1234", "same “x1234”, “y1234”, "),
        ("E-4017", "E-4018", ""),
        ("in 3 of 10 cases", "in 3 of 10 cases", ""),
        ("the pump rattles", "the pump rattles", ""),
        ("", "", ""),
    ],
)
def test_codes_and_versions_in_common_are_quoted_as_the_customer_writes_them(
    words: str, solved: str, quoted: str
) -> None:
    suggestion = worded(document("ticket", "t", title="T"), words=words, text=solved)
    assert suggestion.reason == f"Solved 1 ticket with a similar problem: {quoted}“T”"


@pytest.mark.parametrize("noise", [".", "-_", "a.", "1.", "._-x", "پ.", "a" * 50 + "-"])
def test_codes_are_looked_for_in_noise_without_getting_stuck(noise: str) -> None:
    text = noise * (200_000 // len(noise))
    assert "same" not in worded(document("ticket", "t"), words=text, text="E4017").reason


def test_reasons_and_warnings_are_told_apart_from_english_too():
    newer, day = document("ticket", "t2", satisfaction=2), dt.date(2023, 5, 1)
    solved = document("ticket", "t1", title="Air", locale="zh", updated=day)
    suggestion = worded(solved, newer, words="error E-4017", text="E-4017")
    assert [(point.code, dict(point.values)) for point in suggestion.reason_points] == [
        ("solved_same", {"title": "Air", "count": 2, "codes": ("E-4017",)}),
        ("last", {"date": day}),
        ("rated", {"rating": 2.0}),
    ]
    assert [(point.code, dict(point.values)) for point in suggestion.warning_points] == [
        ("other_language", {"language": "zh"}),
        ("old_years", {"years": 3}),
        ("unhappy", {}),
    ]
    assert len(suggestion.warnings) == 3


# ── Drafts ───────────────────────────────────────────────────────────────────────────────────


def test_a_reply_goes_under_a_fresh_greeting() -> None:
    ticket = asked(customer=Customer(name="Ann Lee"))
    suggestion = worded(document("ticket", "t", body="Hi Marcus,\n\nTilt it."), ticket=ticket)
    assert suggestion.draft == "Hello Ann,\n\nTilt it.\n\nKind regards"
    assert (suggestion.locale, suggestion.direction) == ("en", "ltr")


def test_a_public_article_is_linked_and_an_internal_one_never() -> None:
    body = "Refund up to fifty euros. More in [limits](/articles/limits)."
    public = worded(document("article", "a", body=body), text="Refund up to fifty euros.")
    assert f"{URL}/a" in public.draft
    guidance = worded(
        document("article", "a", collection="internal", body="Refund up to fifty euros."),
        text="Refund up to fifty euros.",
    )
    assert guidance.draft == "Refund up to fifty euros."
    assert guidance.warnings == (INTERNAL,)


@pytest.mark.parametrize(
    ("locale", "direction", "greeting"),
    [("en", "ltr", "Hello"), ("fa-IR", "rtl", "سلام"), ("zh-Hans", "ltr", "您好")],
)
def test_a_draft_is_framed_and_directed_in_the_customer_s_language(
    locale: str, direction: str, greeting: str
) -> None:
    found = document("ticket", "t", locale=locale)
    suggestion = worded(found, ticket=asked(locale=locale))
    assert suggestion.direction == direction
    assert suggestion.draft.startswith(greeting)
    assert suggestion.warnings == ()


# ── Warnings ─────────────────────────────────────────────────────────────────────────────────


def test_another_language_is_never_passed_off_as_the_customer_s() -> None:
    found = document("article", "a", locale="zh", body="请倾斜水箱。")
    suggestion = worded(found, ticket=asked(locale="fa"), text="请倾斜水箱。")
    assert "فقط به زبان چینی" in suggestion.draft
    assert suggestion.warnings == ("The source is in another language (zh).",)
    assert [source.locale for source in suggestion.sources] == ["zh"]


def test_a_language_without_templates_is_warned_of() -> None:
    suggestion = worded(document("ticket", "t", locale="sw"), ticket=asked(locale="sw"))
    assert suggestion.warnings == (
        "There are no templates in the customer's language (sw): greeting and closing are in "
        "English.",
    )
    assert suggestion.locale == "en"


@pytest.mark.parametrize(
    ("updated", "warnings"),
    [
        (dt.date(2026, 6, 1), ()),
        (dt.date(2025, 6, 1), ()),  # exactly 365 days
        (dt.date(2025, 5, 31), ("The source is more than a year old.",)),
        (dt.date(2024, 6, 1), ("The source is 2 years old.",)),
        (dt.date(2019, 1, 1), ("The source is 7 years old.",)),
        (dt.date(2030, 1, 1), ()),
        (None, ()),
    ],
)
def test_an_old_source_is_warned_of_by_its_age(
    updated: dt.date | None, warnings: tuple[str, ...]
) -> None:
    assert worded(document("macro", "m", updated=updated)).warnings == warnings


def test_an_old_reply_that_was_sent_again_lately_is_not_old() -> None:
    old = document("ticket", "t1", updated=dt.date(2020, 1, 1))
    assert worded(old, document("ticket", "t2", updated=dt.date(2026, 5, 1))).warnings == ()


def test_a_contradiction_is_quoted_from_the_newer_article() -> None:
    conflict = Conflict("Within 14 days.", "You have 30 days.", "14 days / 30 days")
    suggestion = worded(document("ticket", "t"), conflict=conflict)
    assert suggestion.warnings == (
        "Contradicts a newer article (14 days / 30 days): “You have 30 days.”",
    )


@pytest.mark.parametrize(("rating", "warned"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_reply_that_left_a_customer_unhappy_says_so(rating: int, warned: bool) -> None:
    also = document("ticket", "t2", satisfaction=5)
    suggestion = worded(document("ticket", "t1", satisfaction=rating), also)
    expected = ("A customer was not satisfied with this reply.",) if warned else ()
    assert suggestion.warnings == expected


def test_what_has_to_be_filled_is_listed_and_warned_of() -> None:
    body = "Hi {{customer.first_name}}, {{order.id}} is #{order.state}, {{order.id}} [IBAN]"
    ticket = asked(customer=Customer(name="Ann Lee"))
    suggestion = worded(document("macro", "m", body=body), ticket=ticket)
    assert suggestion.draft == "Hi Ann, {{order.id}} is #{order.state}, {{order.id}} [IBAN]"
    assert suggestion.unfilled == ("{{order.id}}", "#{order.state}", "[IBAN]")
    assert suggestion.warnings == ("Fill before sending: {{order.id}}, #{order.state}, [IBAN].",)


def test_all_warnings_are_given_the_gravest_first() -> None:
    found = document(
        "ticket", "t", locale="zh", body="编号[ORDER]", updated=dt.date(2020, 1, 1), satisfaction=1
    )
    conflict = Conflict("14天", "30天", "14天 / 30天")
    suggestion = worded(found, ticket=asked(locale="sw"), conflict=conflict)
    assert [warning.split()[0] for warning in suggestion.warnings] == [
        "Contradicts", "The", "There", "The", "A", "Fill",
    ]  # fmt: skip
