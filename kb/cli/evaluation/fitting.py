"""`kb eval tune`, `calibrate`: learn the parameters in force from labelled queries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kb.cli.console import JsonOption, print_figures, progress_bars
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
        float, typer.Option(help="Share of wrong answers to accept.")
    ] = 0.2,
    suggestion_probability: Annotated[
        float, typer.Option(help="How probable a suggestion must be to be shown.")
    ] = 0.25,
    seed: Annotated[int, typer.Option(help="For the folds.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Fit the confidence on labelled queries and report it on held-out folds.

    Example: kb eval calibrate articles/golden --out data/parameters.json
    """
    from eval.calibrate import calibrate, examples_of
    from kb.parameters import load_parameters

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
    fitted = parameters.model_copy(update={"confidence": report.parameters})
    if out_file:
        out_file.parent.mkdir(parents=True, exist_ok=True)
        out_file.write_text(fitted.model_dump_json(indent=1) + "\n", encoding="utf-8")
    figures = {
        "AUROC first hit relevant": report.auroc,
        "AUROC in/out of scope": report.auroc_scope,
        "expected calibration error": report.expected_calibration_error,
        "threshold": report.parameters.threshold,
        "suggestion threshold": report.parameters.suggestion_threshold,
        "precision at threshold": report.precision,
        "coverage at threshold": report.coverage,
        "weights": dict(zip(report.parameters.features, report.parameters.weights, strict=True)),
        "written": str(out_file) if out_file else None,
    }
    print_figures(figures, as_json)
