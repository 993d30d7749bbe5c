"""`kb eval compare`, `gate`: is it better than before, and for whom is it worse?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, err, out, print_json, progress_bars
from kb.cli.evaluation.app import SynonymsOption, eval_app
from kb.config import load_settings
from kb.errors import InvalidInput

if TYPE_CHECKING:
    from eval.compare import Change, Comparison, DatasetComparison
    from eval.gate import GateReport
    from eval.records import RunRecord

_LONGEST_TEXT = 70


@eval_app.command("compare")
def eval_compare(
    before: Annotated[Path, typer.Argument(help="A folder from `kb eval run`, or its run.json.")],
    after: Annotated[Path, typer.Argument(help="Another one, or the same for two systems.")],
    dataset: Annotated[str | None, typer.Option(help="Look at this one only.")] = None,
    system: Annotated[str, typer.Option(help="System of the first run.")] = "hybrid",
    system_b: Annotated[
        str | None, typer.Option(help="System of the second run; default: the same.")
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="Gains and losses to list.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="For intervals and tests.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Compare two runs: differences, significance, queries that flipped, slices that lost.

    Example: kb eval compare /tmp/eval-before /tmp/eval-after
    """
    from eval.compare import compare
    from eval.records import read_run

    other = system_b or system
    if before.resolve() == after.resolve() and other == system:
        raise InvalidInput(
            "That is one run with itself; name another, or another system with --system-b."
        )
    found = compare(read_run(before), read_run(after), system, other, only=dataset, seed=seed)
    if as_json:
        print_json(_as_document(found, show))
        return
    _print_comparison(found, show)


def _print_comparison(found: Comparison, show: int) -> None:
    from kb.cli.evaluation.tables import print_table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Dataset", "Measure"):
        table.add_column(name)
    for name in ("Before", "After", "Difference, 95 %", "p (Holm)", "Found", "Lost", "Queries"):
        table.add_column(name, justify="right")
    for item in found.datasets:
        table.add_row(
            item.dataset,
            item.measure,
            f"{item.before:.4f}",
            f"{item.after:.4f}",
            Text(f"{item.difference:+.4f} [{item.low:+.4f} {item.high:+.4f}]", style=_style(item)),
            f"{item.p_holm:.4f}",
            str(len(item.found)),
            str(len(item.lost)),
            str(item.queries),
        )
    print_table(table)
    legend = "Found, lost: queries that went from nothing relevant to something, or back."
    out.print(Text(legend, style="dim"))
    for item in found.datasets:
        _print_changes(item, show)
    for sentence in found.left_out:
        err.print(Text(sentence))


def _style(item: DatasetComparison) -> str:
    if item.p_holm >= 0.05:
        return ""
    return "green" if item.difference > 0 else "red"


def _print_changes(item: DatasetComparison, show: int) -> None:
    from kb.cli.evaluation.tables import print_table

    losses = [change for change in item.changes if change.difference < 0]
    gains = [change for change in reversed(item.changes) if change.difference > 0]
    slices = [change for change in item.slices if change.difference]
    if not (losses or gains or slices):
        return
    out.print()
    out.print(Text(f"{item.dataset}: {len(losses)} queries worse, {len(gains)} better", "bold"))
    table = Table(box=None, pad_edge=False, show_header=False)
    for part in slices:
        values = _values(part.before, part.after)
        table.add_row("slice", *values, part.slice, f"{part.queries} queries")
    for kind, listed in (("loss", losses), ("gain", gains)):
        for query in listed[:show]:
            values = _values(query.before, query.after)
            table.add_row(kind, *values, query.query, _short(query))
    print_table(table)


def _values(before: float, after: float) -> tuple[Text, str]:
    difference = after - before
    return (
        Text(f"{difference:+.3f}", style="green" if difference > 0 else "red"),
        f"{before:.3f} → {after:.3f}",
    )


