"""Finding phrases in customers' texts however they are spelled, and quoting them as written.

A text is evened out character by character (kb.text's folding and simplified Chinese; ZWNJ becomes
a space), with a map back to the original. Patterns are written in a small notation:

- a space stands for any blanks, a ZWNJ for a Persian joint that may be written in any way;
- otherwise they are regular expressions in lower case, without `\\S`, `\\W`, `\\B` or `\\P`.

Latin and Persian phrases stand between word boundaries (Persian ones may carry an ending);
Chinese ones may stand anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import regex

from kb.text import ZWNJ, fold, simplify

_ENDINGS = r"\s?(?:ها|های|هایی|ام|ات|اش|مان|مون|تان|تون|شان|شون)|م|ت|ش|ه|و|رو"
_NEGATED = regex.compile(
    r"(?:\b(?:no|not|never|without|nobody|isn't|wasn't|don't|didn't|doesn't|won't|cannot|can't)"
    r"(?: (?:going|want|planning|intend|plan|wish|trying) to| \w{1,12})? "
    r"|(?:没有|没|不会|不想|不要|并非|并没有|未|无|不是要|不打算)(?:任何|什么)?|بدون )$"
)
_NEGATED_AFTER = regex.compile(
    r"(?: \p{Arabic}{1,8}){0,2} (?:ندار|نیست|نبود|نمی ?بین)"
    r"|(?: \p{Arabic}{1,8})? ?(?:نمی ?خوا|نمی ?کن|نشد|نکرد|نمی ?ش)"
)


class Plain(NamedTuple):
    """A text evened out; `origin[i]` is where its i-th character stands in `original`."""

    text: str
    original: str
    origin: Sequence[int]

    def quote(self, start: int, end: int) -> str:
        """The original words of a stretch of `text`, on one line."""
        if start >= end:
            return ""
        words = self.original[self.origin[start] : self.origin[end - 1] + 1]
        return " ".join(words.replace(ZWNJ + " ", " ").split())


def plain(original: str) -> Plain:
    """Even out a text."""
    letters: list[str] = []
    origin: list[int] = []
    for position, char in enumerate(simplify(original)):
        folded = _folded(char)
        letters.append(folded)
        origin.extend([position] * len(folded))
    return Plain("".join(letters), original, origin)


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    if char == ZWNJ or char.isspace():
        return " "
    return fold(char).replace("’", "'").replace(ZWNJ, " ")


class Pattern(NamedTuple):
    """A compiled phrase and how strong a sign it is (1: enough alone)."""

    regex: regex.Pattern[str]
    strength: float


def compile_pattern(notation: str, strength: float = 1.0) -> Pattern:
    """A pattern in the notation above."""
    body = fold(simplify(notation)).replace(" ?", ZWNJ).replace(" ", r"\s+").replace(ZWNJ, r"\s?")
    if regex.search(r"\p{Han}", body):
        return Pattern(regex.compile(body), strength)
    if regex.search(r"\p{Arabic}", body):
        body = rf"(?<![\p{{L}}\p{{N}}])(?:{body})(?:{_ENDINGS})?(?![\p{{L}}\p{{N}}])"
    else:
        body = rf"(?<![\p{{L}}\p{{N}}])(?:{body})(?![\p{{L}}\p{{N}}])"
    return Pattern(regex.compile(body), strength)


@lru_cache(maxsize=1024)
def compile_phrase(phrase: str, strength: float = 1.0) -> Pattern:
    """A phrase that an operator wrote: its characters stand for themselves."""
    return compile_pattern(regex.escape(phrase, special_only=True, literal_spaces=True), strength)


class Found(NamedTuple):
    """Words of a text that a pattern matches."""

    words: str
    strength: float
    start: int
    end: int
    """Place in the evened-out text."""


def matches(
    patterns: Sequence[Pattern], text: Plain, *, unless_negated: bool = True
) -> Iterator[Found]:
    """What each pattern finds first in a text; `unless_negated` passes over "no smoke"."""
    for pattern in patterns:
        for found in pattern.regex.finditer(text.text):
            if not (unless_negated and _is_negated(text.text, *found.span())):
                yield Found(text.quote(*found.span()), pattern.strength, *found.span())
                break


def _is_negated(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start]
    return bool(_NEGATED.search(before) or _NEGATED_AFTER.match(text[end : end + 24]))
