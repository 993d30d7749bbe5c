"""The support lead's view: how far customers help themselves, and what the team is asked when.

Journeys of customers and tickets in, figures out, each with what it is out of
(kb.support_definitions). Pure; one pass per slice, nothing kept but counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from kb.gaps.articles.traffic import times_asked
from kb.gaps.journeys import Journeys, Search, clicking_channels
from kb.models import Model
from kb.spreadsheet import Cell, csv_text
from kb.support_counts import Sample, values_of
from kb.support_definitions import DEFINITIONS, Value
from kb.support_facts import Demand, TicketFacts, demands_of
from kb.support_hours import HourCell, hours_of_week, hours_rows
from kb.support_weeks import week_names, week_of
from kb.text import language_of

UNKNOWN = "(unknown)"
"""Language of contacts that tell none."""


class Slice(Model):
    """The figures of a week (`2026-W47`) or a language."""

    name: str
    values: Mapping[str, Value]


class TopicDemand(Model):
    """How many want something about a topic."""

    topic: str
    visits: int
    """That searched about it."""
    contacts: int
    weeks: tuple[int, ...]
    """Visits, and contacts of anybody else, in each of the report's weeks."""


class SupportFigures(Model):
    since: dt.datetime | None
    """None where nothing ever happened."""
    until: dt.datetime
    timezone: str
    threshold: float
    """Confidence from which a question counts as covered."""
    values: Mapping[str, Value]
    """By the names of `DEFINITIONS`, in their order."""
    weeks: tuple[Slice, ...]
    languages: tuple[Slice, ...]
    topics: tuple[TopicDemand, ...]
    """The most wanted first."""
    hours: tuple[HourCell, ...]
    """168, Monday 0:00 first."""


def support_figures(
    journeys: Journeys,
    tickets: Iterable[TicketFacts],
    *,
    threshold: float,
    zone: ZoneInfo,
    until: dt.datetime,
    since: dt.datetime | None = None,
    topics: Mapping[str, str] | None = None,
) -> SupportFigures:
    """All figures of a period.

    Args:
        tickets: of any time; one without a time of creation counts nowhere.
        threshold: confidence from which a question counts as covered.
        zone: of weeks and hours.
        until: now, aware; what is later does not count.
        since: aware; default: when the first thing happened.
        topics: id of a search or of a ticket to its topic; may be empty.
    """
    journeys = _of_customers(journeys, since, until)
    dated = [t for t in tickets if t.created and _within(t.created, since, until)]
    demands = [d for d in demands_of(journeys, dated) if _within(d.at, since, until)]
    begin = since or _first_day(journeys, demands, zone)
    clicking = clicking_channels(journeys.searches)
    weeks = week_names(begin, until, zone) if begin else []
    by_week, by_language = _slices(journeys, dated, demands, zone)
    asked = [(search.at, times_asked(search)) for search in journeys.searches]
    came = [(demand.at, 1) for demand in demands]
    whole = Sample(
        journeys.searches,
        dated,
        demands,
        *([s.score for s in journeys.surveys if s.kind == kind] for kind in ("csat", "nps")),
    )

    def read(sample: Sample) -> dict[str, Value]:
        values = values_of(sample, threshold, clicking)
        return {name: values[name] for name in DEFINITIONS}

    return SupportFigures(
        since=begin,
        until=until,
        timezone=zone.key,
        threshold=threshold,
        values=read(whole),
        weeks=tuple(
            Slice(name=week, values=read(by_week.get(week, _Part()).built())) for week in weeks
        ),
        languages=tuple(
            Slice(name=name, values=read(part.built()))
            for name, part in sorted(by_language.items())
        ),
        topics=tuple(_topics(journeys.searches, demands, topics or {}, weeks, zone)),
        hours=hours_of_week(came, asked, begin or until, until, zone),
    )


def hours_csv(figures: SupportFigures) -> str:
    """Demand by hour of the week, a line per hour."""
    return csv_text(hours_rows(figures.hours, figures.timezone))


def weeks_csv(figures: SupportFigures) -> str:
    """Every figure of every week, each with what it is out of."""

    def rows() -> Iterator[list[Cell]]:
        yield ["week", *(column for name in DEFINITIONS for column in (name, f"{name} (of)"))]
        for week in figures.weeks:
            line: list[Cell] = [week.name]
            for name, known in DEFINITIONS.items():
                value = week.values[name]
                line += [value.of if known.unit == "count" else value.value, value.of]
            yield line

    return csv_text(rows())


