"""A message as lines: what each says, in a spelling that patterns can be held against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import regex

from kb.text import ZWNJ, fold, simplify

Part = Literal["quoted", "signature", "intro", "history", "forward"]
"""What HTML says about a line. `intro`: "Ann wrote:"; `history` and `forward`: an older message
begins here and goes on to the end."""

_BARE_CHARS = 400
"""Longer lines are prose; every pattern here is about short lines or the beginning of one."""

_DIRECTION = regex.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BLANKS = regex.compile(r"\s+")
_HAN = regex.compile(r"\p{Han}")


@dataclass(frozen=True)
class Line:
    text: str
    part: Part | None = None

    @cached_property
    def bare(self) -> str:
        """The line's beginning as `bare` spells it."""
        return bare(self.text[:_BARE_CHARS])

    @property
    def blank(self) -> bool:
        return not self.bare

    @cached_property
    def marked(self) -> bool:
        """Whether it carries a quotation mark: `> text`, `＞text`; not `> Tools > Options`."""
        return self.bare.startswith(">") and not _is_menu_path(self.bare)


def bare(text: str) -> str:
    """`text` with one spelling of digits, width, case, Persian and Chinese letters.

    Marks of direction are gone, half-spaces are spaces, blanks are single.
    """
    text = fold(_DIRECTION.sub("", text)).replace(ZWNJ, " ")
    if _HAN.search(text):
        text = simplify(text)
    return _BLANKS.sub(" ", text).strip()


def as_lines(text: str) -> list[Line]:
    return [Line(line) for line in text.split("\n")]


def as_text(lines: list[Line]) -> str:
    """The lines as they came; never more than one empty line between two."""
    kept: list[str] = []
    for line in lines:
        if line.text.strip() or (kept and kept[-1]):
            kept.append(line.text if line.text.strip() else "")
    return "\n".join(kept).strip()


def _is_menu_path(line: str) -> bool:
    """`> tools > options > privacy`: names between marks, and no mark before a space-less one."""
    steps = [step.strip() for step in line.lstrip("> ").split(" > ")]
    return not line.startswith((">>", "> >")) and len(steps) > 1 and max(map(len, steps)) <= 30
