"""One dataset's part of the report: its plots and lists, and a sentence for each that is absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from eval.observed import Observed
from eval.records import DatasetRecord, RunRecord, SystemRecord
from eval.report import plots
from eval.report.figures import (
    Failure,
    Group,
    differences_of,
    failures_of,
    main_system,
    value_of,
)


@dataclass
class View:
    """What the template shows of a dataset; empty where there is nothing to show."""

    group: Group
    main: str = ""
    value: float = 0.0
    other: str = ""
    won: int = 0
    lost: int = 0
    tied: int = 0
    slices: Markup | None = None
    slice_rows: list[plots.Bars] = field(default_factory=list)
    differences: Markup | None = None
    reliability: Markup | None = None
    confidences: Markup | None = None
    confident: list[SystemRecord] = field(default_factory=list)
    has_observed: bool = False
    failures: tuple[Failure, ...] = ()
    absent: list[str] = field(default_factory=list)
    """Why something is not there."""


def view_of(group: Group, observed: Observed | None, series: Mapping[str, int]) -> View:
    """A dataset's plots and lists."""
    dataset = group.dataset
    main = main_system(dataset)
    view = View(group)
    if main is None:
        return view
    view.main, view.value = main.system, max(0.0, value_of(main, dataset.primary))
    view.confident = [system for system in dataset.systems if system.confidence]
    view.has_observed = observed is not None
    if not group.judged:
        return view
    _add_slices(view, main, series)
    _add_differences(view)
    _add_confidence(view, main, observed)
    if observed is not None:
        view.failures = failures_of(dataset, observed)
    return view


def overview_of(record: RunRecord, series: Mapping[str, int]) -> Markup | None:
    """The primary measure of all systems on all datasets; one dataset's is in the table already."""
    intervals = [
        plots.Interval(dataset.dataset, system.system, system.measures[dataset.primary])
        for dataset in record.results
        for system in dataset.systems
        if dataset.primary in system.measures
    ]
    several = len({interval.dataset for interval in intervals}) > 1
    return plots.overview(intervals, series) if several else None


def _add_slices(view: View, main: SystemRecord, series: Mapping[str, int]) -> None:
    dataset, primary = view.group.dataset, view.group.dataset.primary
    total = {s.system: s.measures[primary] for s in dataset.systems if primary in s.measures}
    view.slice_rows = [
        plots.Bars(name, len(members), values)
        for name, members in dataset.slices.items()
        if members and (values := _slice_values(dataset, name))
    ]
    if empty := [name for name, members in dataset.slices.items() if not members]:
        view.absent.append(f"Without judged queries, and left out: {', '.join(empty)}.")
    if main.system not in total:
        view.absent.append(f"{primary} was not taken of {main.system}.")
    elif not view.slice_rows:
        view.absent.append("The queries are not divided into slices.")
    else:
        view.slices = plots.slices(
            view.group.anchor, (view.group.judged, total), view.slice_rows, main.system, series
        )


def _slice_values(dataset: DatasetRecord, name: str) -> dict[str, float]:
    return {
        system.system: system.slices[name][dataset.primary]
        for system in dataset.systems
        if dataset.primary in system.slices.get(name, {})
    }


def _add_differences(view: View) -> None:
    found = differences_of(view.group.dataset)
    if found is None:
        view.absent.append(f"Only {view.main} was run: there is nothing to hold it against.")
        return
    view.other, values = found
    if not values:
        view.absent.append("Values per query were not kept.")
        return
    view.won, view.lost, view.tied = plots.won_lost_tied(values)
    if len(values) == 1:
        view.absent.append(
            f"The one judged query differs by {values[0]:+.3f} from {view.other}'s value."
        )
    elif view.tied == len(values):
        view.absent.append(f"{view.main} and {view.other} are level on every query.")
    else:
        view.differences = plots.differences(view.group.anchor, values, view.main, view.other)


def _add_confidence(view: View, main: SystemRecord, observed: Observed | None) -> None:
    record = main.confidence
    if record is None:
        view.absent.append(f"{view.main} states no confidence.")
        return
    bins = [member for member in record.reliability if member.queries]
    if bins:
        view.reliability = plots.reliability(view.group.anchor, bins, record.threshold)
    else:
        view.absent.append("There are no figures on how reliable the confidence is.")
    stated = _stated(view.group.dataset, main, observed)
    if not any((stated.right, stated.wrong, stated.out_of_scope)):
        view.absent.append("Confidences per query were not kept.")
        return
    view.confidences = plots.confidences(view.group.anchor, stated, record.threshold)
    if not stated.out_of_scope:
        view.absent.append(
            "Every question has an answer, so nothing is said here about abstaining."
        )


def _stated(dataset: DatasetRecord, main: SystemRecord, observed: Observed | None) -> plots.Stated:
    """Confidences by what became of the question; without what was shown, no first hit is right."""
    without = set(dataset.unanswerable)
    right: list[float] = []
    wrong: list[float] = []
    out_of_scope: list[float] = []
    for query, confidence in main.stated.items():
        if query in without:
            out_of_scope.append(confidence)
        elif observed and _first_is_right(observed, main.system, query):
            right.append(confidence)
        else:
            wrong.append(confidence)
    return plots.Stated(right, wrong, out_of_scope)


def _first_is_right(observed: Observed, system: str, query: str) -> bool:
    first = observed.shown.get(system, {}).get(query, ())[:1]
    relevant = {document.document_id for document in observed.expected.get(query, ())}
    return any(document.document_id in relevant for document in first)
