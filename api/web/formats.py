"""Dates, times and numbers as readers write them: Persian dates in the Solar Hijri calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from babel.dates import format_timedelta
from babel.numbers import format_decimal, format_percent
from persiantools.jdatetime import JalaliDate

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_NUMBERING = "default"
"""The language's own separators; Babel leaves the digits to us."""


class Calendar(Protocol):
    """What dates need of a language; `Words` has it."""

    locale: str

    def __getattr__(self, key: str) -> Any: ...


def localised_digits(value: object, locale: str) -> str:
    """`value` as text, with Persian digits where the page is Persian.

    >>> localised_digits("12 / 30", "fa")
    '۱۲ / ۳۰'
    """
    text = str(value)
    return text.translate(_PERSIAN_DIGITS) if locale == "fa" else text


def number(value: float, locale: str, places: int | None = None) -> str:
    """A quantity with separators and digits of the language.

    >>> number(12345.6, "fa"), number(12345.6, "en", places=0)
    ('۱۲٬۳۴۵٫۶', '12,346')

    Args:
        places: digits after the decimal point; None: as many as are needed, at most two.
    """
    pattern = "#,##0.##" if places is None else "#,##0" + ("." + "0" * places if places else "")
    text = format_decimal(value, format=pattern, locale=locale, numbering_system=_NUMBERING)
    return localised_digits(text, locale)


def percent(share: float, locale: str) -> str:
    """A share of 1 in whole per cent.

    >>> percent(0.834, "en"), percent(0.834, "zh")
    ('83%', '83%')
    """
    text = localised_digits(format_percent(share, locale=locale), locale)
    return text.replace("%", "٪") if locale == "fa" else text


def format_date(day: dt.date, t: Calendar) -> str:
    """`day` in words, in the calendar and digits of the language."""
    year, month, number_ = day.year, day.month, day.day
    if t.locale == "fa":
        jalali = JalaliDate(day)  # type: ignore[no-untyped-call]  # its constructor has no types
        year, month, number_ = jalali.year, jalali.month, jalali.day
    text = t.date.format(year=year, month=t.months[month - 1], day=number_)
    return localised_digits(text, t.locale)


def format_moment(moment: dt.datetime, t: Calendar, zone: dt.tzinfo) -> str:
    """Date and time of day in `zone`."""
    there = moment.astimezone(zone)
    clock = localised_digits(f"{there:%H:%M}", t.locale)
    text: str = t.moment.format(date=format_date(there.date(), t), time=clock)
    return text


def format_ago(moment: dt.datetime, t: Calendar, now: dt.datetime) -> str:
    """How long ago, or in how long: "3 hours ago", "in 2 days"."""
    text = format_timedelta(moment - now, add_direction=True, locale=t.locale)
    return localised_digits(text, t.locale)


def format_span(span: dt.timedelta, t: Calendar) -> str:
    """A length of time in its largest unit: "3 hours"."""
    return localised_digits(format_timedelta(span, locale=t.locale), t.locale)


FILTERS: Mapping[str, object] = {
    "digits": lambda value, page: localised_digits(value, page.locale),
    "number": lambda value, page, places=None: number(value, page.locale, places),
    "percent": lambda value, page: percent(value, page.locale),
    "date": lambda value, page: format_date(value, page.t),
    "moment": lambda value, page: format_moment(value, page.t, page.zone),
    "ago": lambda value, page: format_ago(value, page.t, page.now),
    "span": lambda value, page: format_span(value, page.t),
}
"""For templates: each takes the page, as in `{{ article.updated | date(page) }}`."""
