"""Proposals that were settled since they were made."""

from __future__ import annotations

from kb.expansion import NO_SYNONYMS, Synonyms, Wording
from kb.gaps.words.vocabulary_rows import VocabularyRow, unsettled


def row(word: str, language: str) -> VocabularyRow:
    return VocabularyRow(
        word=word, language=language, kind="word", people=5, examples=(), proposals=(), score=5
    )


ROWS = [row("passcode", "en"), row("پسورد", "fa"), row("口令", "zh"), row("two words", "en")]


def test_words_that_got_a_synonym_are_left_out_in_their_language():
    pairs = [
        (Wording("passcode", "en"), Wording("password", "en")),
        (Wording("口令", "zh"), Wording("密码", "zh")),
        (Wording("پسورد", "fa"), Wording("رمز عبور", "fa")),
        (Wording("two words", "en"), Wording("password", "en")),
    ]
    for settled, pair in zip(("passcode", "口令", "پسورد", "two words"), pairs, strict=True):
        kept = unsettled(ROWS, Synonyms([pair], ("en", "fa", "zh")))
        assert [one.word for one in ROWS if one not in kept] == [settled]


def test_without_synonyms_every_word_stays_in_order():
    assert unsettled(ROWS, NO_SYNONYMS) == ROWS
