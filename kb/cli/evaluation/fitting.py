"""`kb eval tune`, `calibrate`: learn the parameters in force from labelled queries."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.console import JsonOption, out, print_json, progress_bars
from kb.cli.evaluation.app import eval_app, experiments
from kb.config import load_settings
from kb.errors import InvalidInput


@eval_app.command("tune")
def eval_tune(
    datasets: Annotated[
        list[Path], typer.Argument(help="BEIR folders or files of golden queries.")
    ],
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Where to write the parameters file.")
    ] = None,
    max_drop: Annotated[float, typer.Option(min=0, help="How much a slice may lose.")] = 0.01,
    seed: Annotated[int, typer.Option(min=0, help="For the tests.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Learn the fusion parameters on half of the queries, put them to the test on the others.

    Writes nothing, and exits with 1, unless they are significantly better there than the ones in
    force, no slice loses, and no dataset falls below the better of lexical and dense.

    Example: kb eval tune articles/golden --out data/parameters.json
    """
    from eval.tune import tune
    from kb.cli.evaluation.tuned import as_document, print_tuning
    from kb.parameters import load_parameters, write_parameters

    if out_file and out_file.is_dir():
        raise InvalidInput(f"{out_file} is a folder; name a file with --out.")
    settings = load_settings()
    parameters = load_parameters(settings)
    with (
        progress_bars(quiet=as_json, latest_only=True) as progress,
        experiments(datasets, settings, progress) as opened,
    ):
        report = tune(opened, parameters, progress, max_drop=max_drop, seed=seed)
    written = None if report.refusals else out_file
    if written:
        write_parameters(parameters.model_copy(update={"fusion": report.after}), written)
    if as_json:
        print_json(as_document(report, written))
    else:
        print_tuning(report, written)
    if report.refusals:
        raise typer.Exit(1)


@eval_app.command("calibrate")
def eval_calibrate(
    datasets: Annotated[list[Path], typer.Argument(help="BEIR folders with out-of-scope queries.")],
    tickets: Annotated[
        list[Path] | None,
        typer.Option(help="BEIR folder of tickets and earlier ones; as often as needed."),
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Where to write the parameters file.")
    ] = None,
    wrong_answer_rate: Annotated[
        float, typer.Option(min=0, max=1, help="Share of wrong answers to accept.")
    ] = 0.3,
    related_probability: Annotated[
        float, typer.Option(min=0, max=1, help="Below it a search finds nothing.")
    ] = 0.25,
    seed: Annotated[int, typer.Option(help="For the folds.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Fit the confidence on labelled queries and report it on held-out folds.

    Datasets without unanswerable queries are left out: they have nothing to teach it. The
    confidence in solved tickets stays as it is without --tickets.

    Example: kb eval calibrate articles/golden --out data/parameters.json
    """
    from eval.calibrate import calibrate, examples_of
    from kb.cli.evaluation.tables import print_calibration
    from kb.parameters import load_parameters, write_parameters

    settings = load_settings()
    parameters = load_parameters(settings)
    fitted, reports = parameters, {}
    for part, folders in (("confidence", datasets), ("tickets", tickets or [])):
        if not folders:
            continue
        with (
            progress_bars(quiet=as_json) as progress,
            experiments(folders, settings, progress) as opened,
        ):
            examples = [
                example for experiment in opened for example in examples_of(experiment, parameters)
            ]
        reports[part] = calibrate(
            examples,
            wrong_answer_rate,
            related_probability,
            seed,
            unanswerable=part == "confidence",
        )
        fitted = fitted.model_copy(update={part: reports[part].parameters})
    if out_file:
        write_parameters(fitted, out_file)
    if as_json:
        figures = {part: asdict(report) for part, report in reports.items()}
        print_json(figures | {"written": str(out_file) if out_file else None})
        return
    for report in reports.values():
        print_calibration(report)
    out.print(f"Written to {out_file}." if out_file else "Not written; name a file with --out.")