@dataclass
class _Part:
    """A sample that is being collected."""

    searches: list[Search] = field(default_factory=list)
    tickets: list[TicketFacts] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    csat: list[int] = field(default_factory=list)
    nps: list[int] = field(default_factory=list)

    def built(self) -> Sample:
        return Sample(self.searches, self.tickets, self.demands, self.csat, self.nps)


def _slices(
    journeys: Journeys, tickets: Iterable[TicketFacts], demands: Iterable[Demand], zone: ZoneInfo
) -> tuple[dict[str, _Part], dict[str, _Part]]:
    """By week, and by language; surveys have no language."""
    weeks: dict[str, _Part] = {}
    languages: dict[str, _Part] = {}

    def parts(at: dt.datetime, language: str) -> tuple[_Part, _Part]:
        week = weeks.setdefault(week_of(at, zone), _Part())
        return week, languages.setdefault(language_of(language) or UNKNOWN, _Part())

    for search in journeys.searches:
        for part in parts(search.at, search.language):
            part.searches.append(search)
    for ticket in tickets:
        if ticket.created:
            for part in parts(ticket.created, ticket.language):
                part.tickets.append(ticket)
    for demand in demands:
        for part in parts(demand.at, demand.language):
            part.demands.append(demand)
    for survey in journeys.surveys:
        part = weeks.setdefault(week_of(survey.at, zone), _Part())
        (part.csat if survey.kind == "csat" else part.nps).append(survey.score)
    return weeks, languages


def _topics(
    searches: Iterable[Search],
    demands: Iterable[Demand],
    topics: Mapping[str, str],
    weeks: list[str],
    zone: ZoneInfo,
) -> list[TopicDemand]:
    place = {week: n for n, week in enumerate(weeks)}
    visits: dict[str, dict[str, tuple[int, str]]] = {}
    contacts: dict[str, int] = {}
    by_week: dict[str, list[int]] = {}
    for search in searches:
        if topic := topics.get(search.id):
            visit = times_asked(search), week_of(search.at, zone)
            visits.setdefault(topic, {}).setdefault(search.person, visit)
    for topic, people in visits.items():
        line = by_week.setdefault(topic, [0] * len(weeks))
        for count, week in people.values():
            if week in place:
                line[place[week]] += count
    for demand in demands:
        if topic := topics.get(demand.key):
            contacts[topic] = contacts.get(topic, 0) + 1
            line = by_week.setdefault(topic, [0] * len(weeks))
            week = week_of(demand.at, zone)
            if week in place and not demand.searched:
                line[place[week]] += 1
    found = [
        TopicDemand(
            topic=topic,
            visits=sum(count for count, _ in visits.get(topic, {}).values()),
            contacts=contacts.get(topic, 0),
            weeks=tuple(line),
        )
        for topic, line in by_week.items()
    ]
    return sorted(found, key=lambda item: (-sum(item.weeks), item.topic))


def _of_customers(journeys: Journeys, since: dt.datetime | None, until: dt.datetime) -> Journeys:
    """What customers did in the period; staff's searches, and contacts after them, go."""
    staff = {search.id for search in journeys.searches if search.role != "customer"}
    return Journeys(
        [s for s in journeys.searches if s.id not in staff and _within(s.at, since, until)],
        [],
        [c for c in journeys.contacts if c.search not in staff],
        [survey for survey in journeys.surveys if _within(survey.at, since, until)],
    )


def _within(at: dt.datetime, since: dt.datetime | None, until: dt.datetime) -> bool:
    return (since is None or at >= since) and at <= until


def _first_day(journeys: Journeys, demands: Iterable[Demand], zone: ZoneInfo) -> dt.datetime | None:
    """Midnight before the first thing that happened: what is known of that day is all of it."""
    moments = [*(s.at for s in journeys.searches[:1]), *(d.at for d in demands)]
    moments += [survey.at for survey in journeys.surveys]
    if not moments:
        return None
    return dt.datetime.combine(min(moments).astimezone(zone).date(), dt.time(), zone)
