"""The support lead's view: `GET /v1/support-figures`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.auth import StateDep, WriterDep
from api.reports import CSV_REPLY, Computed, Format, csv_reply, is_refreshing, notes_of
from kb.errors import InvalidInput, NotFound
from kb.support_definitions import DEFINITIONS, NOTES
from kb.support_figures import SupportFigures, hours_csv, weeks_csv

router = APIRouter(tags=["support figures"])

_MOST_DAYS = 3660
_DEFINITIONS = {name: known._asdict() for name, known in DEFINITIONS.items()}
Table = Literal["hours", "weeks"]


class SupportOut(Computed):
    """How far customers help themselves, and when the team is asked."""

    figures: SupportFigures | None = None
    """Null before the first report."""
    definitions: Mapping[str, Mapping[str, Any]] = Field(default=_DEFINITIONS)
    """Of every figure: unit, meaning, source."""


@router.get("/v1/support-figures", response_model=SupportOut, responses=CSV_REPLY)
def support_figures(
    state: StateDep,
    role: WriterDep,
    since: Annotated[
        dt.date | None,
        Query(description="Only what happened from this day on; computed now, which may take long"),
    ] = None,
    format: Format = "json",
    table: Annotated[Table, Query(description="Which table, as CSV.")] = "hours",
) -> SupportOut | Response:
    """Self-service, deflection, answers, satisfaction; by week, language and hour of the week.

    Without `since` these are the figures of the last half year as they were computed last.
    """
    desk = state.reports.support
    if since:
        today = dt.datetime.now(dt.UTC).date()
        if not dt.timedelta(0) <= today - since <= dt.timedelta(days=_MOST_DAYS):
            raise InvalidInput("since: name a day of the last ten years, as in 2026-10-01.")
        figures: SupportFigures | None = desk.figures_since(since)
    else:
        figures = desk.figures()
    if format == "csv":
        if figures is None:
            raise NotFound(notes_of(state, found=False)[0])
        text = hours_csv(figures) if table == "hours" else weeks_csv(figures)
        return csv_reply(text, f"support-{table}", figures.until)
    return SupportOut(
        computed_at=figures.until if figures else None,
        refreshing=is_refreshing(state),
        notes=[*notes_of(state, found=figures is not None), *NOTES],
        figures=figures,
    )
