"""Headings, pictures, paragraphs, and what was left over from writing. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from kb.authoring.advice.reading import Pieces
from kb.authoring.faults import Fault
from kb.text import slug

_LONG_TEXT, _LONG_PARAGRAPH = 300, 120
"""Words; a Chinese character counts as two thirds of one."""
_HAN = regex.compile(r"\p{Han}")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200c'’-]+")
_TASK = regex.compile(r"^\s*\[ \]")


def structure_advice(pieces: Pieces, _locale: str) -> Iterator[Fault]:
    """What makes a text hard to find one's way in."""
    yield from _headings(pieces)
    for picture in pieces.pictures:
        if not picture.text.strip():
            values = {"target": picture.target[:200]}
            yield Fault(code="picture_unnamed", line=picture.line, values=values)
    for paragraph in pieces.paragraphs:
        words = _words(paragraph.text)
        if words > _LONG_PARAGRAPH:
            yield Fault(code="paragraph_long", line=paragraph.line, values={"words": str(words)})
        if _TASK.match(paragraph.text):
            yield Fault(code="task_open", line=paragraph.line)
    for html in pieces.html:
        code = "comment_left" if html.text.lstrip().startswith("<!--") else "html"
        if not html.text.startswith("</"):
            values = {"text": " ".join(html.text.split())[:80]}
            yield Fault(code=code, line=html.line, values=values)


def _headings(pieces: Pieces) -> Iterator[Fault]:
    before, seen = 1, set()
    for heading in pieces.headings:
        values = {"heading": heading.text[:100]}
        if not heading.text.strip():
            yield Fault(code="heading_empty", line=heading.line)
            continue
        if heading.level == 1:
            yield Fault(code="heading_one", line=heading.line, values=values)
        elif heading.level > before + 1:
            yield Fault(code="heading_skips", line=heading.line, values=values)
        before = heading.level
        if (anchor := slug(heading.text)) in seen:
            yield Fault(code="heading_twice", line=heading.line, values=values)
        seen.add(anchor)
    if not pieces.headings and sum(_words(p.text) for p in pieces.paragraphs) > _LONG_TEXT:
        yield Fault(code="headings_none")


def _words(text: str) -> int:
    han = len(_HAN.findall(text))
    return len(_WORD.findall(_HAN.sub(" ", text))) + han * 2 // 3
