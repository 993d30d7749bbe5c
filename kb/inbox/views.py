"""Which lines a view shows, and in which order: pure functions."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kb.errors import InvalidInput
from kb.inbox.lines import Line, urgency

View = Literal["open", "new", "ours", "customers", "overdue", "soon", "solved"]
Sort = Literal["due", "newest", "waiting"]

VIEWS: tuple[View, ...] = ("open", "new", "ours", "customers", "overdue", "soon", "solved")
"""All open ones; never answered; waiting for us; waiting for the customer; a promise is broken; a
promise is due soon; solved."""
SORTS: tuple[Sort, ...] = ("due", "newest", "waiting")
"""What is due first; the newest; whoever has waited longest."""

FIELDS = ("group", "priority", "locale", "channel")


@dataclass(frozen=True)
class Filters:
    """What is to be seen. An empty value does not restrict; `query` is words to look for."""

    view: View = "open"
    group: str = ""
    priority: str = ""
    locale: str = ""
    channel: str = ""
    query: str = ""
    sort: Sort = "due"

    @property
    def fields(self) -> dict[str, str]:
        """The fields that restrict, with the value wanted."""
        values = {name: str(getattr(self, name)) for name in FIELDS}
        return {name: value for name, value in values.items() if value}


class Key(NamedTuple):
    """Place of a line in an order; ties by id."""

    later: bool
    moment: float
    id: str


def key_of(line: Line, sort: Sort) -> Key:
    """Lines without the moment that is sorted by come last, the last changed first."""
    last = Key(True, -line.changed.timestamp(), line.id)
    match sort:
        case "newest":
            return Key(False, -line.opened.timestamp(), line.id)
        case "waiting":
            since = line.waiting_since
            return Key(False, since.timestamp(), line.id) if since else last
        case "due":
            if line.due:
                return Key(False, line.due.timestamp(), line.id)
            return last


def shows(view: View, now: dt.datetime, soon: dt.datetime) -> Callable[[Line], bool]:
    """Whether an open line belongs into a view."""
    return {
        "open": lambda line: True,
        "new": lambda line: not line.answered,
        "ours": lambda line: line.waiting_since is not None,
        "customers": lambda line: line.waiting_since is None,
        "overdue": lambda line: urgency(line, now, soon) == "overdue",
        "soon": lambda line: urgency(line, now, soon) == "soon",
        "solved": lambda line: False,
    }[view]


def selected(lines: Iterable[Line], filters: Filters) -> list[Line]:
    """Lines whose fields are as the filters want them."""
    wanted = filters.fields
    return [
        line
        for line in lines
        if all(getattr(line, name) == value for name, value in wanted.items())
    ]


def counts(lines: Sequence[Line], now: dt.datetime, soon: dt.datetime) -> Mapping[View, int]:
    """Open lines per view."""
    tests = {view: shows(view, now, soon) for view in VIEWS if view != "solved"}
    return {view: sum(map(test, lines)) for view, test in tests.items()}


def after(lines: Sequence[Line], sort: Sort, cursor: str) -> list[Line]:
    """`lines` in order, those after the cursor's place; all of them without a cursor.

    Raises:
        InvalidInput: the cursor was not made here.
    """
    ordered = sorted(lines, key=lambda line: key_of(line, sort))
    if not cursor:
        return ordered
    place = bisect_right(ordered, _read(cursor), key=lambda line: key_of(line, sort))
    return ordered[place:]


def cursor_of(line: Line, sort: Sort) -> str:
    return base64.urlsafe_b64encode(json.dumps(key_of(line, sort)).encode()).decode()


def _read(cursor: str) -> Key:
    try:
        later, moment, identifier = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return Key(bool(later), float(moment), str(identifier))
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidInput("cursor: follow the link of the page before, unchanged.") from error
