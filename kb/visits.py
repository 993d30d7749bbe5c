"""From what visitors do to events, redacted; and into the log, once each.

    search_of     a result on its way to the visitor becomes an event
    record_search logs it; a log that fails breaks no search
    record_click  one of the results was opened
    record_vote   an article helped, or did not; a vote may be changed
    record_contact, record_survey

A search id names the search in all the others. A click needs a search that is in the log. Votes,
contacts and surveys count without one as well: an id that is not in the log (the log had failed,
the search is too old) is treated as none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.errors import NotFound, OperationalError
from kb.events import (
    ArticleVoted,
    Channel,
    ContactMade,
    ResultClicked,
    SearchMade,
    SurveyAnswered,
    VisitEvent,
)
from kb.feedback import Redact
from kb.models import Model, Role, SearchResult
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


class VisitReceipt(Model):
    """What became of something that a visitor told."""

    recorded: str
    """Type of the event."""
    search: str
    """The search that it was counted for; empty: for none."""
    repeated: bool
    """The same was told before; nothing counted."""


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


def record_click(
    events: Events, search: str, article: str, position: int | None, now: dt.datetime
) -> VisitReceipt:
    """One of the results was opened. The same result of the same search counts once, whoever
    follows the link.

    Args:
        position: from 1; where it is known where the search had shown the article, that counts.

    Raises:
        NotFound: the search is not in the log.
        OperationalError: the log cannot be written.
    """
    made = find_search(events, search)
    if made is None:
        raise NotFound(f"No search is recorded as '{search}', or its events are deleted.")
    event = ResultClicked(
        occasion=search,
        session=made.session,
        channel=made.channel,
        article=article,
        position=_place(made, article) or position,
    )
    return _receipt(event, made, events.append(event, now, key=f"click {search} {article}").new)


def record_vote(
    events: Events,
    source: Source,
    article: str,
    helpful: bool,
    now: dt.datetime,
    *,
    comment: str = "",
    search: str = "",
    redact: Redact = default_redact,
) -> VisitReceipt:
    """An article helped, or did not. Another vote of the same visit takes the place of the first.

    Raises:
        OperationalError: the log cannot be written.
    """
    made = find_search(events, search)
    event = ArticleVoted(
        occasion=search if made else source.visit.name("vote", article),
        session=_session(made, source),
        channel=source.channel,
        article=article,
        helpful=helpful,
        comment=kept(comment, TEXT_CHARS, redact),
    )

    def about_the_same(other: object) -> bool:
        return isinstance(other, ArticleVoted) and other.article == article

    return _receipt(event, made, _append_change(events, event, about_the_same, now))


def record_contact(
    events: Events,
    source: Source,
    now: dt.datetime,
    *,
    search: str = "",
    ticket_id: str = "",
    question: str = "",
    locale: str = "",
    redact: Redact = default_redact,
) -> VisitReceipt:
    """The team was contacted: once for each ticket; without one, once an hour for each question.

    Raises:
        OperationalError: the log cannot be written.
    """
    made = find_search(events, search)
    if ticket_id and events.erased([ticket_id]):
        ticket_id = ""  # what is erased is not to come back in an event
    hour = f"{now.astimezone(dt.UTC):%Y-%m-%dT%H}"
    asked = kept(question, TEXT_CHARS, redact)
    if made:
        occasion = search
    elif ticket_id:
        occasion = _of_ticket("contact", ticket_id)
    else:
        occasion = source.visit.name("contact", hour, asked)
    event = ContactMade(
        occasion=occasion,
        session=_session(made, source),
        channel=source.channel,
        ticket_id=ticket_id,
        question=asked,
        locale=locale or (made.locale if made else ""),
    )
    key = f"contact {occasion} {ticket_id}" if ticket_id else ""
    return _receipt(event, made, events.append(event, now, key=key).new)


def record_survey(
    events: Events,
    source: Source,
    event: SurveyAnswered,
    now: dt.datetime,
) -> VisitReceipt:
    """How satisfied somebody was: once for each ticket, or else visit; the last answer counts.

    Args:
        event: what was answered, and about which ticket; who and where is filled in.

    Raises:
        OperationalError: the log cannot be written.
    """
    ticket_id = "" if events.erased([event.ticket_id]) else event.ticket_id
    named = _of_ticket(event.survey, ticket_id) if ticket_id else source.visit.name(event.survey)
    whole = event.model_copy(
        update={
            "occasion": named,
            "ticket_id": ticket_id,
            "session": source.visit.session,
            "channel": source.channel,
        }
    )
    new = _append_change(events, whole, lambda other: isinstance(other, SurveyAnswered), now)
    return _receipt(whole, None, new)


def _place(made: SearchMade, article: str) -> int | None:
    """From 1; staff's hits are without the tickets that stood among them."""
    known = made.role == "customer" and article in made.hits
    return made.hits.index(article) + 1 if known else None


def _session(made: SearchMade | None, source: Source) -> str:
    """The visit's that searched, if that is known: a help desk may tell it from elsewhere."""
    return (made.session if made else "") or source.visit.session


def _of_ticket(kind: str, ticket_id: str) -> str:
    """An occasion that is the same on every day; it hides nothing, the event names the ticket."""
    return hashlib.sha256(f"{kind} {ticket_id}".encode()).hexdigest()[:20]


def _append_change(
    events: Events, event: VisitEvent, is_same: Callable[[object], bool], now: dt.datetime
) -> bool:
    """Log what may be changed and changed back; False if it is what was told last."""
    before = [e.event for e in events.of_occasion(event.occasion) if is_same(e.event)]
    ours = event.model_dump(exclude={"session", "channel"})
    if before and before[-1].model_dump(exclude={"session", "channel"}) == ours:
        return False
    key = f"{event.model_dump_json()} after {len(before)}"
    return events.append(event, now, key=key).new


def _receipt(event: VisitEvent, made: SearchMade | None, new: bool) -> VisitReceipt:
    search = event.occasion if made else ""
    return VisitReceipt(recorded=event.type, search=search, repeated=not new)
