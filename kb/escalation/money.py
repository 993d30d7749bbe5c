"""Amounts of money in running text: `€ 1,250.00`, `۲ میلیون تومان`, `3万元`.

Libraries read one price from a price tag; here the amounts have to be found first, and Persian
counts in thousands of toman. A number without a currency is no amount.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import regex

_CURRENCIES = {
    "EUR": r"€|eur|euros?|یورو|欧元?|歐元?",
    "USD": r"us\$|usd|us dollars?|dollars?|\$|دلار|美元|美金",
    "GBP": r"£|gbp|pounds?|پوند|英镑",
    "IRR": r"irr|rials?|ریال",
    "IRT": r"tomans?|tuman|تومن|تومان",
    "CNY": r"cny|rmb|yuan|¥|یوان|人民币|元(?!素)|块钱?",
}
_SCALES = {"هزار": 1_000, "میلیون": 1_000_000, "میلیارد": 1_000_000_000, "万": 10_000, "千": 1_000}
_CURRENCY = "|".join(f"(?P<{code}>{names})" for code, names in _CURRENCIES.items())
_NUMBER = r"(?P<number>\d{1,3}(?:[.,'٬ ]\d{3}){1,4}(?:[.,٫]\d{1,2})?|\d{1,12}(?:[.,٫]\d{1,3})?)"
_SCALE = rf"(?:\s?(?P<scale>{'|'.join(_SCALES)}))?"
_AFTER = regex.compile(
    rf"(?<![\d.,\p{{Latin}}第-]){_NUMBER}{_SCALE}\s?(?:{_CURRENCY})(?![\p{{Latin}}\p{{Arabic}}])"
)
_BEFORE = regex.compile(rf"(?<![\p{{Latin}}])(?:{_CURRENCY})\s?{_NUMBER}(?![\d%])")
_GROUPED = regex.compile(r"\d{1,3}(?P<mark>[.,'٬ ])\d{3}(?:(?P=mark)\d{3})*(?:[.,٫]\d{1,2})?")


class Amount(NamedTuple):
    """An amount, its currency (ISO 4217; toman are turned into rials) and where it stands."""

    value: Decimal
    currency: str
    start: int
    end: int


def amounts(text: str) -> list[Amount]:
    """Amounts in a normalised text (see kb.escalation.matching), in order of appearance."""
    found: list[Amount] = []
    taken = -1
    matches = sorted([*_AFTER.finditer(text), *_BEFORE.finditer(text)], key=lambda m: m.start())
    for match in matches:
        if match.start() < taken:
            continue  # the same number, read from its other side
        taken = match.end()
        groups = match.groupdict()
        currency = next(code for code in _CURRENCIES if groups[code])
        value = _number(groups["number"]) * _SCALES.get(groups.get("scale") or "", 1)
        if currency == "IRT":
            currency, value = "IRR", value * 10
        found.append(Amount(value, currency, *match.span()))
    return found


def _number(text: str) -> Decimal:
    """`1,250.00`, `1.250,00`, `1٬250` and `1250` are numbers; a lone mark before 3 digits groups.

    >>> _number("1.250,50")
    Decimal('1250.50')
    """
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        text = text.replace(grouped["mark"], "")
    whole, _, fraction = text.replace("٫", ".").replace(",", ".").replace(" ", "").rpartition(".")
    if not whole:
        return Decimal(fraction)
    return Decimal(f"{regex.sub(r'[^0-9]', '', whole)}.{fraction}")
