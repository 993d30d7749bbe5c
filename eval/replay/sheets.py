"""A replay's figures as sentences and tables, for the terminal and the page alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.records import MeasureRecord
from eval.replay.baselines import MEANINGS
from eval.replay.measures import CUTOFFS
from eval.replay.records import (
    CRITERIA,
    AbstentionRecord,
    Criterion,
    CriterionRecord,
    DifferenceRecord,
    Part,
    PointRecord,
    ReplayRecord,
    SystemRecord,
    ViewRecord,
)

NONE = "–"


@dataclass(frozen=True)
class Sheet:
    """A table with its title; the first `words` columns are words, the others figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


def sentences(record: ReplayRecord) -> Iterator[str]:
    """What was replayed and what counts as right; then what the data makes one say."""
    yield from _threads(record) if record.kind == "threads" else _judged(record)
    names = [system.system for system in record.views[0].systems]
    explained = [f"{name}: {told}" for name, told in MEANINGS.items() if name in names]
    yield f"Baselines. {'; '.join(explained)}."
    shown = record.shown
    precision = ", ".join(f"{k} {interval(v)}" for k, v in shown.precision.items() if v)
    yield (
        f"At the suggestion threshold {shown.threshold:.2f}: any suggestion for "
        f"{interval(shown.coverage)} of the tickets; the first one right: {precision or NONE}."
    )
    yield (
        f"The first suggestion's confidence (threshold off): AUROC {_figure(shown.auroc)}, "
        f"expected calibration error {_figure(shown.expected_calibration_error)}."
    )
    for part in record.abstention:
        yield from _abstention(part)
    yield from record.notes


def _threads(record: ReplayRecord) -> Iterator[str]:
    left_out = ", ".join(f"{count} {reason}" for reason, count in record.left_out.items())
    yield (
        f"{record.replayed} tickets replayed ({_span(record)}), {record.history} before them as "
        f"history; left out of {record.read}: {left_out or 'none'}."
    )
    thresholds = ", ".join(
        f"{name} {value.similar:.3f} ({value.very_similar:.3f})"
        for name, value in record.similar_from.items()
        if "/" not in name
    )
    yield (
        "Same link: a suggestion holds a link of the sent reply. Links in more than "
        f"{record.generic_share:.0%} of the history's replies do not count "
        f"({len(record.generic_links)} of them)."
    )
    yield (
        "Similar reply: the cosine to the sent reply is one that 1 % (very similar: 0.1 %) of "
        f"random pairs of earlier replies reach: {thresholds}. Either: same link or similar reply."
    )
    if not record.views[0].systems[0].criteria["same link"].tickets:
        yield "No sent reply has a link that counts: the same link cannot be judged."
    confirmed = ", ".join(
        f"{_figure(part.same_link)} of {part.suggestions} {degree}"
        for degree, part in record.agreement.items()
        if part.suggestions
    )
    if confirmed:
        yield (
            "Do links confirm similarity? Where suggestion and sent reply both link something, "
            f"they link the same page in {confirmed} ones."
        )


def _judged(record: ReplayRecord) -> Iterator[str]:
    yield (
        f"{record.replayed} judged tickets asked ({_span(record)}) on {record.history} documents, "
        "all on one snapshot."
    )
    yield (
        "Helpful source: one of the documents that say what a suggestion says is judged to help "
        "with the ticket, or the suggestion links to such a one."
    )


def _span(record: ReplayRecord) -> str:
    if record.first is None or record.last is None:
        return "undated"
    return f"{record.first:%Y-%m-%d} to {record.last:%Y-%m-%d}"


def _abstention(record: AbstentionRecord) -> Iterator[str]:
    silent = ", ".join(
        f"{1 - at.coverage:.3f} of the {record.curves[part].tickets} {_TICKETS[part]}"
        for part, at in record.at_threshold.items()
        if part != "all"
    )
    if silent:
        yield f"Nothing suggested at that threshold ({record.criterion}): for {silent}."
    most = record.most
    reached = (
        f"up to {most.coverage:.3f} of the tickets ({most.shown}), at threshold "
        f"{most.threshold:.2f}"
        if most
        else "at no threshold with ten tickets or more"
    )
    yield f"The first one right ({record.criterion}) in {record.wanted:.0%}: reached {reached}."


_TICKETS: Mapping[Part, str] = {
    "in the memory": "tickets whose answer is in the memory",
    "not in the memory": "tickets whose answer is not",
}


