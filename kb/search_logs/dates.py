"""Moments, in ISO and in the forms that spreadsheets write.

Gregorian and, by their year, Persian calendar dates; digits of every script; Unix time. 03/04/2026
can be read in two ways: which one it is, is found out from the whole column, or has to be said.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from persiantools.jdatetime import JalaliDate

from kb.text import fold

_LONGEST = 60
_CLOCK = (
    r"(?:[t ,]{1,3}(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r" ?(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE = r" ?(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?"
_WEEKDAY = r"(?:[a-z]{3,9},? )?"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"


def _whole(date: str) -> re.Pattern[str]:
    return re.compile(_WEEKDAY + date + _CLOCK + _ZONE)


_YEAR_FIRST = _whole(r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})")
_YEAR_LAST = _whole(r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})[-/.](?P<year>\d{4}|\d{2})")
_DAY_NAME = _whole(rf"(?P<day>\d{{1,2}})[-. ]{{1,2}}{_MONTH}[-, ]{{1,2}}(?P<year>\d{{4}})")
_NAME_DAY = _whole(rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})")
_COMPACT = re.compile(r"(?P<year>[12]\d{3})(?P<month>\d{2})(?P<day>\d{2})")
_UNIX = re.compile(r"(\d{9,10})(?:\.\d{1,9})?|(\d{12,13})")


@dataclass(frozen=True)
class Dates:
    """How a file writes dates."""

    zone: dt.tzinfo = dt.UTC
    """Of what states none."""
    day_first: bool = False
    """Whether 03/04 is in April."""

    def moment(self, text: str) -> dt.datetime:
        """The moment, aware.

        Raises:
            ValueError: it is no date.
        """
        plain = _plain(text)
        try:
            if unix := _UNIX.fullmatch(plain):
                seconds = int(unix[1]) if unix[1] else int(unix[2]) / 1000
                return dt.datetime.fromtimestamp(seconds, dt.UTC)
            for pattern in (_COMPACT, _YEAR_FIRST, _YEAR_LAST, _DAY_NAME, _NAME_DAY):
                if match := pattern.fullmatch(plain):
                    return self._of({"zone": None, **match.groupdict()})
        except (ValueError, OverflowError, OSError) as error:
            raise ValueError(f"'{text[:_LONGEST]}' is no date: {error}") from error
        raise ValueError(f"'{text[:_LONGEST]}' is no date")

    def _of(self, parts: Mapping[str, str | None]) -> dt.datetime:
        month, day = parts.get("month"), parts.get("day")
        if "one" in parts:
            day, month = parts["one"], parts["two"]
            if not (self.day_first or parts["mark"] == "."):
                day, month = month, day
        elif name := parts.get("name"):
            month = str(_MONTHS.index(name) + 1)
        year = parts["year"] or ""
        date = _date(int(year) + (2000 if len(year) == 2 else 0), int(month or 0), int(day or 0))
        return dt.datetime.combine(date, _clock(parts), _zone(parts["zone"]) or self.zone)


def day_first(texts: Iterable[str]) -> bool | None:
    """Whether the day comes first in dates such as 03/04/2026; False where there are none.

    Returns:
        None: nothing tells, or some say so and others the opposite.
    """
    said: set[bool] = set()
    any_such = False
    for text in texts:
        match = _YEAR_LAST.fullmatch(_plain(text))
        if match and match["mark"] != ".":
            any_such = True
            one, two = int(match["one"]), int(match["two"])
            if (one > 12) != (two > 12):
                said.add(one > 12)
    if not any_such:
        return False
    return said.pop() if len(said) == 1 else None


def _plain(text: str) -> str:
    """ASCII digits, lower case, one space between; Chinese dates as the others write them."""
    text = text.strip()
    if len(text) > _LONGEST:
        return ""
    text = fold(text)
    if not text.isascii():
        text = re.sub(r"[年月]", "-", text).replace("日", " ").replace("،", ",")
    return " ".join(text.split())


def _date(year: int, month: int, day: int) -> dt.date:
    if 1300 <= year <= 1500:
        persian = JalaliDate(year, month, day)  # type: ignore[no-untyped-call]
        gregorian: dt.date = persian.to_gregorian()
        return gregorian
    return dt.date(year, month, day)


def _clock(parts: Mapping[str, str | None]) -> dt.time:
    hour = int(parts.get("hour") or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(f"there is no hour {hour} {half}")
        hour = hour % 12 + 12 * half.startswith("p")
    return dt.time(hour, int(parts.get("minute") or 0), min(int(parts.get("second") or 0), 59))


def _zone(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return dt.UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return dt.timezone(dt.timedelta(minutes=-minutes if text[0] == "-" else minutes))
