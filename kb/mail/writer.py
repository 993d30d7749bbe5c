"""Builds lines out of the events of walking an HTML tree."""

from __future__ import annotations

from typing import cast
from urllib.parse import unquote

import regex

from kb.mail.lines import Line, Part

_BLOCKS = frozenset(
    "address article aside body blockquote center dd div dl dt fieldset figure footer form h1 h2 h3"
    " h4 h5 h6 header hr li main ol p pre section table tbody tr ul".split()
)
_CELLS = frozenset({"td", "th"})
_BLANKS = regex.compile(r"[ \t\n\r\f\xa0]+")
_MAX_ADDRESS = 500


class Writer:
    """Collects text and breaks; knows how deep in quotations, lists and signatures it is."""

    def __init__(self) -> None:
        self.size = 0
        """Characters written."""
        self._lines: list[Line] = []
        self._buffer: list[str] = []
        self._parts: list[str] = []
        self._lists: list[int | None] = []
        self._bullet = ""
        self._preformatted = 0
        self._link: tuple[str, int] | None = None
        self._images = False

    def finish(self) -> list[Line]:
        """The lines. A mail of nothing but images says so."""
        self._end_line()
        if self._images and not any(line.text.strip() for line in self._lines):
            return [Line("[image]")]
        return self._lines

    def text(self, text: str) -> None:
        if self._preformatted:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self.line_break()
                self._append(line)
            return
        text = _BLANKS.sub(" ", text)
        if text != " " or self._buffer:
            self._append(text)

    def line_break(self) -> None:
        self._end_line(even_if_empty=True)

    def image(self, alt: str) -> None:
        self._images = True
        if " " in alt.strip():  # a description, not the name of a logo or file
            self._append(f"[{_BLANKS.sub(' ', alt).strip()}]")

    def link_starts(self, address: str) -> None:
        self._link = (address.strip(), len(self._buffer))

    def link_ends(self) -> None:
        """Adds the address, if it is one a reader can use and does not see already."""
        address, start = self._link or ("", 0)
        self._link = None
        address = unquote(address.removeprefix("mailto:")) if address[:7] == "mailto:" else address
        shown = "".join(self._buffer[start:]).strip()
        usable = address.startswith(("http://", "https://")) or "@" in address
        if usable and len(address) <= _MAX_ADDRESS and _core(address) != _core(shown):
            self._append(f" ({address})" if shown else address)

    def enter(self, tag: str, part: str, start: str) -> None:
        if tag in _BLOCKS or part:
            self._end_line()
        if part in ("history", "forward"):
            self._lines.append(Line("", cast(Part, part)))
        elif part:
            self._parts.append(part)
        if tag == "pre":
            self._preformatted += 1
        elif tag in ("ul", "ol"):
            first = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
            self._lists.append(first if tag == "ol" else None)
        elif tag == "li":
            self._bullet = self._next_bullet()
        elif tag in _CELLS and self._buffer:
            self._append(" ")

    def leave(self, tag: str, part: str) -> None:
        if tag in _BLOCKS or part:
            self._end_line()
        if part and part not in ("history", "forward"):
            self._parts.pop()
        if tag == "pre":
            self._preformatted -= 1
        elif tag in ("ul", "ol"):
            self._lists.pop()
        elif tag == "li":
            self._bullet = ""

    def _next_bullet(self) -> str:
        indent = "  " * (len(self._lists) - 1)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _append(self, text: str) -> None:
        if text:
            self._buffer.append(text)
            self.size += len(text)

    def _end_line(self, even_if_empty: bool = False) -> None:
        text = "".join(self._buffer)
        text = text.rstrip() if self._preformatted else _BLANKS.sub(" ", text).strip()
        self._buffer.clear()
        if self._link:
            self._link = (self._link[0], 0)
        if not text and not even_if_empty:
            return
        if text:
            text, self._bullet = self._bullet + text, ""
        self.size += 1
        part = self._part()
        mark = "> " if part == "quoted" else ""
        self._lines.append(Line(f"{mark}{text}".rstrip(), part))

    def _part(self) -> Part | None:
        """Quoted wins: a signature or an introduction in a quotation is quoted."""
        if not self._parts:
            return None
        return cast(Part, "quoted" if "quoted" in self._parts else self._parts[-1])


def _core(address: str) -> str:
    """An address without what people leave out when they write it."""
    address = address.strip().lower().removeprefix("https://").removeprefix("http://")
    return address.removeprefix("www.").rstrip("/")
