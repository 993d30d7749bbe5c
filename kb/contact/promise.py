"""By when somebody who writes now hears from us."""

from __future__ import annotations

import datetime as dt

from kb.escalation import EscalationRules
from kb.escalation.sla import promised


def promise(rules: EscalationRules | None, channel: str, since: dt.datetime) -> dt.datetime | None:
    """The moment, in the office's time zone; None where nothing is promised.

    What is promised for tickets without a priority and for this channel holds, the earliest first;
    opening hours and holidays are counted. It is the promise the reps' clock runs for, too.

    Args:
        since: when the ticket was written; aware.
    """
    if rules is None:
        return None
    times = promised(rules, [rules.default_priority], channel)[0]
    calendar = rules.calendar()
    return min((time.after(since, calendar) for time in times), default=None)
