"""What a gap is called."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from kb.embedder import Vectors
from kb.gaps.missing.naming import (
    CENTRAL,
    LABEL_CHARS,
    central_questions,
    centrality,
    label_of,
    telling_words,
    terms_of,
)
from kb.gaps.missing.questions import Question
from tests.kb.gaps.library import near


def ask(text: str, language: str = "en", key: str = "") -> Question:
    return Question(key or text, text, language)


def beside(cosine: float, axis: int) -> Vectors:
    return near(0, cosine, beside=axis)


def chosen(questions: list[Question], vectors: list[Vectors], weights: list[float]) -> list[str]:
    places = central_questions(questions, np.stack(vectors), np.array(weights))
    return [questions[place].text for place in places]


def test_every_language_that_asks_comes_before_a_second_question_in_one() -> None:
    questions = [
        ask("pair phone"), ask("second phone"), ask("other phone"),
        ask("گوشی دوم", "fa"), ask("第二部手机", "zh"), ask("zweites Handy", "de"),
    ]  # fmt: skip
    vectors = [beside(c, 10 + n) for n, c in enumerate((0.95, 0.94, 0.93, 0.7, 0.6, 0.5))]
    assert chosen(questions, vectors, [1.0] * 6) == ["pair phone", "گوشی دوم", "第二部手机"]
    assert chosen(questions[:4], vectors[:4], [1.0] * 4) == [
        "pair phone", "گوشی دوم", "second phone",
    ]  # fmt: skip


def test_near_copies_are_passed_over_even_where_fewer_than_three_are_left() -> None:
    questions = [ask("pair phone"), ask("pair phones"), ask("pair a phone"), ask("unpair")]
    copies = [beside(0.99, 10), beside(0.99, 11), beside(0.99, 12)]
    assert chosen(questions, [*copies, beside(0.6, 13)], [3.0, 2.0, 1.0, 1.0]) == [
        "pair phone", "unpair",
    ]  # fmt: skip


def test_of_equally_central_ones_more_people_chose_the_words_of_one() -> None:
    questions = [ask("a phone"), ask("b phone")]
    vectors = [beside(0.8, 10), beside(0.8, 11)]
    centre = np.stack(vectors)
    assert centrality(centre, np.ones(2)) == pytest.approx(
        np.full(2, centrality(centre, np.ones(2))[0])
    )
    assert chosen(questions, vectors, [1.0, 9.0])[0] == "b phone"
    assert chosen(questions, vectors, [5.0, 5.0])[0] == "a phone"  # by key
    assert chosen(questions[:1], vectors[:1], [1.0]) == ["a phone"]


def test_vectors_that_cancel_out_have_no_centre() -> None:
    opposite = np.stack([near(0), -near(0)])
    assert centrality(opposite, np.ones(2)).tolist() == [0.0, 0.0]
    assert len(central_questions([ask("a b"), ask("c d")], opposite, np.ones(2))) == 2
    assert CENTRAL == 3


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("How do I pair it?", "How do I pair it?"),
        ("Email \n does not arrive", "Email: does not arrive"),
        ("A subject that says enough\nHello, I have", "A subject that says enough"),
        ("", ""),
        (" \n ", ""),
        ("word " * 40, "word " * 17 + "word…"),
        ("گوشی " * 40, "گوشی " * 17 + "گوشی…"),
        ("x" * 200, "x" * LABEL_CHARS + "…"),
        ("手机" * 100, "手机" * (LABEL_CHARS // 2) + "…"),
        ("short " + "x" * 200, "short " + "x" * (LABEL_CHARS - 6) + "…"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
)
def test_a_label_is_one_line_cut_at_a_word(text: str, label: str) -> None:
    assert label_of(text) == label


def test_a_label_of_a_hundred_thousand_characters_is_short() -> None:
    for noise in ("🙂" * 100_000, "ab " * 40_000, "नमस्ते " * 20_000, "\u0301" * 100_000):
        assert len(label_of(noise)) <= LABEL_CHARS + 1


def words(*questions: Question, weights: list[float] | None = None, others: str = "") -> list[str]:
    counts = Counter((term, q.language) for q in questions for term in terms_of(q))
    counts.update((term, "en") for term in terms_of(ask(others)))
    found = telling_words(questions, weights or [1.0] * len(questions), counts, 100)
    return [word for word, _, _ in found]


def test_words_are_those_that_many_use_and_that_are_rare_elsewhere() -> None:
    asked = [ask("pair my phone"), ask("Pair phones"), ask("pairing my watch")]
    counts = Counter({("pair", "en"): 3, ("my", "en"): 80, ("phone", "en"): 2, ("watch", "en"): 1})
    found = telling_words(asked, [1.0, 1.0, 1.0], counts, 100)
    assert [word for word, _, _ in found] == ["Pair", "phone", "watch"]
    assert found[0][1:] == ("pair", "en")


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "Hello, how can't I please reset my password?", {"reset", "password"}),
        ("fa", "سلام، چرا نمی‌توانم رمز را عوض کنم؟", {"رمز", "عوض"}),
        ("zh", "你好，请问为什么不能重置密码呢？", {"重置", "密码"}),
    ],
)
def test_words_that_only_ask_tell_nothing(language: str, text: str, told: set[str]) -> None:
    assert set(words(ask(text, language))) == told


def test_people_count_and_a_word_counts_once_a_question() -> None:
    asked = [ask("lamp lamp lamp lamp"), ask("pump")]
    assert words(*asked, weights=[1.0, 3.0]) == ["pump", "lamp"]


def test_numbers_and_endless_words_tell_nothing() -> None:
    asked = [ask(f"12345 ۱۲۳ {'x' * 41} 😀 valve"), ask("阀门 12", "zh"), ask("شیر ۱۲", "fa")]
    assert set(words(*asked)) == {"valve", "阀门", "شیر"}


def test_of_a_long_text_only_the_beginning_is_read() -> None:
    found = words(ask("pump " + "filler " * 100_000 + "ending"))
    assert set(found) == {"pump", "filler"}
    assert len(terms_of(ask("ab cd " * 200_000))) <= 5


def test_the_same_word_in_two_languages_is_two() -> None:
    found = telling_words([ask("wifi"), ask("wifi", "fa")], [1.0, 1.0], Counter(), 100)
    assert [(word, language) for word, _, language in found] == [("wifi", "en"), ("wifi", "fa")]
