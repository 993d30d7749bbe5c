"""Other people's words stay words in Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb.drafting.bidi import plain
from kb.gaps.drafts import markdown

HOSTILE = [
    "# <b>5*3</b>",
    "---",
    "===",
    "- x",
    "+ x",
    "1. x",
    "12) x",
    "> quote",
    "<script>alert(1)</script>",
    "<!-- x --> y",
    "&lt;script&gt; &#60; AT&T",
    "[a](javascript:alert(1))",
    "![a](http://x.example/pixel)",
    "`code` ``` ~~~",
    "a | b",
    "**fa** __zh__ _x_",
    "\\*a\\*",
    "{{ customer.name }} {% raw %}",
    "=HYPERLINK(\"http://x.example\")",
    "line one\n\n## heading\n\nline two",
    "\u202egnirts\u202c \u2066x",
    "سلام <b>دنیا</b> *ستاره*",
    "你好 <img src=x onerror=alert(1)> [链接](x)",
]  # fmt: skip


def shown(line: str) -> tuple[set[str], str]:
    """(types of Markdown in a list item, its words)."""
    tokens = MarkdownIt("commonmark").enable("table").parse(f"- {line}")
    inline = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in tokens} | {child.type for child in inline}
    words = "".join(child.content for child in inline if child.type != "link_open")
    frame = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    return kinds - frame - {"paragraph_open", "paragraph_close", "inline", "text"}, words


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_as_they_are(words):
    kinds, seen = shown(markdown.text(words))
    assert kinds <= {"text_special", "link_open", "link_close"}
    assert seen == plain(words)


@given(st.text(max_size=80))
def test_any_words_are_shown_as_they_are(words):
    line = markdown.text(words)
    if line:
        kinds, seen = shown(line)
        assert kinds <= {"text_special", "link_open", "link_close"}
        if "link_open" not in kinds:  # an address may be written differently
            assert seen == plain(words)


def test_addresses_become_links_without_the_signs_around_them():
    line = markdown.text("see (https://a.example/x_y?b=1), or http://b.example/z。还有")
    assert "<https://a.example/x_y?b=1>" in line
    assert "<http://b.example/z>。还有" in line
    kinds, _ = shown(line)
    assert "link_open" in kinds


def test_a_link_leads_only_where_links_may():
    assert markdown.link("T-1", "/v1/tickets/T-1") == "[T-1](/v1/tickets/T-1)"
    assert markdown.link("a]b", "javascript:alert(1)") == "a\\]b"
    assert markdown.link("x", "http://[broken") == "x"
    assert markdown.link("گلدان", "planter offline.fa)(") == "[گلدان](planter%20offline.fa%29%28)"


def test_a_name_can_stand_in_a_comment():
    assert markdown.name("gap-7f") == "gap-7f"
    assert ">" not in markdown.name("--> <script>")
    assert "--" not in markdown.name("a -- > b")
    assert markdown.name("") == "-"


def test_words_of_the_other_direction_are_isolated_in_a_line():
    assert markdown.inside("گوشی دوم؟", "", " (", "ltr") == "\u2068گوشی دوم؟\u2069"
    assert markdown.inside("گوشی دوم؟", "", " (", "rtl") == "گوشی دوم؟"
