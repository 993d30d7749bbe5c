"""The part of a passage that shows why it was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.snippet import Snippet, highlight, make_snippet
from kb.text import analyse


def terms(query: str, locale: str = "en") -> set[str]:
    return {term.text for term in analyse(query, locale)}


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.highlights]


TEXT = (
    "Open the settings page first. "
    "Then tap Reset password and wait for the mail. "
    "The courier has nothing to do with it. "
    "A new password needs ten characters."
)


def test_the_sentence_that_mentions_the_query_is_shown() -> None:
    snippet = make_snippet(TEXT, terms("courier"), "en", limit=50)
    assert snippet.text == "… The courier has nothing to do with it."
    assert marked(snippet) == ["courier"]


def test_the_run_that_mentions_most_different_words_wins_over_repetition() -> None:
    text = "Password password password. Other things here. Reset a password by mail."
    snippet = make_snippet(text, terms("reset password mail"), "en", limit=40)
    assert snippet.text == "… Reset a password by mail."
    assert marked(snippet) == ["Reset", "password", "mail"]


def test_neighbouring_sentences_are_shown_as_long_as_they_fit() -> None:
    snippet = make_snippet(TEXT, terms("reset"), "en", limit=80)
    assert snippet.text == (
        "Open the settings page first. Then tap Reset password and wait for the mail."
    )


def test_a_query_in_another_language_gets_the_beginning() -> None:
    snippet = make_snippet(TEXT, terms("رمز عبور", "fa"), "en", limit=40)
    assert snippet == Snippet("Open the settings page first.", ())


def test_equally_good_runs_tie_to_the_earlier_one() -> None:
    snippet = make_snippet("Reset one. Middle words. Reset two.", terms("reset"), "en", limit=12)
    assert snippet.text == "Reset one."


def test_a_sentence_over_the_limit_is_shown_around_its_first_match() -> None:
    text = "word " * 100 + "needle " + "word " * 100
    snippet = make_snippet(text, terms("needle"), "en", limit=60)
    assert marked(snippet) == ["needle"]
    assert snippet.text.startswith("… word")
    assert snippet.text.endswith("word …")
    assert len(snippet.text) <= 60 + len("…  …")


def test_a_cut_sentence_in_the_middle_of_a_text_has_one_ellipsis_in_front() -> None:
    text = "First sentence. " + "word " * 100 + "needle."
    snippet = make_snippet(text, terms("needle"), "en", limit=60)
    assert snippet.text.startswith("… word")
    assert marked(snippet) == ["needle"]


def test_lines_become_one_line() -> None:
    snippet = make_snippet("1. open\n2. reset\n3. done", terms("reset"), "en")
    assert snippet.text == "1. open 2. reset 3. done"
    assert marked(snippet) == ["reset"]


def test_persian_is_highlighted_in_any_spelling() -> None:
    text = "بخش سفارش‌ها را باز کنید؟ كتاب‌هاي من کجاست."
    snippet = make_snippet(text, terms("کتاب سفارش", "fa"), "fa")
    assert marked(snippet) == ["سفارش‌ها", "كتاب‌هاي"]


def test_chinese_is_cut_between_sentences_and_highlighted_in_either_script() -> None:
    text = "請打開設定。然後重置密碼。完成以後請重新登入。"
    snippet = make_snippet(text, terms("重置密码", "zh"), "zh", limit=8)
    assert snippet.text == "… 然後重置密碼。"
    assert marked(snippet) == ["重置密碼"]


def test_overlapping_matches_are_one_highlight() -> None:
    assert highlight("Use Wi-Fi here", terms("wi-fi"), "en") == ((4, 9),)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_has_an_empty_snippet(text: str) -> None:
    assert make_snippet(text, {"x"}, "en") == Snippet("", ())


_texts = st.text(st.sampled_from("ab .!?\n。؟密码کی‌é\ud800x1"), max_size=200)


@given(_texts, st.integers(10, 80), st.sampled_from(["en", "fa", "zh"]))
def test_a_snippet_is_bounded_and_its_highlights_are_ordered_spans_of_it(
    text: str, limit: int, locale: str
) -> None:
    snippet = make_snippet(text, {"a", "ab", "密码", "b"}, locale, limit)
    assert len(snippet.text) <= limit + len("…  …")
    assert "\n" not in snippet.text
    at = 0
    for start, end in snippet.highlights:
        assert at <= start < end <= len(snippet.text)
        at = end


def test_the_number_of_an_item_stays_with_the_item() -> None:
    text = "1. Unplug the planter.\n2. Empty the tank.\n3. Fill it again."
    snippet = make_snippet(text, terms("unplug"), "en", limit=45)
    assert snippet.text == "1. Unplug the planter. 2. Empty the tank."


def test_items_of_persian_lists_have_persian_numbers() -> None:
    text = "1. گلدان را خاموش کنید.\n12. مخزن را پر کنید. مدل 5. تمام."
    snippet = make_snippet(text, terms("مخزن", "fa"), "fa")
    assert snippet.text == "۱. گلدان را خاموش کنید. ۱۲. مخزن را پر کنید. مدل 5. تمام."
    assert marked(snippet) == ["مخزن"]
