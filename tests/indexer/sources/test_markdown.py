"""Markdown articles: what a file says is read, and every way it can be wrong is explained."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.sources import Problem, SourceDocument
from indexer.sources.markdown import read_markdown
from kb.models import Article

LIMIT = 1_000_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "reset-password"
    folder.mkdir()
    return folder / "en.md"


def read(file: Path, content: str | bytes) -> SourceDocument | Problem:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_markdown(file, max_document_bytes=LIMIT)


def article(file: Path, content: str | bytes) -> Article:
    item = read(file, content)
    assert isinstance(item, SourceDocument), item
    assert isinstance(item.document, Article)
    return item.document


def problem(file: Path, content: str | bytes) -> str:
    item = read(file, content)
    assert isinstance(item, Problem), item
    assert item.origin == str(file)
    return item.reason


def with_field(line: str) -> str:
    return f"---\ntitle: Reset\nlocale: en\n{line}\n---\nBody\n"


# ── What a file says ─────────────────────────────────────────────────────────────────────────


def test_every_field_of_the_front_matter_is_read(file: Path) -> None:
    text = """---
id: reset-password.fa
locale: fa
title: رمز عبورم را فراموش کرده‌ام
section: account
audience: internal
tags: [password, sign-in]
updated: 2026-04-27
draft: true
translation_of: reset-password.en
---
# گام اول

