"""The sample's first day: open tickets and visits, put into a store that has none."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kb.errors import Conflict, InvalidInput
from kb.models import Ticket
from kb.ticketing import Ticketing

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def read_tickets(path: Path, now: dt.datetime) -> list[Ticket]:
    """Open tickets of a TOML file whose messages say how long ago they came.

    Raises:
        InvalidInput: the file is missing or not as `articles/inbox/tickets.toml` shows.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["tickets"]
        return [_ticket(entry, now) for entry in entries]
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValidationError) as error:
        raise InvalidInput(f"{path}: no tickets as in articles/inbox: {error}") from error


def open_tickets(ticketing: Ticketing, tickets: list[Ticket], now: dt.datetime) -> int:
    """Store those whose ids are free; how many. What is there, or was erased, stays as it is."""
    stored = 0
    for ticket in tickets:
        try:
            ticketing.create(ticket, now)
        except Conflict:
            continue
        stored += 1
    return stored


def _ticket(entry: dict[str, Any], now: dt.datetime) -> Ticket:
    messages = [
        {"at": now - _span(message["ago"]), **{k: v for k, v in message.items() if k != "ago"}}
        for message in entry["messages"]
    ]
    return Ticket.model_validate({**entry, "messages": messages, "created": messages[0]["at"]})


def _span(text: str) -> dt.timedelta:
    match = re.fullmatch(r"(\d{1,4})([dhm])", text)
    if not match:
        raise InvalidInput(f"ago: '{text}' is no length of time such as 25m, 3h or 2d.")
    return dt.timedelta(**{_UNITS[match[2]]: int(match[1])})
