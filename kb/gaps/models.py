"""What a gap is, and the report that writers read: frozen pydantic models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from kb.models import Model

GapState = Literal["open", "planned", "in_progress", "done", "dismissed"]

Shortfall = Literal["nothing_near", "other_subject", "other_language", "does_not_mention", "unsure"]


class Nearest(Model):
    """The article that comes closest, and why it falls short."""

    id: str
    group: str
    title: str
    locale: str
    url: str
    confidence: float
    """Mean calibrated probability that it answers the questions of the gap."""
    shortfall: Shortfall
    missing_words: tuple[str, ...] = ()
    """The users' words that it does not mention."""
    reason: str
    """The shortfall in a sentence."""


class CentralQuestion(Model):
    text: str
    locale: str
    people: int
    tickets: tuple[str, ...] = ()
    """Ids of tickets that ask it."""


class Trend(Model):
    weeks: tuple[int, ...]
    """People a week, the oldest first; the last week ends when the report was computed."""
    recent: int
    """People in the last `kb.gaps.priority.RECENT_WEEKS`."""
    before: int
    """People in as many weeks before those."""
    factor: float
    """See kb.gaps.priority."""


class Gap(Model):
    """A question that people ask and nothing answers well."""

    id: str
    """Keeps its meaning from report to report while its questions drift."""
    label: str
    languages: Mapping[str, int]
    """People by language, the most first."""
    questions: int
    """Different questions."""
    searches: int
    tickets: int
    contacts: int
    """Searches that led to contact, and tickets that did not come of one of those."""
    people: int
    """Different visitors and customers; see kb.gaps.missing.questions."""
    trend: Trend
    demand: float = 0.0
    """People whom nothing answered; see kb.gaps.missing.priority."""
    uncovered: float = Field(ge=0, le=1)
    """Share of the people whom nothing answered."""
    priority: float
    """demand × uncovered × trend.factor."""
    central: tuple[CentralQuestion, ...]
    """The three most central questions."""
    words: tuple[str, ...] = ()
    """The words that tell it, as written most often."""
    nearest: Nearest | None
    """None where the knowledge base is empty."""
    first_asked: dt.date
    last_asked: dt.date
    members: tuple[str, ...] = ()
    """Keys of its questions (see kb.gaps.questions)."""
    ticket_ids: tuple[str, ...] = ()
    """Tickets among its questions, the most central first."""
    state: GapState = "open"
    state_reason: str = ""
    state_since: dt.datetime | None = None
    came_back: bool = False
    """Dismissed before, and open again because its evidence doubled."""
    still_asked: bool = False
    """Done, but people went on asking and mostly were not answered (kb.gaps.decisions.states)."""
