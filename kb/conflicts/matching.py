"""Which quantities of two texts are of the same thing and differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.conflicts.contrasts import apart
from kb.conflicts.names import differ
from kb.conflicts.quantities import Quantity
from kb.conflicts.reading import Sentence
from kb.conflicts.values import agree, comparable

Words = frozenset[str]
_MOST = 150
"""Quantities of a text that are compared: more is a log or a table of data."""
_LEAST_ALIKE = 0.6
_LEAST_ALIKE_OF_MANY = 0.5
_LEAST_OF_TITLE = 0.5
_SOME_OF_TITLE = 0.2
_SURE = 1.8
_MANY_TIMES = 16
_MOST_TIMES = 60
"""Rules that change rarely change more: 30 minutes and 7 days are of two different things. The
higher value is for clauses with the same words."""
_SAME_STEP = 0.7
_STEP_SHARED = 4


def disagreements(
    older: Sequence[Quantity], newer: Sequence[Quantity], words: tuple[Words, Words]
) -> Iterator[tuple[float, Quantity, Quantity]]:
    """Pairs of quantities of the same thing with other values, with how sure that is."""
    older, newer = older[:_MOST], newer[:_MOST]
    for one in older:
        if one.weak or _backed(one, newer):
            continue
        best, other = max(((_same_thing(one, o), i) for i, o in enumerate(newer)), default=(0, 0))
        found = newer[other] if newer else one
        if best <= 0 or found.weak or agree(one, found) or _backed(found, older):
            continue
        if not _same_topic(one.sentence, found.sentence, words, best):
            continue
        if best >= max(_same_thing(rival, found) for rival in older):
            yield best, one, found


def _backed(quantity: Quantity, others: Sequence[Quantity]) -> bool:
    """Whether the other text says the value too, of something that shares a word with it.

    Across languages words tell nothing, the value alone is enough.
    """
    return any(
        quantity.unit.dimension == other.unit.dimension
        and agree(quantity, other)
        and (
            quantity.sentence.language != other.sentence.language
            or quantity.near & (other.near | other.sentence.context)
        )
        for other in others
    )


def _same_thing(one: Quantity, other: Quantity) -> float:
    """How much the words beside two quantities have in common; 0 where they tell them apart."""
    if not comparable(one, other) or apart(one.contrasts, other.contrasts):
        return 0
    same_words = one.near == other.near and len(one.near) > 1
    most = _MOST_TIMES if same_words else _MANY_TIMES
    if differ(one.names, other.names) or _far(one, other, most):
        return 0
    if one.sentence.language != other.sentence.language:
        return _same_names(one, other)
    if one.step or other.step:
        return _same_step(one, other)
    return _same_words(one, other)


def _same_words(one: Quantity, other: Quantity) -> float:
    shared = one.near & other.near
    if not shared:
        return 0
    # the title says what the clause need not repeat
    mine, theirs = one.near - other.near, other.near - one.near
    extra = mine | theirs
    implied = (mine & other.sentence.context) | (theirs & one.sentence.context)
    known = len(shared) + len(implied)
    if (one.pointing or other.pointing) and len(shared) <= 2:
        return 0
    alike = known / (known + len(extra - implied))
    if not extra and len(shared) == 1:
        named = bool(one.contrasts & other.contrasts)
        return _LEAST_ALIKE if named and one.unit == other.unit else 0
    enough = known > 2 and alike >= _LEAST_ALIKE_OF_MANY
    return known * alike if enough or (known == 2 and alike >= _LEAST_ALIKE) else 0


def _same_names(one: Quantity, other: Quantity) -> float:
    """Across languages only what both write in the same letters can tell: names, menus, codes."""
    shared = one.sentence.words & other.sentence.words
    return float(len(shared)) if one.unit == other.unit and len(shared) > 1 else 0


def _same_topic(one: Sentence, other: Sentence, words: tuple[Words, Words], score: float) -> bool:
    """Whether each text has words of the other's title (if any): half of them, or the clauses
    have much in common."""
    least = _SOME_OF_TITLE if score >= _SURE else _LEAST_OF_TITLE
    return all(
        len(mine.title & text) >= least * len(mine.title)
        for mine, text in ((one, words[1]), (other, words[0]))
        if one.language == other.language
    )


def _far(one: Quantity, other: Quantity, times: float) -> bool:
    low, high = sorted((one.high, other.high))
    return high > times * low


def _same_step(one: Quantity, other: Quantity) -> float:
    """Steps of different procedures look alike (hold the button for …): whole sentences decide."""
    mine, theirs = one.sentence.words, other.sentence.words
    shared = len(mine & theirs)
    jaccard = shared / max(1, len(mine | theirs))
    same = one.step == other.step and shared >= _STEP_SHARED and jaccard >= _SAME_STEP
    return shared * jaccard if same else 0
