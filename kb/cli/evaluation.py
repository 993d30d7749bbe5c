"""`kb eval …`: measure, tune, calibrate, benchmark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from kb.cli.console import JsonOption, out, print_figures, print_json, progress_bars
from kb.config import Settings, load_settings
from kb.errors import InvalidInput

eval_app = typer.Typer(help="Measure, calibrate, benchmark.", no_args_is_help=True)


@eval_app.command("run")
def eval_run(
    datasets: Annotated[list[Path], typer.Argument(help="BEIR folders.")],
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for runs and figures.")],
    systems: Annotated[
        str, typer.Option(help="Comma separated: lexical, dense, hybrid.")
    ] = "lexical,dense,hybrid",
    as_json: JsonOption = False,
) -> None:
    """Index datasets with the real pipeline, run systems, measure.

    Example: kb eval run articles/golden --out /tmp/eval
    """
    from eval.datasets import load_dataset
    from eval.runner import (
        SYSTEMS,
        Experiment,
        abstention,
        indexed,
        run_system,
        write_run,
        write_summary,
    )
    from kb.parameters import load_parameters
    from kb.service import build_embedder

    chosen = [name.strip() for name in systems.split(",") if name.strip()]
    if unknown := [name for name in chosen if name not in SYSTEMS]:
        raise InvalidInput(f"Unknown system {unknown[0]}; use {', '.join(SYSTEMS)}.")
    settings = load_settings()
    embedder = build_embedder(settings)
    parameters = load_parameters(settings)
    loaded = [load_dataset(folder) for folder in datasets]
    rows: list[dict[str, Any]] = []
    with progress_bars(quiet=as_json) as progress:
        for dataset in loaded:
            with indexed(dataset, settings, embedder, progress) as snapshot:
                experiment = Experiment(dataset, snapshot, settings, embedder, progress)
                for system in chosen:
                    result = run_system(experiment, system, parameters)
                    write_run(result, out_dir / dataset.name)
                    extra = abstention(result, dataset) if system == "hybrid" else {}
                    rows.append(
                        {
                            "dataset": dataset.name,
                            "system": system,
                            **result.measures,
                            **extra,
                            "latency_ms": result.latency_ms,
                        }
                    )
    write_summary(rows, out_dir)
    if as_json:
        print_json({"results": rows})
        return
    names = [name for name in rows[0] if name not in ("dataset", "system", "latency_ms")]
    table = Table("Dataset", "System", *names, "p95 ms", box=None)
    for row in rows:
        values = [f"{row[name]:.4f}" if name in row else "" for name in names]
        table.add_row(row["dataset"], row["system"], *values, str(row["latency_ms"]["p95"]))
    out.print(table)


@eval_app.command("corpus")
def eval_corpus(
    source: Annotated[Path, typer.Argument(help="Markdown folder or JSON Lines file.")],
    out_file: Annotated[Path, typer.Option("--out", help="The corpus.jsonl to write.")],
) -> None:
    """Write a source's articles as the corpus of a BEIR dataset.

    Example: kb eval corpus articles --out articles/golden/corpus.jsonl
    """
    from eval.datasets import write_corpus
    from indexer.sources import SourceDocument, open_source
    from kb.models import Article

    items = open_source(source, max_document_bytes=load_settings().max_document_bytes)
    documents = (item.document for item in items if isinstance(item, SourceDocument))
    count = write_corpus((d for d in documents if isinstance(d, Article)), out_file)
    out.print(f"{count} articles written to {out_file}")


@contextmanager
def _experiments(
    folders: list[Path], settings: Settings, report: Callable[[str, int, int], None]
) -> Iterator[list[Any]]:
    """Every dataset indexed, its queries embedded."""
    from contextlib import ExitStack

    from eval.datasets import load_dataset
    from eval.runner import Experiment, indexed
    from kb.service import build_embedder

    embedder = build_embedder(settings)
    datasets = [load_dataset(folder) for folder in folders]
    with ExitStack() as stack:
        yield [
            Experiment(
                dataset,
                stack.enter_context(indexed(dataset, settings, embedder, report)),
                settings,
                embedder,
                report,
            )
            for dataset in datasets
        ]


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
        _experiments(datasets, settings, progress) as experiments,
    ):
        report = tune(experiments, parameters, progress)
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
        _experiments(datasets, settings, progress) as experiments,
    ):
        examples = [
            example for experiment in experiments for example in examples_of(experiment, parameters)
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
