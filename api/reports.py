"""What replies made from reports have in common: when it was computed, notes, CSV files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal

from fastapi import Response
from pydantic import BaseModel, Field

from api.state import State

Format = Literal["json", "csv"]

CSV_REPLY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "JSON, or a table with `format=csv`."}
}
"""For the OpenAPI document."""

_SOON = "The first report is being computed; look again in a few minutes."
_NONE = "No report was computed yet: `POST /v1/gaps/refresh` or `kb gaps refresh` computes one."


class Computed(BaseModel):
    """What is told beside everything that was computed in the background."""

    computed_at: dt.datetime | None = None
    """Null before the first report."""
    refreshing: bool = False
    """Whether a newer one is being computed, or was asked for."""
    notes: list[str] = Field(default_factory=list)
    """What a reader has to know about the data, and about the computing."""


def is_refreshing(state: State) -> bool:
    reports = state.reports
    return reports.refreshing.busy if reports.refreshing else reports.gaps.computing


def notes_of(state: State, *, found: bool, notes: Iterable[str] = ()) -> list[str]:
    """The report's own notes, and where it stays.

    Args:
        found: whether there is a report.
    """
    told = [*notes]
    worker = state.reports.refreshing
    if not found:
        expected = is_refreshing(state) or (worker and state.settings.gaps_refresh_minutes)
        told.append(_SOON if expected else _NONE)
    if worker and worker.problem:
        told.append(f"The last attempt to compute a report failed: {worker.problem}")
    return told


def csv_reply(text: str, name: str, computed_at: dt.datetime | None) -> Response:
    """A file for spreadsheet programs.

    Args:
        name: without day and extension, in ASCII.
    """
    day = f"-{computed_at:%Y-%m-%d}" if computed_at else ""
    headers = {"Content-Disposition": f'attachment; filename="{name}{day}.csv"'}
    return Response(text, media_type="text/csv", headers=headers)  # charset=utf-8 is added
