"""Names in a sentence: what is written with a capital, in Latin among other scripts, in quotes."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from kb.conflicts.reading import Sentence

_CAPITAL = regex.compile(r"(?<=[^\s.!?:…][\"”»)]?\s[\"“«(]?)\p{Lu}[\p{L}\p{N}]*")
_CODE = regex.compile(r"(?<![\w])(?=\w*\d)(?=\w*\p{L})[A-Za-z0-9]{2,20}(?!\w)")
_LATIN = regex.compile(r"[A-Za-z][A-Za-z0-9]+")
_COMMON = frozenset({"i", "app", "app's", "ok", "faq", "pdf", "settings"})


def names(
    sentence: Sentence, start: int, end: int, taken: Sequence[tuple[int, int]] = ()
) -> frozenset[str]:
    """Names of `sentence.text[start:end]`, lower case, outside the spans `taken`."""
    if sentence.text[:200].isupper():
        return frozenset()
    latin = sentence.language not in ("fa", "zh")
    patterns = (_CAPITAL, _CODE) if latin else (_LATIN, _CODE)
    return (
        frozenset(
            found.group().lower()
            for pattern in patterns
            for found in pattern.finditer(sentence.text, start, end)
            if not any(f < found.end() and found.start() < e for f, e in taken)
        )
        - _COMMON
    )


def differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each of the two has a name that the other lacks."""
    return bool(one - other) and bool(other - one)
