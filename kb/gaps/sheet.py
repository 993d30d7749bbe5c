"""Gaps as a table for spreadsheet programs: one row per gap, safe against formulas. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kb.gaps.models import Gap
from kb.spreadsheet import Cell, csv_text

_CELL_CHARS = 2_000
"""Spreadsheet programs take 32,767; nobody reads so much in a cell."""

_COLUMNS: Mapping[str, Callable[[int, Gap], Cell]] = {
    "rank": lambda rank, _: rank,
    "id": lambda _, gap: gap.id,
    "label": lambda _, gap: _cut(gap.label),
    "state": lambda _, gap: gap.state,
    "reason": lambda _, gap: _cut(gap.state_reason),
    "came_back": lambda _, gap: gap.came_back,
    "still_asked": lambda _, gap: gap.still_asked,
    "priority": lambda _, gap: round(gap.priority, 3),
    "demand": lambda _, gap: gap.demand,
    "people": lambda _, gap: gap.people,
    "uncovered": lambda _, gap: round(gap.uncovered, 4),
    "trend_factor": lambda _, gap: round(gap.trend.factor, 4),
    "people_recently": lambda _, gap: gap.trend.recent,
    "people_before": lambda _, gap: gap.trend.before,
    "people_by_week": lambda _, gap: " ".join(map(str, gap.trend.weeks)),
    "searches": lambda _, gap: gap.searches,
    "contacts": lambda _, gap: gap.contacts,
    "tickets": lambda _, gap: gap.tickets,
    "languages": lambda _, gap: " ".join(f"{name}:{n}" for name, n in gap.languages.items()),
    "question_1": lambda _, gap: _question(gap, 0),
    "question_2": lambda _, gap: _question(gap, 1),
    "question_3": lambda _, gap: _question(gap, 2),
    "nearest": lambda _, gap: _cut(gap.nearest.title) if gap.nearest else None,
    "nearest_id": lambda _, gap: gap.nearest.id if gap.nearest else None,
    "confidence": lambda _, gap: round(gap.nearest.confidence, 4) if gap.nearest else None,
    "falls_short": lambda _, gap: _cut(gap.nearest.reason) if gap.nearest else None,
    "first_asked": lambda _, gap: gap.first_asked.isoformat(),
    "last_asked": lambda _, gap: gap.last_asked.isoformat(),
    "ticket_ids": lambda _, gap: _cut(" ".join(gap.ticket_ids)),
}

COLUMNS = tuple(_COLUMNS)


def gaps_csv(gaps: Iterable[Gap]) -> str:
    """One row per gap, in the order given, under the names of `COLUMNS`."""
    rows = [
        [value(rank, gap) for value in _COLUMNS.values()] for rank, gap in enumerate(gaps, start=1)
    ]
    return csv_text([COLUMNS, *rows])


def _question(gap: Gap, number: int) -> str | None:
    return _cut(gap.central[number].text) if number < len(gap.central) else None


def _cut(text: str) -> str:
    return text if len(text) <= _CELL_CHARS else text[: _CELL_CHARS - 1] + "…"
