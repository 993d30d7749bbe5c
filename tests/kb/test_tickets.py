"""What a ticket is about and what solved it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.models import Customer, Message, Ticket
from kb.tickets import current_problem, opening_problem, people, without_quotes


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


# ── Which turn is the problem ────────────────────────────────────────────────────────────────


def test_automatic_messages_are_nobodys_problem() -> None:
    found = ticket(
        ("customer", "I am out of the office until Monday and will reply on my return."),
        ("customer", "The pump is loud"),
        ("rep", "We have received your request (#12) and will get back to you."),
        ("customer", "It also leaks"),
    )
    assert opening_problem(found) == "The pump is loud\nIt also leaks"


def test_a_ticket_of_nothing_but_automatic_messages_has_no_problem() -> None:
    found = ticket(("customer", "این یک پیام خودکار است."), ("system", "Ticket created"))
    assert opening_problem(found) == ""
    assert current_problem(found) == ""


def test_a_forwarded_problem_comes_with_the_note_above_it() -> None:
    text = "请看下面\n\n-------- 转发的消息 --------\n主题: 漏水\n发件人: 彭霞\n\n花盆漏水。"
    assert opening_problem(ticket(("customer", text))) == "花盆漏水。\n请看下面"


@pytest.mark.parametrize("thanks", ["Thanks, bye!", "ممنون 🙏", "好的，谢谢"])
def test_thanks_are_no_problem_while_there_is_another(thanks: str) -> None:
    found = ticket(("customer", "Pump is loud"), ("rep", "Tilt it"), ("customer", thanks))
    assert current_problem(found) == "Pump is loud"
    same_turn = ticket(("customer", "Pump is loud"), ("customer", thanks))
    assert current_problem(same_turn) == "Pump is loud"


def test_thanks_alone_are_all_there_is() -> None:
    assert current_problem(ticket(("customer", "Thanks"))) == "Thanks"


def test_a_ticket_without_a_customer_has_no_current_problem() -> None:
    assert current_problem(ticket(("rep", "We called you"))) == ""


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("The pump is loud", "It still does not work"),
        ("پمپ صدا می‌دهد", "هنوز درست نشده"),
        ("水泵有噪音", "还是不行"),
    ],
)
def test_a_turn_that_leans_on_an_earlier_one_comes_with_it(first: str, again: str) -> None:
    found = ticket(
        ("customer", "How do I pay?"),
        ("rep", "By card"),
        ("customer", first),
        ("rep", "Tilt it"),
        ("customer", again),
        ("rep", "Then clean it"),
        ("customer", again + "!"),
    )
    assert current_problem(found) == f"{first}\n{again}\n{again}!"


def test_an_answer_to_the_reps_question_comes_with_what_it_is_about() -> None:
    found = ticket(
        ("customer", "The pump is loud"), ("rep", "Which model?"), ("customer", "Duo, 2024")
    )
    assert current_problem(found) == "The pump is loud\nDuo, 2024"


def test_a_question_after_the_reps_question_stands_by_itself() -> None:
    found = ticket(
        ("customer", "The pump is loud"), ("rep", "Better?"), ("customer", "Yes. Can I return it?")
    )
    assert current_problem(found) == "Yes. Can I return it?"


def test_a_rep_s_last_word_does_not_hide_the_latest_problem() -> None:
    found = ticket(
        ("customer", "Pump is loud"), ("rep", "Tilt it"), ("customer", "Now the lid is broken"),
        ("rep", "We send a new one"),
    )  # fmt: skip
    assert current_problem(found) == "Now the lid is broken"


def test_the_same_text_sent_twice_counts_once() -> None:
    found = ticket(("customer", "Pump is loud"), ("customer", "Pump is loud"))
    assert opening_problem(found) == "Pump is loud"


def test_people_are_the_customer_and_whoever_wrote_each_once() -> None:
    messages = (
        Message(author="customer", text="x", name="Ann Lee"),
        Message(author="rep", text="x", name="Bo"),
        Message(author="rep", text="x", name=" "),
        Message(author="customer", text="x", name="A. Lee"),
    )
    found = Ticket(id="t", locale="en", messages=messages, customer=Customer(name="Ann Lee"))
    assert people(found) == ["Ann Lee", "Bo", "A. Lee"]
