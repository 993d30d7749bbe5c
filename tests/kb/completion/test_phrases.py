"""What is typed, with its last word completed."""

from __future__ import annotations

import pytest

from kb.completion.phrases import completed
from kb.completion.words import words_of

TEXTS = [
    ("en", "Reset your password", "Open the app and reset the password. Receive a link."),
    ("en", "Refund time", "A refund of the paid price takes a week."),
    ("en", "Planter offline", "The planter is offline. Restart the planter and read the light."),
    ("fa", "رمز عبور", "رمز عبور را در اپلیکیشن عوض کنید."),
    ("fa", "بازپرداخت", "بازپرداخت یک هفته طول می‌کشد."),
    ("zh", "重置密码", "在应用里重置密码，密封圈不用换。"),
    ("zh", "花盆离线", "花盆离线的时候先重启。"),
]
WORDS = words_of(TEXTS)
STEMS = [{word.stem for words in [words_of([text])[text[0]]] for word in words} for text in TEXTS]


def together(context, stem) -> int:
    known = [term for term in context if any(term in stems for stems in STEMS)]
    return sum(stem in stems and all(term in stems for term in known) for stems in STEMS)


def complete(text: str, language: str = "en") -> list[str]:
    return completed(text, WORDS, language, together, 5)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("pas", "password"), ("Reset pas", "Reset password"), ("how do i reset my pas",
     "how do i reset my password"), ("ref", "refund"), ("paswo", "password")],
)  # fmt: skip
def test_the_last_word_is_completed_and_the_rest_stays_as_typed(typed, first):
    assert complete(typed)[0] == first


def test_a_completion_goes_with_the_words_before_it():
    assert complete("refund pla") == []
    assert complete("restart pla") == ["restart planter"]


def test_what_titles_name_comes_first_and_words_of_questions_never():
    assert complete("re")[:2] == ["reset", "refund"]
    assert "receive" not in complete("re")
    assert complete("th") == []


def test_a_whole_word_is_not_completed_by_itself_or_its_plural():
    assert complete("planter") == []
    assert complete("planter ") == []


@pytest.mark.parametrize(("typed", "first"), [("بازپ", "بازپرداخت"), ("رمز عب", "رمز عبور")])
def test_persian_words_are_completed(typed, first):
    assert complete(typed, "fa")[0] == first


@pytest.mark.parametrize(("typed", "first"), [("重置密", "重置密码"), ("花盆离", "花盆离线")])
def test_chinese_is_completed_from_the_beginning_of_its_last_word(typed, first):
    assert complete(typed, "zh")[0] == first


def test_the_script_of_what_is_typed_decides_not_the_reader():
    assert complete("pas", "fa") == ["password"]


@pytest.mark.parametrize("typed", ["", "p", "12", "?", "pas?"])
def test_nothing_is_made_of_next_to_nothing(typed):
    assert complete(typed) == []