def _short(change: Change) -> Text:
    text = " ".join(change.text.split())
    return Text(text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…")


def _as_document(found: Comparison, show: int) -> dict[str, Any]:
    datasets = []
    for item in found.datasets:
        losses = [asdict(change) for change in item.changes if change.difference < 0]
        gains = [asdict(change) for change in reversed(item.changes) if change.difference > 0]
        figures = {k: v for k, v in asdict(item).items() if k not in ("changes", "slices")}
        slices = [asdict(c) | {"difference": round(c.difference, 6)} for c in item.slices]
        datasets.append(
            figures
            | {
                "found": [change.query for change in item.found],
                "lost": [change.query for change in item.lost],
                "better": len(gains),
                "worse": len(losses),
                "gains": gains[:show],
                "losses": losses[:show],
                "slices": slices,
            }
        )
    return {"datasets": datasets, "left_out": list(found.left_out)}


@eval_app.command("gate")
def eval_gate(
    baseline: Annotated[Path, typer.Option(help="What --write wrote, or a run.json.")],
    datasets: Annotated[
        list[Path] | None, typer.Argument(help="BEIR folders or files of golden queries.")
    ] = None,
    max_drop: Annotated[float, typer.Option(min=0, help="How far a figure may fall.")] = 0.01,
    run: Annotated[
        Path | None, typer.Option(help="Judge this run.json instead of running the datasets.")
    ] = None,
    system: Annotated[
        str, typer.Option(help="The system to judge, or a parameters file.")
    ] = "hybrid",
    min_queries: Annotated[
        int, typer.Option(min=1, help="Slices with fewer judged queries are passed over.")
    ] = 10,
    write: Annotated[
        bool, typer.Option("--write", help="Write the baseline instead of comparing with it.")
    ] = False,
    synonyms: SynonymsOption = True,
    as_json: JsonOption = False,
) -> None:
    """Exit with 1, naming the slices, if search or its confidence is worse than the baseline.

    Example: kb eval gate articles/golden --baseline articles/golden/baseline.json --max-drop 0.01
    """
    from eval.gate import gate, read_baseline, write_baseline
    from eval.records import read_run
    from eval.systems import HYBRID

    if (run is None) == (not datasets):
        raise InvalidInput("Name datasets to run, or a run with --run; not both.")
    known = None if write else read_baseline(baseline)  # before the long part
    if run:
        record, name = read_run(run), system
    else:
        record, name = _run(datasets or [], system, synonyms, quiet=as_json)
    if known is None:
        write_baseline(record, name, baseline)
        _print_written(baseline, record, as_json)
        return
    # A parameters file is a hybrid that wants to become the one in force.
    against = (name,) if name == system else (name, HYBRID)
    report = gate(known, record, name, against=against, max_drop=max_drop, min_queries=min_queries)
    if as_json:
        rows = [asdict(row) | {"drop": row.drop} for row in report.rows]
        print_json(
            {
                "passed": report.passed,
                "max_drop": max_drop,
                "losing": [f"{row.dataset} {row.slice}" for row in report.losing],
                "better": list(report.better),
                "not_in_baseline": list(report.not_in_baseline),
                "rows": rows,
            }
        )
    else:
        _print_gate(report)
    if not report.passed:
        raise typer.Exit(1)


def _run(
    datasets: Sequence[Path], system: str, synonyms: bool, quiet: bool
) -> tuple[RunRecord, str]:
    """A fresh run of one system, and the name it has there."""
    from eval.datasets import load_dataset
    from eval.runner import run
    from eval.systems import parse_systems
    from kb.expansion import NO_SYNONYMS
    from kb.parameters import load_parameters
    from kb.service import build_embedder

    settings = load_settings()
    parameters = load_parameters(settings)
    chosen = parse_systems(system, parameters)
    if len(chosen) > 1:
        raise InvalidInput("The gate judges one system; name one with --system.")
    loaded = [load_dataset(path) for path in datasets]
    with (
        TemporaryDirectory() as folder,
        progress_bars(quiet=quiet, latest_only=True) as progress,
    ):
        embedder = build_embedder(settings)
        record, _ = run(
            loaded,
            chosen,
            settings,
            embedder,
            parameters,
            Path(folder),
            progress,
            synonyms=None if synonyms else NO_SYNONYMS,
        )
    return record, chosen[0].name


def _print_written(path: Path, record: RunRecord, as_json: bool) -> None:
    names = [result.dataset for result in record.results]
    if as_json:
        print_json({"written": str(path), "datasets": names})
    else:
        out.print(Text(f"{path} written: {', '.join(names)}."))


def _print_gate(report: GateReport) -> None:
    from kb.cli.evaluation.tables import print_table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", "Dataset", "Slice", "Measure"):
        table.add_column(name)
    for name in ("Before", "After", "Change", "Queries"):
        table.add_column(name, justify="right")
    for row in report.rows:
        table.add_row(
            "loses" if row.losing else "ok",
            row.dataset,
            row.slice,
            row.measure,
            f"{row.before:.4f}",
            f"{row.after:.4f}",
            f"{0.0 - row.drop:+.4f}",
            str(row.queries),
            style="red" if row.losing else "",
        )
    print_table(table)
    for name in report.not_in_baseline:
        out.print(Text(f"{name} is not in the baseline, so nothing is asked of it."))
    if report.passed and report.better:
        better = ", ".join(report.better)
        out.print(
            Text(
                f"Better than the baseline on {better}: renew it with --write, so that this "
                "cannot be lost again."
            )
        )
    if not report.passed:
        _print_losses(report)
    verdict = "The gate is passed." if report.passed else "The gate is shut."
    out.print(Text(verdict, style="green" if report.passed else "bold red"))


def _print_losses(report: GateReport) -> None:
    for row in report.losing:
        sentence = (
            f"{row.dataset} {row.slice}: {row.measure} fell from {row.before:.4f} to "
            f"{row.after:.4f}, by {row.drop:.4f} over {row.queries} queries; "
            f"{report.max_drop:g} is allowed."
        )
        out.print(Text(sentence, style="red"))
    worst = {(row.dataset, change.query): change for row in report.losing for change in row.worst}
    if worst:
        out.print("Queries that lost most:")
    for (dataset, query), change in sorted(worst.items(), key=lambda item: item[1].difference):
        values = f"  {dataset} {query}: {change.before:.3f} → {change.after:.3f}  "
        out.print(Text.assemble(values, (_short(change).plain, "dim")))
