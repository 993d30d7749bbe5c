"""`kb eval run`, `corpus`: systems on datasets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb.cli.console import JsonOption, out, print_json, progress_bars
from kb.cli.evaluation.app import SynonymsOption, eval_app
from kb.config import load_settings

if TYPE_CHECKING:
    from eval.records import RunRecord


@eval_app.command("run")
def eval_run(
    datasets: Annotated[
        list[Path], typer.Argument(help="BEIR folders or files of golden queries.")
    ],
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for runs, figures and report.")],
    systems: Annotated[
        str,
        typer.Option(
            help="Comma separated: lexical, dense, hybrid, rrf, convex, or parameters files."
        ),
    ] = "lexical,dense,hybrid",
    baseline: Annotated[
        str | None,
        typer.Option(help="The only system to compare with; default: every other one."),
    ] = None,
    qrels: Annotated[
        str | None, typer.Option(help="Which qrels file counts, where there are several.")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(help="Documents; default: corpus.jsonl beside the queries.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="For intervals and tests.")] = 0,
    synonyms: SynonymsOption = True,
    as_json: JsonOption = False,
) -> None:
    """Index datasets with the real pipeline, run systems, measure and compare them.

    Writes run.json, report.html, and per dataset a TREC run per system and confidence.tsv.

    Example: kb eval run articles/golden --systems lexical,dense,rrf,hybrid --out /tmp/eval
    """
    from eval.datasets import load_dataset
    from eval.report import write_report
    from eval.runner import run
    from eval.systems import parse_systems
    from kb.cli.evaluation.tables import print_run
    from kb.expansion import NO_SYNONYMS
    from kb.parameters import load_parameters
    from kb.service import build_embedder

    settings = load_settings()
    parameters = load_parameters(settings)
    chosen = parse_systems(systems, parameters)
    loaded = [load_dataset(folder, qrels, corpus) for folder in datasets]
    with progress_bars(quiet=as_json, latest_only=True) as progress:
        record, observed = run(
            loaded,
            chosen,
            settings,
            build_embedder(settings),
            parameters,
            out_dir,
            progress,
            baseline=baseline,
            seed=seed,
            synonyms=None if synonyms else NO_SYNONYMS,
        )
        progress("report", 0, 0)
        report = write_report(record, observed, out_dir)
    if as_json:
        print_json(readable(record))
    else:
        print_run(record)
        out.print(f"Report: {report}", highlight=False)


def readable(record: RunRecord) -> dict[str, Any]:
    """The record as JSON, with counts in place of what is there query by query."""
    document = record.model_dump(
        mode="json",
        exclude={
            "results": {
                "__all__": {"queries": True, "systems": {"__all__": {"per_query", "stated"}}}
            }
        },
    )
    for result, written in zip(record.results, document["results"], strict=True):
        written["queries"] = len(result.queries)
        written["unanswerable"] = len(result.unanswerable)
        written["slices"] = {name: len(members) for name, members in result.slices.items()}
    return document


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
