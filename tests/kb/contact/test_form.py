"""What somebody typed: cleaned, and what is wrong with it."""

from __future__ import annotations

import pytest

from kb.contact.form import READ_KEPT, ContactForm, check, mailable

FORM = ContactForm(question="Pump rattles", email="sam@doe.example")


def test_a_question_and_an_address_are_enough():
    assert check(FORM) == {}


def test_everything_that_is_missing_is_said_at_once_in_the_order_of_the_form():
    problems = check(ContactForm(question=" \u200b ", details="only details").cleaned())
    assert list(problems.items()) == [
        ("question", "question_missing"),
        ("email", "email_missing"),
    ]


def test_what_is_too_long_is_named_field_by_field():
    form = ContactForm("q" * 301, "d" * 10_001, "n" * 101, f"{'a' * 250}@b.example")
    assert check(form) == {
        "question": "question_long",
        "details": "details_long",
        "name": "name_long",
        "email": "email_invalid",
    }


@pytest.mark.parametrize(
    "address",
    ["sam@doe.example", "s.o'neil+kb@mail.doe.example", "مینا@مثال.ایران", "用户@例子.中国"],
)
def test_addresses_of_every_script_are_addresses(address):
    assert mailable(address)


@pytest.mark.parametrize(
    "address",
    ["sam", "sam@doe", "sam @doe.example", "x@localhost", "a@b..example", "a@b.example\nBcc: c@d"],
)
def test_what_no_mail_can_be_sent_to_is_refused(address):
    assert not mailable(address)


def test_cleaning_puts_a_question_on_one_line_and_keeps_the_lines_of_the_details():
    form = ContactForm("  Pump\n rattles\x00 ", " one\n\ntwo ", " Sam\tDoe ", " sam@doe.example ")
    assert form.cleaned() == ContactForm("Pump rattles", "one\n\ntwo", "Sam Doe", "sam@doe.example")


def test_the_text_is_question_and_details():
    assert ContactForm("چرا؟", "جزئیات").text == "چرا؟\n\nجزئیات"
    assert ContactForm("为什么？").text == "为什么？"


def test_articles_that_were_read_count_once_and_at_most_ten():
    read = ("a", "b", "a", *(f"n{number}" for number in range(20)))
    cleaned = ContactForm(read=read).cleaned()
    assert cleaned.read[:3] == ("a", "b", "n0")
    assert len(cleaned.read) == READ_KEPT
