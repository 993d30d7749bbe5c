"""CommonMark as plain text for a mail or a chat: what a reader of the page would read.

Numbered lists keep their numbers, links become `text (URL)`, tables lines with ` | ` between the
cells; emphasis and images are dropped. The words are the article's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

import regex
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from selectolax.lexbor import LexborHTMLParser

from kb.text import slug

_SOFT = "\x1f"
_BETWEEN_HAN = regex.compile(
    r"(?<=[\p{Han}\u3000-\u303f\uff00-\uffef])\x1f(?=[\p{Han}\u3000-\uffef])"
)
# Emphasis that ends in a sign needs a blank after it in CommonMark, Chinese does not.
_AFTER_HAN_SIGN = regex.compile(r"(?<=[。，、；：？！]) +(?=\p{Han})")
_BLANKS = regex.compile(r"[^\S\n]*\n[^\S\n]*")
_NOT_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


@dataclass(frozen=True)
class Block:
    """A paragraph, a whole list, a table, …"""

    text: str
    """As a draft shows it; empty for one that shows only an image."""
    key: str
    """Its letters and digits without URLs, for finding where a passage is from."""
    is_paragraph: bool


@dataclass(frozen=True)
class Section:
    """The blocks under one heading, up to the next."""

    heading: str
    level: int
    """1-6; 0 before the first heading."""
    anchor: str
    """As in passage ids; see indexer.chunker."""
    blocks: tuple[Block, ...]

    @property
    def texts(self) -> list[str]:
        return [block.text for block in self.blocks if block.text]


def sections(markdown: str, url: str = "") -> list[Section]:
    """The sections of a document, those included that have only a heading.

    Args:
        url: address of the document; relative links are resolved against it, and lose their
            target where it is not absolute.
    """
    found: list[Section] = []
    anchors: Counter[str] = Counter()
    heading, level, blocks = "", 0, list[Block]()

    def close(next_level: int) -> None:
        anchor = slug(heading) if level else "top"
        # The chunker makes passages of a section that says something, or is nothing but a heading.
        if blocks or (level and next_level <= level):
            anchors[anchor] += 1
            if anchors[anchor] > 1:
                anchor = f"{anchor}~{anchors[anchor]}"
        if blocks or level:
            found.append(Section(heading, level, anchor, tuple(blocks)))

    base = url if urlsplit(url).scheme in ("http", "https") else ""
    for node in SyntaxTreeNode(_parser().parse(markdown)).children:
        if node.type == "heading":
            close(int(node.tag[1]))
            heading, level, blocks = _inline(node, ""), int(node.tag[1]), []
        elif key := normalised("\n".join(_lines(node, None))):
            text = "\n".join(_lines(node, base)).strip()
            blocks.append(Block(text, key, node.type == "paragraph"))
    close(0)
    return found


def plain_text(markdown: str, url: str = "") -> str:
    """The whole document as plain text, headings on lines of their own."""
    return "\n\n".join(
        text for part in sections(markdown, url) for text in (part.heading, *part.texts) if text
    )


def normalised(text: str) -> str:
    """The letters and digits of a text: equal for two renderings of the same words."""
    return str(_NOT_WORD.sub("", text)).casefold()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _lines(node: SyntaxTreeNode, base: str | None) -> Iterator[str]:
    """The lines of a block; without URLs, but with what images are of, if `base` is None."""
    match node.type:
        case "paragraph" | "heading":
            if text := _inline(node, base):
                yield from text.split("\n")
        case "bullet_list" | "ordered_list":
            yield from _list(node, base)
        case "fence" | "code_block":
            yield from node.content.rstrip("\n").split("\n")
        case "table":
            for row in (row for part in node.children for row in part.children):
                cells = [_inline(cell, base).replace("\n", " ") for cell in row.children]
                if any(cells):
                    yield " | ".join(cells)
        case "html_block":
            yield from _html_text(node.content).split("\n")
        case "hr":
            pass
        case _:
            for child in node.children:
                yield from _lines(child, base)


def _list(node: SyntaxTreeNode, base: str | None) -> Iterator[str]:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    for item in node.children:
        marker = "- " if number is None else f"{number}. "
        if number is not None:
            number += 1
        indent = marker
        for line in (line for child in item.children for line in _lines(child, base)):
            yield indent + line if line else line
            indent = " " * len(marker)


def _inline(node: SyntaxTreeNode, base: str | None) -> str:
    text = "".join(_span(child, base) for inline in node.children for child in inline.children)
    text = _AFTER_HAN_SIGN.sub("", _BETWEEN_HAN.sub("", text)).replace(_SOFT, " ")
    return str(_BLANKS.sub("\n", text)).strip()


def _span(node: SyntaxTreeNode, base: str | None) -> str:
    match node.type:
        case "text" | "code_inline" | "text_special":
            return node.content
        case "softbreak":
            return _SOFT
        case "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if node.content.lower().startswith("<br") else ""
        case "image":
            return node.content if base is None else ""
        case "link":
            label = _spans(node.children, base)
            return label if base is None else _with_target(label, str(node.attrs["href"]), base)
        case _:
            return _spans(node.children, base)


def _spans(nodes: Sequence[SyntaxTreeNode], base: str | None) -> str:
    return "".join(_span(node, base) for node in nodes)


def _with_target(label: str, href: str, base: str) -> str:
    target = _target(href, base)
    if not label.strip() or not target or unquote(target) in unquote(label):
        return label
    bare = target.removeprefix("https://").removeprefix("http://").rstrip("/")
    return target if label.strip().rstrip("/") == bare else f"{label} ({target})"


def _target(href: str, base: str) -> str:
    """What a reader of plain text can use; empty for anchors and for links that lead nowhere."""
    if href.startswith("#"):
        return ""
    try:
        absolute = urljoin(base, href)
        parts = urlsplit(absolute)
    except ValueError:
        return ""
    if parts.scheme in ("mailto", "tel"):
        return unquote(parts.path)
    return absolute if parts.scheme in ("http", "https") and parts.netloc else ""


def _html_text(html: str) -> str:
    tree = LexborHTMLParser(html)
    for tag in ("script", "style"):
        for node in tree.css(tag):
            node.decompose()
    return (tree.text(separator="\n", strip=True) if tree.root else "").strip()
