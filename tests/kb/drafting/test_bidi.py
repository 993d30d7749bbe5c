"""Plain text that is laid out rightly wherever it is pasted."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.drafting.bidi import balanced, direction, marked, placed, plain

FSI, PDI, RLM, LRM = "\u2068", "\u2069", "\u200f", "\u200e"


def test_the_direction_is_the_language_s() -> None:
    assert [direction(x) for x in ("en", "fa", "fa-IR", "zh-Hans", "ar", "he")] == [
        "ltr", "rtl", "rtl", "ltr", "rtl", "rtl",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "before", "after"),
    [
        ("نگار", "سلام ", " عزیز،"),
        ("Ann", "سلام ", " عزیز،"),
        ("Ann Lee", "سلام ", "،"),
        ("2231", "سفارش ", " رسید"),
        ("VD-4839", "سفارش ", " رسید"),
        ("https://x.example/a", "", "\nمتن"),
        ("7", "نشانی https://x.example/", " را ببینید"),
        ("Sara Karimi", "با احترام\n", ""),
    ],
)
def test_in_a_persian_line_most_values_need_no_isolate(value: str, before: str, after: str) -> None:
    assert placed(value, before, after, "rtl") == value


@pytest.mark.parametrize(
    ("value", "before", "after"),
    [
        ("Ann", "", " عزیز، سلام"),  # would turn the whole line to the left
        ("Ann", "متن\n", " عزیز، سلام"),
        ("Ann", "سلام ", " (VIP) عزیز"),  # would flow together with its neighbour
        ("Ann", "سلام Dr ", " عزیز"),
        ("Ann", "سلام ", " ۲ پیام"),
        ("Really?", "عنوان «", "»"),  # the question mark would change sides
        ("+98 912 000 4117", "شمارهٔ ", " است"),  # the groups would change places
    ],
)
def test_a_value_that_would_be_laid_out_wrongly_is_isolated(
    value: str, before: str, after: str
) -> None:
    assert placed(value, before, after, "rtl") == f"{FSI}{value}{PDI}"


def test_in_an_english_line_only_right_to_left_values_are_isolated() -> None:
    assert placed("نگار", "Hello ", ",", "ltr") == "نگار"
    assert placed("نگار", "", ", hello", "ltr") == f"{FSI}نگار{PDI}"
    assert placed("نگار", "Hello ", ", 2 items", "ltr") == f"{FSI}نگار{PDI}"
    assert placed("+98 912", "Call ", "", "ltr") == "+98 912"


def test_lines_that_begin_in_the_other_direction_are_marked() -> None:
    text = "Wi-Fi را روشن کنید\nچراغ\nOrders › Track\n1. App را ببندید\nhttps://x.example"
    assert marked(text, "fa").split("\n") == [
        f"{RLM}Wi-Fi را روشن کنید", "چراغ", "Orders › Track", f"{RLM}1. App را ببندید",
        "https://x.example",
    ]  # fmt: skip
    assert marked("«ریحان» means basil", "en") == f"{LRM}«ریحان» means basil"
    assert marked("Wi-Fi 请打开", "zh") == "Wi-Fi 请打开"


def test_values_lose_what_cannot_be_seen() -> None:
    assert plain(" a\u202eb\u2066\n\tc\u200b\x00 ") == "ab c"
    assert plain("می\u200cشود") == "می\u200cشود"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u202eevil\u202c", "evil"),
        (f"{FSI}a{PDI} b", f"{FSI}a{PDI} b"),
        (f"{FSI}a\nb{PDI}", "a\nb"),
        ("\u202aa\u202c", "\u202aa\u202c"),
        (f"\u202aa{PDI}", "a"),
        (f"{PDI}{PDI}a", "a"),
    ],
)
def test_controls_are_balanced_in_their_line_and_overrides_dropped(
    text: str, expected: str
) -> None:
    assert balanced(text) == expected


@given(st.text(alphabet="ab ش1\n\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
def test_balancing_leaves_nothing_to_balance_and_keeps_the_letters(text: str) -> None:
    once = balanced(text)
    assert balanced(once) == once
    assert [c for c in once if unicodedata.category(c) != "Cf"] == [
        c for c in text if unicodedata.category(c) != "Cf"
    ]
