"""Which sentences of two texts say the same, once as yes and once as no."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from kb.conflicts.contrasts import apart
from kb.conflicts.names import differ
from kb.conflicts.polarity import Claim

_LEAST_SHARED = 3
_LEAST_JACCARD = 0.8
"""Of the words with content."""
_LEAST_WORDING = 0.7
"""Jaccard similarity of all words, negations aside."""
_SAID_TOO = 0.5
_MOST_ALIKE = 20


def denials(older: Sequence[Claim], newer: Sequence[Claim]) -> Iterator[tuple[float, Claim, Claim]]:
    """Pairs of claims of which one denies the other, with how alike they are."""
    index: dict[str, list[int]] = defaultdict(list)
    for number, made in enumerate(newer):
        for word in made.words:
            index[word].append(number)
    for one in older:
        shared = Counter(number for word in one.words for number in index.get(word, ()))
        alike = [
            (_jaccard(one.words, newer[number].words), newer[number])
            for number, count in shared.most_common(_MOST_ALIKE)
            if count >= _LEAST_SHARED
        ]
        if any(score > _SAID_TOO and one.denied == other.denied for score, other in alike):
            continue  # the newer text says it too
        for score, other in alike:
            if score >= _LEAST_JACCARD and _contrary(one, other):
                yield score, one, other


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _contrary(one: Claim, other: Claim) -> bool:
    return (
        one.denied != other.denied
        and _jaccard(one.wording, other.wording) >= _LEAST_WORDING
        and one.condition == other.condition
        and one.needs == other.needs
        and one.only == other.only
        and one.numbers == other.numbers
        and not apart(one.contrasts, other.contrasts)
        and not differ(one.names, other.names)
    )
