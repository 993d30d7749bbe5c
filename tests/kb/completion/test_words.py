"""How words are written in the help center."""

from __future__ import annotations

import pytest

from kb.completion.words import is_slip, key_of, sound_of, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [("Wi-Fi", "wifi"), ("می‌شود", "می شود"), ("كتاب", "کتاب"), ("don’t", "dont"), ("ＡＢ", "ab")],
)
def test_spellings_of_one_word_have_one_key(one, other):
    assert key_of(one) == key_of(other)


def test_what_has_no_letter_has_no_key():
    assert key_of("—  ‌") in ("", "—")
    assert key_of(" ‌-") == ""


def test_words_are_counted_once_per_passage_and_written_as_usual():
    words = words_of(
        [
            ("en", "Reset your password", "Password lost? Choose a new password."),
            ("en", "Planters", "The password of the planter. Verdilo keeps it."),
            ("fa", "گلدان‌ها", "گلدان ها را بشویید."),
        ]
    )
    password = words["en"].get("password")
    assert (password.surface, password.passages, password.named) == ("password", 2, True)
    assert words["en"].get("verdilo").surface == "Verdilo"
    assert words["en"].get("choose").named is False
    assert words["fa"].get("گلدانها").surface == "گلدان‌ها"


def test_words_are_found_by_their_beginning():
    words = words_of([("en", "", "lamp lamps light planter")])["en"]
    assert [word.key for word in words.starting_with("la")] == ["lamp", "lamps"]
    assert words.starting_with("x") == []


def test_words_are_found_by_how_they_begin_to_sound():
    words = words_of([("fa", "", "ذخیره زمان سفارش")])["fa"]
    assert {word.key for word in words.beginning_like("ظ")} == {"ذخیره", "زمان"}
    assert sound_of("صندوق") == sound_of("سندوغ")


@pytest.mark.parametrize(
    ("typed", "meant", "begun", "slip"),
    [("pasword", "password", False, True), ("passwrod", "password", False, True),
     ("paswo", "password", True, True), ("paswo", "password", False, False),
     ("cat", "car", False, True), ("order", "older", False, True),
     ("refund", "return", False, False), ("subscrptoin", "subscription", False, True)],
)  # fmt: skip
def test_a_slip_is_one_letter_and_in_long_words_two(typed, meant, begun, slip):
    assert is_slip(typed, meant, begun=begun) is slip
