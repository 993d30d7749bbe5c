"""Questions as titles, and titles as names of folders."""

from __future__ import annotations

import pytest

from kb.gaps.drafts.titles import TITLE_CHARS, folder_name, title_of


@pytest.mark.parametrize(
    ("question", "locale", "title"),
    [
        ("hi, how do I pair a second phone?", "en", "How do I pair a second phone?"),
        ("Hello there! Thanks. how do I pair it", "en", "How do I pair it"),
        ("I bought a lamp. how can i dim it? thanks", "en", "How can i dim it?"),
        ("Hi-res screen flickers", "en", "Hi-res screen flickers"),
        ("I say hello to nobody", "en", "I say hello to nobody"),
        ("سلام، چطور گوشی دوم را وصل کنم؟ ممنون", "fa", "چطور گوشی دوم را وصل کنم؟"),
        ("سلام وقت بخیر\nچراغ خاموش نمی‌شود", "fa", "چراغ خاموش نمی‌شود"),
        ("您好，请问怎么绑定第二部手机？谢谢", "zh", "怎么绑定第二部手机？"),
        ("second phone", "en", "Second phone"),
        ("--- pump leaks ---", "en", "Pump leaks"),
        ("?!…", "en", ""),
        ("", "en", ""),
    ],
)
def test_a_title_is_the_question_without_greeting_and_thanks(question, locale, title):
    assert title_of(question, locale) == title


@pytest.mark.parametrize("noise", ["how ", "怎么", "چطور ", "a", "hi "])
def test_a_title_is_short_whatever_was_asked(noise):
    assert len(title_of(noise * (100_000 // len(noise)), "en")) <= TITLE_CHARS


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How do I pair it?", "how-do-i-pair-it"),
        ("گوشی دوم را چطور وصل کنم؟", "گوشی-دوم-را-چطور-وصل-کنم"),
        ("怎么绑定第二部手机？", "怎么绑定第二部手机"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\x\0.md", "c-x-md"),
        ("...", "section"),
        ("qrels", "qrels-article"),
        ("README", "readme-article"),
    ],
)
def test_a_folder_is_named_in_letters_and_hyphens_of_any_script(title, name):
    assert folder_name(title) == name


def test_a_folders_name_fits_every_file_system():
    for title in ("𠀀" * 80, "گلدان " * 40, "x" * 500):
        assert 0 < len(folder_name(title).encode()) <= 120
