"""Signs that a form was filled in by a program: no puzzle is set to people.

A form carries a token, made when it was shown: when that was, and what tells it from all others
(which also keeps a form that is sent twice one ticket). A program that posts at once has no token,
sends it back within the second, or fills in the field that people do not see.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets

FASTEST_SECONDS = 2.0
"""Nobody reads the form and types a question and an address faster, not even with a filler."""
_OLDEST = dt.timedelta(days=7)
"""A form may stay open in a tab over the weekend."""
_TOKEN = re.compile(r"(\d{10,13})-([0-9a-f]{32})")


def new_token(now: dt.datetime) -> str:
    """For a form that is shown now."""
    return f"{int(now.timestamp() * 1000)}-{secrets.token_hex(16)}"


def suspicious(token: str, hidden: str, now: dt.datetime) -> bool:
    """Whether a form looks as if nobody had typed it.

    Args:
        token: what came back of `new_token`.
        hidden: what came in the field that people do not see.
    """
    found = _TOKEN.fullmatch(token)
    if found is None or hidden:
        return True
    age = now.timestamp() - int(found[1]) / 1000
    return not FASTEST_SECONDS <= age <= _OLDEST.total_seconds()
