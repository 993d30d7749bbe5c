"""`kb eval check`, `score`: datasets and other people's runs, judged from their files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, err, out, print_json
from kb.cli.evaluation.app import eval_app
from kb.config import load_settings
from kb.errors import InvalidInput

if TYPE_CHECKING:
    from eval.check import CheckReport
    from eval.score import ScoreReport

QrelsOption = Annotated[
    str | None,
    typer.Option("--qrels", help="Which qrels file counts, where there are several."),
]
_LONGEST_ID = 150
_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}


@eval_app.command("check")
def eval_check(
    datasets: Annotated[
        list[Path], typer.Argument(help="BEIR folders or files of golden queries.")
    ],
    run: Annotated[
        Path | None,
        typer.Option(help="A TREC run, or a folder from `kb eval run`: is its top judged?"),
    ] = None,
    system: Annotated[str, typer.Option(help="Whose run, where --run is a folder.")] = "hybrid",
    qrels: QrelsOption = None,
    corpus: Annotated[
        Path | None, typer.Option(help="Documents; default: corpus.jsonl beside the queries.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say all that is wrong with datasets; exits with 1 if their figures would be wrong.

    Example: kb eval check articles/golden
    """
    from eval.check import check_dataset
    from eval.datasets import locate
    from eval.trec import read_trec_run

    if run and run.is_file() and len(datasets) > 1:
        raise InvalidInput("A run file is about one dataset; name that one only.")
    limit = load_settings().max_document_bytes
    reports = []
    for path in datasets:
        parts = locate(path, qrels, corpus)
        file = run / parts.name / f"{system}.trec" if run and run.is_dir() else run
        trec = read_trec_run(file) if file else None
        reports.append(check_dataset(parts, trec, max_document_bytes=limit))
    errors = sum(report.errors for report in reports)
    if as_json:
        print_json({"errors": errors, "datasets": [asdict(report) for report in reports]})
    else:
        for report in reports:
            _print_report(report)
    if errors:
        raise typer.Exit(1)


def _print_report(report: CheckReport) -> None:
    out.print(
        Text.assemble(
            (report.dataset, "bold"),
            f": {report.documents} documents, {report.queries} queries, of which "
            f"{report.answerable} have an answer; {report.judgements} judgements.",
        )
    )
    if report.pool and report.pool.judged_share is not None:
        out.print(
            f"  Judged@10 of the run: {report.pool.judged_share} "
            f"({report.pool.judged_per_query:g} judged documents per query)."
        )
    if not report.findings:
        out.print(Text("  Nothing to complain about.", style="green"))
        return
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_column()
    table.add_column(overflow="fold")
    for finding in report.findings:
        more = ", …" if finding.count > len(finding.ids) else ""
        named = f"\n{', '.join(map(_short, finding.ids))}{more}" if finding.ids else ""
        table.add_row(
            Text(f"  {finding.severity}", style=_STYLES[finding.severity]),
            str(finding.count or ""),
            Text.assemble((finding.code, "bold"), f": {finding.message}", (named, "dim")),
        )
    out.print(table, soft_wrap=False)


def _short(identifier: str) -> str:
    return identifier if len(identifier) <= _LONGEST_ID else f"{identifier[: _LONGEST_ID - 1]}…"


@eval_app.command("score")
def eval_score(
    run: Annotated[Path, typer.Argument(help="A TREC run file.")],
    judged: Annotated[
        Path, typer.Argument(metavar="QRELS", help="A qrels file (TREC, BEIR) or a dataset.")
    ],
    measures: Annotated[
        str, typer.Option(help="ir-measures names, separated by spaces.")
    ] = "nDCG@10 R@10 R@100 RR@10 Success@1 Success@3",
    seed: Annotated[int, typer.Option(min=0, help="For the confidence intervals.")] = 0,
    qrels: QrelsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure a run that any system wrote, with confidence intervals.

    Example: kb eval score bm25.trec articles/golden/qrels/test.tsv --measures "nDCG@10 AP"
    """
    from eval.datasets import load_dataset
    from eval.score import parse_measures, score
    from eval.trec import read_qrels, read_trec_run

    known = load_dataset(judged, qrels).qrels if judged.is_dir() else read_qrels(judged)
    trec = read_trec_run(run)
    report = score(trec, known, parse_measures(measures), seed)
    if as_json:
        print_json({"run": str(run), "tag": trec.tag, **_figures(report)})
        return
    table = Table("Measure", "Mean", "95 %", box=None, pad_edge=False)
    for name, figure in report.measures.items():
        table.add_row(name, f"{figure.value:.4f}", f"{figure.low:.4f} to {figure.high:.4f}")
    out.print(table)
    pool = report.pool
    out.print(
        f"{pool.queries} judged queries; the run lists nothing for {len(pool.missing)} of them, "
        "which score 0."
    )
    out.print(
        f"{pool.unjudged} of the documents among its first ten are unjudged and count as "
        f"irrelevant (Judged@10 {pool.judged_share})."
    )
    if report.unknown:
        out.print(f"{len(report.unknown)} queries of the run are not judged and take no part.")
    if report.misranked:
        err.print(
            f"Ranks and scores tell different orders for {len(report.misranked)} queries, such as "
            f"{report.misranked[0]}; the scores count. Are they distances?",
            markup=False,
        )


def _figures(report: ScoreReport) -> dict[str, Any]:
    pool = report.pool
    return {
        "measures": {name: figure.model_dump() for name, figure in report.measures.items()},
        "queries": pool.queries,
        "missing": len(pool.missing),
        "missing_ids": pool.missing[:10],
        "not_judged": len(report.unknown),
        "unjudged_in_top_10": pool.unjudged,
        "judged_at_10": pool.judged_share,
        "ranks_contradict_scores": len(report.misranked),
    }
