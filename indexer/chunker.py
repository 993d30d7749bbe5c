"""Documents to passages: by headings, then blocks, then sentences, bounded by the model's tokens.

Nothing of the visible text is lost, no passage exceeds the limit, and a passage's id depends only
on the section it is in, so editing one section leaves the ids (and cached vectors) of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser

from kb.models import Passage
from kb.text import slug

TokenCounter = Callable[[Sequence[str]], list[int]]

_SENTENCE_END = regex.compile(
    r"(?<=[.!?؟۔…][\"'”’»)\]]?)\s+|(?<=[。！？；][”’」』）]?)(?![。！？；”’」』）])|\n+"
)
_GAP = regex.compile(r"\s+|(?<=\p{Han})(?=\p{Han})")
_SPECIAL_TOKENS = 8
"""Room for the model's prompt and its begin and end tokens."""


@dataclass(frozen=True)
class Section:
    """The blocks between two headings."""

    heading: str
    anchor: str
    blocks: tuple[str, ...]


def chunk(
    document_id: str, title: str, markdown: str, count_tokens: TokenCounter, limit: int
) -> list[Passage]:
    """Split a Markdown text into passages of at most `limit` tokens, title context included.

    Args:
        count_tokens: tokens per text, as `Embedder.count_tokens`.
        limit: upper bound for title, heading and text together, in tokens.
    """
    return pack(document_id, title, parse_sections(markdown), count_tokens, limit)


