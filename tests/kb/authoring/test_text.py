"""A file is changed where a writer changed it, and nowhere else."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.authoring.reading import read_article
from kb.authoring.text import ArticleText, fields_of

FILE = """---
# kept by Mina
id: wifi.fa
locale: fa   # Persian
title: "وصل کردن گلدان"
tags:
  - wifi
  # the button on the base
  - leaf-button
updated: 2026-04-02
---

متن ۱

متن ۲
"""


def changed(text: str, body: str | None = None, **values: object) -> str:
    taken = ArticleText.of(text)
    return taken.with_changes(values, taken.body if body is None else body).encoded().decode()


@pytest.mark.parametrize(
    "text",
    [
        FILE,
        FILE.replace("\n", "\r\n"),
        "\ufeff" + FILE,
        FILE + "\n\n",
        FILE.rstrip("\n"),
        FILE.replace("---\n\n", "---\n"),
        "----  \ntitle: a\nlocale: en\n---\nBody",
    ],
    ids=["plain", "dos", "bom", "blank end", "no end of line", "no gap", "odd dashes"],
)
def test_what_is_not_changed_stays_to_the_byte(text: str) -> None:
    assert ArticleText.of(text).encoded().decode() == text
    assert changed(text) == text


def test_one_field_is_changed_in_its_own_line_with_comments_and_order_kept() -> None:
    text = changed(FILE, locale="zh", title="a: b")
    assert "locale: zh   # Persian\n" in text
    assert "title: 'a: b'\n" in text
    assert (
        text.replace("locale: zh ", "locale: fa ").replace(
            "title: 'a: b'", 'title: "وصل کردن گلدان"'
        )
        == FILE
    )


def test_a_list_over_several_lines_is_replaced_whole_and_nothing_beside_it() -> None:
    text = changed(FILE, tags=("wifi", "setup"))
    assert "tags: [wifi, setup]\nupdated: 2026-04-02\n" in text
    assert "# kept by Mina" in text


def test_fields_are_added_at_the_end_and_removed_with_their_line() -> None:
    text = changed(FILE, draft=True, updated=None)
    assert "  - leaf-button\ndraft: true\n---\n" in text
    assert "updated" not in text


def test_a_field_that_says_the_same_in_other_words_is_left_alone() -> None:
    assert changed(FILE, title="وصل کردن گلدان", updated=dt.date(2026, 4, 2)) == FILE


def test_fields_that_we_do_not_know_stay() -> None:
    text = FILE.replace("---\n\n", "reviewer: Sara # soon\n---\n\n")
    assert "reviewer: Sara # soon\n" in changed(text, title="Other")


def test_dos_line_ends_stay_while_the_body_changes() -> None:
    text = changed(FILE.replace("\n", "\r\n"), body="one\n\ntwo")
    assert text.endswith("---\r\n\r\none\r\n\r\ntwo\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_broken_front_matter_is_written_anew_from_what_the_form_says() -> None:
    text = changed("---\ntitle: [unclosed\n---\nBody\n", title="Mended", locale="en")
    assert text == "---\nlocale: en\ntitle: Mended\n---\nBody\n"


def test_front_matter_in_braces_is_written_in_lines() -> None:
    text = changed("---\n{title: a, locale: en}\n---\n\nBody\n", title="b")
    assert fields_of(ArticleText.of(text).front) == {"title": "b", "locale": "en"}


def test_a_new_file_has_fields_in_the_usual_order() -> None:
    new = ArticleText.new().with_changes({"title": "导航", "locale": "zh", "id": "a.zh"}, "正文")
    assert new.encoded().decode() == "---\nid: a.zh\nlocale: zh\ntitle: 导航\n---\n\n正文\n"


def test_the_line_of_the_body_is_counted_in_the_file() -> None:
    taken = ArticleText.of(FILE)
    assert FILE.split("\n")[taken.body_line - 1] == "متن ۱"


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda text: text.strip()
)


@given(title=LINES, section=LINES, tag=LINES)
def test_whatever_a_field_says_is_read_back(title: str, section: str, tag: str) -> None:
    text = changed(FILE, title=title, section=section, tags=(tag,))
    fields = fields_of(ArticleText.of(text).front)
    assert (fields["title"], fields["section"], fields["tags"]) == (title, section, [tag])
    assert fields["id"] == "wifi.fa"


def test_the_reading_of_the_indexer_agrees_with_the_parts() -> None:
    article = read_article(FILE, "x")
    assert article.body == ArticleText.of(FILE).body
