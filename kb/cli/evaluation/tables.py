"""A run as terminal tables: every system on every dataset, and where the hybrid loses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from eval.calibrate import CalibrationReport
from eval.metrics import MEASURES
from eval.records import DatasetRecord, MeasureRecord, RunRecord, SystemRecord
from eval.slices import TOLERANCE, Loss, losses
from kb.cli.console import out


def print_run(record: RunRecord) -> None:
    """Figures, losses and notes on stdout."""
    tested = list(
        dict.fromkeys(s.system for d in record.results for s in d.systems if s.comparisons)
    )
    print_table(_figures(record, tested))
    out.print(Text("\n".join(_legend(record, tested)), style="dim"))
    out.print()
    for item in _losses(record):
        if isinstance(item, Table):
            print_table(item)
        else:
            out.print(item)
    for dataset in record.results:
        for line in (*_answers(dataset), *dataset.notes):
            out.print(Text(f"{dataset.dataset}: {line}"))


def _answers(dataset: DatasetRecord) -> Iterator[str]:
    for system in dataset.systems:
        answer, snippet = system.answer_containment, system.snippet_containment
        if answer and snippet:
            yield (
                f"where {system.system} has the right document first, what is shown as answer "
                f"contains it in {answer.value:.1%}, the snippet in {snippet.value:.1%}."
            )


def print_calibration(report: CalibrationReport) -> None:
    """What the confidence is worth on queries it was not fitted on."""
    scope = Table("In scope against out of scope", "AUROC", "fitted elsewhere", "ECE", box=None)
    for name, area in report.auroc_scope.items():
        elsewhere = report.auroc_elsewhere.get(name)
        error = report.calibration_error_by_dataset.get(name)
        scope.add_row(
            name,
            f"{area:.3f}",
            "" if elsewhere is None else f"{elsewhere:.3f}",
            "" if error is None else f"{error:.3f}",
        )
    if report.auroc_scope:
        print_table(scope)
    relevant = "none" if report.auroc is None else f"{report.auroc:.3f}"
    out.print(
        f"{report.queries} queries: AUROC of a right first hit {relevant}, expected calibration "
        f"error {report.expected_calibration_error:.3f}, both on held-out folds."
    )
    if report.left_out:
        out.print(f"Left out, no unanswerable queries: {', '.join(report.left_out)}.")
    table = Table("Answer from", "right", "answerable answered", "unanswerable answered", box=None)
    for point in (*report.operating, report.at_threshold):
        chosen = point is report.at_threshold
        table.add_row(
            f"{point.threshold:.2f}" + (" (chosen)" if chosen else ""),
            "" if point.precision is None else f"{point.precision:.3f}",
            f"{point.coverage:.3f}",
            f"{point.false_answers:.3f}" if report.auroc_scope else "",
            style="bold" if chosen else None,
        )
    print_table(table)


def _figures(record: RunRecord, tested: Sequence[str]) -> Table:
    primaries = {dataset.primary for dataset in record.results}
    others = [name for name in MEASURES if primaries != {name}]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Dataset")
    table.add_column("System")
    table.add_column("Primary measure, 95 %")
    for name in [*others, *(f"Δ {name} (p)" for name in tested), "p50/95 ms"]:
        table.add_column(name, justify="right")
    for name in ("AUROC", "scope", "ECE"):
        table.add_column(name, justify="right")
    for place, dataset in enumerate(record.results):
        if place:
            table.add_row()
        for number, system in enumerate(dataset.systems):
            primary = system.measures.get(dataset.primary)
            table.add_row(
                dataset.dataset if number == 0 else "",
                system.system,
                f"{dataset.primary} {_interval(primary)}" if primary else "not judged",
                *(_value(system.measures.get(name)) for name in others),
                *(_comparison(dataset, name, system.system) for name in tested),
                "/".join(f"{value:.0f}" for value in system.latency_ms.values()),
                *_trust(system),
            )
    return table


def _interval(measure: MeasureRecord) -> str:
    return f"{measure.value:.3f} [{measure.low:.3f} {measure.high:.3f}]"


def _value(measure: MeasureRecord | None) -> str:
    return f"{measure.value:.3f}" if measure else ""


def _comparison(dataset: DatasetRecord, tested: str, baseline: str) -> str:
    """How far `tested` is above `baseline`, and how likely that is by chance."""
    for item in dataset.system(tested).comparisons:
        if item.baseline == baseline:
            p = f"{item.p_holm:.3f}" if item.p_holm >= 0.001 else "<.001"
            return f"{item.difference:+.3f} ({p})"
    return ""


def _trust(system: SystemRecord) -> tuple[str, str, str]:
    trust = system.confidence
    if trust is None:
        return ("", "", "")
    areas = (trust.auroc_relevant, trust.auroc_scope)
    first, scope = ("" if area is None else f"{area:.3f}" for area in areas)
    return (first, scope, f"{trust.expected_calibration_error:.3f}")


def _legend(record: RunRecord, tested: Sequence[str]) -> Iterator[str]:
    if any(dataset.primary != "nDCG@10" for dataset in record.results):
        yield (
            "Primary: nDCG@10; Success@3 where the median query has more than 10 relevant "
            "documents."
        )
    if tested:
        yield (
            f"Δ: {' or '.join(tested)} minus the row's system on the primary measure (p: paired "
            "randomisation test, Holm-corrected per dataset)."
        )
    if any(system.confidence for dataset in record.results for system in dataset.systems):
        yield (
            "AUROC: confidence, first hit relevant against not; scope: answerable queries against "
            "the others; ECE: expected calibration error."
        )


def _losses(record: RunRecord) -> Iterable[Table | Text]:
    """Where the hybrid, or a configuration, is below its better half."""
    tested = [
        (dataset, system.system)
        for dataset in record.results
        for system in dataset.systems
        if system.stated and {"lexical", "dense"} <= {s.system for s in dataset.systems}
    ]
    if not tested:
        return []
    found = [loss for dataset, name in tested for loss in losses(dataset, name)]
    names = " and ".join(dict.fromkeys(name for _, name in tested))
    if not found:
        sentence = f"No slice on which {names} is below its better half by more than {TOLERANCE}."
        return [Text(sentence)]
    title = Text(f"Below the better half by more than {TOLERANCE} ({names}):", style="bold")
    return [title, _loss_table(found)]


def _loss_table(found: Sequence[Loss]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Dataset", "System", "Slice"):
        table.add_column(name)
    for name in ("Queries", "Value", "Better half", "Difference"):
        table.add_column(name, justify="right")
    for loss in found:
        table.add_row(
            loss.dataset,
            loss.system,
            loss.slice,
            str(loss.queries),
            f"{loss.value:.4f}",
            f"{loss.half} {loss.half_value:.4f}",
            f"{loss.value - loss.half_value:+.4f}",
        )
    return table


def print_table(table: Table) -> None:
    """At its natural width: a table squeezed into 80 columns tells nothing."""
    natural = Measurement.get(out, out.options.update(max_width=1000), table).maximum
    Console(width=max(out.width, natural)).print(table)
