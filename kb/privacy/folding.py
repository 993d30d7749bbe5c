"""The folded copy of a text that detectors read, spans in it, and patterns written for it.

One character stays one character, so an offset in the copy is an offset in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

import opencc

Span = tuple[int, int]
Detector = Callable[[str], Iterable[Span]]

MASK = "\0"  # stands in the folded copy for what is already redacted; no detector crosses it
_SENTENCE_MARKS = frozenset("，；！？")  # kept full-width, so that a URL ends before them
_BIDI = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_LETTERS = {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ە": "ه", "ھ": "ه"}


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    category = unicodedata.category(char)
    if char in _SENTENCE_MARKS or category == "No":
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char in _BIDI or category == "Zs":
        return " "
    if category == "Pd" or char == "\u2212":
        return "-"
    plain = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
    folded = plain[0] if len(plain) == 1 else char
    if "\u4e00" <= folded <= "\u9fff":
        simplified = _to_simplified().convert(folded)
        return simplified if len(simplified) == 1 else folded
    return _LETTERS.get(folded, folded)


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    table = {ord(c): _fold_char(c) for c in set(text) if not c.isascii()}
    return text.translate(table | {0: " "})


@lru_cache(maxsize=256)
def compile_folded(pattern: str) -> re.Pattern[str]:
    """Compile for folded text: the pattern itself is folded, so it may be written naturally."""
    return re.compile(fold(pattern))


def replace_spans(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, new in spans:
        pieces += (text[at:start], new)
        at = end
    return "".join(pieces) + text[at:]


def blank_spans(folded: str, spans: Iterable[Span]) -> str:
    return replace_spans(folded, ((start, end, MASK * (end - start)) for start, end in spans))


def disjoint(spans: Iterable[Span]) -> list[Span]:
    """Non-empty spans in text order; of two that overlap, the earlier, then the longer."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < end and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def word_set(*lines: str) -> frozenset[str]:
    """A word list, folded like the text it is compared with."""
    return frozenset(fold(" ".join(lines)).split())


def digits_of(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


# The words that may stand between a label and its value, in the three languages:
# "phone number is: …", «تلفن من: …», 电话号码是…
_GAP = (
    r"(?:[ \u200c.:=#()]{0,2}(?:numbers?|no|nr|num|is|was|at|on|me|من|ام|م|بنده|هم|این|(?:همسر|پدر"
    r"|مادر|برادر|خواهر|پسر|دختر)م|ما|号码|字号|号|是|为)){0,3}[ \u200c.:=#(]{0,3}"
)


def labelled(labels: str, value: str) -> re.Pattern[str]:
    return compile_folded(rf"(?<![A-Za-z])(?i:{labels}){_GAP}({value})")
