"""Moments as a customer reads them, in the calendar of their language."""

from __future__ import annotations

import datetime as dt

from persiantools.digits import en_to_fa
from persiantools.jdatetime import JalaliDate

from kb.text import language_of

_EN_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_EN_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_ZH_DAYS = "一二三四五六日"


def moment_text(moment: dt.datetime, locale: str) -> str:
    """Day and time of `moment` on the clock of its own zone; languages without a rule get English.

    >>> moment = dt.datetime(2026, 11, 25, 14, 30)
    >>> moment_text(moment, "en"), moment_text(moment, "fa"), moment_text(moment, "zh")
    ('Wednesday 25 November, 14:30', 'چهارشنبه ۴ آذر ساعت ۱۴:۳۰', '11月25日（周三）14:30')
    """
    clock = f"{moment:%H:%M}"
    match language_of(locale):
        case "fa":
            day = JalaliDate(moment.date())  # type: ignore[no-untyped-call]
            weekday, month = day.strftime("%A|%B", locale="fa").split("|")
            return f"{weekday} {en_to_fa(str(day.day))} {month} ساعت {en_to_fa(clock)}"
        case "zh":
            weekday = _ZH_DAYS[moment.weekday()]
            return f"{moment.month}月{moment.day}日（周{weekday}）{clock}"
        case _:
            weekday, month = _EN_DAYS[moment.weekday()], _EN_MONTHS[moment.month - 1]
            return f"{weekday} {moment.day} {month}, {clock}"
