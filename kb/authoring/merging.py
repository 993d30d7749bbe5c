"""Two writers changed the same text: their changes side by side, and together. Pure.

Lines are compared, for a paragraph of an article is one line. Two changes go together where they
touch different lines of what both began with, and no line between them is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import regex

Change = Literal["same", "theirs", "mine", "both"]
_WORDS = regex.compile(r"\p{Han}|[^\s\p{Han}]+|\s+")
_LONG_TEXT = 2_000
"""Lines."""
_LONGEST = 5_000
"""Words of a line that are compared one by one."""


@dataclass(frozen=True)
class Piece:
    """Some of a line's characters."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Row:
    """One line of each text; None: the text has none there."""

    change: Change
    theirs: tuple[Piece, ...] | None
    mine: tuple[Piece, ...] | None


def side_by_side(theirs: str, mine: str, around: int = 2) -> list[Row | None]:
    """Lines of both texts next to each other; None stands for equal lines that are left out.

    Args:
        around: equal lines shown before and after a change.
    """
    rows = list(_rows(theirs.split("\n"), mine.split("\n")))
    near = [False] * len(rows)
    for number, row in enumerate(rows):
        if row.change != "same":
            for place in range(max(0, number - around), min(len(rows), number + around + 1)):
                near[place] = True
    shown: list[Row | None] = []
    for row, wanted in zip(rows, near, strict=True):
        if wanted:
            shown.append(row)
        elif not shown or shown[-1] is not None:
            shown.append(None)
    return shown


def _rows(theirs: Sequence[str], mine: Sequence[str]) -> Iterator[Row]:
    for tag, a, b, c, d in _matcher(theirs, mine).get_opcodes():
        if tag == "equal":
            for line in theirs[a:b]:
                yield Row("same", (Piece(line, False),), (Piece(line, False),))
            continue
        for number in range(max(b - a, d - c)):
            left = theirs[a + number] if a + number < b else None
            right = mine[c + number] if c + number < d else None
            if left is None:
                yield Row("mine", None, (Piece(right or "", True),))
            elif right is None:
                yield Row("theirs", (Piece(left, True),), None)
            else:
                yield Row("both", *_pieces(left, right))


def _pieces(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    words, others = _WORDS.findall(left), _WORDS.findall(right)
    if len(words) * len(others) > _LONGEST**2 // 10:
        return (Piece(left, True),), (Piece(right, True),)
    first: list[Piece] = []
    second: list[Piece] = []
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        for pieces, part in ((first, words[a:b]), (second, others[c:d])):
            if part:
                pieces.append(Piece("".join(part), tag != "equal"))
    return tuple(first), tuple(second)


def together(base: str, theirs: str, mine: str) -> tuple[str, int]:
    """Both writers' changes in one text, and how many places they both changed, differently.

    Such places have both versions, between marks (`<<<<<<<`, `=======`, `>>>>>>>`), for a writer to
    choose from.
    """
    lines, ours, others = base.split("\n"), mine.split("\n"), theirs.split("\n")
    merged: list[str] = []
    clashes = at = at_mine = at_theirs = 0
    for start, start_mine, start_theirs, size in _common(lines, ours, others):
        left, old = others[at_theirs:start_theirs], lines[at:start]
        right = ours[at_mine:start_mine]
        if right in (old, left):
            merged += left
        elif left == old:
            merged += right
        else:
            clashes += 1
            merged += ["<<<<<<< 1", *left, "=======", *right, ">>>>>>> 2"]
        merged += lines[start : start + size]
        at, at_mine, at_theirs = start + size, start_mine + size, start_theirs + size
    return "\n".join(merged), clashes


def _common(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines that all three have: where each begins (base, mine, theirs), and how long."""
    with_mine = _places(base, mine)
    with_theirs = _places(base, theirs)
    start = 0
    while start < len(base):
        if start not in with_mine or start not in with_theirs:
            start += 1
            continue
        size = 1
        while (
            with_mine.get(start + size) == with_mine[start] + size
            and with_theirs.get(start + size) == with_theirs[start] + size
        ):
            size += 1
        yield start, with_mine[start], with_theirs[start], size
        start += size
    yield len(base), len(mine), len(theirs), 0


def _places(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Where lines of `base` are in the other text."""
    blocks = _matcher(base, other).get_matching_blocks()
    return {b.a + n: b.b + n for b in blocks for n in range(b.size)}


def _matcher(first: Sequence[str], second: Sequence[str]) -> SequenceMatcher[str]:
    """Compares lines. In very long texts frequent ones (blank lines) begin no match: pairing each
    with each takes minutes."""
    return SequenceMatcher(None, first, second, autojunk=len(second) > _LONG_TEXT)
