"""A point of every code, with values as they come."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from kb.points import CODES, ENGLISH, Point

_DUE = dt.datetime(2026, 3, 16, 18, 0, tzinfo=dt.UTC)
VALUES: Mapping[str, Any] = {
    "title": "Pump <noise>",
    "heading": "Rattling › 夜间",
    "codes": ("E-4017", "۲.۱۴"),
    "words": ("My lawyer", "شکایت", "起诉"),
    "blanks": ("{{order.id}}", "[IBAN]"),
    "date": dt.date(2026, 5, 20),
    "due": _DUE,
    "rating": 4.5,
    "about": "14 days / ۳۰ روز",
    "sentence": "You have 30 days.",
    "language": "zh-Hans",
    "years": 12,
    "contacts": 3,
    "count": 12,
    "of": 15,
    "days": 30,
    "said": "سومین ایمیل",
    "promise": "first answer",
    "share": 0.81,
    "limit": 1500.0,
    "currency": "EUR",
    "group": "devices",
    "tag": "wi-fi",
}
"""By name."""


def blanks(form: str | Mapping[str, str] | tuple[str, ...]) -> set[str]:
    """Names of what is filled in, in any of the forms."""
    forms = (
        [form] if isinstance(form, str) else form.values() if isinstance(form, Mapping) else form
    )
    return {name for one in forms for name in re.findall(r"\{(\w+)\}", one)}


EXAMPLES = [
    Point(code=code, values={name: VALUES[name] for name in sorted(blanks(ENGLISH[code]))})
    for code in CODES
]
