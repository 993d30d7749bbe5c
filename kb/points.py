"""What staff is told about a suggestion or an advice, apart from the language it is told in.

A `Point` is a code with its values. The English sentences of the API and the command line are made
of points here; pages say them in their reader's language (`point_…` in their words).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

ReasonCode = Literal[
    "solved", "solved_same", "article", "article_section", "guidance", "guidance_section", "macro",
    "linked", "updated", "last", "rated",
]  # fmt: skip
"""Why something is suggested."""
WarningCode = Literal[
    "internal", "contradicts", "other_language", "no_templates", "old_year", "old_years", "unhappy",
    "unfilled",
]  # fmt: skip
"""What to mind before sending it."""
AdviceCode = Literal[
    "safety", "legal", "press", "data_protection", "dispute", "frustration", "contacts_said",
    "contacts_returned", "earlier_tickets", "promise_late", "promise_used", "refund",
    "nothing_fits", "nothing_fits_either", "nearest_solved", "nearest_solved_by", "tag", "topic",
    "nowhere_else", "nobody_known", "promise_lapsed",
]  # fmt: skip
"""Why a ticket should be handed over, and to that group."""
Code = ReasonCode | WarningCode | AdviceCode

CODES: tuple[Code, ...] = tuple(
    code for family in (ReasonCode, WarningCode, AdviceCode) for code in get_args(family)
)
Value = str | int | float | dt.datetime | dt.date | tuple[str, ...]


class Point(BaseModel):
    """One thing that is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    values: Mapping[str, Value] = {}
    """By name; a name means the same in every point. `count` also picks singular or plural."""


ENGLISH: Mapping[Code, str | tuple[str, str]] = {
    "solved": (
        "Solved {count} ticket with a similar problem: “{title}”",
        "Solved {count} tickets with a similar problem: “{title}”",
    ),
    "solved_same": (
        "Solved {count} ticket with a similar problem: same {codes}, “{title}”",
        "Solved {count} tickets with a similar problem: same {codes}, “{title}”",
    ),
    "article": "Help article “{title}” covers this",
    "article_section": "Help article “{title}”, section “{heading}”, covers this",
    "guidance": "The team's handbook covers this in “{title}”",
    "guidance_section": "The team's handbook covers this in “{title}”, section “{heading}”",
    "macro": "Macro “{title}” fits the problem",
    "linked": (
        "{count} solved ticket with a similar problem got its link",
        "{count} solved tickets with a similar problem got its link",
    ),
    "updated": "updated {date}",
    "last": "last on {date}",
    "rated": "customers' rating {rating} of 5",
    "internal": "Internal: guidance for you, do not send it to the customer.",
    "contradicts": "Contradicts a newer article ({about}): “{sentence}”",
    "other_language": "The source is in another language ({language}).",
    "no_templates": "There are no templates in the customer's language ({language}): greeting and "
    "closing are in English.",
    "old_year": "The source is more than a year old.",
    "old_years": "The source is {years} years old.",
    "unhappy": "A customer was not satisfied with this reply.",
    "unfilled": "Fill before sending: {blanks}.",
    "safety": "the customer reports a danger ({words})",
    "legal": "the customer mentions legal action ({words})",
    "press": "the customer mentions the press ({words})",
    "data_protection": "it is about data protection ({words})",
    "dispute": "the payment is disputed ({words})",
    "frustration": "the customer is clearly frustrated ({words})",
    "contacts_said": 'the customer has had to make contact {contacts} times ("{said}")',
    "contacts_returned": (
        "the customer has had to make contact {contacts} times (came back after a reply)",
        "the customer has had to make contact {contacts} times (came back {count} times after a "
        "reply)",
    ),
    "earlier_tickets": (
        "the customer has written {count} earlier ticket in {days} days",
        "the customer has written {count} earlier tickets in {days} days",
    ),
    "promise_late": "the {promise} is late: it was due {due}",
    "promise_used": "{share} of the time for the {promise} is used (due {due})",
    "refund": 'the customer asks for "{said}" back, above the limit of {limit} {currency}',
    "nothing_fits": "no suggestion fits",
    "nothing_fits_either": "no suggestion fits either",
    "nearest_solved": "the nearest solved ticket was resolved by {group}",
    "nearest_solved_by": (
        "{count} of the {of} nearest solved tickets was resolved by {group}",
        "{count} of the {of} nearest solved tickets were resolved by {group}",
    ),
    "tag": 'the tag "{tag}" is a matter for {group}',
    "topic": "{words} is a matter for {group}",
    "nowhere_else": "nothing points to another group than {group}",
    "nobody_known": "nothing tells whose topic it is",
    "promise_lapsed": "the {promise} was due {due}",
}
"""A pair: for one, for several."""

_LED_BY: Mapping[Code, str] = {"updated": ", ", "last": ", ", "rated": ", "}
_FOLLOWED_BY: Mapping[Code, str] = {"nothing_fits_either": ": "}
_BETWEEN = "; "


def in_english(points: Sequence[Point]) -> str:
    """The points as one sentence, without its full stop; empty where there are none."""
    told = ""
    for place, point in enumerate(points):
        if place:
            before = _FOLLOWED_BY.get(points[place - 1].code)
            told += before or _LED_BY.get(point.code, _BETWEEN)
        told += _said(point)
    return told[:1].upper() + told[1:]


def _said(point: Point) -> str:
    form = ENGLISH[point.code]
    if isinstance(form, tuple):
        form = form[point.values["count"] != 1]
    return form.format_map({name: _shown(name, value) for name, value in point.values.items()})


def _shown(name: str, value: Value) -> str:
    shown = _SHOWN.get(name)
    return shown(value) if shown else str(value)


_SHOWN: Mapping[str, Callable[..., str]] = {
    "codes": lambda codes: ", ".join(f"“{code}”" for code in codes),
    "words": lambda words: ", ".join(f'"{word}"' for word in words),
    "blanks": ", ".join,
    "due": lambda due: f"{due:%Y-%m-%d %H:%M}",
    "share": lambda share: f"{share:.0%}",
    "rating": lambda rating: f"{rating:.1f}",
    "limit": lambda limit: f"{limit:,.2f}".removesuffix(".00"),
}
"""By a value's name; anything else is shown as it is."""
