"""What a draft and the source it was made from have in common: pure functions.

The rep compares to see what was left out or put in, so runs of equal words are marked on both
sides, and single words that both happen to use are not.
"""

from __future__ import annotations

from difflib import SequenceMatcher

import regex

from kb.text import fold

Span = tuple[int, int]
"""Half-open, in characters."""

_WORD = regex.compile(r"\p{Han}|[[\p{L}\p{M}\p{N}\u200c]--\p{Han}]++", regex.V1)
_SHORTEST_RUN = 3
"""Words; of Chinese, characters."""
_MAX_WORDS = 4000
"""Of either text; the rest is not compared."""


def common_spans(draft: str, source: str) -> tuple[list[Span], list[Span]]:
    """Runs of words that stand in both texts in the same order: spans in the draft, in the source.

    Both lists have one span per run, in order. Case, diacritics and forms of letters do not count.
    """
    left = list(_WORD.finditer(draft))[:_MAX_WORDS]
    right = list(_WORD.finditer(source))[:_MAX_WORDS]
    matcher = SequenceMatcher(
        None, [fold(word[0]) for word in left], [fold(word[0]) for word in right], autojunk=False
    )
    runs = [run for run in matcher.get_matching_blocks() if run.size >= _SHORTEST_RUN]
    return (
        [(left[run.a].start(), left[run.a + run.size - 1].end()) for run in runs],
        [(right[run.b].start(), right[run.b + run.size - 1].end()) for run in runs],
    )


def pieces(text: str, spans: list[Span]) -> list[tuple[str, bool]]:
    """`text` cut at the spans: (piece, whether it is one of them); empty pieces are left out."""
    cut: list[tuple[str, bool]] = []
    place = 0
    for start, end in spans:
        cut += [(text[place:start], False), (text[start:end], True)]
        place = end
    cut.append((text[place:], False))
    return [(piece, common) for piece, common in cut if piece]
