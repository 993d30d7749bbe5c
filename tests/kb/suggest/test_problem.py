"""What is matched of a ticket."""

from __future__ import annotations

from typing import Any

import pytest

from kb.errors import InvalidInput
from kb.models import Customer, Ticket
from kb.privacy import Redactor
from kb.suggest.problem import problem_of
from tests.kb.suggest.house import asked

REDACTOR = Redactor()


def thread(*messages: tuple[str, str], **fields: Any) -> Ticket:
    rows = [{"author": author, "text": text} for author, text in messages]
    return asked(**{"subject": "", **fields, "messages": rows})


def test_the_problem_is_the_subject_and_what_the_customer_wrote() -> None:
    problem = problem_of(asked("It rattles at night."), REDACTOR)
    assert (problem.meaning, problem.words) == ("Pump\nIt rattles at night.",) * 2


@pytest.mark.parametrize(
    ("locale", "name", "text", "redacted"),
    [
        ("en", "Ann Lee", "I am Ann Lee, ann@example.com", "I am [NAME], [EMAIL]"),
        ("fa", "سارا محمدی", "من سارا محمدی هستم، 09121234567", "من [NAME] هستم، [PHONE]"),
        ("zh", "王小明", "我是王小明，卡号4111 1111 1111 1111", "我是[NAME]，卡号[CARD]"),
    ],
)
def test_the_problem_is_redacted_like_the_index(
    locale: str, name: str, text: str, redacted: str
) -> None:
    ticket = asked(text, locale=locale, subject="", customer=Customer(name=name))
    assert problem_of(ticket, REDACTOR).words == redacted


def test_the_installation_s_own_order_numbers_are_redacted_too() -> None:
    redactor = Redactor(order_patterns=(r"ACME-\d+",))
    assert problem_of(asked("Where is ACME-77?"), redactor).words == "Pump\nWhere is [ORDER]?"


def test_it_is_what_the_customer_wants_now_not_what_was_settled() -> None:
    ticket = thread(
        ("customer", "The lamp does not light up at all."),
        ("rep", "Please update the firmware of the lamp."),
        ("customer", "The lamp is fine now, but the pump has begun to rattle. What can I do?"),
    )
    words = problem_of(ticket, REDACTOR).words
    assert "rattle" in words
    assert "light up" not in words


@pytest.mark.parametrize(
    "ticket",
    [
        thread(("rep", "Hello, how can we help?")),
        thread(("system", "Ticket opened by the web form")),
        thread(("customer", "   \n\t ")),
        thread(("customer", "\u200c\u200d\u200b"), subject="\u00a0"),
        thread(("customer", "\u202e\u2066\u2069\u200f"), subject="\u202d"),
        thread(("customer", "\x00\ufeff")),
    ],
    ids=["only a rep", "only the system", "blanks", "joiners", "marks of direction", "controls"],
)
def test_a_ticket_that_says_nothing_is_refused_with_what_to_send(ticket: Ticket) -> None:
    with pytest.raises(
        InvalidInput, match=r"no subject and no customer message.*send at least one"
    ):
        problem_of(ticket, REDACTOR)


def test_a_subject_alone_is_a_problem() -> None:
    assert problem_of(thread(("system", "opened"), subject="泵响"), REDACTOR).words == "泵响"


def test_of_a_long_problem_the_beginning_is_embedded_and_more_is_looked_up() -> None:
    problem = problem_of(asked("word " * 2000), REDACTOR)
    assert len(problem.meaning) == len("Pump") + 900
    assert len(problem.words) == len("Pump\n") + 4000 - 1  # the last blank is nothing


@pytest.mark.parametrize(
    "noise", ["x", "پ", "泵", ".", "-", ">\n", "😀", "{{", "<a ", "a@", "1 ", "\u200c"]
)
def test_a_megabyte_of_noise_is_read_no_further_than_needed(noise: str) -> None:
    problem = problem_of(asked(noise * (1_000_000 // len(noise))), REDACTOR)
    assert problem.words.startswith("Pump")
    assert len(problem.words) <= 5000
    assert len(problem.meaning) <= 905
