"""What became of suggestions: events to figures. Pure, and bounded in memory however long the log.

An *occasion* is one request for suggestions. It counts as shown when the rep saw it, which anything
that was done with it proves too. One that had nothing to show counts for coverage alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from kb.events import NothingFitted, SuggestionRejected, SuggestionsOffered, SuggestionUsed
from kb.store import LoggedEvent
from kb.suggestion_figures import Figures
from kb.text import language_of

By = Literal["language", "group", "week", "kind"]

UNNAMED = "new"
"""Id of tickets that came without one: each of their occasions is a ticket of its own."""


@dataclass(frozen=True)
class Summary:
    overall: Figures
    weeks: Mapping[str, Figures]
    """By ISO week (`2026-W47`, UTC) of the offer."""
    slices: Mapping[str, Figures]
    """As asked for with `by`; empty otherwise."""


def summarise(events: Iterable[LoggedEvent], by: By | None = None) -> Summary:
    """Figures of all occasions, of each week, and of each slice.

    Args:
        events: ticket by ticket and occasion by occasion, as `Events.by_ticket` gives them. What
            belongs to an offer that is not among them is passed over.
        by: `kind`: an occasion counts in the slice of every kind it offered, with no more than the
            suggestions of that kind; their positions stay what they were.
    """
    overall, weeks, slices = Figures(), dict[str, Figures](), dict[str, Figures]()
    for occasions in _tickets(events):
        _add_ticket(overall, occasions)
        _add_slices(weeks, occasions, _week)
        if by:
            _add_slices(slices, occasions, _SLICERS[by])
    if by == "kind":  # coverage by a kind is a share of all tickets
        for figures in slices.values():
            figures.occasions, figures.tickets = overall.occasions, overall.tickets
    return Summary(overall, dict(sorted(weeks.items())), dict(sorted(slices.items())))


@dataclass(frozen=True)
class _Occasion:
    """What is counted of one occasion."""

    week: str
    language: str
    group: str
    positions: Mapping[str, int]
    """Suggestion id to its place, from 1."""
    kinds: Mapping[str, str]
    escalated: bool
    shown: bool
    used: Mapping[str, SuggestionUsed]
    """What was last told of each one used, by suggestion id."""
    rejected: Mapping[str, str]
    """Suggestion id to the reason."""
    nothing_fitted: bool

    def of_kind(self, kind: str) -> _Occasion:
        return replace(
            self, positions={s: p for s, p in self.positions.items() if self.kinds[s] == kind}
        )


def _tickets(events: Iterable[LoggedEvent]) -> Iterator[list[_Occasion]]:
    def ticket(entry: LoggedEvent) -> tuple[str, str]:
        event = entry.event
        return event.ticket_id, event.occasion if event.ticket_id == UNNAMED else ""

    for _, of_ticket in groupby(events, key=ticket):
        read = (
            _read(list(entries)) for _, entries in groupby(of_ticket, lambda e: e.event.occasion)
        )
        occasions = [occasion for occasion in read if occasion]
        if occasions:
            yield occasions


def _read(entries: Sequence[LoggedEvent]) -> _Occasion | None:
    """The events of one occasion; None if what was offered is not among them."""
    offers = [(e.at, e.event) for e in entries if isinstance(e.event, SuggestionsOffered)]
    if not offers:
        return None
    at, offer = offers[0]
    year, week, _ = at.isocalendar()
    events = [entry.event for entry in entries]
    return _Occasion(
        week=f"{year}-W{week:02}",
        language=language_of(offer.locale),
        group=offer.group,
        positions={item.id: place for place, item in enumerate(offer.offered, start=1)},
        kinds={item.id: item.kind for item in offer.offered},
        escalated=offer.escalated,
        shown=len(entries) > 1,
        used={e.suggestion_id: e for e in events if isinstance(e, SuggestionUsed)},
        rejected={e.suggestion_id: e.reason for e in events if isinstance(e, SuggestionRejected)},
        nothing_fitted=any(isinstance(e, NothingFitted) for e in events),
    )


def _add_ticket(figures: Figures, occasions: Sequence[_Occasion]) -> None:
    figures.tickets += 1
    figures.covered += any(occasion.positions for occasion in occasions)
    seen = [occasion for occasion in occasions if occasion.positions and occasion.shown]
    figures.tickets_shown += bool(seen)
    figures.tickets_helped += any(_used_of(occasion) for occasion in seen)
    figures.occasions += len(occasions)
    figures.escalations += sum(occasion.escalated for occasion in occasions)
    for occasion in seen:
        _add_shown(figures, occasion)


def _add_shown(figures: Figures, occasion: _Occasion) -> None:
    figures.shown += 1
    if used := _used_of(occasion):
        edits = [use.edit_distance for use in used.values() if use.edited]
        figures.used += 1
        figures.unchanged += not edits
        figures.reciprocal_ranks += 1 / min(occasion.positions[item] for item in used)
        figures.distances.update(round(d, 3) for d in edits if d is not None)
    reasons = [why for item, why in occasion.rejected.items() if item in occasion.positions]
    figures.rejecting += bool(reasons)
    for reason in filter(None, reasons):
        figures.add_reason(reason)
    figures.unfitting += occasion.nothing_fitted


def _used_of(occasion: _Occasion) -> dict[str, SuggestionUsed]:
    """Those used that are suggestions: a holding reply of an escalation advice is none."""
    return {item: use for item, use in occasion.used.items() if item in occasion.positions}


_Slicer = Callable[[_Occasion], Iterable[tuple[str, _Occasion]]]


def _add_slices(
    slices: dict[str, Figures], occasions: Sequence[_Occasion], slicer: _Slicer
) -> None:
    parts: dict[str, list[_Occasion]] = {}
    for occasion in occasions:
        for name, part in slicer(occasion):
            parts.setdefault(name, []).append(part)
    for name, of_slice in parts.items():
        _add_ticket(slices.setdefault(name, Figures()), of_slice)


def _week(occasion: _Occasion) -> Iterable[tuple[str, _Occasion]]:
    return [(occasion.week, occasion)]


_SLICERS: Mapping[By, _Slicer] = {
    "week": _week,
    "language": lambda occasion: [(occasion.language, occasion)],
    "group": lambda occasion: [(occasion.group or "(none)", occasion)],
    "kind": lambda occasion: [
        (kind, occasion.of_kind(kind)) for kind in sorted(set(occasion.kinds.values()))
    ],
}
