"""What a ticket is about and what solved it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.models import Customer, Message, Ticket
from kb.tickets import current_problem, opening_problem, people, resolution, without_quotes


def ticket(*messages: tuple[str, str], **fields: Any) -> Ticket:
    """A ticket of (author, text) messages."""
    return Ticket(
        id="t",
        locale="en",
        messages=tuple(Message.model_validate({"author": a, "text": t}) for a, t in messages),
        **fields,
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("It works\n> old\n > older\n", "It works", id="quoted lines"),
        pytest.param("Yes\n\nOn Mon, 3 Mar 2025, Ann wrote:\n> Is it?", "Yes", id="English header"),
        pytest.param("بله\n\nدر تاریخ ۱۲ مهر علی نوشت:\n> سؤال", "بله", id="Persian header"),
        pytest.param("好的\n\n2024年1月1日，小王写道：\n> 旧", "好的", id="Chinese header"),
        pytest.param("Hi\n\nPump is loud\n-- \nAnn\nCEO", "Hi\n\nPump is loud", id="signature"),
        pytest.param("Hi\n--\r\nAnn".replace("\r", ""), "Hi", id="signature without a blank"),
        pytest.param("a\n\n\n\n\nb", "a\n\nb", id="empty lines"),
        pytest.param("  plain text ", "plain text", id="plain"),
        pytest.param("5 > 3 and a -- b", "5 > 3 and a -- b", id="marks inside a line"),
        pytest.param("", "", id="empty"),
    ],
)
def test_quoted_history_and_signatures_are_left_out(text: str, kept: str) -> None:
    assert without_quotes(text) == kept


def test_a_message_that_only_quotes_stays_as_it_is() -> None:
    assert without_quotes("> see below\n> please\n") == "> see below\n> please"


def test_only_the_beginning_of_a_pasted_log_is_kept() -> None:
    assert without_quotes("x" * 50_000) == "x" * 20_000


@pytest.mark.parametrize("filler", ["\n", " \n", ">\n", " ", "\t", "-", "_", "On a"])
def test_long_runs_of_nothing_are_read_in_one_pass(filler: str) -> None:
    text = "problem\n" + filler * (20_000 // len(filler)) + "\nx"
    assert without_quotes(text).startswith("problem")


@given(st.text(max_size=200))
def test_something_is_kept_of_every_message_that_says_something(text: str) -> None:
    assert bool(without_quotes(text)) == bool(text.strip())


def test_the_opening_problem_is_all_the_customer_wrote_before_the_first_reply() -> None:
    found = ticket(
        ("customer", "Pump is loud"),
        ("system", "Ticket created"),
        ("customer", "Also it leaks\n> Pump is loud"),
        ("rep", "Tilt it"),
        ("customer", "Thanks"),
    )
    assert opening_problem(found) == "Pump is loud\nAlso it leaks"


def test_a_ticket_opened_by_a_rep_has_no_opening_problem() -> None:
    assert opening_problem(ticket(("rep", "We called you"), ("customer", "ok"))) == ""


def test_the_current_problem_is_what_came_since_the_last_reply_in_order() -> None:
    found = ticket(
        ("customer", "Pump is loud"),
        ("rep", "Tilt it"),
        ("customer", "Now it leaks"),
        ("system", "Reopened"),
        ("customer", "From the lid"),
    )
    assert current_problem(found) == "Now it leaks\nFrom the lid"


@pytest.mark.parametrize("last", [("rep", "Tilt it"), ("customer", "  ")])
def test_without_news_the_current_problem_is_the_opening_one(last: tuple[str, str]) -> None:
    found = ticket(("customer", "Pump is loud"), ("rep", "Tilt it"), last)
    assert current_problem(found) == "Pump is loud"


# ── The reply that solved it ─────────────────────────────────────────────────────────────────


def solved_by(*replies: dict[str, Any]) -> str:
    messages = [Message(author="customer", text="a very long question " * 50)]
    messages += [Message.model_validate({"author": "rep", **reply}) for reply in replies]
    found = resolution(Ticket(id="t", locale="en", messages=tuple(messages)))
    assert found is not None
    return found.text


def test_the_reply_the_customer_accepted_solved_it() -> None:
    assert (
        solved_by({"text": "yes", "accepted": True}, {"text": "long " * 9, "helpful": 9}) == "yes"
    )


def test_else_the_reply_voted_helpful_most_often_did() -> None:
    assert solved_by({"text": "two", "helpful": 2}, {"text": "long " * 9, "helpful": 1}) == "two"


def test_else_the_most_substantial_reply_did() -> None:
    assert solved_by({"text": "Open the lid and clean it."}, {"text": "Welcome!"}) == (
        "Open the lid and clean it."
    )


def test_quoted_history_makes_no_reply_substantial() -> None:
    quoting = "Thanks\n" + "> old text\n" * 20
    assert solved_by({"text": "Clean the filter."}, {"text": quoting}) == "Clean the filter."


def test_of_equals_the_later_reply_did() -> None:
    assert solved_by({"text": "one"}, {"text": "two"}) == "two"
    assert solved_by({"text": "a" * 1500}, {"text": "b" * 9000}, {"text": "c" * 1500}) == "c" * 1500


@pytest.mark.parametrize(
    "messages", [[("customer", "x")], [("customer", "x"), ("rep", " \n")], [("system", "x")]]
)
def test_without_a_reply_nothing_solved_it(messages: list[tuple[str, str]]) -> None:
    assert resolution(ticket(*messages)) is None


def test_people_are_the_customer_and_whoever_wrote_each_once() -> None:
    messages = (
        Message(author="customer", text="x", name="Ann Lee"),
        Message(author="rep", text="x", name="Bo"),
        Message(author="rep", text="x", name=" "),
        Message(author="customer", text="x", name="A. Lee"),
    )
    found = Ticket(id="t", locale="en", messages=messages, customer=Customer(name="Ann Lee"))
    assert people(found) == ["Ann Lee", "Bo", "A. Lee"]
