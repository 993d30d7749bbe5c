"""Marks become spans; whatever is wrong in a file is said with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.redaction import load_file, load_set, parse_marked
from kb.errors import InvalidInput
from kb.privacy import PersonalSpan


def write(path: Path, *documents: object) -> Path:
    lines = (d if isinstance(d, str) else json.dumps(d, ensure_ascii=False) for d in documents)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_marks_become_spans_of_the_plain_text() -> None:
    text, spans = parse_marked("mail ⟦EMAIL|a@b.example⟧, ⟦NAME|رضا⟧ عزیز")
    assert text == "mail a@b.example, رضا عزیز"
    assert spans == (PersonalSpan(5, 16, "EMAIL"), PersonalSpan(18, 21, "NAME"))
    assert [text[s.start : s.end] for s in spans] == ["a@b.example", "رضا"]


def test_a_text_without_marks_has_no_spans() -> None:
    assert parse_marked("版本 2.0.0.24 [EMAIL] | x") == ("版本 2.0.0.24 [EMAIL] | x", ())


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("⟦MAIL|a@b.example⟧", "no type of personal data"),
        ("⟦EMAIL| ⟧", "marks nothing"),
        ("⟦EMAIL|a@b.example", "not closed"),
        ("⟦EMAIL|a⟦NAME|b⟧⟧", "not closed or nested"),
    ],
)
def test_a_malformed_mark_is_refused(marked: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        parse_marked(marked)


def test_a_file_gives_sentences_in_the_language_of_its_name(tmp_path: Path) -> None:
    line = {"id": "1", "text": "你好⟦NAME|王小满⟧", "names": ["王小满"]}
    (sentence,) = load_file(write(tmp_path / "zh.jsonl", line, ""))
    assert (sentence.language, sentence.text, sentence.names) == ("zh", "你好王小满", ("王小满",))
    assert sentence.spans == (PersonalSpan(2, 5, "NAME"),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2"),
        ([], "A line is an object"),
        ({"id": "2"}, "A line is an object"),
        ({"id": "2", "text": "x", "spans": []}, "A line is an object"),
        ({"id": "2", "text": "x", "names": "Ann"}, "names"),
        ({"id": 2, "text": "x"}, "texts"),
        ({"id": "1", "text": "x"}, "used before"),
        ({"id": "2", "text": "⟦X|y⟧"}, "line 2: .*no type"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: object, said: str) -> None:
    path = write(tmp_path / "en.jsonl", {"id": "1", "text": "fine"}, line)
    with pytest.raises(InvalidInput, match=said):
        load_file(path)


def test_a_file_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_file(tmp_path / "none.jsonl")
    with pytest.raises(InvalidInput, match="no sentences"):
        load_file(write(tmp_path / "en.jsonl", ""))


def test_an_unknown_set_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="packaged, held-out"):
        load_set("train")
