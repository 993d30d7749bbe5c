"""Texts that say the same: equal but for writing, or nearly word for word.

Words are compared after `kb.text.fold` and without punctuation; Chinese by character, simplified.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence, Set

import regex

from kb.text import ZWNJ, fold, simplify

NEAR = 0.9
"""Share of common shingles (Jaccard) from which two texts count as near-identical."""

_SHINGLE = 5
"""Words per shingle."""
_SKETCH = 8
"""Smallest shingle hashes kept: near-identical texts share one of them all but surely."""
_MOST_COMPARED = 50
"""Texts compared per common hash, so that boilerplate does not cost the square of the corpus."""

_WORD = regex.compile(r"\p{Han}|[[\p{L}\p{M}\p{N}]--[\p{Han}]]+", regex.V1)
_HAN = regex.compile(r"\p{Han}")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in one spelling.

    >>> words("Reset—your PASSWORD?") == words("reset your password")
    True
    """
    folded = fold(text.replace(ZWNJ, " "))
    return tuple(_WORD.findall(simplify(folded) if _HAN.search(folded) else folded))


def word_count(text: Sequence[str]) -> float:
    """How many words `words` found, a Chinese character counting as half of one."""
    return sum(0.5 if _HAN.match(word) else 1.0 for word in text)


def contains(text: Sequence[str], part: Sequence[str]) -> bool:
    """Whether the words `part` stand in `text` one after another; nothing stands nowhere."""
    size = len(part)
    return size > 0 and any(
        text[start : start + size] == part for start in range(len(text) - size + 1)
    )


def groups_of_equals(texts: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Ids whose words are the same, grouped; texts without words are left out."""
    by_words: dict[tuple[str, ...], list[str]] = {}
    for identifier, text in texts.items():
        if text:
            by_words.setdefault(tuple(text), []).append(identifier)
    return [tuple(ids) for ids in by_words.values() if len(ids) > 1]


def near_pairs(texts: Mapping[str, Sequence[str]], least: float = NEAR) -> list[tuple[str, str]]:
    """Pairs of ids whose texts are near-identical without being equal, the earlier id first.

    Jaccard similarity of five-word shingles; candidates share one of their smallest shingle hashes
    (bottom-k sketches, Broder 1997). A text is paired with the first it resembles only.
    """
    shingles: dict[str, Set[int]] = {}
    by_hash: dict[int, list[str]] = {}
    pairs = []
    for identifier, text in texts.items():
        own = _shingles(text)
        if not own:
            continue
        sketch = sorted(own)[:_SKETCH]
        candidates = dict.fromkeys(other for key in sketch for other in by_hash.get(key, ()))
        twin = next((c for c in candidates if _jaccard(own, shingles[c]) >= least), None)
        if twin is not None:
            if tuple(texts[twin]) != tuple(text):
                pairs.append((twin, identifier))
            continue
        shingles[identifier] = own
        for key in sketch:
            listed = by_hash.setdefault(key, [])
            if len(listed) < _MOST_COMPARED:
                listed.append(identifier)
    return pairs


def _shingles(text: Sequence[str]) -> Set[int]:
    starts = range(len(text) - _SHINGLE + 1)
    # Not hash(): it differs between processes, and a check must say the same twice.
    return {zlib.crc32(" ".join(text[at : at + _SHINGLE]).encode()) for at in starts}


def _jaccard(one: Set[int], other: Set[int]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common)
