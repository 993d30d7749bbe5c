"""The support lead's figures as values: written by unit, added up over weeks, compared. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.formats import number, percent
from api.web.plots import Format
from kb.support_definitions import DEFINITIONS, Unit, Value
from kb.support_figures import Slice, SupportFigures

COMPARED = 4
"""Whole weeks that are compared with as many before."""


@dataclass(frozen=True)
class Change:
    """The last whole weeks against those before."""

    before: str
    after: str
    rose: bool | None
    """None: the same."""


def format_of(unit: Unit, locale: str) -> Format:
    """How values of a unit are written."""
    if unit == "share":
        return lambda value: percent(value, locale)
    places = {"count": 0, "mean": 2, "hours": 1, "points": 0}[unit]
    return lambda value: number(value, locale, places)


def quantity(value: Value, unit: Unit) -> float | None:
    """What is plotted: of counts how many there are."""
    return float(value.of) if unit == "count" else value.value


def summed(slices: Sequence[Slice], key: str, unit: Unit) -> float | None:
    """A figure over several weeks; None where it cannot be put together from theirs.

    Shares are added up by what they are out of. Medians and means of single weeks do not tell that
    of all.
    """
    values = [one.values[key] for one in slices]
    if unit == "count":
        return float(sum(value.of for value in values))
    known = [value for value in values if value.count is not None]
    whole = sum(value.of for value in known)
    if unit != "share" or not whole:
        return None
    return sum(value.count or 0.0 for value in known) / whole


def change_of(figures: SupportFigures, key: str, locale: str) -> Change | None:
    """The last whole weeks against those before; None where there are too few, or no data."""
    unit = DEFINITIONS[key].unit
    whole = figures.weeks[:-1]  # the last one is not over
    if len(whole) < 2 * COMPARED:
        return None
    before = summed(whole[-2 * COMPARED : -COMPARED], key, unit)
    after = summed(whole[-COMPARED:], key, unit)
    if before is None or after is None:
        return None
    show = format_of(unit, locale)
    same = show(before) == show(after)
    return Change(show(before), show(after), None if same else after > before)
