"""What visitors search for: to events, redacted, and into the log, once each.

kept           what of a text may be kept at all
search_id      names a search in what comes of it (kb.told)
search_of      a result on its way to the visitor becomes an event
record_search  logs it; a log that fails breaks no search
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import OperationalError
from kb.events import Channel, SearchMade
from kb.feedback import Redact
from kb.models import Role, SearchResult
from kb.privacy import redact as default_redact
from kb.sessions import Visit
from kb.store.events import Events
from kb.text import clean, detect_language

logger = logging.getLogger(__name__)

QUERY_CHARS = 500
"""Of a question, so much is kept."""
TEXT_CHARS = 2000
"""Of a comment, or of what the team was asked."""
HITS_KEPT = 10
_MARGIN = 5000
"""Characters behind what is kept that redaction sees; no personal datum is longer."""
_PLACEHOLDER = re.compile(r"\[[A-Z_]{2,11}\]")
_HALF_PLACEHOLDER = re.compile(r"\[[A-Z_]{0,11}\Z")


@dataclass(frozen=True)
class Source:
    """Who does something, and where it comes in."""

    visit: Visit
    channel: Channel = "api"
    role: Role = "customer"


def kept(text: str, chars: int, redact: Redact = default_redact) -> str:
    """What of a text may be kept: its first `chars` characters on one line, redacted.

    Redaction sees more than what is kept, and what was cut in half at the end of that is dropped.
    Its cost does not grow with the text.
    """
    seen = text[: chars + _MARGIN]
    redacted = redact(clean(seen), ()).text
    if len(seen) < len(text):
        redacted = redacted[:-_MARGIN]
    line = " ".join(redacted.split())
    return line if len(line) <= chars else _HALF_PLACEHOLDER.sub("", line[:chars]).rstrip()


def language_of_kept(text: str, languages: Sequence[str], default: str) -> str:
    """Language of a text that is kept; placeholders are in none."""
    return detect_language(_PLACEHOLDER.sub(" ", text), languages, default)


def search_id(source: Source, query: str, now: dt.datetime) -> str:
    """Names a search; the same question of one visit within the same hour is one search.

    So reloading a page, coming back to it, or another language of its frame count once.
    """
    hour = f"{now.astimezone(dt.UTC):%Y-%m-%dT%H}"
    return source.visit.name("search", source.role, source.channel, hour, " ".join(query.split()))


def search_of(
    result: SearchResult,
    source: Source,
    languages: Sequence[str],
    redact: Redact = default_redact,
) -> SearchMade:
    """The event of a result that has an id."""
    query = kept(result.query, QUERY_CHARS, redact)
    known = not result.degraded  # from words alone, confidence says nothing
    return SearchMade(
        occasion=result.id,
        session=source.visit.session,
        channel=source.channel,
        query=query,
        locale=language_of_kept(query, languages, result.locale),
        role=source.role,
        confidence=min(max(result.confidence, 0.0), 1.0) if known else None,
        outcome=result.outcome if known else None,
        # Ids of tickets stay out of the log, where erasure would have to look for them.
        hits=tuple(hit.id for hit in result.hits if hit.kind != "ticket")[:HITS_KEPT],
        results=len(result.hits),
    )


def record_search(
    events: Events,
    result: SearchResult,
    source: Source,
    languages: Sequence[str],
    now: dt.datetime,
    *,
    redact: Redact = default_redact,
) -> str:
    """Log a result that has an id; returns the id, or nothing where the log cannot be written."""
    event = search_of(result, source, languages, redact)
    try:
        events.append(event, now, key=f"search {result.id}")
    except OperationalError as error:
        logger.warning("A search goes unrecorded: %s", error)
        return ""
    return result.id


def find_search(events: Events, search: str) -> SearchMade | None:
    """The search of that id; None: it is not in the log."""
    logged = events.of_occasion(search) if search else ()
    return next((e.event for e in logged if isinstance(e.event, SearchMade)), None)
