"""`kb eval tune`, `calibrate`: learn the parameters in force from labelled queries."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.console import JsonOption, out, print_figures, print_json, progress_bars
from kb.cli.evaluation.app import eval_app, experiments
from kb.config import load_settings


@eval_app.command("tune")
def eval_tune(
    datasets: Annotated[list[Path], typer.Argument(help="BEIR folders.")],
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Where to write the parameters file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Learn the fusion parameters on half of the queries, report on the other half.

    Writes nothing, and exits with 1, unless they are better there than the ones in force.

    Example: kb eval tune articles/golden --out data/parameters.json
    """
    from eval.tune import tune
    from kb.parameters import load_parameters

    settings = load_settings()
    parameters = load_parameters(settings)
    with (
        progress_bars(quiet=as_json) as progress,
        experiments(datasets, settings, progress) as opened,
    ):
        report = tune(opened, parameters, progress)
    if out_file and report.better:
        fitted = parameters.model_copy(update={"fusion": report.fusion})
        out_file.write_text(fitted.model_dump_json(indent=1) + "\n", encoding="utf-8")
    figures = {
        "fusion": report.fusion.model_dump(),
        "train nDCG@10": report.train,
        "held-out nDCG@10": report.held_out,
        "held-out nDCG@10 before": report.held_out_before,
        "loses to its better half on": report.loses_to_half,
        "better": report.better,
        "written": str(out_file) if out_file and report.better else None,
    }
    print_figures(figures, as_json)
    if not report.better:
        raise typer.Exit(1)


@eval_app.command("calibrate")
def eval_calibrate(
    datasets: Annotated[list[Path], typer.Argument(help="BEIR folders with out-of-scope queries.")],
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Where to write the parameters file.")
    ] = None,
    wrong_answer_rate: Annotated[
        float, typer.Option(min=0, max=1, help="Share of wrong answers to accept.")
    ] = 0.25,
    suggestion_probability: Annotated[
        float, typer.Option(min=0, max=1, help="How probable a suggestion must be to be shown.")
    ] = 0.25,
    seed: Annotated[int, typer.Option(help="For the folds.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Fit the confidence on labelled queries and report it on held-out folds.

    Datasets without unanswerable queries are left out: they have nothing to teach it.

    Example: kb eval calibrate articles/golden --out data/parameters.json
    """
    from eval.calibrate import calibrate, examples_of
    from kb.cli.evaluation.tables import print_calibration
    from kb.parameters import load_parameters, write_parameters

    settings = load_settings()
    parameters = load_parameters(settings)
    with (
        progress_bars(quiet=as_json) as progress,
        experiments(datasets, settings, progress) as opened,
    ):
        examples = [
            example for experiment in opened for example in examples_of(experiment, parameters)
        ]
    report = calibrate(examples, wrong_answer_rate, suggestion_probability, seed)
    if out_file:
        fitted = parameters.model_copy(update={"confidence": report.parameters})
        write_parameters(fitted, out_file)
    if as_json:
        print_json(asdict(report) | {"written": str(out_file) if out_file else None})
        return
    print_calibration(report)
    out.print(f"Written to {out_file}." if out_file else "Not written; name a file with --out.")
