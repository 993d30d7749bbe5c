"""Numbers in folded text: digits with separators, and number words up to the tens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import regex


class Number(NamedTuple):
    """A number, or the range that two number words in a row name (`two three`, 两三)."""

    low: float
    high: float
    start: int
    end: int
    word: bool
    """Written in letters: `one` is often no more than an article."""


_ENGLISH = {
    "half an": 0.5, "half a": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60, "ninety": 90,
}  # fmt: skip
_PERSIAN = {
    "نیم": 0.5, "یک": 1, "دو": 2, "سه": 3, "چهار": 4, "پنج": 5, "شش": 6, "هفت": 7, "هشت": 8,
    "نه": 9, "ده": 10, "یازده": 11, "دوازده": 12, "چهارده": 14, "پانزده": 15, "بیست": 20,
    "سی": 30, "چهل": 40, "شصت": 60, "نود": 90, "صد": 100,
}  # fmt: skip
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_SCALE = {"هزار": 1e3, "میلیون": 1e6, "千": 1e3, "万": 1e4}

_NUMBER = regex.compile(
    # not inside a word, an identifier, a version, a date, a clock time
    r"(?<![a-z0-9_#@/:.,٫٬]|[a-z]-)(?P<digits>[0-9]{1,9}(?:[.,٫٬'][0-9]{1,3}){0,3})"
    r"(?![0-9]|[:/.][0-9])(?:[ ]?(?P<scale>هزار|میلیون|千|万)(?!\w*[a-z]))?"
    rf"|(?<![\w-])(?P<english>{'|'.join(_ENGLISH)})(?![\w])"
    rf"|(?<!\w)(?P<persian>{'|'.join(_PERSIAN)})(?!\w)(?:[ ](?P<persian_scale>هزار|میلیون))?"
    r"|(?<![第周期拜一])(?P<han>[一二两三四五六七八九十半]{1,4})(?=[个個]?\p{Han})"
    r"|百分之(?P<hundredths>[0-9]{1,3}|[一二两三四五六七八九十]{1,3})",
)


def numbers(text: str) -> Iterator[Number]:
    """Numbers of folded text, in order."""
    for found in _NUMBER.finditer(text):
        value = _value(found)
        if value:
            word = found["digits"] is None and found["hundredths"] is None
            yield Number(*value, found.start(), found.end(), word)


def _value(found: regex.Match[str]) -> tuple[float, float] | None:
    if found["digits"]:
        value = _decimal(found["digits"]) * _SCALE.get(found["scale"] or "", 1)
    elif found["english"]:
        value = _ENGLISH[found["english"]]
    elif found["persian"]:
        value = _PERSIAN[found["persian"]] * _SCALE.get(found["persian_scale"] or "", 1)
    elif found["hundredths"]:
        digits = found["hundredths"]
        return _chinese(digits) if not digits.isdecimal() else (float(digits), float(digits))
    else:
        return _chinese(found["han"])
    return value, value


def _decimal(digits: str) -> float:
    """`1,200.5`, `1٬200`, `1.2`, `1,5`: a comma before three digits groups thousands."""
    digits = digits.replace("٬", ",").replace("'", ",").replace("٫", ".")
    whole, point, fraction = digits.rpartition(",")
    if point and len(fraction.partition(".")[0]) != 3:
        digits = f"{whole}.{fraction}"
    digits = digits.replace(",", "")
    whole, _, fraction = digits.partition(".")
    return float(f"{whole}.{fraction.replace('.', '') or '0'}")


def _chinese(digits: str) -> tuple[float, float] | None:
    """`十二`, `三十`, `两三` (two or three), `半` (half)."""
    if digits == "半":
        return 0.5, 0.5
    if "半" in digits:
        return None
    tens, ten, ones = digits.partition("十")
    if ten:
        if len(tens) > 1 or len(ones) > 1 or "十" in ones:
            return None
        value = 10 * (_HAN_DIGITS[tens] if tens else 1) + (_HAN_DIGITS[ones] if ones else 0)
        return value, value
    values = [_HAN_DIGITS[digit] for digit in digits]
    return (values[0], values[-1]) if len(values) <= 2 and values == sorted(values) else None
