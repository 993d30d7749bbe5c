"""The parts of the rules file: opening hours, groups, levels, promises, triggers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    model_validator,
)

from kb.escalation.clock import Duration, Span
from kb.escalation.holidays import country_holidays
from kb.models import Locale, Model, Text

_SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d) *[-–] *([01]?\d|2[0-4]):([0-5]\d)")


def _duration(value: Any) -> Any:
    return Duration.parse(value) if isinstance(value, str) else value


def _span(value: Any) -> Any:
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("write opening hours as in '09:00-18:00'")
    opens, closes = (int(match[i]) * 60 + int(match[i + 1]) for i in (1, 3))
    if not opens < closes <= 24 * 60:
        raise ValueError("opening hours end after they begin; write a night as two days' spans")
    return opens, closes


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise ValueError("the spans of a day come in order and do not overlap")
    return spans


def _positive(duration: Duration) -> Duration:
    if duration.amount <= 0:
        raise ValueError("a time is longer than nothing")
    return duration


Time = Annotated[
    Duration, BeforeValidator(_duration), AfterValidator(_positive), PlainSerializer(str)
]
Spans = Annotated[tuple[Annotated[Span, BeforeValidator(_span)], ...], AfterValidator(_in_order)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Names = Annotated[Mapping[Locale, Name], Field(min_length=1)]
WordLists = Mapping[Locale, tuple[Annotated[str, Field(min_length=1, max_length=100)], ...]]
Told = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[Mapping[Locale, Text], Field(min_length=1), Tag("languages")],
    Discriminator(lambda value: "languages" if isinstance(value, Mapping) else "text"),
]
"""A text for reps: once for all of them, or by language."""
Strength = Annotated[float, Field(gt=0, le=5)]


class Rule(Model):
    """Base of the models here: `Duration` is a plain dataclass."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Hours(Rule):
    """Opening hours by weekday; a day that is not named is a day off."""

    monday: Spans = ()
    tuesday: Spans = ()
    wednesday: Spans = ()
    thursday: Spans = ()
    friday: Spans = ()
    saturday: Spans = ()
    sunday: Spans = ()

    @property
    def week(self) -> tuple[tuple[Span, ...], ...]:
        return (
            self.monday, self.tuesday, self.wednesday, self.thursday,
            self.friday, self.saturday, self.sunday,
        )  # fmt: skip

    @model_validator(mode="after")
    def _open_some_day(self) -> Self:
        if not any(self.week):
            raise ValueError("name a weekday's hours, as in monday = ['9:00-17:00']")
        return self


class Holiday(Rule):
    date: dt.date
    name: Text = ""


class Holidays(Rule):
    """Days off: those of a country, and the operator's own."""

    country: str = ""
    """ISO 3166 code, as the `holidays` library names it; empty: no public holidays."""
    subdivision: str = ""
    days: tuple[Holiday, ...] = ()

    @model_validator(mode="after")
    def _country_is_known(self) -> Self:
        country_holidays(self.country, self.subdivision)
        return self


class Group(Rule):
    """A support group: who knows what."""

    id: Name
    names: Names
    tags: tuple[Text, ...] = ()
    """Tags of tickets that are this group's."""
    topics: WordLists = Field(default_factory=dict)
    """Words of customers that are this group's, by language."""
    channel: Told = ""
    """How a case is handed to it."""
    hours: Hours | None = None
    """Where they differ from the office's."""
    meanwhile: Text = ""
    """Macro for the customer when a case is handed to this group; empty: `functional.meanwhile`."""


class Level(Rule):
    level: int = Field(ge=1, le=9)
    names: Names
    who: Text = ""
    channel: Told = ""


class Target(Rule):
    """What is promised for tickets of a priority, of a channel, or of both."""

    priority: Text = ""
    channel: Text = ""
    first_answer: Time | None = None
    resolution: Time | None = None

    @model_validator(mode="after")
    def _promises_something(self) -> Self:
        if not (self.first_answer or self.resolution):
            raise ValueError("a target names first_answer, resolution or both")
        return self


class Functional(Rule):
    """Where a case goes that nobody here can answer."""

    level: int = 2
    meanwhile: Text = ""


class Trigger(Rule):
    """What is done once a rule applies."""

    level: int | None = None
    group: Text = ""
    meanwhile: Text = ""
    """Macro (group id, without language) to send to the customer until then."""
    priority: Text = ""
    """The ticket's due time is counted as for this priority, if that is earlier."""

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.level is None and not self.group:
            raise ValueError("a trigger names a level, a group or both")
        return self


class WordTrigger(Trigger):
    strength: Strength = 1.0
    """How strong the signs have to be together; see docs/escalation.md."""
    words: WordLists = Field(default_factory=dict)
    """More words that count as a strong sign, by language."""


class RepeatTrigger(Trigger):
    contacts: int = Field(3, ge=2, le=20)
    """From how many contacts about the same problem."""
    earlier_tickets: int | None = Field(None, ge=1, le=100)
    """From how many earlier tickets of the same customer; unset: they are not counted."""
    days: int = Field(30, ge=1, le=3650)
    """How far back those tickets reach. The caller counts them."""


class ShareTrigger(Trigger):
    share: float = Field(0.75, gt=0, le=1)
    """Share of the time that has been used."""


class RefundTrigger(Trigger):
    over: Mapping[Annotated[str, Field(pattern="^[A-Z]{3}$")], Annotated[float, Field(ge=0)]] = (
        Field(min_length=1)
    )
    """Limit by currency (ISO 4217). Amounts in other currencies are not compared."""


class Triggers(Rule):
    """When a case goes up. A rule that is not there never applies."""

    safety: WordTrigger | None = None
    legal: WordTrigger | None = None
    press: WordTrigger | None = None
    data_protection: WordTrigger | None = None
    dispute: WordTrigger | None = None
    frustration: WordTrigger | None = None
    repeat_contact: RepeatTrigger | None = None
    sla: ShareTrigger | None = None
    refund: tuple[RefundTrigger, ...] = ()

    def named(self) -> list[tuple[str, Trigger]]:
        """The rules that are there, with their keys, the gravest first."""
        found: list[tuple[str, Trigger]] = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            rules: Sequence[Trigger] = value if isinstance(value, tuple) else [value]
            found.extend((name, rule) for rule in rules if rule is not None)
        return found
