"""A Markdown text as pieces with their lines, as pages render it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Self

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.text import slug


@dataclass(frozen=True)
class Piece:
    """Something in the text.

    Attributes:
        target: of a link or a picture, as it is written.
        level: of a heading.
    """

    text: str
    line: int
    target: str = ""
    level: int = 0


@dataclass
class Pieces:
    words: list[Piece] = field(default_factory=list)
    """Runs of prose: no code, no addresses."""
    links: list[Piece] = field(default_factory=list)
    pictures: list[Piece] = field(default_factory=list)
    """With their alternative texts."""
    headings: list[Piece] = field(default_factory=list)
    paragraphs: list[Piece] = field(default_factory=list)
    html: list[Piece] = field(default_factory=list)

    @classmethod
    def of(cls, body: str) -> Self:
        """Take a text apart."""
        pieces = cls()
        level, block = 0, ""
        for token in _parser().parse(body):
            if token.type.endswith("_open"):
                block = token.type
                level = int(token.tag[1]) if token.type == "heading_open" else 0
            elif token.type == "html_block":
                pieces.html.append(Piece(token.content, _line(token)))
            elif token.type == "inline":
                pieces._inline(token, block, level)
        return pieces

    @property
    def anchors(self) -> frozenset[str]:
        """What links into the article may name."""
        return frozenset(slug(heading.text) for heading in self.headings)

    def _inline(self, token: Token, block: str, level: int) -> None:
        text = "".join(child.content for child in token.children or ())
        if block == "heading_open":
            self.headings.append(Piece(text, _line(token), level=level))
        elif block == "paragraph_open":
            self.paragraphs.append(Piece(text, _line(token)))
        links: list[tuple[str, int, list[str]]] = []
        for child, line in _with_lines(token):
            if child.type == "link_open":
                links.append((str(child.attrGet("href") or ""), line, []))
            elif child.type == "link_close" and links:
                href, at, parts = links.pop()
                self.links.append(Piece("".join(parts), at, href))
            elif child.type == "image":
                self.pictures.append(Piece(child.content, line, str(child.attrGet("src") or "")))
            elif child.type == "html_inline":
                self.html.append(Piece(child.content, line))
            elif child.type == "text" and child.content:
                self.words.append(Piece(child.content, line))
            if child.content and links:
                links[-1][2].append(child.content)


def _with_lines(token: Token) -> Iterator[tuple[Token, int]]:
    line = _line(token)
    for child in token.children or ():
        yield child, line
        line += child.type in ("softbreak", "hardbreak")


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")
