"""`/desk/support`: the support lead's figures, each with its plot and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.auth import StateDep
from api.pages.desk.dates import monday_of, short_day, weekdays
from api.pages.desk.support_values import COMPARED, Change, change_of, format_of, quantity
from api.pages.desk.view import DeskView, desk_view
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.reports import csv_reply
from api.signed_in import WriterPage
from api.web.formats import format_date, number
from api.web.plots import (
    Interval,
    Plot,
    Point,
    bar,
    heat,
    interval_text,
    line,
    sparkline,
)
from kb.errors import NotFound
from kb.support_definitions import DEFINITIONS
from kb.support_figures import UNKNOWN, SupportFigures, hours_csv, weeks_csv

GROUPS: Mapping[str, tuple[str, ...]] = {
    "demand": ("visits", "questions", "contacts"),
    "self_help": ("deflection", "self_service", "covered"),
    "search": ("no_result", "no_click", "good_abandonment", "mrr_clicks"),
    "answering": ("first_answer_median", "first_answer_p90", "unanswered"),
    "satisfaction": ("csat_tickets", "csat_surveys", "nps"),
}
"""Every figure once, by what it is about."""
PERIODS = (8, 13, 26)
"""Weeks that plots may show."""
_TOPICS = 12
_POINTS: Interval = (-100.0, 100.0)

Table = Literal["weeks", "hours"]

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@dataclass(frozen=True)
class Card:
    """One figure."""

    key: str
    name: str
    shown: str
    """Of the whole period; a dash where there is no data."""
    of: str
    """What it is out of, in words; empty of counts."""
    interval: str
    unit: str
    """After the value: hours; empty where it says so itself."""
    change: Change | None
    plot: Plot | None
    """None where there is no data."""
    meaning: str
    source: str


@router.get("/desk/support")
def support(
    request: Request,
    state: StateDep,
    found: WriterPage,
    weeks: Annotated[int, Query(ge=1, le=1_000)] = PERIODS[1],
) -> HTMLResponse:
    """All figures of the last half year as they were computed last."""
    view, figures = desk_view(request, found), state.reports.support.figures()
    weeks = weeks if weeks in PERIODS else PERIODS[1]
    if figures is None or figures.since is None:
        return render("desk/support.html", view, figures=None)
    groups = [
        (group, [_card(view, figures, key, weeks) for key in keys])
        for group, keys in GROUPS.items()
    ]
    return render(
        "desk/support.html",
        view,
        figures=figures,
        weeks=weeks,
        periods=PERIODS,
        compared=COMPARED,
        groups=groups,
        languages=_languages(view, figures),
        topics=_topics(view, figures, weeks),
        busy=_hours(view, figures),
    )


@router.get("/desk/support.csv")
def table(state: StateDep, found: WriterPage, table: Table = "weeks") -> Response:
    """The figures of every week, or demand by hour of the week, for a spreadsheet program."""
    figures = state.reports.support.figures()
    if figures is None:
        raise NotFound("No figures were computed yet; there is nothing to download.")
    text = weeks_csv(figures) if table == "weeks" else hours_csv(figures)
    return csv_reply(text, f"support-{table}", figures.until)


def _card(view: DeskView, figures: SupportFigures, key: str, weeks: int) -> Card:
    t, locale = view.t, view.locale
    unit, value = DEFINITIONS[key].unit, figures.values[key]
    show, total = format_of(unit, locale), quantity(value, unit)
    points = []
    for one in figures.weeks[-weeks:]:
        monday, known = monday_of(one.name), one.values[key]
        label = t.text("week_of", day=format_date(monday, t))
        there = known.of > 0 or unit == "count"
        points.append(
            Point(
                label,
                quantity(known, unit) if there else None,
                known.interval if there else None,
                short_day(monday, t),
            )
        )
    bounds = {"share": (0.0, 1.0), "points": _POINTS, "mean": (0.0, 1.0)}.get(unit)
    columns = (t.week, t.support_figure[key], t.interval)
    plot = line(points, t.support_figure[key], columns, locale, show, bounds)
    return Card(
        key=key,
        name=t.support_figure[key],
        shown="–" if total is None or not value.of else show(total),
        of="" if unit == "count" or not value.of else t.count("support_of", value.of),
        interval=interval_text(value.interval, show, locale) if value.of else "",
        unit=t.support_unit[unit],
        change=change_of(figures, key, locale),
        plot=plot if value.of else None,
        meaning=t.support_meaning[key],
        source=t.support_source.get(key, ""),
    )


def _languages(view: DeskView, figures: SupportFigures) -> list[tuple[str, list[str]]]:
    """Name and some figures of each language."""
    t, found = view.t, []
    for one in figures.languages:
        name = t.unknown_language if one.name == UNKNOWN else t.language_name(one.name)
        cells = []
        for key in ("visits", "contacts", "deflection", "self_service", "covered"):
            unit, value = DEFINITIONS[key].unit, one.values[key]
            there = quantity(value, unit) if value.of else None
            cells.append("–" if there is None else format_of(unit, view.locale)(there))
        found.append((name, cells))
    return found


@dataclass(frozen=True)
class TopicRow:
    topic: str
    total: str
    contacts: str
    spark: Markup
    bar: Markup


def _topics(view: DeskView, figures: SupportFigures, weeks: int) -> list[TopicRow]:
    locale, rows = view.locale, []
    top = max((sum(one.weeks[-weeks:]) for one in figures.topics), default=0)
    wanted = sorted(figures.topics, key=lambda one: -sum(one.weeks[-weeks:]))
    for one in wanted[:_TOPICS]:
        total = sum(one.weeks[-weeks:])
        title = view.t.text("topic_trend", topic=one.topic)
        rows.append(
            TopicRow(
                one.topic,
                number(total, locale),
                number(one.contacts, locale),
                sparkline(one.weeks[-weeks:], title, locale, COMPARED),
                bar(total / top if top else 0.0, locale),
            )
        )
    return rows


def _hours(view: DeskView, figures: SupportFigures) -> Plot:
    t, locale = view.t, view.locale
    names = weekdays(t)
    short = weekdays(t, "narrow" if locale == "fa" else "abbreviated")
    # Weeks begin on Monday, in Iran on Saturday.
    order = [5, 6, 0, 1, 2, 3, 4] if locale == "fa" else list(range(7))
    by_day: dict[int, list[float | None]] = {day: [None] * 24 for day in range(7)}
    for cell in figures.hours:
        by_day[cell.weekday][cell.hour] = cell.contacts
    return heat(
        [by_day[day] for day in order],
        [names[day] for day in order],
        [short[day] for day in order],
        t.busy_hours,
        t.day,
        locale,
        lambda value: number(value, locale, 1),
    )
