"""Days off: a country's public holidays (the `holidays` library) and the operator's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass


@dataclass(frozen=True)
class CountryOrDays:
    """Contains a date if either part does."""

    country: Container[dt.date]
    days: frozenset[dt.date]

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and (day in self.days or day in self.country)


def country_holidays(country: str, subdivision: str = "") -> Container[dt.date]:
    """Public holidays of a country, or of a part of it, in any year; none for an empty code.

    Religious holidays that follow the moon are the library's estimate in years to come.

    Raises:
        ValueError: the library does not know the country or the subdivision.
    """
    if not country:
        if subdivision:
            raise ValueError("a subdivision needs a country")
        return frozenset()
    import holidays

    try:
        found: Container[dt.date] = holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as error:
        raise ValueError(
            f"{error}; write ISO codes as in country = 'IR', or list the days instead"
        ) from error
    return found
