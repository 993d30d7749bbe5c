"""The words of drafts."""

from __future__ import annotations

import string
from importlib.resources import files

import pytest

from kb.gaps.drafts.wording import Wording, is_instruction, wording
from kb.resolution.phrases import normalise


@pytest.mark.parametrize("language", ["fa", "zh"])
def test_every_phrase_has_the_same_fields_in_every_language(language):
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    ours, english = wording(language), wording("en")
    for name in set(Wording.model_fields) - {"instruction", "check"}:
        assert fields(getattr(ours, name)) == fields(getattr(english, name)), name
        assert getattr(ours, name) != getattr(english, name)
    assert [fields(line) for line in ours.check] == [fields(line) for line in english.check]


def test_a_language_without_a_file_gets_english_words():
    assert wording("de-AT") is wording("en")
    assert wording("zh-Hant-TW") is wording("zh")
    assert wording("../en") is wording("en")


def test_files_hold_nothing_that_would_end_a_comment():
    for item in (files("kb.gaps.drafts") / "languages").iterdir():
        assert "--" not in wording(item.name.removesuffix(".toml")).comment


@pytest.mark.parametrize(
    ("sentence", "locale", "tells"),
    [
        ("Hold the leaf button for five seconds.", "en", True),
        ("If the light blinks, unplug it.", "en", True),
        ("You need to charge it first.", "en", True),
        ("The lamp is broken.", "en", False),
        ("We open at nine.", "en", False),
        ("فیلتر را بردارید و با آب بشویید.", "fa", True),
        ("می‌توانید آن را پس بفرستید.", "fa", True),
        ("این صدای پمپ است.", "fa", False),
        ("از اینکه استفاده می‌کنید خوشحالیم.", "fa", False),
        ("請長按葉子按鈕五秒", "zh", True),
        ("点击“设置”", "zh", True),
        ("这是水泵的正常声音", "zh", False),
    ],
)
def test_instructions_are_told_from_statements(sentence, locale, tells):
    assert is_instruction(normalise(sentence), locale) is tells
