"""Dates as readers write them: Persian ones in the Solar Hijri calendar."""

from __future__ import annotations

import datetime as dt

from api.web.strings import Strings

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def localised_digits(value: object, locale: str) -> str:
    """`value` as text, with Persian digits where the page is Persian.

    >>> localised_digits("12 / 30", "fa")
    '۱۲ / ۳۰'
    """
    text = str(value)
    return text.translate(_PERSIAN_DIGITS) if locale == "fa" else text


def format_date(day: dt.date, strings: Strings) -> str:
    """`day` in words, in the calendar and digits of the page's language."""
    year, month, number = (
        solar_hijri(day) if strings.locale == "fa" else (day.year, day.month, day.day)
    )
    text = strings.date.format(year=year, month=strings.months[month - 1], day=number)
    return localised_digits(text, strings.locale)


def solar_hijri(day: dt.date) -> tuple[int, int, int]:
    """Year, month and day of a Gregorian date (from 1600 on) in the Solar Hijri calendar.

    The 33-year arithmetic of Roozbeh Pournader and Mohammad Toossi's jalali.c: it agrees with the
    astronomical calendar for the years 1799 to 2256.

    >>> solar_hijri(dt.date(2026, 3, 21))
    (1405, 1, 1)
    """
    years, months = day.year - 1600, day.month - 1
    days = 365 * years + (years + 3) // 4 - (years + 99) // 100 + (years + 399) // 400
    days += _DAYS_BEFORE_MONTH[months] + day.day - 1
    leap = (day.year % 4 == 0 and day.year % 100 != 0) or day.year % 400 == 0
    if months > 1 and leap:
        days += 1
    days -= 79
    cycles, days = divmod(days, 12053)  # 33 years, 8 of them leap
    year = 979 + 33 * cycles + 4 * (days // 1461)
    days %= 1461
    if days >= 366:
        year += (days - 1) // 365
        days = (days - 1) % 365
    if days < 186:
        return year, 1 + days // 31, 1 + days % 31
    return year, 7 + (days - 186) // 30, 1 + (days - 186) % 30
