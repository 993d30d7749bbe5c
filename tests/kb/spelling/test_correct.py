"""Slips are mended, right words left alone."""

from __future__ import annotations

import pytest

from kb.completion.words import words_of
from kb.spelling.correct import corrected
from kb.text import analyse

TEXTS = [
    ("en", "Reset your password", "Reset the password. Download an invoice for your account."),
    ("en", "Cancel a subscription", "Cancel the subscription; the warranty of Verdilo stays."),
    ("fa", "لغو اشتراک", "لغو اشتراک، بازپرداخت سفارش و گارانتی، حذف حساب، تغییر می‌شود."),
    ("zh", "重置密码", "在应用里重置密码。"),
]
WORDS = words_of(TEXTS)
TERMS = {
    term.text for language, title, text in TEXTS for term in analyse(f"{title} {text}", language)
}
OTHERS = {"adresse", "rechnung", "discount"}


def correct(query: str) -> str | None:
    found = corrected(query, WORDS, TERMS.__contains__, OTHERS.__contains__)
    return found.text if found else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("pasword reset", "password reset"), ("how do i resett my passwrod?",
      "how do i reset my password?"), ("Pasword", "Password"), ("invioce", "invoice"),
     ("subscrptoin", "subscription"), ("warrenty verdillo", "warranty verdilo")],
)  # fmt: skip
def test_english_slips_are_mended_and_the_rest_stays(typed, meant):
    assert correct(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("بازپرداحت", "بازپرداخت"), ("گارنتی", "گارانتی"), ("لغو اشطراک", "لغو اشتراک"),
     ("حزف حساب", "حذف حساب"), ("صفارش", "سفارش")],
)  # fmt: skip
def test_persian_slips_are_mended_and_letters_that_sound_alike(typed, meant):
    assert correct(typed) == meant


@pytest.mark.parametrize(
    "query",
    [
        "reset passwords", "resetting",  # other forms of what is known
        "rechnung adresse discount",  # right in other languages, though one letter away
        "invoise@example.com", "order VD-2093", "E104a", "pasword1", "https://pasword.example",
        "how does Invoyce work", "iNvoise", "INVOISE",  # names, as far as capitals tell
        "pad", "bill", "zzzzzzzz",
        "نمی‌شود", "سفارشم", "سفارشتان", "میشد",  # what Persian puts before and behind
        "重置密马", "密码",
        "", "؟",
    ],
)  # fmt: skip
def test_right_words_names_numbers_and_other_languages_are_left_alone(query):
    assert correct(query) is None


def test_it_is_told_what_was_changed():
    found = corrected("pasword und invioce", WORDS, TERMS.__contains__, OTHERS.__contains__)
    assert found.changed == (("pasword", "password"), ("invioce", "invoice"))


def test_long_questions_are_left_alone():
    assert correct("pasword " + "reset " * 12) is None
