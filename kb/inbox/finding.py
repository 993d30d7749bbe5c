"""Tickets by words: in the subject, the messages, the customer, the tags or the id.

The database narrows down by the bytes of the stored JSON; what it finds is read and compared as
people read: Persian and Arabic letters, digits and capitals count as the same (`kb.text.fold`).
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Literal

from kb.models import Ticket
from kb.store import StoredDocument
from kb.store.documents import Documents
from kb.text import clean, fold

MAX_WORDS = 8
_BATCH = 100
_MAX_READ = 1000
"""Tickets that contain the words' bytes and are read, per search."""
_DIGITS = ("0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
_CHANGED = "اوهیک"
"""Letters that `fold` writes for others, too."""
_SPECIAL = "!%_"
"""Characters that mean something in a LIKE pattern escaped by `!`."""


def words_of(query: str) -> list[str]:
    """The words to look for, as `fold` writes them; at most `MAX_WORDS`."""
    words = fold(clean(query)).replace('"', " ").replace("\\", " ").split()
    return list(dict.fromkeys(words))[:MAX_WORDS]


def find(
    documents: Documents,
    words: Sequence[str],
    *,
    status: Literal["open", "solved"] | None,
    fields: dict[str, str],
    limit: int,
    after: tuple[dt.datetime, str] | None = None,
    fits: Callable[[StoredDocument], bool] = lambda stored: True,
) -> list[StoredDocument]:
    """Tickets that contain every one of `words` (from `words_of`), the last changed first.

    Reads the newest `_MAX_READ` candidates at most.

    Args:
        after: (stored_at, id) of the last one already seen.
        fits: what else a ticket must be.
    """
    found = _candidates(documents, words, status, fields, after)
    fitting = (stored for stored in found if _contains(stored, words) and fits(stored))
    return list(islice(fitting, limit))


def _candidates(
    documents: Documents,
    words: Sequence[str],
    status: Literal["open", "solved"] | None,
    fields: dict[str, str],
    after: tuple[dt.datetime, str] | None,
) -> Iterator[StoredDocument]:
    patterns = [_patterns(word) for word in words]
    for _ in range(_MAX_READ // _BATCH):
        batch = documents.tickets(_BATCH, status=status, after=after, fields=fields, like=patterns)
        yield from batch
        if len(batch) < _BATCH:
            return
        after = (batch[-1].stored_at, batch[-1].document.id)


def _contains(stored: StoredDocument, words: Sequence[str]) -> bool:
    ticket = stored.document
    if not isinstance(ticket, Ticket):
        return False
    text = " ".join(_texts(ticket)).lower()
    missing = [word for word in words if word not in text]
    folded = fold(text) if missing else ""  # folding takes longer than all the rest
    return all(word in folded for word in missing)


def _texts(ticket: Ticket) -> Iterator[str]:
    yield from (ticket.id, ticket.subject, ticket.group, *ticket.tags)
    yield from (ticket.customer.id, ticket.customer.name, ticket.customer.email)
    yield ticket.customer.phone
    for message in ticket.messages:
        yield from (message.name, message.text)


def _patterns(word: str) -> set[str]:
    """LIKE patterns for how a folded word may be written: its digits in one of the three rows, and
    anything in place of letters that `fold` may have changed."""
    letters = "".join(_letter(char) for char in word)
    rows = [str.maketrans(_DIGITS[0], row) for row in _DIGITS]
    return {f"%{letters.translate(row)}%" for row in rows}


def _letter(char: str) -> str:
    if char in _SPECIAL:
        return f"!{char}"
    kept = char.isascii() or (unicodedata.category(char) == "Lo" and char not in _CHANGED)
    return char if kept else "_"
