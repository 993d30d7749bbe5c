"""`kb eval weigh`: learn the weights of suggestions from replayed tickets."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, out, print_json, progress_bars
from kb.cli.evaluation.app import eval_app
from kb.config import load_settings
from kb.errors import InvalidInput

if TYPE_CHECKING:
    from eval.weighing import SourceFigures, WeighingReport


@eval_app.command("weigh")
def eval_weigh(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Resolved tickets, or a BEIR folder; articles and macros that were there follow "
            "after commas."
        ),
    ],
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Where to write the parameters file.")
    ] = None,
    split: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the tickets that is history.")
    ] = 0.6,
    until: Annotated[
        float, typer.Option(min=0, max=1, help="Learn nothing from tickets after this share.")
    ] = 0.8,
    refresh: Annotated[
        int, typer.Option(min=1, help="Tickets replayed before the index is brought up to date.")
    ] = 200,
    article_url: Annotated[
        str, typer.Option(help="Address of articles without one; {} is the end of their id.")
    ] = "",
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="How probable a suggestion must be to be shown.")
    ] = 0.25,
    seed: Annotated[int, typer.Option(help="For the folds.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Learn from replayed tickets what makes a suggestion help, and report it on held-out tickets.

    The sources weigh the same. Tickets after --until are not looked at, so that `kb eval replay`
    with the same share as --split can judge what was learned.

    Example: kb eval weigh tickets.jsonl,articles/help --out data/parameters.json
    """
    from eval.replay import House, Options, collect
    from eval.replay.systems import product_system
    from eval.weighing import EVERYTHING, examples_of, weigh
    from kb.parameters import load_parameters, write_parameters
    from kb.service import build_embedder

    if out_file and out_file.is_dir():
        raise InvalidInput(f"{out_file} is a folder; name a file with --out.")
    settings = load_settings()
    parameters = load_parameters(settings)
    house = House(
        settings,
        build_embedder(settings),
        parameters,
        make_system=partial(product_system, depth=EVERYTHING),
    )
    options = Options(split=split, until=until, refresh=refresh, seed=seed, article_url=article_url)
    examples = []
    with progress_bars(quiet=as_json, latest_only=True) as progress:
        for source in sources:
            tickets, *knowledge = map(Path, source.split(","))
            asked = collect(tickets, knowledge, options, house, progress)
            examples += examples_of(tickets.name, asked)
    report = weigh(examples, parameters.suggestions, threshold, seed)
    if out_file:
        learned = parameters.model_copy(update={"suggestions": report.parameters})
        write_parameters(learned, out_file)
    if as_json:
        figures = asdict(report) | {"parameters": report.parameters.model_dump(mode="json")}
        print_json(figures | {"written": str(out_file) if out_file else None})
        return
    _print(report)
    out.print(f"Written to {out_file}." if out_file else "Not written; name a file with --out.")


def _print(report: WeighingReport) -> None:
    for name, model in (("reply", report.parameters.reply), ("content", report.parameters.content)):
        weights = zip(model.features, model.weights, strict=True)
        shown = ", ".join(f"{feature} {weight:+.2f}" for feature, weight in weights)
        out.print(Text(f"{name}: {shown}, intercept {model.intercept:+.2f}"))
    _print_figures("Held-out tickets", report.sources)
    if report.elsewhere:
        _print_figures("Fitted on the other sources only", report.elsewhere)


def _print_figures(title: str, figures: dict[str, SourceFigures]) -> None:
    table = Table(title=title, box=None, title_justify="left")
    for name in ("source", "tickets", "@1", "@3", "@5", "AUROC", "ECE", "shown", "right of them"):
        table.add_column(name, justify="left" if name == "source" else "right")
    for name, one in figures.items():
        table.add_row(
            name,
            str(one.tickets),
            *(f"{value:.3f}" for value in one.success),
            "-" if one.auroc is None else f"{one.auroc:.3f}",
            f"{one.expected_calibration_error:.3f}",
            f"{one.coverage:.1%}",
            "-" if one.precision is None else f"{one.precision:.1%}",
        )
    out.print(table)
