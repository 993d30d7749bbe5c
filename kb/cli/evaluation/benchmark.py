"""`kb eval bench`: speed and memory."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kb.cli.console import JsonOption, out, print_figures, print_json, progress_bars
from kb.cli.evaluation.app import eval_app
from kb.config import load_settings


@eval_app.command("bench")
def eval_bench(
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Where the corpus takes its words from.")
    ] = None,
    dataset: Annotated[Path, typer.Option(help="BEIR folder whose queries are asked.")] = Path(
        "articles/golden"
    ),
    passages: Annotated[int, typer.Option(min=100, help="Size of the corpus.")] = 20_000,
    as_json: JsonOption = False,
) -> None:
    """Time searches against embedding the same queries alone, and opening a snapshot.

    Example: kb eval bench articles --passages 20000
    """
    from eval.bench import bench
    from eval.datasets import load_dataset
    from kb.parameters import load_parameters
    from kb.service import build_embedder

    settings = load_settings()
    queries = [query.text for query in load_dataset(dataset).queries]
    with progress_bars(quiet=as_json) as progress:
        figures = bench(
            sources or [Path("articles")],
            queries,
            passages,
            settings,
            build_embedder(settings),
            load_parameters(settings),
            progress,
        )
    print_figures(figures, as_json)


@eval_app.command("bench-suggestions")
def eval_bench_suggestions(
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Tickets and articles to index and to ask about.")
    ] = None,
    words: Annotated[int, typer.Option(min=10, help="Words of a thread.")] = 2000,
    threads: Annotated[int, typer.Option(min=1, help="How many are asked about.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Time suggestions for long threads against embedding their problem alone.

    Example: kb eval bench-suggestions articles --words 2000
    """
    from eval.bench_suggestions import bench_suggestions
    from kb.parameters import load_parameters
    from kb.service import build_embedder

    settings = load_settings()
    with progress_bars(quiet=as_json) as progress:
        figures = bench_suggestions(
            sources or [Path("articles")],
            words,
            threads,
            settings,
            build_embedder(settings),
            load_parameters(settings),
            progress,
        )
    print_figures(figures, as_json)


@eval_app.command("bench-gaps")
def eval_bench_gaps(
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Content that questions are looked up in.")
    ] = None,
    dataset: Annotated[Path, typer.Option(help="Queries that the log is made of.")] = Path(
        "articles/golden"
    ),
    events: Annotated[
        list[int] | None, typer.Option(min=10, help="Events in the log; may be repeated.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Time the report on gaps over event logs of growing size, and opening it.

    Example: kb eval bench-gaps articles --events 1000 --events 10000
    """
    from eval.bench_gaps import bench_gaps
    from kb.parameters import load_parameters
    from kb.service import build_embedder

    settings = load_settings()
    with progress_bars(quiet=as_json, latest_only=True) as progress:
        rows = bench_gaps(
            dataset,
            sources or [Path("articles")],
            sorted(events or [1_000, 10_000, 100_000]),
            settings,
            build_embedder(settings),
            load_parameters(settings),
            dt.datetime.now(dt.UTC),
            progress,
        )
    if as_json:
        print_json(rows)
        return
    table = Table(*rows[0], box=None)
    for row in rows:
        table.add_row(*map(str, row.values()))
    out.print(table)
