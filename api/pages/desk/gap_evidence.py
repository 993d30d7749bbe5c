"""What is known of a gap, as its page shows it: plots, figures, the nearest article, a draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from api.pages.desk import told
from api.pages.desk.dates import short_day, week_starts
from api.pages.desk.view import DeskView, article_now
from api.rendering import render_markdown
from api.state import State
from api.web import article_body
from api.web.formats import format_date, number, percent
from api.web.plots import Plot, Point, Segment, line, stacked
from kb.gaps.decisions.writing import outline_for
from kb.gaps.drafts.outline import to_markdown
from kb.gaps.models import Gap
from kb.models import IndexedDocument
from kb.text import language_of

FIGURES = ("priority", "demand", "people", "uncovered", "trend")
"""In the order in which they are shown; the words have the definition of each."""


def evidence(state: State, view: DeskView, gap: Gap, draft: str) -> dict[str, object]:
    """Everything its template asks for.

    Args:
        draft: language of the draft that is looked at; empty: none.
    """
    nearest = article_now(state, gap.nearest.id) if gap.nearest else None
    there = _languages_there(state, nearest)
    return {
        "why": told.shortfall(view, gap),
        "nearest": nearest,
        "nearest_body": article_body(render_markdown(nearest.body)) if nearest else None,
        "lacking": [code for code in _by_people(gap) if nearest and code not in there],
        "trend": _trend(view, gap),
        "spoken": _spoken(view, gap),
        "ended": _ended(view, gap),
        "figures": _figures(view, gap),
        "draft": _draft(state, gap, draft),
        "draft_languages": _by_people(gap),
    }


def _languages_there(state: State, nearest: IndexedDocument | None) -> set[str]:
    if nearest is None:
        return set()
    versions = state.knowledge_base.translations(nearest)
    return {language_of(version.locale) for version in versions}


def _by_people(gap: Gap) -> list[str]:
    return sorted(gap.languages, key=lambda code: (-gap.languages[code], code))


def _trend(view: DeskView, gap: Gap) -> Plot:
    t, locale = view.t, view.locale
    until = view.report.until if view.report else view.now
    starts = week_starts(until.date(), len(gap.trend.weeks))
    points = [
        Point(t.text("week_of", day=format_date(day, t)), people, tick=short_day(day, t))
        for day, people in zip(starts, gap.trend.weeks, strict=True)
    ]
    columns = (t.week, t.people, "")
    return line(points, t.trend_people, columns, locale, lambda value: number(value, locale))


def _spoken(view: DeskView, gap: Gap) -> Plot:
    t, locale = view.t, view.locale
    parts = [
        Segment(t.language_name(code), gap.languages[code], str(place % 4 + 1))
        for place, code in enumerate(_by_people(gap))
    ]
    columns = (t.language_label, t.people)
    return stacked(parts, t.asked_in, columns, locale, lambda value: number(value, locale))


def _ended(view: DeskView, gap: Gap) -> Plot:
    """How it ended for the people who asked: people, never more than there were."""
    t, locale = view.t, view.locale
    unanswered = min(max(gap.demand, 0.0), float(gap.people))
    parts = [
        Segment(t.ended_unanswered, unanswered, "bad"),
        Segment(t.ended_answered, gap.people - unanswered, "good"),
    ]
    columns = (t.ended, t.people)
    return stacked(parts, t.ended, columns, locale, lambda value: number(value, locale, 0))


def _figures(view: DeskView, gap: Gap) -> list[tuple[str, str, str, str]]:
    """Key, name, value and definition of each figure."""
    t, locale = view.t, view.locale
    values: Mapping[str, str] = {
        "priority": number(gap.priority, locale, 1),
        "demand": number(gap.demand, locale, 1),
        "people": number(gap.people, locale),
        "uncovered": percent(gap.uncovered, locale),
        "trend": f"× {number(gap.trend.factor, locale)}",
    }
    return [(key, t.figure[key], values[key], t.definition[key]) for key in FIGURES]


@dataclass(frozen=True)
class Draft:
    """The draft as a reader would see it; nothing is saved."""

    locale: str
    title: str
    html: Markup


def _draft(state: State, gap: Gap, wanted: str) -> Draft | None:
    if not wanted:
        return None
    now = dt.datetime.now(dt.UTC)
    code = language_of(wanted)
    if code in gap.languages:  # the outline is in the language that comes first
        ordered = {code: max(gap.languages.values()) + 1}
        others = {name: people for name, people in gap.languages.items() if name != code}
        gap = gap.model_copy(update={"languages": ordered | others})
    redactor = state.knowledge_base.tools.redactor
    outline = outline_for(state.store, gap, redactor, now, state.settings.default_locale)
    body = to_markdown(outline).split("\n---\n", 1)[-1]
    return Draft(outline.locale, outline.title, article_body(render_markdown(body)))
