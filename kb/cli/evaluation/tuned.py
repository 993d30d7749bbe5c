"""What `kb eval tune` found, as JSON and as terminal tables."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from eval.tune import LEVEL, Figures, TuneReport
from kb.cli.console import out
from kb.cli.evaluation.tables import print_table


def as_document(report: TuneReport, written: Path | None) -> dict[str, Any]:
    """The report for `--json`."""
    return {
        "before": report.before.model_dump(),
        "after": report.after.model_dump(),
        "datasets": [
            asdict(item) | {"train": _figures(item.train), "held_out": _figures(item.held_out)}
            for item in report.datasets
        ],
        "difference": report.difference,
        "p": report.p,
        "losing": [asdict(loss) | {"difference": loss.difference} for loss in report.losing],
        "max_drop": report.max_drop,
        "refusals": list(report.refusals),
        "written": str(written) if written else None,
    }


def _figures(figures: Figures) -> dict[str, Any]:
    derived = ("difference", "short_before", "short")
    return asdict(figures) | {name: getattr(figures, name) for name in derived}


def print_tuning(report: TuneReport, written: Path | None) -> None:
    """Parameters, datasets and slices on stdout, and what came of it."""
    print_table(_parameters(report))
    out.print()
    print_table(_datasets(report))
    out.print(
        Text(
            "Held-out queries; p: paired randomisation test, Holm-corrected over datasets. All "
            "datasets together weigh the same and are tested stratified by dataset.",
            style="dim",
        )
    )
    if report.losing:
        out.print()
        out.print(Text(f"Slices that lose more than {report.max_drop}:", style="bold"))
        print_table(_slices(report))
    out.print()
    for sentence in report.refusals:
        out.print(Text(sentence))
    if report.refusals:
        out.print("Nothing was written.")
    else:
        out.print(
            Text(f"Written to {written}." if written else "Not written; name a file with --out.")
        )


def _parameters(report: TuneReport) -> Table:
    table = _table(("Parameter",), ("In force", "Found"))
    found = report.after.model_dump()
    for name, value in report.before.model_dump().items():
        table.add_row(name, f"{value:g}", Text(f"{found[name]:g}", _bold(found[name] != value)))
    return table


def _datasets(report: TuneReport) -> Table:
    table = _table(
        ("Dataset", "Measure"),
        ("Training", "Before", "After", "Difference", "p (Holm)", "Queries", "Lexical", "Dense"),
        ("",),
    )
    for item in report.datasets:
        train, held_out = item.train, item.held_out
        table.add_row(
            item.dataset,
            item.measure,
            f"{train.before:.4f} → {train.after:.4f}",
            f"{held_out.before:.4f}",
            f"{held_out.after:.4f}",
            _change(held_out.difference, item.p_holm),
            f"{item.p_holm:.4f}",
            str(held_out.queries),
            f"{held_out.lexical:.4f}",
            f"{held_out.dense:.4f}",
            _half(held_out),
        )
    table.add_row(
        Text("all together", style="bold"),
        "",
        "",
        "",
        "",
        _change(report.difference, report.p),
        f"{report.p:.4f}",
        str(sum(item.held_out.queries for item in report.datasets)),
    )
    return table


def _half(figures: Figures) -> str:
    """Where the hybrid is below the better of lexical and dense."""
    if not (figures.short or figures.short_before):
        return ""
    when = "before" if not figures.short else "as before" if figures.short_before else "now"
    return f"below its better half {when}"


def _slices(report: TuneReport) -> Table:
    table = _table(("Dataset", "Slice"), ("Before", "After", "Difference", "Queries"))
    for loss in report.losing:
        table.add_row(
            loss.dataset,
            loss.slice,
            f"{loss.before:.4f}",
            f"{loss.after:.4f}",
            f"{loss.difference:+.4f}",
            str(loss.queries),
        )
    return table


def _table(words: tuple[str, ...], numbers: tuple[str, ...], notes: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in words:
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right")
    for name in notes:
        table.add_column(name)
    return table


def _change(difference: float, p: float) -> Text:
    style = "" if p >= LEVEL else "green" if difference > 0 else "red"
    return Text(f"{difference:+.4f}", style=style)


def _bold(condition: bool) -> str:
    return "bold" if condition else ""
