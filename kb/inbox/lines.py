"""A ticket as a line of the inbox: everything that filters, sorts and counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from kb.escalation.rules import EscalationRules
from kb.escalation.sla import Promise, Standing, priority_of, standing
from kb.mail import read_mail
from kb.models import Ticket
from kb.text import language_of

Urgency = Literal["overdue", "soon", "later", "none"]
"""`none`: nobody waits for us, or nothing is promised."""

_EXCERPT_CHARS = 180


@dataclass(frozen=True, slots=True)
class Line:
    """What the inbox knows of a ticket without reading it again."""

    id: str
    version: str
    changed: dt.datetime
    status: Literal["open", "solved"]
    subject: str
    customer: str
    """The name, or the address where there is none."""
    locale: str
    """Language of the ticket (ISO 639-1)."""
    group: str
    priority: str
    """As the rules name it; without rules as it came."""
    channel: str
    opened: dt.datetime
    answered: bool
    """Whether a rep has written."""
    waiting_since: dt.datetime | None
    """Since when the customer waits for us; None while it is their turn, or it is solved."""
    promise: Promise | None = None
    due: dt.datetime | None = None


def line_of(
    ticket: Ticket,
    version: str,
    changed: dt.datetime,
    rules: EscalationRules | None,
    now: dt.datetime,
) -> Line:
    """Args:
    version, changed: as the store holds the ticket.
    rules: the operator's promises; None: nothing is promised.
    now: aware; what lies in the future counts as now.
    """
    is_open = ticket.status == "open"
    turn = standing(ticket, rules, now) if is_open else Standing(None, None)
    return Line(
        id=ticket.id,
        version=version,
        changed=changed,
        status=ticket.status,
        subject=" ".join(ticket.subject.split()),
        customer=ticket.customer.name.strip() or ticket.customer.email,
        locale=language_of(ticket.locale),
        group=ticket.group,
        priority=priority_of(ticket, rules) if rules else ticket.priority,
        channel=ticket.channel,
        opened=_aware(ticket.created or ticket.messages[0].at or changed),
        answered=any(message.author == "rep" for message in ticket.messages),
        waiting_since=turn.waiting_since,
        promise=turn.due.promise if turn.due else None,
        due=turn.due.at if turn.due else None,
    )


def urgency(line: Line, now: dt.datetime, soon: dt.datetime) -> Urgency:
    """How urgent the promise is.

    Args:
        soon: what is due up to here is due soon.
    """
    if line.due is None:
        return "none"
    if line.due < now:
        return "overdue"
    return "soon" if line.due <= soon else "later"


def excerpt(ticket: Ticket) -> str:
    """What was said last, on one line, shortened; without quotations and automatic notes."""
    for message in reversed(ticket.messages):
        if message.author != "system" and message.text.strip():
            words = " ".join(read_mail(message.text).written.split())
            return words if len(words) <= _EXCERPT_CHARS else f"{_cut(words)}…"
    return ""


def _cut(words: str) -> str:
    head = words[:_EXCERPT_CHARS]
    space = head.rfind(" ")
    return head[:space] if space > _EXCERPT_CHARS // 2 else head


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
