"""The text a rep finds in front of them."""

from __future__ import annotations

import pytest

from kb.drafting import (
    article_draft,
    fill_placeholders,
    first_name,
    greeting,
    reply_draft,
    unfilled,
    without_greeting,
)
from kb.models import Customer, Message, Ticket


def ticket(name: str = "", locale: str = "en") -> Ticket:
    return Ticket(
        id="T-7",
        locale=locale,
        subject="Pump",
        customer=Customer(name=name),
        messages=(Message(author="customer", text="x"),),
    )


@pytest.mark.parametrize(
    ("name", "locale", "expected"),
    [
        ("Ann Lee", "en", "Hello Ann,"),
        ("", "en", "Hello,"),
        ("  ", "en", "Hello,"),
        ("نگار صفوی", "fa", "سلام نگار،"),
        ("", "fa", "سلام،"),
        ("王小满", "zh", "王小满，您好："),
        ("", "zh-Hans", "您好："),
        ("Ann Lee", "de", "Hello Ann,"),
        ("{name} {0}", "en", "Hello {name},"),
    ],
)
def test_the_customer_is_greeted_by_the_name_their_language_uses(
    name: str, locale: str, expected: str
) -> None:
    assert greeting(ticket(name), locale) == expected


def test_chinese_names_are_used_whole_since_the_given_name_comes_last() -> None:
    assert first_name(" 王 小满 ", "zh-Hant") == "王 小满"
    assert first_name("Ann Marie Lee", "en") == "Ann"


def test_an_article_draft_greets_answers_links_and_closes() -> None:
    assert article_draft("Tap Track.", "Track {it}", "/a/track", ticket("Ann"), "en") == (
        "Hello Ann,\n\n"
        "Tap Track.\n\n"
        "The whole article: “Track {it}” /a/track\n\n"
        "Does this solve it? If not, just reply to this message."
    )


def test_an_article_draft_without_a_link_has_no_trailing_blank() -> None:
    assert "“Track”\n\n" in article_draft("x", "Track", "", ticket(), "en")


@pytest.mark.parametrize(
    ("locale", "parts"),
    [
        ("fa", ["سلام،", "متن کامل مقاله: «T» /u", "آیا مشکل حل شد؟"]),
        ("zh", ["您好：", "完整文章：“T” /u", "问题解决了吗？"]),
    ],
)
def test_an_article_draft_is_all_in_the_language_of_its_source(
    locale: str, parts: list[str]
) -> None:
    draft = article_draft("body", "T", "/u", ticket(), locale)
    for part in parts:
        assert part in draft
    assert "Hello" not in draft


def test_a_past_reply_gets_a_fresh_greeting_instead_of_its_own() -> None:
    assert reply_draft("Hi Marcus,\n\nTilt it.\n\nBest,\nHannah", ticket("Ann Lee"), "en") == (
        "Hello Ann,\n\nTilt it.\n\nBest,\nHannah"
    )


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hi Marcus,\n\nTilt it.", "Tilt it."),
        ("Hello!\nTilt it.", "Tilt it."),
        ("Good morning Ann,\nTilt it.", "Tilt it."),
        ("\n\nDear Ann:\nTilt it.", "Tilt it."),
        ("سلام نگار جان،\n\nببینید.", "ببینید."),
        ("با سلام\nببینید.", "ببینید."),
        ("王小满您好，\n请看。", "请看。"),
        ("您好！\n\n请看。", "请看。"),
    ],
)
def test_a_line_that_only_greets_is_dropped(text: str, rest: str) -> None:
    assert without_greeting(text) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hi, tilt it and the air escapes.\nDone", "tilt it and the air escapes.\nDone"),
        ("سلام نگار جان، نگران نباشید.\nمتن", "نگران نباشید.\nمتن"),
        ("جناب آقای دکتر [NAME]، سلام\nمتن", "متن"),
        ("王先生您好，水泵没坏。", "水泵没坏。"),
    ],
)
def test_what_is_said_after_the_greeting_in_its_line_stays(text: str, rest: str) -> None:
    assert without_greeting(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Tilt it.",
        "High pressure is normal\nsays the guide",
        "His pump\nis loud",
        "Tilt it.\nHi again,\nmore",
        "Hello",
    ],
)
def test_a_text_without_a_greeting_stays(text: str) -> None:
    assert without_greeting(text) == text


# ── Macros ───────────────────────────────────────────────────────────────────────────────────


def test_a_macro_is_filled_with_what_the_ticket_tells() -> None:
    body = "{{customer.first_name}} / {{ customer.name }} / #{ticket.number} / {{ticket.subject}}"
    assert fill_placeholders(body, ticket("Ann Lee")) == "Ann / Ann Lee / T-7 / Pump"


def test_what_the_ticket_does_not_tell_stays_a_placeholder() -> None:
    body = "Hello {{customer.first_name}}, your order #{order.id} is {{ order.state }}"
    assert fill_placeholders(body, ticket()) == body
    assert unfilled(body) == ["{{customer.first_name}}", "#{order.id}", "{{ order.state }}"]


def test_a_customer_cannot_smuggle_placeholders_into_a_macro() -> None:
    filled = fill_placeholders("{{customer.name}}", ticket("{{ticket.subject}}"))
    assert filled == "{{ticket.subject}}"
    assert unfilled(filled) == ["{{ticket.subject}}"]


def test_each_unfilled_placeholder_is_named_once() -> None:
    assert unfilled("{{a}} {{b}} {{a}} {c} { {d} } {{}}") == ["{{a}}", "{{b}}"]
