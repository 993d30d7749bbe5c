"""What leaves the event log when tickets are erased; used within its transaction.

What somebody did on the day they wrote a ticket goes with it: their searches say what it was about.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, delete, or_, select, update

from kb.events import VISIT_TYPES, Offered, SuggestionsOffered, event_adapter
from kb.store.schema import audit_log, events

_SOUGHT_AT_ONCE = 50
"""Each is a LIKE condition of its own."""


def forget_visits(connection: Connection, ticket_ids: Sequence[str]) -> int:
    """Delete the visitors' events of the searches and sessions that led to these tickets.

    To be called while the tickets' own events are still there.
    """
    theirs = select(events.c.payload).where(
        events.c.type.in_(VISIT_TYPES), events.c.ticket_id.in_(ticket_ids)
    )
    found = [event_adapter.validate_json(row.payload) for row in connection.execute(theirs)]
    occasions = {event.occasion for event in found} - {""}
    sessions = {getattr(event, "session", "") for event in found} - {""}
    of_visits = events.c.type.in_(VISIT_TYPES)
    deleted = 0
    for some in batched(sorted(occasions)):
        searched = events.c.occasion.in_(some)
        deleted += connection.execute(delete(events).where(of_visits, searched)).rowcount
    for some in batched(sorted(sessions)):
        named = [f'"session":{json.dumps(session, ensure_ascii=False)}' for session in some]
        condition = or_(*(events.c.payload.contains(name, autoescape=True) for name in named))
        deleted += connection.execute(delete(events).where(of_visits, condition)).rowcount
    return int(deleted)


def scrub_offers(connection: Connection, erased: Collection[str]) -> None:
    """Take erased sources out of other tickets' offers."""
    gone = frozenset(erased)
    quoted = [json.dumps(source, ensure_ascii=False) for source in gone]
    mentions = or_(*(events.c.payload.contains(source, autoescape=True) for source in quoted))
    offers = events.c.type == "suggestions_offered"
    query = select(events.c.number, events.c.payload).where(offers, mentions)
    for number, payload in connection.execute(query).all():
        offer = SuggestionsOffered.model_validate_json(payload)
        scrubbed = offer.model_copy(
            update={
                "offered": tuple(_without(item, gone) for item in offer.offered),
                "meanwhile": offer.meanwhile and _without(offer.meanwhile, gone),
            }
        )
        connection.execute(
            update(events)
            .where(events.c.number == number)
            .values(payload=scrubbed.model_dump_json())
        )


def scrub_audit(connection: Connection, erased: Collection[str]) -> None:
    """Take erased tickets out of the audit log: that somebody did something stays."""
    gone = list(erased)
    quoted = [json.dumps(identifier, ensure_ascii=False) for identifier in gone]
    mentions = (audit_log.c.detail.contains(one, autoescape=True) for one in quoted)
    told = or_(audit_log.c.target.in_(gone), *mentions)
    connection.execute(update(audit_log).where(told).values(target="", detail="{}"))


def _without(item: Offered, erased: frozenset[str]) -> Offered:
    if erased.isdisjoint(item.sources):
        return item
    sources = tuple(source for source in item.sources if source not in erased)
    return item.model_copy(update={"sources": sources, "draft": ""})


def batched(items: Sequence[str], size: int = _SOUGHT_AT_ONCE) -> Iterator[Sequence[str]]:
    """`items` in slices of `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
