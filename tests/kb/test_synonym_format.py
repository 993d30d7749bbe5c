"""What the synonyms file may hold, and what is said about the rest."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.errors import ConfigurationError, InvalidInput
from kb.expansion import Wording
from kb.synonym_format import Entry, accepted_entry, entry_text, parse_entries

LANGUAGES = ("en", "fa", "zh")
GROUP = '# ours\n\n[[synonym]]\nwords = ["passcode", "password"]\nlanguage = "en"\n'


def parse(text: str) -> tuple[Entry, ...]:
    return parse_entries(text, LANGUAGES, "synonyms.toml")


def test_each_word_of_a_group_stands_for_each() -> None:
    (entry,) = parse(GROUP)
    one, other = Wording("passcode", "en"), Wording("password", "en")
    assert list(entry.pairs()) == [(one, other), (other, one)]


def test_one_way_and_a_language_per_word() -> None:
    (entry,) = parse(
        '[[synonym]]\nfrom = "口令"\nto = ["密码", { word = "رمز", language = "fa-IR" }]\n'
        'language = "zh"\nnote = "seen in chats"\n'
    )
    asked = Wording("口令", "zh")
    assert list(entry.pairs()) == [(asked, Wording("密码", "zh")), (asked, Wording("رمز", "fa"))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[synonym]]\nwords = ["a", "b"\n', "is no TOML file: Unclosed array"),
        (GROUP + '\n[[synonym]]\nwords = ["a"]\n', "line 7: give two different words"),
        (GROUP + '\n[[synonym]]\nwords = ["a", "a"]\n', "line 7: give two different words"),
        (GROUP + '\n[[synonym]]\nfrom = "a"\n', 'line 7: give `words = ["…", "…"]`'),
        ('[[synonym]]\nwords = ["a", "b"]\nto = ["c"]\n', "line 1: give either `words`"),
        ('[[synonym]]\nwords = ["a", "b"]\nword = 1\n', "line 1: word: unknown key"),
        ('[[synonym]]\nwords = ["a", "!?"]\n', "line 1: words: '!?' holds no letter"),
        ('[[synonym]]\nwords = ["a", "یک دو سه چهار پنج"]\n', "at most 4 words"),
        ('[[synonym]]\nwords = ["a", "' + "密" * 81 + '"]\n', "80 characters"),
        ('[[synonym]]\nwords = ["a", 3]\n', "line 1: words.word: write it in quotes"),
        ('[[synonym]]\nwords = ["a", "b"]\nlanguage = "xx"\n', "line 1: 'xx' of 'a' is no conf"),
        ('[[synonyms]]\nwords = ["a", "b"]\n', "synonyms: unknown key"),
        ('synonym = [{ words = ["a", "a"] }]\n', "entry 1: give two different words"),
        ("synonym = 3\n", "synonym: write a list"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse(text)
    assert said in str(refused.value)
    assert str(refused.value).startswith("synonyms.toml")


@pytest.mark.parametrize(
    "content",
    [
        {"words": ["passcode", "password"], "language": "en", "note": 'says "so"\n\x7f'},
        {"from": "پسورد", "to": ["رمز عبور", {"word": "密码", "language": "zh"}]},
    ],
)
def test_an_entry_reads_back_as_it_was_written(content: dict[str, object]) -> None:
    entry = Entry.model_validate(content)
    assert parse(entry_text(entry)) == (entry,)


DAY = dt.date(2026, 11, 22)


def test_an_accepted_proposal_stands_for_the_word_and_the_word_for_it_unless_one_way() -> None:
    both = accepted_entry("پسورد", "رمز عبور", "fa", LANGUAGES, DAY)
    one, other = Wording("پسورد", "fa"), Wording("رمز عبور", "fa")
    assert (list(both.pairs()), both.note) == ([(one, other), (other, one)], "accepted 2026-11-22")
    single = accepted_entry("口令", "密码", "", LANGUAGES, DAY, one_way=True)
    assert list(single.pairs()) == [(Wording("口令"), Wording("密码"))]


@pytest.mark.parametrize(
    ("word", "proposal", "language", "said"),
    [
        ("same", "same", "en", "two different words"),
        ("…", "password", "en", "no letter"),
        ("x" * 81, "password", "en", "too long"),
        ("gift", "poison", "de", "no configured language; use one of en, fa, zh"),
    ],
)
def test_what_can_be_no_synonym_is_not_accepted(word, proposal, language, said) -> None:
    with pytest.raises(InvalidInput, match=said):
        accepted_entry(word, proposal, language, LANGUAGES, DAY)
