"""A replay's figures as sentences and tables, for the terminal and the page alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.records import MeasureRecord
from eval.replay.measures import CUTOFFS
from eval.replay.records import (
    CRITERIA,
    Criterion,
    CriterionRecord,
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
    left_out = ", ".join(f"{count} {reason}" for reason, count in record.left_out.items())
    yield (
        f"{record.replayed} tickets replayed ({record.first:%Y-%m-%d} to {record.last:%Y-%m-%d}), "
        f"{record.history} before them as history; left out of {record.read}: "
        f"{left_out or 'none'}."
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
        f"random pairs of earlier replies reach: {thresholds}."
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
    yield from record.notes


def sheets(record: ReplayRecord) -> Iterator[Sheet]:
    """All tables, most important first."""
    ranked, shown = record.views
    yield _systems("Everything ranked (threshold off), 95 % intervals", ranked)
    yield _systems("What a rep is shown, 95 % intervals", shown)
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
    yield _slices("Suggestions by slice (everything ranked)", ranked.systems[0])


def interval(measure: MeasureRecord | None) -> str:
    """Mean with its interval."""
    if measure is None:
        return NONE
    return f"{measure.value:.3f} ({measure.low:.2f}–{measure.high:.2f})"


def _systems(title: str, view: ViewRecord) -> Sheet:
    names = list(view.systems[0].criteria["either"].measures)
    rows = [
        (
            criterion,
            system.system,
            str(figures.tickets),
            *(interval(figures.measures.get(name)) for name in names),
        )
        for criterion in CRITERIA
        for system in view.systems
        if (figures := system.criteria.get(criterion)) and figures.tickets
    ]
    return Sheet(title, ("Criterion", "System", "Tickets", *names), tuple(rows), words=2)


def _slices(title: str, system: SystemRecord) -> Sheet:
    parts = {"all": system.criteria, **system.slices}
    columns = [part for criterion in CRITERIA for part in (criterion, "@1", "@5")]
    rows = tuple((name, *_slice(figures)) for name, figures in parts.items())
    return Sheet(title, ("Slice", *columns), rows)


def _slice(figures: Mapping[Criterion, CriterionRecord]) -> Sequence[str]:
    cells = []
    for criterion in CRITERIA:
        measures = figures[criterion].measures
        values = [measures.get(f"Success@{cutoff}") for cutoff in (1, 5)]
        cells.append(str(figures[criterion].tickets))
        cells += [_figure(value.value if value else None) for value in values]
    return cells


def _figure(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"
