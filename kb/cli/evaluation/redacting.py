"""`kb eval redaction`: how much personal data redaction finds, and how much else it takes away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, out, print_json
from kb.cli.evaluation.app import eval_app
from kb.config import load_settings

if TYPE_CHECKING:
    from eval.redaction import Error, Report


@eval_app.command("redaction")
def eval_redaction(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="JSON Lines with marked sentences; default: the packaged ones."),
    ] = None,
    chosen: Annotated[
        str, typer.Option("--set", help="Packaged sentences: packaged or held-out.")
    ] = "packaged",
    show_errors: Annotated[
        bool, typer.Option("--show-errors", help="List what was missed or taken without reason.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Redact labelled sentences; exits with 1 if recall or precision misses a target.

    Example: kb eval redaction --show-errors
    """
    from eval.redaction import load_file, load_set, measure
    from kb.privacy import Redactor

    sentences = [s for path in files for s in load_file(path)] if files else load_set(chosen)
    report = measure(sentences, Redactor.of(load_settings()).redact)
    if as_json:
        print_json(_document(report, show_errors=show_errors))
    else:
        _print(report)
        if show_errors:
            for error in report.errors:
                out.print(_line(error))
        for missed in report.missed_targets:
            out.print(Text(missed, style="red"))
    if report.missed_targets:
        raise typer.Exit(1)


def _document(report: Report, *, show_errors: bool) -> dict[str, Any]:
    from dataclasses import asdict

    document = {
        "sentences": report.sentences,
        "without_marks": report.without_marks,
        "figures": [
            {**asdict(f), "recall": f.recall, "precision": f.precision, "f1": f.f1}
            for f in report.figures
        ],
        "confusion": [
            {"marked": marked, "replaced_as": replaced, "count": count}
            for (marked, replaced), count in report.confusion.items()
        ],
        "excess": report.excess,
        "missed_targets": report.missed_targets,
    }
    return document | ({"errors": [asdict(e) for e in report.errors]} if show_errors else {})


def _print(report: Report) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Type", "Language"):
        table.add_column(name)
    for name in ("Marked", "Found", "Recall", "Replaced", "Right", "Precision", "F1"):
        table.add_column(name, justify="right")
    for f in report.figures:
        figures = (f.marked, f.found, _share(f.recall), f.replaced, f.right)
        row = (f.kind, f.language, *figures, _share(f.precision), _share(f.f1))
        table.add_row(*map(str, row), style="bold" if f.language == "all" else None)
    out.print(table)
    out.print(
        f"\n{report.sentences} sentences, {report.without_marks} of them with nothing personal. "
        f"{report.excess:.1%} of the letters and digits taken away were not marked."
    )
    for (marked, replaced), count in report.confusion.items():
        out.print(f"{count} × {marked} replaced as {replaced}.")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _line(error: Error) -> Text:
    style = "red" if error.what == "missed" else "yellow"
    return Text.assemble(
        (f"{error.sentence} {error.what} {error.kind}: ", style),
        f"{error.piece}",
        (f"  →  {error.redacted}", "dim"),
    )
