"""`kb eval run`, `corpus`: systems on datasets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from kb.cli.console import JsonOption, out, print_json, progress_bars
from kb.cli.evaluation.app import eval_app
from kb.config import load_settings
from kb.errors import InvalidInput


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