def sheets(record: ReplayRecord) -> Iterator[Sheet]:
    """All tables, most important first."""
    ranked, shown = record.views
    criteria = CRITERIA[record.kind]
    yield _systems("Everything ranked (threshold off), 95 % intervals", ranked, criteria)
    if record.differences:
        yield _differences(record.differences)
    yield _systems("What a rep is shown, 95 % intervals", shown, criteria)
    yield from (_curve(part) for part in record.abstention)
    yield Sheet(
        title="Share of suggestions that are right, by rank",
        columns=("View", "Criterion", *(f"rank {n}" for n in range(1, max(CUTOFFS) + 1))),
        rows=tuple(
            (view.view, criterion, *map(_figure, figures.by_rank))
            for view in record.views
            for criterion, figures in view.systems[0].criteria.items()
            if figures.tickets
        ),
        words=2,
    )
    yield _slices("Suggestions by slice (everything ranked)", ranked.systems[0], criteria)


def interval(measure: MeasureRecord | None) -> str:
    """Mean with its interval."""
    if measure is None:
        return NONE
    return f"{measure.value:.3f} ({measure.low:.2f}–{measure.high:.2f})"


def _systems(title: str, view: ViewRecord, criteria: Sequence[Criterion]) -> Sheet:
    names = list(view.systems[0].criteria[criteria[-1]].measures)
    rows = [
        (
            criterion,
            system.system,
            str(figures.tickets),
            *(interval(figures.measures.get(name)) for name in names),
        )
        for criterion in criteria
        for system in view.systems
        if (figures := system.criteria.get(criterion)) and figures.tickets
    ]
    return Sheet(title, ("Criterion", "System", "Tickets", *names), tuple(rows), words=2)


def _differences(records: Sequence[DifferenceRecord]) -> Sheet:
    pairs = dict.fromkeys((record.criterion, record.baseline) for record in records)
    cells = {(r.criterion, r.baseline, r.cutoff): _difference(r) for r in records}
    columns = [part for cutoff in CUTOFFS for part in (f"Success@{cutoff}", "p")]
    rows = tuple(
        (*pair, *(cell for cutoff in CUTOFFS for cell in cells[*pair, cutoff])) for pair in pairs
    )
    return Sheet(
        "Suggestions minus baseline (everything ranked), 95 % intervals, p after Holm",
        ("Criterion", "Baseline", *columns),
        rows,
        words=2,
    )


def _difference(record: DifferenceRecord) -> tuple[str, str]:
    p = "<0.001" if record.p_holm < 0.001 else f"{record.p_holm:.3f}"
    return f"{record.difference:+.3f} ({record.low:+.3f} to {record.high:+.3f})", p


def _curve(record: AbstentionRecord) -> Sheet:
    """Every second point of the curves."""
    columns = ["Threshold"]
    for part, curve in record.curves.items():
        columns += [f"{part} ({curve.tickets}): shown", "right"]
    steps = zip(*(curve.points[::2] for curve in record.curves.values()), strict=True)
    rows = [(f"{points[0].threshold:.2f}", *_points(points)) for points in steps]
    at = list(record.at_threshold.values())
    rows.append((f"{at[0].threshold:.2f} in force", *_points(at)))
    title = (
        f"First suggestion by confidence threshold: share shown, share right ({record.criterion})"
    )
    return Sheet(title, tuple(columns), tuple(rows))


def _points(points: Sequence[PointRecord]) -> Iterator[str]:
    for point in points:
        yield f"{point.coverage:.3f}"
        yield interval(point.precision)


def _slices(title: str, system: SystemRecord, criteria: Sequence[Criterion]) -> Sheet:
    parts = {"all": system.criteria, **system.slices}
    columns = [part for criterion in criteria for part in (criterion, "@1", "@5")]
    rows = tuple((name, *_slice(figures, criteria)) for name, figures in parts.items())
    return Sheet(title, ("Slice", *columns), rows)


def _slice(
    figures: Mapping[Criterion, CriterionRecord], criteria: Sequence[Criterion]
) -> Sequence[str]:
    cells = []
    for criterion in criteria:
        measures = figures[criterion].measures
        values = [measures.get(f"Success@{cutoff}") for cutoff in (1, 5)]
        cells.append(str(figures[criterion].tickets))
        cells += [_figure(value.value if value else None) for value in values]
    return cells


def _figure(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"
