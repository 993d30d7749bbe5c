"""Macros: filled with what is known, refused while anything is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.drafting import fill_placeholders, refuse_unfilled, unfilled
from kb.errors import InvalidInput
from kb.models import Customer, Message, Ticket


def ticket(name: str = "Ann Lee", locale: str = "en", **fields: object) -> Ticket:
    customer = Customer(
        id="C-9",
        name=name,
        email="ann@mail.example",
        phone="+44 20 7946 0143",
        attributes={"plan": "Garden Club", "Home City": "Leeds", "order_count": "3"},
    )
    return Ticket.model_validate(
        {
            "id": "T-7",
            "locale": locale,
            "subject": "Pump",
            "channel": "mail",
            "group": "devices",
            "customer": customer,
            "messages": (Message(author="customer", text="x"),),
            **fields,
        }
    )


VALUES = {"agent.name": "Sara Karimi", "ticket.due_time": "Monday, 14:00", "order.number": "VD-1"}


@pytest.mark.parametrize(
    ("placeholder", "expected"),
    [
        ("{{customer.first_name}}", "Ann"),
        ("{{ customer.name }}", "Ann Lee"),
        ("{{contact.name}}", "Ann Lee"),
        ("{{contact.firstname}}", "Ann"),
        ("{{ticket.requester.name}}", "Ann Lee"),
        ("{{ticket.requester.first_name}}", "Ann"),
        ("{{ticket.requester.lastName}}", "Lee"),
        ("#{ticket.customer.firstname}", "Ann"),
        ("#{ticket.customer.lastname}", "Lee"),
        ("{{{contact.email}}}", "ann@mail.example"),
        ("{{contact.phone}}", "+44 20 7946 0143"),
        ("{{customer.id}}", "C-9"),
        ("{{first_name}}", "Ann"),
        ("{{customer.plan}}", "Garden Club"),
        ("{{contact.home_city}}", "Leeds"),
        ("{{ticket.requester.custom_fields.order_count}}", "3"),
        ("{{customer.attributes.plan}}", "Garden Club"),
        ("{{ticket.id}}", "T-7"),
        ("#{ticket.number}", "T-7"),
        ("{{ticket.title}}", "Pump"),
        ("{{ticket.subject}}", "Pump"),
        ("{{ticket.via}}", "mail"),
        ("{{ticket.group.name}}", "devices"),
        ("{{agent.name}}", "Sara Karimi"),
        ("{{current_user.name}}", "Sara Karimi"),
        ("#{user.firstname}", "Sara"),
        ("#{user.lastname}", "Karimi"),
        ("{{ticket.due_time}}", "Monday, 14:00"),
        ("{{ticket.due_at}}", "Monday, 14:00"),
        ("{{order.number}}", "VD-1"),
        ("{{Order.Number}}", "VD-1"),
    ],
)
def test_the_names_that_help_desks_use_are_filled(placeholder: str, expected: str) -> None:
    assert fill_placeholders(f"a {placeholder} b", ticket(), VALUES) == f"a {expected} b"


@pytest.mark.parametrize(
    "placeholder",
    [
        "{{order.state}}",
        "#{order.id}",
        "{{name}}",
        "{{ticket.assignee.name}}",
        "{{customer.first_name | capitalize}}",
        '{{ticket.id | default: "?"}}',
        "{{customer.first_name|fallback:'there'}}",
        "{{#if customer.name}}",
        "{% if ticket.id %}",
        "{{customer.}}",
        "{{helpdesk_name}}",
    ],
)
def test_what_is_not_known_or_is_more_than_a_name_stays_and_is_listed(placeholder: str) -> None:
    body = f"a {placeholder} b"
    assert fill_placeholders(body, ticket(), VALUES) == body
    assert unfilled(body) == [placeholder]


def test_what_the_caller_knows_comes_before_what_the_ticket_says() -> None:
    assert fill_placeholders("{{ticket.number}}", ticket(), {"ticket.number": "2026-7"}) == "2026-7"


def test_the_name_is_taken_from_the_customer_s_messages_where_the_ticket_has_none() -> None:
    named = ticket(name="", messages=[{"author": "customer", "text": "x", "name": "Bo Berg"}])
    assert fill_placeholders("{{contact.name}}", named) == "Bo Berg"


def test_chinese_and_persian_names_are_filled_as_their_language_uses_them() -> None:
    body = "{{customer.first_name}}，您好！"
    assert fill_placeholders(body, ticket("王小满", "zh")) == "王小满，您好！"
    body = "سلام {{customer.first_name}} عزیز"
    assert fill_placeholders(body, ticket("نگار صفوی", "fa")) == "سلام نگار عزیز"


def test_a_latin_name_at_the_beginning_of_a_persian_line_does_not_turn_the_line() -> None:
    filled = fill_placeholders("{{customer.first_name}} عزیز، سلام", ticket("Ann Lee", "fa"))
    assert filled == "\u2068Ann\u2069 عزیز، سلام"


def test_nothing_is_put_around_a_value_inside_a_link() -> None:
    body = "https://x.example/?t={{ticket.id}} را ببینید"
    assert fill_placeholders(body, ticket(locale="fa")) == "https://x.example/?t=T-7 را ببینید"


# ── Attacks ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name",
    [
        "{{agent.name}}",
        "#{user.firstname}",
        "{% raw %}",
        "<script>alert(1)</script>",
        "[NAME]",
        "x" * 300,
        "info@firm.example",
    ],
)
def test_a_customer_name_that_is_none_leaves_the_placeholder(name: str) -> None:
    body = "Hello {{customer.name}}, I am {{agent.name}}"
    assert fill_placeholders(body, ticket(name), VALUES) == (
        "Hello {{customer.name}}, I am Sara Karimi"
    )


@pytest.mark.parametrize(
    "subject", ["{{customer.email}}", "a {{x}}", "#{x}", "my [EMAIL]", "}}", "x" * 301]
)
def test_a_value_that_would_make_a_placeholder_is_not_put_in(subject: str) -> None:
    assert fill_placeholders("{{ticket.subject}}", ticket(subject=subject)) == "{{ticket.subject}}"


def test_values_are_one_line_without_control_characters() -> None:
    filled = fill_placeholders("“{{ticket.subject}}”", ticket(subject="a\u202e\nb\u2066\t c"))
    assert filled == "“a b c”"


def test_html_is_inserted_as_the_text_that_it_is() -> None:
    assert fill_placeholders("{{ticket.subject}}", ticket(subject="<b>x</b>")) == "<b>x</b>"


@pytest.mark.parametrize("noise", ["{{", "#{", "{%", "{{ a", "{{{", "}}", "{{a}", "#{a.b "])
def test_a_megabyte_of_braces_is_read_in_one_go(noise: str) -> None:
    text = noise * (200_000 // len(noise))
    assert fill_placeholders(text, ticket()).count(noise) >= 1
    unfilled(text)


# ── What is left ─────────────────────────────────────────────────────────────────────────────


def test_what_is_left_is_listed_once_in_order_with_what_redaction_left() -> None:
    text = "{{a}} [NAME] #{b.c} {{a}} [EMAIL] {c} { {d} } {{}} #{ } [NAME] [OTHER]"
    assert unfilled(text) == ["{{a}}", "[NAME]", "#{b.c}", "[EMAIL]"]


def test_a_draft_with_anything_left_to_fill_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"^Fill \{\{a\}\}, \[NAME\] before inserting\.$"):
        refuse_unfilled("{{a}} [NAME]")
    refuse_unfilled("All is {said} and [done].")


def test_a_refusal_names_only_the_first_of_many() -> None:
    with pytest.raises(InvalidInput, match=r"\{\{p7\}\} and 992 more before inserting"):
        refuse_unfilled(" ".join(f"{{{{p{n}}}}}" for n in range(1000)))


_NAMES = ["customer.name", "ticket.subject", "agent.name", "x.y", "customer.plan", "a | b"]
_PIECES = st.one_of(
    st.text(alphabet=st.characters(exclude_characters="{}[]"), max_size=8),
    st.sampled_from([f"{{{{{name}}}}}" for name in _NAMES] + [f"#{{{name}}}" for name in _NAMES]),
    st.sampled_from(["[NAME]", "{% x %}"]),
)


@given(
    st.lists(_PIECES, max_size=8).map("".join),
    st.text(max_size=40),
    st.text(max_size=40),
    st.sampled_from(["en", "fa", "zh"]),
)
def test_filling_never_fails_and_never_makes_a_new_placeholder(
    body: str, name: str, subject: str, locale: str
) -> None:
    filled = fill_placeholders(body, ticket(name, locale, subject=subject), {"agent.name": name})
    assert set(unfilled(filled)) <= set(unfilled(body))


@given(st.text())
def test_any_text_at_all_can_be_filled(body: str) -> None:
    assert fill_placeholders(body, ticket()) == body or unfilled(body)
