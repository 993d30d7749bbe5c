"""CommonMark as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.chunker import parse_sections
from kb.drafting.plain import plain_text, sections

URL = "https://kb.example/articles/a.en"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Tap **Track** and *wait* for `OK`.", "Tap Track and wait for OK."),
        ("## How\n\nText", "How\n\nText"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("1. a\n   - x\n   - y\n2. b", "1. a\n   - x\n   - y\n2. b"),
        ("1. a\n\n   more\n\n2. b", "1. a\n   more\n2. b"),
        ("* a\n* b", "- a\n- b"),
        ("> quoted", "quoted"),
        ("```\nx = 1\n  y\n```", "x = 1\n  y"),
        ("| A | B |\n|---|---|\n| 1 | **2** |", "A | B\n1 | 2"),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one\ntwo"),
        ("第一行\n第二行", "第一行第二行"),
        ("**只支持 2.4 GHz。** 不少路由器", "只支持 2.4 GHz。不少路由器"),
        ("می‌شود\nاینجا", "می‌شود اینجا"),
        ("a ![photo](x.png) b", "a  b"),
        ("![photo](x.png)\n\ntext", "text"),
        ("a<br>b <b>c</b>", "a\nb c"),
        ("<div><p>Hi</p><script>x()</script></div>", "Hi"),
    ],
)
def test_a_draft_reads_as_the_page_does(markdown: str, text: str) -> None:
    assert plain_text(markdown, URL) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[here](https://x.example/p)", "here (https://x.example/p)"),
        (
            "[Offline](planter-offline.fa)",
            "Offline (https://kb.example/articles/planter-offline.fa)",
        ),
        ("[up](/start)", "up (https://kb.example/start)"),
        ("[below](#steps)", "below"),
        ("<https://x.example>", "https://x.example"),
        ("[x.example](https://x.example/)", "https://x.example/"),
        ("[**bold** link](https://x.example)", "bold link (https://x.example)"),
        ("[write](mailto:help@x.example?subject=a)", "write (help@x.example)"),
        ("[help@x.example](mailto:help@x.example)", "help@x.example"),
        ("[call](tel:+4420)", "call (+4420)"),
        ("[![photo](a.png)](https://x.example)", ""),
        ("[bad](http://[)", "bad (http://%5B)"),
        ("[ftp](ftp://x.example)", "ftp"),
    ],
)
def test_links_are_written_out(markdown: str, text: str) -> None:
    assert plain_text(markdown, URL) == text


@pytest.mark.parametrize("url", ["", "/articles/a.en", "articles"])
def test_without_a_public_address_relative_links_lose_their_target(url: str) -> None:
    assert plain_text("[Offline](b.fa) and [here](https://x.example)", url) == (
        "Offline and here (https://x.example)"
    )


def test_a_dangerous_link_is_no_link() -> None:
    assert "(" not in plain_text("[x](<javascript:alert(1)>)").replace(
        "](<javascript:alert(1)>)", ""
    )


def test_sections_have_the_anchors_of_passages(articles: list[tuple[str, str, str]]) -> None:
    for _, _, body in articles:
        expected = [part.anchor for part in parse_sections(body)]
        ours = [part.anchor for part in sections(body) if part.blocks]
        assert [anchor for anchor in expected if anchor in ours] == ours
        assert set(ours) <= set(expected)


_MARKDOWN = st.lists(
    st.sampled_from(
        [
            "# A",
            "## A",
            "### B",
            "#### A",
            "text",
            "1. x\n2. y",
            "![i](i.png)",
            "| a |\n|---|\n| b |",
        ]
    ),
    max_size=9,
).map("\n\n".join)


@given(_MARKDOWN)
def test_anchors_agree_with_the_chunker_s_for_any_order_of_headings(markdown: str) -> None:
    expected = {part.anchor for part in parse_sections(markdown)}
    assert {part.anchor for part in sections(markdown) if part.blocks} <= expected


@given(st.text(max_size=300))
def test_any_text_at_all_becomes_plain_text(markdown: str) -> None:
    plain_text(markdown, URL)


@pytest.mark.parametrize("noise", ["> ", "[", "![](", "*", "- ", "`", "|", "<", "1. ", "#"])
def test_noise_is_read_in_one_go(noise: str) -> None:
    plain_text(noise * (20_000 // len(noise)), URL)
