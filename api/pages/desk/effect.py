"""`/desk/effect`: what articles changed for the people who asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api.auth import StateDep
from api.pages.desk import told
from api.pages.desk.view import DeskView, article_now, desk_view
from api.pages.frame import render
from api.pages.staff import StaffRoute
from api.signed_in import WriterPage
from api.state import State
from api.web.formats import number, percent
from api.web.plots import Format, Interval, Plot, Range, ranges
from kb.gaps.decisions.closed import ClosedGap
from kb.gaps.decisions.effect import Effect, Window
from kb.models import IndexedDocument

Verdict = Literal["better", "worse", "unclear", "unknown"]
Measured = tuple[float | None, Interval | None]

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@dataclass(frozen=True)
class Measure:
    """One figure before and after."""

    key: str
    plot: Plot
    verdict: Verdict
    known: bool
    """Whether there is a value before or after."""


@dataclass(frozen=True)
class EffectShown:
    """An effect as pages show it."""

    effect: Effect
    too_early: Markup | None
    measures: tuple[Measure, ...]


_HIGHER_IS_BETTER: Mapping[str, bool] = {
    "contacts_per_week": False,
    "answered": True,
    "confidence": True,
}
"""Measures by what is to be wished for. People per week come as they like."""
_MEASURES = ("contacts_per_week", "answered", "confidence", "people_per_week")


@router.get("/desk/effect")
def effect(request: Request, state: StateDep, found: WriterPage) -> HTMLResponse:
    """Every gap that is done, the last one first, with what became of its questions."""
    view = desk_view(request, found)
    closed = view.report.closed if view.report else ()
    rows = [
        (one, _articles(state, one), effect_shown(view, one.effect) if one.effect else None)
        for one in closed
    ]
    return render("desk/effect.html", view, rows=rows)


def effect_shown(view: DeskView, effect: Effect) -> EffectShown:
    """The effect with its plots; too early or of too few, it has no verdicts."""
    return EffectShown(
        effect=effect,
        too_early=told.too_early(view, effect),
        measures=tuple(_measure(view, effect, key) for key in _MEASURES),
    )


def verdict(key: str, before: Measured, after: Measured) -> Verdict:
    """Whether a figure became better: only where the intervals do not even touch.

    Stricter than a test of the difference, and so never too sure.
    """
    if key not in _HIGHER_IS_BETTER or before[1] is None or after[1] is None:
        return "unknown"
    if before[0] is None or after[0] is None:
        return "unknown"
    rose, fell = after[1][0] > before[1][1], after[1][1] < before[1][0]
    if not rose and not fell:
        return "unclear"
    return "better" if rose == _HIGHER_IS_BETTER[key] else "worse"


def _measure(view: DeskView, effect: Effect, key: str) -> Measure:
    t, locale = view.t, view.locale
    before, after = _of(effect.before, key), _of(effect.after, key)
    is_share = key in ("answered", "confidence")
    items = [
        Range(t.before, *before, kind="before"),
        Range(t.after, *after, kind="after"),
    ]
    plot = ranges(
        items,
        t.effect_figure[key],
        (t.window, t.effect_figure[key], t.interval),
        locale,
        _percent(locale) if is_share else _number(locale),
        (0.0, 1.0) if is_share else None,
    )
    found = "unknown" if effect.too_early else verdict(key, before, after)
    known = before[0] is not None or after[0] is not None
    return Measure(key, plot, found, known)


def _of(window: Window, key: str) -> Measured:
    if key == "answered":
        known = window.answered
        return known.share, known.interval if known.of else None
    if key == "confidence":
        return window.confidence.mean, window.confidence.interval
    rate = window.contacts_per_week if key == "contacts_per_week" else window.people_per_week
    return rate.per_week, rate.interval


def _percent(locale: str) -> Format:
    return lambda share: percent(share, locale)


def _number(locale: str) -> Format:
    return lambda value: number(value, locale, 1) if value % 1 else number(value, locale)


def _articles(state: State, gap: ClosedGap) -> list[IndexedDocument]:
    """Those that closed it, as far as they are still there."""
    found = (article_now(state, identifier) for identifier in gap.done.articles)
    return [article for article in found if article]
