"""What visitors tell beyond their searches: into the log, once each.

    record_click    one of the results was opened
    record_vote     an article helped, or did not; a vote may be changed
    record_contact  the team was contacted
    record_survey   how satisfied somebody was; the last answer counts

A click needs a search that is in the log. Votes and contacts count without one as well: an id that
is not in the log (the log had failed, the search is too old) is treated as none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from kb.errors import NotFound
from kb.events import (
    ArticleVoted,
    ContactMade,
    ResultClicked,
    SearchMade,
    SurveyAnswered,
    VisitEvent,
    VoteReason,
)
from kb.feedback import Redact
from kb.models import Model
from kb.privacy import redact as default_redact
from kb.store.events import Events
from kb.visits import TEXT_CHARS, Source, find_search, kept


class VisitReceipt(Model):
    """What became of something that a visitor told."""

    recorded: str
    """Type of the event."""
    search: str
    """The search that it was counted for; empty: for none."""
    repeated: bool
    """The same was told before; nothing counted."""


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
    reason: VoteReason = "",
    comment: str = "",
    search: str = "",
    redact: Redact = default_redact,
) -> VisitReceipt:
    """An article helped, or did not. Another vote of the same visit takes the place of the first.

    Args:
        reason: why it did not help; dropped where it did.

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
        reason="" if helpful else reason,
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
