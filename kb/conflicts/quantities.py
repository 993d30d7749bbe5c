"""Quantities of a sentence, each with the words it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from kb.conflicts.bounds import Kind, is_rough, kind_of
from kb.conflicts.contrasts import contrasts
from kb.conflicts.names import names
from kb.conflicts.numbers import Number, numbers
from kb.conflicts.reading import Sentence
from kb.conflicts.units import Unit, currency_before, unit_after


@dataclass(frozen=True, eq=False)
class Quantity:
    """An amount or a range of a unit, stated somewhere."""

    low: float
    high: float
    """In the dimension's base unit."""
    unit: Unit
    kind: Kind
    rough: bool
    weak: bool
    """Never the ground of a conflict: `one`, or one of several that share their words."""
    surface: str
    sentence: Sentence
    near: frozenset[str]
    """Words of its clause."""
    contrasts: frozenset[tuple[int, int]]
    names: frozenset[str]
    pointing: bool
    """Its clause says `it` or `them` for what it speaks of."""
    step: int
    """How many quantities the sentence has, if it tells to hold, press or wait; otherwise 0."""


@dataclass(frozen=True)
class _Found:
    low: float
    high: float
    unit: Unit
    start: int
    end: int
    word: bool


_RANGE = regex.compile(r"[ ]?(?:-|~|to|and|or|تا|الی|یا|و|到|至|或)[ ]?")
_HARD = regex.compile(
    r"[,،，;؛；|()（）\[\]]|(?<=[^\d ]{2}) - |[:：](?=\s|\p{Han})(?<!^.{0,25})|、", regex.V1
)
_SOFT = regex.compile(
    r"[,،，;؛；|()（）\[\]/、]|\b(?:and|but|or|while|whereas)\b|(?<!\w)(?:و|اما|ولی|یا)(?!\w)|和|而|但|或"
)
_STEP = regex.compile(
    r"\bhold(?: down)? (?:it|.{0,20}(?:button|key))"
    r"|\b(?:press|push|wait|unplug|plug out|leave it|rinse|shake|tap)\b"
    r"|نگه ?دار|نگهدار|فشار ده|فشار بده|صبر کن|بکشید|از برق|بشمارید"
    r"|按住|长按|按下|按满|按键|等(?:待|上)? ?\d|断电|拔[下掉出]|静置"
)
_POINTING = regex.compile(
    r"\b(?:them|this|these|those|both|(?:do|change|make|use|send|get|have) it)\b"
    r"|(?<!\w)(?:این|ان|انها|اینها)(?: کار)? را(?!\w)|[它这]"
)
_CASE = regex.compile(
    r"\b(?:was|were|had|been|have passed|has passed|ago|yesterday|today|so far|already|i've|we've"
    r"|i have|you've)\b"
    r"|دیروز|امروز|گذشته (?:است|اید)"
    r"|(?<!\w)(?:بود|بودند|کردم|کردیم|کرده اید|شدید|دادید|زدید)(?!\w)"
    r"|昨天|今天|已经|过去|了(?=[,，。；]|$)"
)
"""Tells what happened once, not what holds."""
_EXAMPLE = regex.compile(
    r"\b(?:for example|for instance|e\.g\.|example|such as|suppose|instead of|otherwise"
    r"|exceptions?|exceptionally)\b|مثلا|برای مثال|به عنوان مثال|برای نمونه|به جای|استثنا"
    r"|例如|比如|举例|假设|譬如|而不是|例外|破例|[?؟？]$"
)


def quantities(sentence: Sentence) -> list[Quantity]:
    """Quantities of a sentence; empty if it tells of one case or gives an example."""
    found = list(_found(sentence.folded))
    if not found:
        return []
    example = bool(_EXAMPLE.search(sentence.folded))
    return [_quantity(sentence, item, found, example) for item in found]


def _found(text: str) -> Iterator[_Found]:
    pending: tuple[Number, int, Unit | None] | None = None
    for number in numbers(text):
        unit, start, end = _unit(text, number)
        low, high = number.low, number.high
        if pending:
            first, first_end, first_unit = pending
            gap = text[first_end : number.start]
            joined = _RANGE.fullmatch(gap) or (gap == " " and first.word and number.word)
            if joined and unit and first_unit in (None, unit) and first.low <= low:
                low, start = first.low, first.start
        pending = (number, end, unit)
        if unit and not (unit.dimension == "time" and unit.factor > 300 and low >= 1900):
            yield _Found(low * unit.factor, high * unit.factor, unit, start, end, number.word)


def _unit(text: str, number: Number) -> tuple[Unit | None, int, int]:
    if text.startswith("百分之", number.start):
        return Unit("percent", 1), number.start, number.end
    if after := unit_after(text, number.end):
        return after[0], number.start, after[1]
    if before := currency_before(text, number.start):
        return before[0], before[1], number.end
    return None, number.start, number.end


def _quantity(sentence: Sentence, item: _Found, found: list[_Found], example: bool) -> Quantity:
    rivals = [other for other in found if other.unit.dimension == item.unit.dimension]
    start, end = _clause(sentence.folded, item, found, _HARD)
    if len([r for r in rivals if start <= r.start < end]) > 1:
        start, end = _clause(sentence.folded, item, found, _SOFT)
    crowded = len([r for r in rivals if start <= r.start < end]) > 1
    near = _words(sentence, start, end, found)
    if not near and len(rivals) == 1:
        start, end = 0, len(sentence.text)
        near = _words(sentence, start, end, found)
    clause = sentence.folded[start:end]
    one = (
        item.word
        and item.low == item.high
        and item.low in (0.5 * item.unit.factor, item.unit.factor)
    )
    kind = kind_of(sentence.folded, item.start, item.end)
    return Quantity(
        item.low,
        item.high,
        item.unit,
        kind,
        is_rough(sentence.folded, item.start, item.end),
        crowded or example or bool(_CASE.search(clause)) or one or kind == "other" or not near,
        sentence.text[item.start : item.end].strip(" -"),
        sentence,
        near,
        contrasts(clause) or contrasts(sentence.folded),
        names(sentence, start, end, [(f.start, f.end) for f in found]),
        bool(_POINTING.search(clause)),
        len(found) if _STEP.search(sentence.folded) else 0,
    )


def _clause(
    text: str, item: _Found, found: list[_Found], border: regex.Pattern[str]
) -> tuple[int, int]:
    """The clause around a quantity; a border inside a quantity is none."""
    start, end = 0, len(text)
    for mark in border.finditer(text):
        if any(f.start <= mark.start() < f.end for f in found):
            continue
        if mark.end() <= item.start:
            start = mark.end()
        elif mark.start() >= item.end:
            end = mark.start()
            break
    return start, end


def _words(sentence: Sentence, start: int, end: int, found: list[_Found]) -> frozenset[str]:
    return frozenset(
        term.text
        for term in sentence.terms
        if start <= term.start
        and term.end <= end
        and not any(f.start < term.end and term.start < f.end for f in found)
    )
