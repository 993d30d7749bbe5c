"""Decisions about pairs of articles and about customers' words."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.errors import InvalidInput
from kb.gaps.decisions.content import MAX_NOTE, decided, open_rows, pair_key, word_key
from kb.gaps.words.vocabulary_rows import VocabularyRow

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


def row(word: str, language: str) -> VocabularyRow:
    return VocabularyRow(
        word=word, language=language, kind="word", people=4, examples=(), proposals=(), score=1
    )


def test_a_pair_is_the_same_in_whatever_order_it_is_named():
    assert pair_key(["b.en", "a.en"]) == pair_key(["a.en", "b.en"]) != pair_key(["a.en", "c.en"])


def test_a_word_is_the_same_in_any_case_and_another_one_in_another_language():
    assert word_key("Voucher", "en") == word_key("voucher", "en") != word_key("voucher", "zh")


def test_refused_words_are_left_out_and_others_stay_in_order():
    rows = [row("券", "zh"), row("voucher", "en"), row("بن", "fa")]
    assert open_rows(rows, [word_key("voucher", "en")]) == [rows[0], rows[2]]


def test_a_decision_keeps_who_and_why_on_one_line():
    made = decided("pair", "0" * 32, "keep_both", at=NOON, who=" Mina ", note="two\nmodels")
    assert (made.who, made.note, made.verdict) == ("Mina", "two models", "keep_both")


@pytest.mark.parametrize(
    ("verdict", "note"), [("not_a_synonym", ""), ("burn", ""), ("keep_both", "x" * (MAX_NOTE + 1))]
)
def test_what_a_pair_does_not_know_or_is_too_long_is_refused(verdict, note):
    with pytest.raises(InvalidInput):
        decided("pair", "0" * 32, verdict, at=NOON, note=note)
