"""The commands of every day: index, search, suggest, serve, doctor."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, RoleName, err, fail, out, print_json, progress_bars
from kb.config import load_settings
from kb.errors import InvalidInput

if TYPE_CHECKING:
    from kb.models import Suggestion, SuggestionResult


def add_commands(app: typer.Typer) -> None:
    """Register this module's commands at the top level."""
    for command in (index, search, suggest, serve, doctor):
        app.command()(command)


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
        with progress_bars(quiet=as_json) as progress:
            report = run_index(
                sources or [],
                settings,
                store,
                build_embedder(settings),
                rebuild=rebuild,
                progress=progress,
            )
    except KeyboardInterrupt:
        fail("Interrupted; what was published before goes on serving.", 130)
    finally:
        store.close()
    if as_json:
        print_json(report.as_dict())
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
        print_json(result.model_dump(mode="json"))
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


def suggest(
    ticket: Annotated[
        Path | None, typer.Argument(help="A ticket as JSON; `-` reads standard input.")
    ] = None,
    ticket_id: Annotated[
        str, typer.Option("--ticket-id", help="A ticket in the store, instead of a file.")
    ] = "",
    agent: Annotated[str, typer.Option(help="Name of the rep, for sign-offs and macros.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=20, help="At most so many suggestions.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Suggest replies for a ticket, and whom to escalate to.

    Example: kb suggest ticket.json --agent Mina
    """
    from api.schemas import TicketIn, ticket_from
    from kb.service import KnowledgeBase
    from kb.store import Store

    if (ticket is None) == (not ticket_id):
        raise InvalidInput("Name one ticket: a JSON file, `-`, or --ticket-id ID.")
    try:
        wanted = TicketIn.model_validate(_read_json(ticket) if ticket else {"id": ticket_id})
    except ValidationError as error:
        details = "; ".join(
            f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()
        )
        raise InvalidInput(f"{ticket or ticket_id} is no ticket: {details}.") from error
    settings = load_settings()
    store = Store(settings.store_url)
    try:
        found = ticket_from(wanted, store, settings)
        knowledge_base = KnowledgeBase.build(settings, store)
        values = {"agent.name": agent} if agent else None
        result = knowledge_base.suggest(found, limit=limit, values=values)
    finally:
        store.close()
    if as_json:
        print_json(result.model_dump(mode="json"))
    else:
        _print_suggestions(result)


def _read_json(path: Path) -> Any:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is no ticket: {error}.") from error


def _print_suggestions(result: SuggestionResult) -> None:
    for number, suggestion in enumerate(result.suggestions, start=1):
        out.rule(f"{number}. {suggestion.kind}, {suggestion.confidence:.0%}", align="left")
        _print_suggestion(suggestion)
    if not result.suggestions:
        out.print("No suggestion fits well enough to be shown.")
    advice = result.escalation
    if advice:
        level = f", level {advice.level}" if advice.level else ""
        out.rule(Text(f"Escalate: {advice.support_group or 'specialists'}{level}"), align="left")
        out.print(Text(advice.reason, style="italic"), soft_wrap=True)
        if advice.channel:
            out.print(Text(f"Hand over by: {advice.channel}"), soft_wrap=True)
        if advice.due:
            late = " (the promised time has passed)" if advice.lapsed else ""
            out.print(f"The customer must hear from us by {advice.due:%a %d %b %Y %H:%M %Z}{late}")
        if advice.meanwhile:
            out.print(Text("Tell the customer meanwhile:", style="bold"))
            _print_suggestion(advice.meanwhile)


def _print_suggestion(suggestion: Suggestion) -> None:
    out.print(Text(suggestion.reason, style="italic"), soft_wrap=True)
    for warning in suggestion.warnings:
        out.print(Text(f"! {warning}", style="yellow"), soft_wrap=True)
    for source in suggestion.sources:
        where = f"  {source.url}" if source.url else ""
        out.print(Text(f"  {source.kind} {source.id}{where}", style="dim"), soft_wrap=True)
    out.print(Text(suggestion.draft), soft_wrap=True)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (KB_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 picks a free one (KB_PORT).")] = None,
    sample_users: Annotated[
        bool, typer.Option(help="Make a user of each role; print links that sign them in once.")
    ] = False,
) -> None:
    """Serve the API and the pages.

    Example: kb serve --port 8600
    """
    from api.server import run
    from indexer.worker import IndexWorker

    settings = load_settings()
    changes = {"host": host or settings.host, "port": settings.port if port is None else port}
    settings = settings.model_copy(update=changes)
    run(
        settings,
        announce=lambda text: out.print(text, highlight=False),
        start_indexing=lambda knowledge_base: IndexWorker(settings, knowledge_base),
        sample_users=sample_users,
    )


def doctor(as_json: JsonOption = False) -> None:
    """Check settings, store, snapshot and model, and say how to mend what is wrong.

    Example: kb doctor
    """
    from kb.doctor import examine

    findings = examine(load_settings)
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "[green]ok[/]  " if finding.ok else "[red]fail[/]"
            out.print(f"{mark} {finding.subject}: {escape(finding.message)}", soft_wrap=True)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
