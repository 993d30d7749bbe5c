"""Chunking: nothing visible is lost, no passage is too long, ids outlive edits elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.chunker import Section, TokenCounter, chunk, pack, parse_sections, plain_text, slug
from kb.models import Passage


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    """As a tokenizer that knows no words at all; the strictest there is."""
    return [len(text) for text in texts]


counters = pytest.mark.parametrize(
    "count", [count_words, count_characters], ids=["words", "characters"]
)


def passages_of(
    markdown: str, *, limit: int = 64, count: TokenCounter = count_words, title: str = "Title"
) -> list[Passage]:
    return chunk("doc", title, markdown, count, limit)


def texts(markdown: str, *, limit: int = 64, count: TokenCounter = count_words) -> list[str]:
    return [passage.text for passage in passages_of(markdown, limit=limit, count=count)]


def blocks(markdown: str) -> list[str]:
    """The visible blocks, in order."""
    return [block for section in parse_sections(markdown) for block in section.blocks]


def visible(text: str) -> str:
    return "".join(text.split())


# ── What is read from Markdown ───────────────────────────────────────────────────────────────


def test_each_passage_knows_the_path_of_headings_above_it() -> None:
    markdown = "intro\n\n# Account\n\na\n\n## Password\n\nb\n\n### Reset\n\nc\n\n# Orders\n\nd"
    found = [(p.id, p.heading, p.text) for p in passages_of(markdown)]
    assert found == [
        ("doc#top.1", "", "intro"),
        ("doc#account.1", "Account", "a"),
        ("doc#password.1", "Account › Password", "b"),
        ("doc#reset.1", "Account › Password › Reset", "c"),
        ("doc#orders.1", "Orders", "d"),
    ]


def test_a_passage_is_embedded_with_title_and_headings() -> None:
    (passage,) = passages_of("# Account\n\nGo to settings.", title="Help")
    assert passage.embedded_text == "Help › Account\nGo to settings."
    assert passage.document_id == "doc"


def test_a_text_that_only_repeats_the_title_is_embedded_once() -> None:
    (passage,) = passages_of("How do I pay?", title="How do I pay?")
    assert passage.embedded_text == "How do I pay?"


def test_a_heading_with_nothing_under_it_is_not_lost() -> None:
    markdown = "# A\n\ntext\n\n# Call us any time\n\n# B\n\n## C\n\n# D\n\nmore\n\n## E"
    found = [(p.id, p.heading, p.text) for p in passages_of(markdown)]
    assert found == [
        ("doc#a.1", "A", "text"),
        ("doc#call-us-any-time.1", "", "Call us any time"),
        ("doc#c.1", "B", "C"),
        ("doc#d.1", "D", "more"),
        ("doc#e.1", "D", "E"),
    ]


def test_headings_may_skip_levels_and_be_underlined() -> None:
    markdown = "Orders\n======\n\n#### Late\n\na\n\nReturns\n-------\n\nb"
    assert [p.heading for p in passages_of(markdown)] == ["Orders › Late", "Orders › Returns"]


def test_headings_of_the_same_name_have_ids_of_their_own() -> None:
    ids = [p.id for p in passages_of("# Steps\n\na\n\n# Steps\n\nb\n\n# Top\n\nc\n\n# ?\n\nd")]
    assert ids == ["doc#steps.1", "doc#steps~2.1", "doc#top.1", "doc#section.1"]


def test_numbered_lists_keep_their_numbers() -> None:
    assert blocks("1. open\n2. tap\n3. done") == ["1. open", "2. tap", "3. done"]
    assert blocks("1. open\n1. tap\n1. done") == ["1. open", "2. tap", "3. done"]
    assert blocks("5) five\n6) six") == ["5. five", "6. six"]
    assert blocks("0. zero\n1. one") == ["0. zero", "1. one"]


def test_a_step_s_paragraphs_and_sublists_follow_its_number() -> None:
    markdown = "1. open\n\n   the settings\n\n2. choose\n   - this\n   - that\n3. done"
    assert blocks(markdown) == [
        "1. open", "the settings", "2. choose", "- this", "- that", "3. done",
    ]  # fmt: skip


def test_a_step_that_is_code_keeps_its_number() -> None:
    assert blocks("1. run\n2. ```\n   kb index\n   ```\n3. done") == [
        "1. run", "2. kb index", "3. done",
    ]  # fmt: skip


def test_a_list_in_a_list_shows_both_marks() -> None:
    assert blocks("- - inner") == ["- - inner"]


def test_a_heading_inside_a_list_is_a_heading_without_the_mark() -> None:
    (section,) = parse_sections("- # Steps\n\n  open it")
    assert section == Section("Steps", "steps", ("- open it",))


def test_an_empty_list_item_is_nothing() -> None:
    assert blocks("-\n- b") == ["- b"]


def test_each_row_of_a_table_is_a_line_of_its_own() -> None:
    markdown = "| Plan | Price |\n|---|---|\n| *Basic* | 5 € |\n| | |\n| Plus | |"
    assert blocks(markdown) == ["Plan | Price", "Basic | 5 €", "Plus | "]


def test_code_keeps_its_lines_and_indentation() -> None:
    assert blocks("```py\nif x:\n    y()\n```\n\n    a\n      b") == ["if x:\n    y()", "a\n  b"]


def test_markup_is_dropped_and_its_text_kept() -> None:
    markdown = "Tap **Save** or *Cancel*, see [the guide](u) `x=1` ![a photo](u) \\* &amp; a  \nb"
    assert blocks(markdown) == ["Tap Save or Cancel, see the guide x=1 a photo * & a\nb"]


def test_the_text_of_html_is_kept_and_its_scripts_and_comments_are_not() -> None:
    markdown = (
        "<div><p>Hello</p><script>steal()</script><style>p{}</style></div>\n\n"
        "inline <b>bold</b><br>next <!-- note -->\n\n<!-- hidden -->\n"
    )
    assert blocks(markdown) == ["Hello", "inline bold\nnext"]


def test_quotes_are_text() -> None:
    assert blocks("> first\n>\n> second") == ["first", "second"]


@pytest.mark.parametrize("markdown", ["", "\n\n", "***", "#", "<!-- x -->", "[a]: http://x", "|"])
def test_markdown_without_visible_text_has_no_passages(markdown: str) -> None:
    expected = ["|"] if markdown == "|" else []
    assert texts(markdown) == expected


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Reset your password!", "reset-your-password"),
        ("رمز عبور را عوض کنید", "رمز-عبور-را-عوض-کنید"),
        ("می‌شود", "می-شود"),
        ("重置密码", "重置密码"),
        ("?!", "section"),
        ("x" * 100, "x" * 80),
    ],
)
def test_anchors_are_readable_in_every_script(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_plain_text_includes_headings() -> None:
    assert plain_text("# Account\n\n- open\n\n<p>it</p>") == "Account\n- open\nit"


# ── Where long texts are cut ─────────────────────────────────────────────────────────────────


def test_short_blocks_of_a_section_share_a_passage() -> None:
    assert texts("one\n\ntwo\n\n- three") == ["one\ntwo\n- three"]


def test_sections_never_share_a_passage() -> None:
    assert texts("# A\n\none\n\n# B\n\ntwo") == ["one", "two"]


def test_a_section_slightly_over_the_limit_is_halved_rather_than_left_with_a_crumb() -> None:
    markdown = "\n\n".join(f"paragraph number {n} here" for n in range(12))
    sizes = [len(text.split()) for text in texts(markdown, limit=56)]
    assert sizes == [24, 24]


def test_persian_text_is_cut_between_sentences() -> None:
    sentences = ["آیا رمز عبور خود را فراموش کرده‌اید؟", "روی پیوند بزنید.", "بعد صبر کنید!"] * 6
    for text in texts(" ".join(sentences), limit=40):
        assert set(text.split("\n")) <= set(sentences)


def test_chinese_text_is_cut_between_sentences_which_keep_their_closing_marks() -> None:
    sentences = [
        "他说：“请重置密码。”",
        "真的吗？！",
        "请打开设置页面，然后点击保存；",
        "（完成。）",
    ]
    found = texts("".join(sentences * 5), limit=64, count=count_characters)
    assert len(found) > 1
    for text in found:
        assert set(text.split("\n")) <= set(sentences)


def test_a_sentence_over_the_limit_is_cut_between_words() -> None:
    words = [f"word{n}" for n in range(100)]
    found = texts(" ".join(words), limit=40)
    assert len(found) > 1
    assert " ".join(found).split() == words


def test_a_long_chinese_sentence_is_cut_anywhere_and_gets_no_spaces() -> None:
    sentence = "请打开手机上的应用程序并登录您的账户然后进入设置页面" * 6
    found = texts(sentence, limit=64, count=count_characters)
    assert len(found) > 1
    assert "".join(found).replace("\n", "") == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "请打开 Verdilo App 然后点击 Sign in 按钮并输入您的密码 " * 5,
        "App 打不开了怎么办 please help me 谢谢 " * 6,
    ],
)
def test_mixed_scripts_keep_their_spaces_where_a_long_sentence_is_cut(sentence: str) -> None:
    found = texts(sentence, limit=64, count=count_characters)
    assert len(found) > 1
    for piece in "\n".join(found).split("\n"):
        assert piece in sentence


def test_a_word_over_the_limit_is_cut_anywhere() -> None:
    found = texts("x" * 200, limit=64, count=count_characters)
    assert "".join(found).replace("\n", "") == "x" * 200


def test_a_character_of_more_tokens_than_the_limit_is_kept_all_the_same() -> None:
    def greedy(texts: Sequence[str]) -> list[int]:
        return [1000 * len(text) for text in texts]

    assert texts("a🙂", limit=32, count=greedy) == ["a", "🙂"]


def test_a_title_or_heading_that_leaves_no_room_is_shortened() -> None:
    markdown = f"# {'heading ' * 50}\n\nsome text"
    (passage,) = passages_of(markdown, title="title " * 50, limit=64)
    assert passage.text == "some text"
    assert len(passage.title.split()) <= 16
    assert len(passage.heading.split()) <= 16


def test_plain_sections_are_packed_without_reading_them_as_markdown() -> None:
    section = Section(heading="", anchor="top", blocks=("# not a heading", "---", "1) x"))
    (passage,) = pack("t", "Subject", [section], count_words, 64)
    assert passage.text == "# not a heading\n---\n1) x"


# ── Properties ───────────────────────────────────────────────────────────────────────────────

_word = st.sampled_from(
    [
        "reset",
        "the",
        "password.",
        "Really?",
        "رمز",
        "عبور؟",
        "می‌شود.",
        "密码",
        "请重置密码。",
        "“好。”",
        "x" * 90,
        "v1.2",
        "重" * 70,
        "a",
    ]
)
_line = st.lists(_word, min_size=1, max_size=40).map(" ".join)
_block = st.one_of(
    _line,
    st.lists(_line, min_size=1, max_size=4).map(lambda rows: "\n".join(f"- {r}" for r in rows)),
    st.lists(_line, min_size=1, max_size=4).map(lambda rows: "\n".join(f"1. {r}" for r in rows)),
    _line.map(lambda line: f"> {line}"),
    _line.map(lambda line: f"```\n{line}\n```"),
    _line.map(lambda line: f"| a | b |\n|---|---|\n| {line} | x |"),
    _line.map(lambda line: f"<div>{line}</div>"),
)
_markdown = st.one_of(
    st.text(max_size=300),
    st.text(st.sampled_from('ab中。 \n\n\t#-*_`~>|[]()!<>/&;1.)=:"\\'), max_size=120),
)
_heading = st.tuples(st.integers(1, 6), st.sampled_from(["Steps", "مراحل", "步骤", "Top", "?"]))
_body = st.lists(_block, min_size=1, max_size=4).map("\n\n".join)
_sections = st.lists(st.tuples(_heading, _body), max_size=4)


def assembled(sections: Sequence[tuple[tuple[int, str], str]]) -> str:
    return "\n\n".join(f"{'#' * level} {text}\n\n{body}" for (level, text), body in sections)


@counters
@given(sections=_sections, intro=st.one_of(st.just(""), _body))
def test_no_visible_text_is_lost(
    count: TokenCounter, sections: list[tuple[tuple[int, str], str]], intro: str
) -> None:
    markdown = f"{intro}\n\n{assembled(sections)}"
    found = passages_of(markdown, limit=100, count=count)
    assert visible("".join(p.text for p in found)) == visible("".join(blocks(markdown)))
    shown = visible(plain_text(markdown))
    assert sorted(shown) == sorted(
        visible("".join(p.text for p in found)) + "".join(text for (_, text), _ in sections)
    )


@counters
@given(
    markdown=st.one_of(_markdown, _sections.map(assembled)),
    title=st.text(max_size=120),
    limit=st.integers(32, 120),
)
def test_no_passage_is_over_the_limit(
    count: TokenCounter, markdown: str, title: str, limit: int
) -> None:
    for passage in passages_of(markdown, title=title, limit=limit, count=count):
        assert count([passage.embedded_text])[0] <= limit


@counters
@given(markdown=st.one_of(_markdown, _sections.map(assembled)))
def test_ids_are_unique_and_no_passage_is_blank(count: TokenCounter, markdown: str) -> None:
    found = passages_of(markdown, limit=40, count=count)
    assert len({passage.id for passage in found}) == len(found)
    assert all(passage.text.strip() for passage in found)


@counters
@given(sections=_sections.filter(len), which=st.integers(0, 3), edited=_body, intro=_body)
def test_editing_one_section_leaves_the_others_as_they_are(
    count: TokenCounter,
    sections: list[tuple[tuple[int, str], str]],
    which: int,
    edited: str,
    intro: str,
) -> None:
    which %= len(sections)
    changed = [*sections]
    changed[which] = (sections[which][0], edited)
    anchors = [section.anchor for section in parse_sections(f"{intro}\n\n{assembled(sections)}")]
    touched = f"doc#{anchors[which + 1]}."

    def others(which_sections: list[tuple[tuple[int, str], str]]) -> list[Passage]:
        markdown = f"{intro}\n\n{assembled(which_sections)}"
        found = passages_of(markdown, limit=60, count=count)
        return [passage for passage in found if not passage.id.startswith(touched)]

    assert others(sections) == others(changed)


@given(_markdown)
def test_any_text_at_all_can_be_chunked(markdown: str) -> None:
    found = passages_of(markdown, limit=50, count=count_characters)
    assert visible("".join(p.text for p in found)) == visible("".join(blocks(markdown)))