def pack(
    document_id: str,
    title: str,
    sections: Sequence[Section],
    count_tokens: TokenCounter,
    limit: int,
) -> list[Passage]:
    """Fill passages with whole blocks of one section; split a block only if it must be."""
    headings = [_cut(section.heading, count_tokens, limit // 4) for section in sections]
    title = _cut(title, count_tokens, limit // 4)
    # One call for the whole document: calls cost more than tokens.
    blocks = [block for section in sections for block in section.blocks]
    sizes = count_tokens([title, *headings, *blocks])
    size_of = dict(zip([title, *headings, *blocks], sizes, strict=True))
    passages: list[Passage] = []
    for section, heading in zip(sections, headings, strict=True):
        room = limit - size_of[title] - size_of[heading] - _SPECIAL_TOKENS
        units: list[tuple[str, int]] = []
        for block in section.blocks:
            if size_of[block] < room:
                units.append((block, size_of[block]))
            else:
                pieces = list(_split(block, count_tokens, room))
                units.extend(zip(pieces, count_tokens(pieces), strict=True))
        for number, text in enumerate(_fill(units, room), start=1):
            repeated = text == title  # a phrase without a title of its own
            passages.append(
                Passage(
                    id=f"{document_id}#{section.anchor}.{number}",
                    document_id=document_id,
                    title="" if repeated else title,
                    heading=heading,
                    text=text,
                )
            )
    return passages


def _fill(units: Sequence[tuple[str, int]], room: int) -> Iterator[str]:
    """Join neighbouring (text, tokens) by newlines while they fit, in passages of even length."""
    total = sum(size + 1 for _, size in units)
    # Even lengths: 210 tokens at a limit of 200 are two passages of 105, not 199 and 11.
    target = total / max(1, -(-total // room))
    current: list[str] = []
    used = 0
    for text, tokens in units:
        size = tokens + 1
        if current and (used + size > room or used + size / 2 > target):
            yield "\n".join(current)
            current, used = [], 0
        current.append(text)
        used += size
    if current:
        yield "\n".join(current)


def _split(text: str, count_tokens: TokenCounter, room: int) -> Iterator[str]:
    """Yield `text`, or its sentences, or pieces of a sentence, each within `room` tokens."""
    if not text.strip():
        return
    if count_tokens([text])[0] < room:
        yield text
        return
    sentences = [part for part in _SENTENCE_END.split(text) if part.strip()]
    if len(sentences) > 1:
        yield from (piece for s in sentences for piece in _split(s, count_tokens, room))
        return
    gaps = [gap for m in _GAP.finditer(text) if (gap := m.span())[0] > 0 and gap[1] < len(text)]
    if gaps:  # halve it where words part, so that it reads as it was written
        start, end = gaps[len(gaps) // 2]
        for part in (text[:start], text[end:]):
            yield from _split(part, count_tokens, room)
        return
    half = len(text) // 2
    if half == 0:  # one character the tokenizer makes many tokens of
        yield text
        return
    yield from _split(text[:half], count_tokens, room)
    yield from _split(text[half:], count_tokens, room)


def _cut(text: str, count_tokens: TokenCounter, limit: int) -> str:
    while text and count_tokens([text])[0] > limit:
        text = text[: max(1, len(text) * 3 // 4)] if len(text) > 1 else ""
    return text


def parse_sections(markdown: str) -> list[Section]:
    """The visible text of a CommonMark document, by section, one string per block."""
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    anchors: Counter[str] = Counter()
    blocks: list[str] = []

    def close(level: int = 0) -> None:
        """End the section before a heading of `level` (0: the end of the text)."""
        anchor = slug(path[-1][1]) if path else "top"
        above = path
        if not blocks and path and level <= path[-1][0]:  # nothing under it: it is the text
            above = path[:-1]
            blocks.append(path[-1][1])
        if blocks:
            heading = " › ".join(text for _, text in above)
            anchors[anchor] += 1
            if anchors[anchor] > 1:
                anchor = f"{anchor}~{anchors[anchor]}"
            sections.append(Section(heading, anchor, tuple(blocks)))
            blocks.clear()

    for block in _blocks(_parser().parse(markdown)):
        if block.level:
            close(block.level)
            path = [entry for entry in path if entry[0] < block.level]
            path.append((block.level, block.text))
        else:
            blocks.append(block.text)
    close()
    return sections


def plain_text(markdown: str) -> str:
    """The visible text of a CommonMark document, headings included."""
    return "\n".join(block.text for block in _blocks(_parser().parse(markdown)))


@dataclass(frozen=True)
class _Block:
    text: str
    level: int = 0
    """1-6 for headings, 0 for everything else."""


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _blocks(tokens: Sequence[Token]) -> Iterator[_Block]:
    level = 0
    markers: list[str] = []  # open list items whose marker is still to be written
    counters: list[int | None] = []
    row: list[str] | None = None

    def marked(text: str) -> _Block:
        block = _Block("".join(markers) + text)
        markers.clear()
        return block

    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
            case "ordered_list_open":
                start = token.attrGet("start")
                counters.append(1 if start is None else int(start))
            case "bullet_list_open":
                counters.append(None)
            case "ordered_list_close" | "bullet_list_close":
                counters.pop()
            case "list_item_open":
                number = counters[-1]
                markers.append("- " if number is None else f"{number}. ")
                if number is not None:
                    counters[-1] = number + 1
            case "list_item_close":
                markers.clear()
            case "tr_open":
                row = []
            case "tr_close":
                if row and any(row):
                    yield marked(" | ".join(row))
                row = None
            case "inline":
                text = _inline(token)
                if row is not None:
                    row.append(text)
                elif text:
                    yield _Block(text, level) if level else marked(text)
                level = 0
            case "fence" | "code_block":
                if token.content.strip():
                    yield marked(token.content.rstrip("\n"))
            case "html_block":
                if text := _html_text(token.content):
                    yield marked(text)


def _inline(token: Token) -> str:
    parts: list[str] = []
    for child in token.children or ():
        match child.type:
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "image":
                parts.append(child.content)
            case "html_inline":
                parts.append("\n" if child.content.lower().startswith("<br") else "")
            case _:
                parts.append(child.content)
    return "".join(parts).strip()


def _html_text(html: str) -> str:
    tree = LexborHTMLParser(html)
    for tag in ("script", "style"):
        for node in tree.css(tag):
            node.decompose()
    return (tree.text(separator="\n", strip=True) if tree.root else "").strip()
