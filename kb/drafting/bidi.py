"""Right-to-left safety of plain text that goes into other tools.

A draft is pasted into mail programs and chats whose layout we do not control, so it carries as few
invisible characters as possible:

- A value (a name, a number) is isolated (FSI … PDI) only where the line would otherwise be laid
  out wrongly; see `placed`.
- A line that begins with a word of the other direction («Wi-Fi را …») gets one mark in front of
  it, since most tools take a line's direction from its first letter; see `marked`.
- URLs get nothing inside them nor at their ends: link detection would take it for part of them.
- Overrides are dropped, and what else comes from sources is balanced line by line; see `balanced`.

The rules are those of UAX #9: an isolate is skipped when the direction of its line is looked for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

import regex

from kb.text import language_of

Direction = Literal["ltr", "rtl"]

LRM, RLM = "\u200e", "\u200f"
FSI, PDI = "\u2068", "\u2069"
_PDF = "\u202c"
_ISOLATES = "\u2066\u2067\u2068"
_EMBEDDINGS = "\u202a\u202b"
_OVERRIDES = "\u202d\u202e"
_CONTROLS = regex.compile(r"[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = regex.compile(r"[[\p{Cf}\p{Cc}\p{Cs}\p{Co}]--[\u200c\u200d\s]]", regex.V1)
_URL = regex.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S*$", regex.IGNORECASE)
_NUMBER_GROUPS = regex.compile(r"\p{Nd}[^\p{L}\p{Nd}]+\p{Nd}")
_RTL_LANGUAGES = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_LOOK_AROUND = 80
"""Characters of the line that decide whether a value has to be isolated."""


def direction(locale: str) -> Direction:
    """How a text in `locale` is written."""
    return "rtl" if language_of(locale) in _RTL_LANGUAGES else "ltr"


@lru_cache(maxsize=4096)
def _strong(char: str) -> Direction | None:
    match unicodedata.bidirectional(char):
        case "L":
            return "ltr"
        case "R" | "AL":
            return "rtl"
        case _:
            return None


def strong(text: str) -> Direction | None:
    """Direction of the first letter of `text`; None if it has no letters."""
    return next((found for char in text if (found := _strong(char))), None)


def plain(value: str) -> str:
    """`value` on one line, without control characters, marks of direction or odd blanks."""
    return " ".join(_INVISIBLE.sub("", value).split())


def placed(value: str, before: str, after: str, base: Direction) -> str:
    """`value` as it can stand between `before` and `after`: isolated if it must be.

    It must be if it is written in the other direction than the text (in a right-to-left text that
    includes groups of digits, as in phone numbers) and one of these holds: no letter comes before
    it in its line, its neighbour is of its own direction or a digit, so that both would flow
    together, or it begins or ends with a sign that would change sides. A value that has its line
    for itself, and one that is or continues a URL, stay as they are.
    """
    before = before.rpartition("\n")[2][-_LOOK_AROUND:]
    after = after.partition("\n")[0][:_LOOK_AROUND]
    alone = not before.strip() and not after.strip()
    if not value or alone or _URL.search(before) or _URL.match(value):
        return value
    letters = {found for char in value if (found := _strong(char))}
    other: Direction = "ltr" if base == "rtl" else "rtl"
    grouped = base == "rtl" and not letters and _NUMBER_GROUPS.search(value) is not None
    if other not in letters and not grouped:
        return value
    exposed = not (value[0].isalnum() and value[-1].isalnum())
    neighbours = (_neighbour(reversed(before)), _neighbour(after))
    flows = neighbours[0] != base or neighbours[1] not in (base, None)
    return f"{FSI}{value}{PDI}" if exposed or grouped or flows else value


def _neighbour(chars: Iterable[str]) -> Direction | Literal["digit"] | None:
    for char in chars:
        if char.isdigit():
            return "digit"
        if found := _strong(char):
            return found
    return None


def marked(text: str, locale: str) -> str:
    """`text` with a mark before each line that begins in the other direction but is mixed."""
    base = direction(locale)
    mark = RLM if base == "rtl" else LRM
    lines = text.split("\n")
    for index, line in enumerate(lines):
        first = strong(line)
        if first not in (base, None) and any(_strong(char) == base for char in line):
            lines[index] = mark + line
    return "\n".join(lines)


def balanced(text: str) -> str:
    """`text` without overrides, and without controls that are not closed or opened in their line.

    >>> balanced("a\u202eb \u2068c\u2069 \u2069d \u2067e")
    'ab \u2068c\u2069 d e'
    """
    if not _CONTROLS.search(text):
        return text
    return "\n".join(_balanced_line(line) for line in text.split("\n"))


def _balanced_line(line: str) -> str:
    drop: set[int] = set()
    opened: list[int] = []
    for match in _CONTROLS.finditer(line):
        char, at = match[0], match.start()
        if char in _OVERRIDES:
            drop.add(at)
        elif char in _ISOLATES or char in _EMBEDDINGS:
            opened.append(at)
        elif opened and (line[opened[-1]] in _ISOLATES) == (char == PDI):
            opened.pop()
        else:
            drop.add(at)
    drop.update(opened)
    return "".join(char for at, char in enumerate(line) if at not in drop)
