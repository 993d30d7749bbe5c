"""The synonyms file in use: read, watched, appended to; and what it does to searches."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer.pipeline import index
from kb.config import load_settings
from kb.errors import ConfigurationError, Conflict, InvalidInput
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.synonym_format import Entry, entry_text
from kb.synonyms import (
    WatchedSynonyms,
    append_entry,
    load_synonyms,
    read_entries,
    remove_entry,
    synonyms_path,
)
from tests.fakes import BagOfWordsEmbedder

LANGUAGES = ("en", "fa", "zh")
ENTRY = Entry.model_validate({"words": ["passcode", "password"], "language": "en"})
ARTICLES = [
    {"_id": "password.en", "group": "password", "lang": "en", "title": "Reset your password",
     "text": "Open the login page and choose a new password."},
    {"_id": "password.fa", "group": "password", "lang": "fa", "title": "بازیابی رمز عبور",
     "text": "صفحهٔ ورود را باز کنید و رمز عبور تازه بسازید."},
    {"_id": "password.zh", "group": "password", "lang": "zh", "title": "重置密码",
     "text": "打开登录页面，设置新的密码。"},
    {"_id": "pump.en", "group": "pump", "lang": "en", "title": "Pump noise",
     "text": "Clean the filter monthly."},
    {"_id": "pump.fa", "group": "pump", "lang": "fa", "title": "صدای پمپ",
     "text": "فیلتر را هر ماه تمیز کنید."},
    {"_id": "pump.zh", "group": "pump", "lang": "zh", "title": "水泵噪音",
     "text": "每月清洗过滤器。"},
]  # fmt: skip


@pytest.fixture
def settings(tmp_path):
    return load_settings(data_dir=tmp_path / "data", content_dir=tmp_path / "articles")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def knowledge_base(settings, clock, tmp_path) -> KnowledgeBase:
    path = tmp_path / "docs.jsonl"
    path.write_text("\n".join(json.dumps(r) for r in ARTICLES), encoding="utf-8")
    store = Store(settings.store_url)
    index([path], settings, store, BagOfWordsEmbedder())
    store.close()
    return KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters(), clock=clock)


def write(settings, text: str) -> None:
    path = synonyms_path(settings)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(len(text), len(text)))  # two writes within a tick of the clock


# ── The file ─────────────────────────────────────────────────────────────────────────────────


def test_without_a_file_there_are_no_synonyms(settings) -> None:
    assert synonyms_path(settings) == settings.content_dir / "synonyms.toml"
    assert read_entries(synonyms_path(settings), LANGUAGES) == ()
    assert not load_synonyms(settings)


def test_another_file_can_be_named(tmp_path) -> None:
    settings = load_settings(synonyms_file=tmp_path / "ours.toml")
    append_entry(synonyms_path(settings), ENTRY, LANGUAGES)
    assert (tmp_path / "ours.toml").is_file()
    assert load_synonyms(settings)


def test_appending_keeps_what_the_writer_wrote(tmp_path) -> None:
    path = tmp_path / "synonyms.toml"
    before = '# Ask Mina first!\n[[synonym]]\nwords = ["口令","密码"]   # from chats\n'
    path.write_text(before, encoding="utf-8")
    assert append_entry(path, ENTRY, LANGUAGES)
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert [entry.words[0].word for entry in read_entries(path, LANGUAGES)] == ["口令", "passcode"]
    assert list(tmp_path.iterdir()) == [path]


def test_what_the_file_says_already_is_not_said_twice(tmp_path) -> None:
    path = tmp_path / "new" / "synonyms.toml"
    assert append_entry(path, ENTRY, LANGUAGES)
    once = path.read_bytes()
    again = Entry.model_validate({"words": ["password", "passcode"], "language": "en"})
    assert not append_entry(path, again, LANGUAGES)
    assert path.read_bytes() == once


def test_a_broken_file_is_not_appended_to(tmp_path) -> None:
    path = tmp_path / "synonyms.toml"
    path.write_text("[[synonym]]\nwords = [", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is no TOML file"):
        append_entry(path, ENTRY, LANGUAGES)
    path.write_text("synonym = []\n", encoding="utf-8")  # a header cannot follow that
    with pytest.raises(ConfigurationError, match="is no TOML file"):
        append_entry(path, ENTRY, LANGUAGES)
    assert path.read_text(encoding="utf-8") == "synonym = []\n"


def test_a_folder_that_cannot_be_written_is_said(tmp_path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises((InvalidInput, ConfigurationError), match="cannot be"):
        append_entry(tmp_path / "file" / "synonyms.toml", ENTRY, LANGUAGES)


def test_a_file_that_is_no_text_is_said(tmp_path) -> None:
    path = tmp_path / "synonyms.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        read_entries(path, LANGUAGES)


def test_a_changed_file_is_read_again_and_a_broken_one_is_said_once(settings) -> None:
    watched = WatchedSynonyms(settings)
    assert not watched.refresh()
    write(settings, '[[synonym]]\nwords = ["a", "b"]\n')
    assert watched.refresh()
    good = watched.current
    assert good
    write(settings, "[[")
    with pytest.raises(ConfigurationError):
        watched.refresh()
    assert watched.current is good
    assert not watched.refresh()
    synonyms_path(settings).unlink()
    assert watched.refresh()
    assert not watched.current


# ── Searches ─────────────────────────────────────────────────────────────────────────────────


def test_without_a_file_results_are_those_of_an_empty_file_to_the_bit(
    knowledge_base, settings, clock
) -> None:
    queries = ["passcode reset", "رمز عبور", "重置密码", "pump pump noise"]
    before = [knowledge_base.search(query).model_dump_json() for query in queries]
    write(settings, "# nothing yet\n")
    clock.now += 2
    assert [knowledge_base.search(query).model_dump_json() for query in queries] == before


@pytest.mark.parametrize(
    ("query", "file", "locale", "marked"),
    [
        ("passcode", 'words = ["passcode", "password"]', "en", "password"),
        ("پسورد", 'from = "پسورد"\nto = ["رمز عبور"]', "fa", "رمز"),
        ("口令", 'words = ["口令", "密码"]\nlanguage = "zh"', "zh", "密码"),
    ],
)
def test_a_changed_file_counts_without_a_restart_and_marks_the_synonym(
    knowledge_base, settings, clock, query, file, locale, marked
) -> None:
    before = knowledge_base.search(query, locale=locale)
    write(settings, f"[[synonym]]\n{file}\n")
    assert knowledge_base.search(query, locale=locale) == before  # not looked at every time
    clock.now += 2
    after = knowledge_base.search(query, locale=locale)
    assert after.hits[0].id == f"password.{locale}"
    spans = after.hits[0].highlights
    assert marked in [after.hits[0].snippet[start:end] for start, end in spans]
    synonyms_path(settings).unlink()
    clock.now += 2
    assert knowledge_base.search(query, locale=locale) == before


def test_a_file_broken_while_serving_leaves_the_old_words(
    knowledge_base, settings, clock, caplog
) -> None:
    write(settings, '[[synonym]]\nwords = ["passcode", "password"]\n')
    clock.now += 2
    before = knowledge_base.search("passcode")
    write(settings, "[[synonym")
    clock.now += 2
    assert knowledge_base.search("passcode") == before
    assert "synonyms file" in caplog.text


def test_a_file_broken_at_the_start_is_a_configuration_error(settings) -> None:
    write(settings, '[[synonym]]\nwords = ["a"]\n')
    with pytest.raises(ConfigurationError, match="line 1"):
        KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())


def test_a_relative_file_name_needs_no_folder(tmp_path) -> None:
    assert append_entry(Path("synonyms.toml"), ENTRY, LANGUAGES)


def test_what_many_threads_accept_at_once_is_all_there(tmp_path):
    path = tmp_path / "synonyms.toml"
    entries = [Entry.model_validate({"words": [f"word{n}", f"other{n}"]}) for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda entry: append_entry(path, entry, LANGUAGES), entries))
    assert all(added)
    assert sorted(map(repr, read_entries(path, LANGUAGES))) == sorted(map(repr, entries))


def test_an_accepted_entry_can_be_taken_back_and_the_rest_stays_as_it_was_written(tmp_path):
    path = tmp_path / "synonyms.toml"
    path.write_text('# ours\n[[synonym]]\nwords = ["a1",   "b1"]  # spaced\n', encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    later = Entry.model_validate({"from": "پسورد", "to": ["رمز عبور"], "language": "fa"})
    append_entry(path, ENTRY, LANGUAGES)
    append_entry(path, later, LANGUAGES)
    remove_entry(path, ENTRY, LANGUAGES)
    assert read_entries(path, LANGUAGES)[1:] == (later,)
    remove_entry(path, later, LANGUAGES)
    assert path.read_text(encoding="utf-8") == before


def test_an_entry_that_is_gone_or_was_edited_is_not_taken_back(tmp_path):
    path = tmp_path / "synonyms.toml"
    append_entry(path, ENTRY, LANGUAGES)
    text = path.read_text(encoding="utf-8").replace('"passcode", ', '"passcode",  ')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Conflict, match="edited by hand"):
        remove_entry(path, ENTRY, LANGUAGES)
    other = Entry.model_validate({"words": ["x1", "y1"]})
    with pytest.raises(Conflict, match="somebody removed"):
        remove_entry(path, other, LANGUAGES)
    assert path.read_text(encoding="utf-8") == text


def test_of_two_entries_that_begin_alike_the_whole_one_is_taken_back(tmp_path):
    path = tmp_path / "synonyms.toml"
    noted = ENTRY.model_copy(update={"note": "accepted 2026-11-02"})
    path.write_text(f"{entry_text(noted)}\n{entry_text(ENTRY)}", encoding="utf-8")
    remove_entry(path, ENTRY, LANGUAGES)
    assert read_entries(path, LANGUAGES) == (noted,)
