"""Articles by the words of their titles and headings."""

from __future__ import annotations

import pytest

from kb.completion.titles import LEAST, Titles, tokens
from kb.help_center.shelf import Entry

ENTRIES = tuple(
    Entry(identifier, identifier, identifier[-2:], title, "", None, "", headings)
    for identifier, title, headings in [
        ("password.en", "Reset your password", ("Request the link", "Your account is locked")),
        ("refund.en", "How long a refund takes", ()),
        ("wifi.en", "Connect the planter to Wi-Fi", ("Lamp blinks",)),
        ("cancel.fa", "لغو اشتراک باشگاه باغ", ()),
        ("wifi.fa", "وصل کردن گلدان به وای‌فای", ()),
        ("password.zh", "忘記密碼怎么办", ("重置链接",)),
    ]
)
TITLES = Titles(ENTRIES)


def found(text: str, language: str = "en") -> list[str]:
    ranked = TITLES.search(text, language, lambda _key: None, 100)
    return [ENTRIES[ordinal].id for ordinal, _ in ranked]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("pass", "password.en"), ("reset passw", "password.en"), ("refunds", "refund.en"),
     ("wi-f", "wifi.en"), ("wifi", "wifi.en"), ("acount locked", "password.en"),
     ("paswor", "password.en"), ("cancel", None), ("how do i reset my password", "password.en")],
)  # fmt: skip
def test_english_titles_are_found_by_words_beginnings_and_typos(typed, first):
    assert (found(typed) or [None])[0] == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [("لغو اش", "cancel.fa"), ("اشتراك", "cancel.fa"), ("اشتاک باشگاه", "cancel.fa"),
     ("وای فا", "wifi.fa"), ("گلدان‌", "wifi.fa")],
)  # fmt: skip
def test_persian_titles_are_found_however_they_are_spaced(typed, first):
    assert found(typed, "fa")[0] == first


@pytest.mark.parametrize("typed", ["密码", "忘记密", "密碼", "重置"])
def test_chinese_titles_are_found_without_spaces_in_both_scripts(typed):
    assert found(typed, "zh") == ["password.zh"]


def test_a_title_counts_more_than_a_heading():
    entries = (
        Entry("b.en", "b.en", "en", "Lamps", "", None, "", ("Clean the tank",)),
        Entry("a.en", "a.en", "en", "Clean the tank", "", None, "", ()),
    )
    ranked = Titles(entries).search("clean the tank", "en", lambda _key: None, 10)
    assert [entries[ordinal].id for ordinal, _ in ranked] == ["a.en", "b.en"]
    assert ranked[0][1] == pytest.approx(1.0)
    assert all(score >= LEAST for _, score in ranked)


@pytest.mark.parametrize("typed", ["", "  ", "?!", "how do i", "zzzzqqq"])
def test_what_names_nothing_finds_nothing(typed):
    assert found(typed) == []


def test_chinese_is_indexed_by_neighbours():
    assert list(tokens("花盆离线 offline")) == ["花盆", "盆离", "离线", "offline"]
    assert list(tokens("灯")) == ["灯"]
