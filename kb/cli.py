"""`kb …`: the front door, and the one module of `kb` that may import the other packages.

Exit codes: 0 done, 1 negative result (something was skipped), 2 the user's mistake. With `--json`
one JSON document goes to stdout; progress and messages go to stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from kb.config import Settings, load_settings, prepare_process
from kb.errors import InvalidInput, KBError

app = typer.Typer(
    name="kb",
    help="Multilingual knowledge base: index, search, suggest, serve, measure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
key_app = typer.Typer(help="API keys.", no_args_is_help=True)
eval_app = typer.Typer(help="Measure, calibrate, benchmark.", no_args_is_help=True)
app.add_typer(key_app, name="key")
app.add_typer(eval_app, name="eval")

out = Console()
err = Console(stderr=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class RoleName(StrEnum):
    customer = "customer"
    rep = "rep"
    writer = "writer"
    admin = "admin"


def main() -> None:
    """Entry point: turns every expected failure into one sentence and its exit code."""
    prepare_process()
    try:
        app()
    except KBError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("Interrupted; what was published before goes on serving.", 130)
    except BrokenPipeError:
        sys.exit(0)


def _fail(message: str, code: int) -> NoReturn:
    err.print(Text(f"kb: {message}"), soft_wrap=True)
    sys.exit(code)


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n")


class _RateColumn(TextColumn):
    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.0f}/s" if speed else "")


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A callback (stage, done, total) that draws one bar per stage on stderr."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, disable=quiet, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report


@app.command()
def index(
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Markdown folders or files, JSON Lines files.")
    ] = None,
    rebuild: Annotated[bool, typer.Option(help="Build everything anew.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Store the sources, embed what changed and publish a snapshot.

    Example: kb index articles/ tickets.jsonl
    """
    from indexer.pipeline import index as run_index
    from kb.service import build_embedder
    from kb.store import Store

    if not sources and not rebuild:
        raise InvalidInput("Name at least one source, as in `kb index articles/`.")
    settings = load_settings()
    store = Store(settings.store_url)
    try:
        with _progress(quiet=as_json) as progress:
            report = run_index(
                sources or [],
                settings,
                store,
                build_embedder(settings),
                rebuild=rebuild,
                progress=progress,
            )
    finally:
        store.close()
    if as_json:
        _print_json(report.as_dict())
    else:
        for problem in report.problems:
            err.print(Text(f"skipped {problem.origin}: {problem.reason}"), soft_wrap=True)
        changes = report.changes
        out.print(
            f"{changes.added} added, {changes.updated} updated, {changes.unchanged} unchanged, "
            f"{changes.removed} removed, {len(report.problems)} skipped"
        )
        if report.published:
            out.print(
                f"Published generation {report.generation}: {report.documents} documents, "
                f"{report.passages} passages; embedded {report.passages_embedded}, "
                f"{report.passages_cached} from the cache, {report.seconds:.1f} s "
                f"({report.embedder_seconds:.1f} s in the embedder)."
            )
        else:
            out.print(
                f"Nothing changed: embedded nothing, generation {report.generation} goes on "
                f"serving {report.passages} passages."
            )
    if report.problems:
        raise typer.Exit(1)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="A question, in any language.")],
    locale: Annotated[str | None, typer.Option(help="Language the reader prefers.")] = None,
    role: Annotated[RoleName, typer.Option(help="Whose view to search.")] = RoleName.customer,
    limit: Annotated[int, typer.Option(help="At most so many hits.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Search the published snapshot.

    Example: kb search "چطور سفارشم را لغو کنم؟" --locale fa
    """
    from kb.service import KnowledgeBase

    result = KnowledgeBase.build(load_settings()).search(
        query, locale=locale, role=role.value, limit=limit
    )
    if as_json:
        _print_json(result.model_dump(mode="json"))
        return
    if result.answer:
        out.print(f"[bold]Answer[/] (confidence {result.confidence:.0%})")
        out.print(Text(f"{result.answer.title}  {result.answer.heading}".rstrip(), style="bold"))
        out.print(_highlighted(result.answer.text, result.answer.highlights), soft_wrap=True)
        out.print()
    else:
        out.print(
            f"No confident answer ({result.confidence:.0%}). Contact: {escape(result.contact)}"
        )
    table = Table("#", "Title", "Where", "Snippet", "Score", box=None)
    for number, hit in enumerate(result.hits, start=1):
        table.add_row(
            str(number),
            Text(hit.title),
            f"{hit.locale} {hit.collection}",
            _highlighted(hit.snippet, hit.highlights),
            f"{hit.score:.3f}",
        )
    out.print(table)


def _highlighted(text: str, spans: tuple[tuple[int, int], ...]) -> Text:
    shown = Text(text)
    for start, end in spans:
        shown.stylize("bold yellow", start, end)
    return shown


@app.command()
def suggest(
    ticket: Annotated[Path, typer.Argument(help="A ticket as JSON; `-` reads standard input.")],
    limit: Annotated[int, typer.Option(help="At most so many suggestions.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Suggest replies for a ticket, or whom to escalate to.

    Example: kb suggest ticket.json --json
    """
    from kb.models import Ticket
    from kb.service import KnowledgeBase

    try:
        raw = sys.stdin.read() if str(ticket) == "-" else ticket.read_text(encoding="utf-8")
        record = json.loads(raw)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InvalidInput(f"{ticket} is no ticket: {error}.") from error
    from api.schemas import TicketIn

    try:
        parsed: Ticket = TicketIn.model_validate(record).to_ticket(load_settings())
    except ValidationError as error:
        details = "; ".join(
            f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()
        )
        raise InvalidInput(f"{ticket} is no ticket: {details}.") from error
    result = KnowledgeBase.build(load_settings()).suggest(parsed, limit=limit)
    if as_json:
        _print_json(result.model_dump(mode="json"))
        return
    for number, suggestion in enumerate(result.suggestions, start=1):
        out.rule(f"{number}. {suggestion.kind}, {suggestion.confidence:.0%}", align="left")
        out.print(Text(suggestion.reason, style="italic"), soft_wrap=True)
        for warning in suggestion.warnings:
            out.print(Text(f"! {warning}", style="yellow"), soft_wrap=True)
        out.print(Text(suggestion.draft), soft_wrap=True)
    if result.escalation:
        group = result.escalation.support_group or "level 2"
        out.print(Text(f"Escalate to {group}. {result.escalation.reason}"), soft_wrap=True)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (KB_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 picks a free one (KB_PORT).")] = None,
) -> None:
    """Serve the API and the pages.

    Example: kb serve --port 8600
    """
    from api.server import run

    settings = load_settings()
    changes = {"host": host or settings.host, "port": settings.port if port is None else port}
    run(settings.model_copy(update=changes), announce=lambda text: out.print(text, highlight=False))


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Check settings, store, snapshot and model, and say how to mend what is wrong.

    Example: kb doctor
    """
    from kb.doctor import examine

    findings = examine(load_settings)
    if as_json:
        _print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "[green]ok[/]  " if finding.ok else "[red]fail[/]"
            out.print(f"{mark} {finding.subject}: {escape(finding.message)}", soft_wrap=True)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@key_app.command("add")
def key_add(
    role: Annotated[RoleName, typer.Option(help="What its holder may do.")],
    label: Annotated[str, typer.Option(help="Whose key it is.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Create an API key and print it once; only its hash is stored.

    Example: kb key add --role rep --label "helpdesk sidebar"
    """
    from kb.keys import create_key

    key = create_key(_store(load_settings()), role.value, label or role.value)
    if as_json:
        _print_json({"key": key, "role": role.value, "label": label or role.value})
    else:
        sys.stdout.write(key + "\n")
        err.print("Keep it now: it cannot be shown again.")


@key_app.command("list")
def key_list(as_json: JsonOption = False) -> None:
    """List keys by the beginning of their hash.

    Example: kb key list
    """
    keys = [
        {"id": digest[:12], "role": role, "label": label}
        for digest, role, label in _store(load_settings()).list_keys()
    ]
    if as_json:
        _print_json(keys)
        return
    table = Table("Id", "Role", "Label", box=None)
    for key in keys:
        table.add_row(key["id"], key["role"], Text(key["label"]))
    out.print(table)


@key_app.command("revoke")
def key_revoke(
    identifier: Annotated[str, typer.Argument(help="Id from `kb key list`.")],
) -> None:
    """Revoke a key at once.

    Example: kb key revoke 3f2a9c01d4e5
    """
    if len(identifier) < 8:
        raise InvalidInput("Give at least 8 characters of the id, as `kb key list` prints it.")
    if not _store(load_settings()).remove_key(identifier):
        raise InvalidInput(f"There is no key with the id '{identifier}'; see `kb key list`.")
    out.print("Revoked.")


def _store(settings: Settings) -> Any:
    from kb.store import Store

    return Store(settings.store_url)


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
    with _progress(quiet=as_json) as progress:
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
        _print_json({"results": rows})
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
        _progress(quiet=as_json) as progress,
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
    _print_figures(figures, as_json)
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
        _progress(quiet=as_json) as progress,
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
    _print_figures(figures, as_json)


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
    with _progress(quiet=as_json) as progress:
        figures = bench(
            sources or [Path("articles")],
            queries,
            passages,
            settings,
            build_embedder(settings),
            load_parameters(settings),
            progress,
        )
    _print_figures(figures, as_json)


def _print_figures(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(figures)
        return
    for name, value in figures.items():
        out.print(Text(f"{name}: {value}"), soft_wrap=True)


if __name__ == "__main__":
    main()