متن
"""
    assert article(file, text) == Article(
        id="reset-password.fa",
        group="reset-password.en",
        locale="fa",
        title="رمز عبورم را فراموش کرده‌ام",
        section="account",
        audience="internal",
        tags=("password", "sign-in"),
        updated=dt.date(2026, 4, 27),
        draft=True,
        body="# گام اول\n\nمتن",
    )


def test_title_and_locale_are_enough(file: Path) -> None:
    assert article(file, "---\ntitle: Reset\nlocale: en\n---\nBody\n") == Article(
        id="reset-password.en", group="reset-password.en", locale="en", title="Reset", body="Body"
    )


def test_an_article_that_translates_nothing_is_a_group_of_its_own(file: Path) -> None:
    assert article(file, with_field("id: a")).group == "a"


def test_the_origin_is_the_file(file: Path) -> None:
    item = read(file, with_field(""))
    assert isinstance(item, SourceDocument)
    assert item.origin == str(file)


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("tags: wifi, router", ("wifi", "router")),
        ("tags: [wifi, 2024]", ("wifi", "2024")),
        ("tags: []", ()),
        ("tags:", ()),
        ("tags: ' , wifi,'", ("wifi",)),
    ],
)
def test_tags_may_be_a_list_or_one_line(file: Path, line: str, tags: tuple[str, ...]) -> None:
    assert article(file, with_field(line)).tags == tags


def test_a_number_may_be_an_id(file: Path) -> None:
    assert article(file, with_field("id: 7\ntranslation_of: 5")).id == "7"


def test_a_byte_order_mark_is_not_content(file: Path) -> None:
    assert article(file, b"\xef\xbb\xbf" + with_field("").encode()).title == "Reset"


def test_windows_line_endings_read_as_any_other(file: Path) -> None:
    text = "---\ntitle: Reset\nlocale: en\n---\nOne\n\nTwo\n"
    assert (
        article(file, text.replace("\n", "\r\n")).body == article(file, text).body == "One\n\nTwo"
    )


def test_a_rule_in_the_body_does_not_end_the_article(file: Path) -> None:
    assert article(file, with_field("") + "\n---\n\nMore\n").body == "Body\n\n---\n\nMore"


def test_control_characters_in_the_body_are_dropped(file: Path) -> None:
    assert article(file, with_field("").replace("Body", "Bo\x00dy")).body == "Body"


def test_arabic_letters_stay_as_they_were_written(file: Path) -> None:
    assert article(file, with_field("").replace("Body", "كتاب‌هاي")).body == "كتاب‌هاي"


# ── What is wrong with a file ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("", "has no front matter", id="empty file"),
        pytest.param("# Reset\n\nBody", "has no front matter", id="no front matter"),
        pytest.param("Hi\n\n---\n\na\n\n---\n\nb", "has no front matter", id="rules only"),
        pytest.param("---\ntitle: Reset\nBody", "has no front matter", id="unclosed"),
        pytest.param("---\n- a\n- b\n---\nBody", "has no front matter", id="a list"),
        pytest.param("---\ntitle: R\nlocale: en\n---\n", "has an empty body", id="no body"),
        pytest.param("---\ntitle: R\nlocale: en\n---\n \n\t\n", "has an empty body", id="blank"),
        pytest.param("---\nlocale: en\n---\nB", "title: Field required", id="no title"),
        pytest.param("---\ntitle: R\n---\nB", "locale: Field required", id="no locale"),
        pytest.param(with_field("titel: x"), "titel: Extra inputs are not permitted", id="typo"),
        pytest.param(with_field("body: x"), "body: is no field", id="body in front matter"),
        pytest.param(with_field("group: x"), "group: is no field", id="group in front matter"),
        pytest.param(with_field("content: x"), "content: Extra inputs", id="content"),
        pytest.param(with_field("handler: x"), "handler: Extra inputs", id="handler"),
        pytest.param(with_field("self: x"), "self: Extra inputs", id="self"),
        pytest.param(with_field("1: x"), "1: is no field", id="key is a number"),
        pytest.param(with_field("null: x"), "None: is no field", id="key is null"),
        pytest.param(with_field("kind: macro"), "kind: Input should be 'article'", id="kind"),
        pytest.param(with_field("audience: all"), "audience: Input should be", id="audience"),
        pytest.param(with_field("locale: no"), "locale: Input should be a valid string", id="no"),
        pytest.param(with_field("locale: English"), "locale: String should match", id="locale"),
        pytest.param(with_field("title: 5"), "title: Input should be a valid string", id="number"),
        pytest.param(with_field("title: ''"), "title: String should have at least 1", id="''"),
        pytest.param(with_field("updated: soon"), "updated: Input should be", id="when"),
        pytest.param(with_field("updated: 2026-13-45"), "month must be in 1..12", id="month 13"),
        pytest.param(with_field("draft: maybe"), "draft: Input should be", id="draft"),
        pytest.param(with_field("tags: 5"), "tags: should be a list", id="tags a number"),
        pytest.param(with_field("tags: {a: b}"), "tags: should be a list", id="tags a mapping"),
        pytest.param(with_field("tags: [[a]]"), "tags: should be a list", id="tags nested"),
        pytest.param(with_field("id: [a]"), "id: should be one word", id="id a list"),
        pytest.param(with_field("translation_of: {a: b}"), "translation_of: should be", id="of"),
        pytest.param(with_field(f"id: {'x' * 301}"), "id: Value should have at most", id="long"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why(file: Path, content: str, reason: str) -> None:
    assert reason in problem(file, content)


def test_several_mistakes_are_all_named(file: Path) -> None:
    reason = problem(file, "---\nlocale: 5\nx: 1\n---\nBody")
    assert "title: " in reason
    assert "locale: " in reason
    assert "x: " in reason


@pytest.mark.parametrize(
    ("line", "number"), [("title: a: b", 4), ("section: x\n\ttags: a", 5), ("x: !!python/x y", 4)]
)
def test_broken_yaml_is_reported_with_the_line_in_the_file(
    file: Path, line: str, number: int
) -> None:
    assert f"has broken front matter in line {number}: " in problem(file, with_field(line))


def test_a_file_in_another_encoding_is_reported_with_the_place(file: Path) -> None:
    assert problem(file, b"---\ntitle: caf\xe9\n---\nBody") == (
        "is not UTF-8 (byte 14); save it as UTF-8"
    )


def test_a_file_over_the_limit_is_not_read(file: Path) -> None:
    file.write_text(with_field(""))
    item = read_markdown(file, max_document_bytes=10)
    assert item == Problem(str(file), f"is {file.stat().st_size} bytes long, over the limit of 10")


def test_a_file_that_disappeared_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    item = read_markdown(tmp_path / "gone.md", max_document_bytes=LIMIT)
    assert item == Problem(str(tmp_path / "gone.md"), "cannot be read: No such file or directory")


@pytest.mark.parametrize("target", ["tags", "id", "title", "translation_of", "other"])
def test_a_yaml_bomb_does_not_go_off(file: Path, target: str) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    text = with_field("\n".join([*lines, f"{target}: *i"]))
    assert problem(file, text) == "has broken front matter: aliases (*a) are not supported"


def test_a_value_that_contains_itself_is_refused(file: Path) -> None:
    assert "aliases (*a) are not supported" in problem(file, with_field("tags: &a [*a]"))


@pytest.mark.parametrize(
    "value",
    ["[" * 200_000, "[" * 5000 + "]" * 5000, "{a: " * 5000 + "}" * 5000],
    ids=["unclosed", "lists", "mappings"],
)
def test_deep_nesting_is_refused_before_it_overflows_a_stack(file: Path, value: str) -> None:
    assert problem(file, with_field(f"tags: {value}")) == (
        "has broken front matter: it is nested too deeply"
    )


def test_yaml_cannot_construct_objects(file: Path, tmp_path: Path) -> None:
    text = with_field(f"x: !!python/object/apply:os.mkdir ['{tmp_path / 'made'}']")
    assert "could not determine a constructor" in problem(file, text)
    assert not (tmp_path / "made").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=80), st.text(st.sampled_from("---\n: ab[]{}&*!|>'\"#\t"))))
def test_no_front_matter_whatsoever_ends_the_run(file: Path, content: str | bytes) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    item = read(file, b"---\ntitle: R\nlocale: en\n" + raw + b"\n---\nBody")
    assert isinstance(item, Problem | SourceDocument)
