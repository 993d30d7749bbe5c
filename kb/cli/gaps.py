"""`kb gaps …`: what to write next, what was decided about it, and drafts to begin with."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.text import Text

from kb.cli.console import JsonOption, err, out, print_json, progress_bars
from kb.cli.gaps_articles import add_articles, print_end
from kb.cli.gaps_office import NOTHING_YET, open_office
from kb.cli.gaps_shown import (
    header,
    print_closed,
    print_effect,
    print_gap,
    print_gaps,
    print_history,
)
from kb.cli.isolation import isolated
from kb.drafting.bidi import plain
from kb.errors import InvalidInput, NotFound
from kb.gaps.decisions.closed import ClosedGap
from kb.gaps.decisions.effect import DEFINITIONS as EFFECT_DEFINITIONS
from kb.gaps.decisions.states import to_do
from kb.gaps.definitions import DEFINITIONS
from kb.gaps.models import Gap

if TYPE_CHECKING:
    from kb.gaps.report import GapReport

gaps_app = typer.Typer(invoke_without_command=True)
add_articles(gaps_app)

_IdArgument = Annotated[str, typer.Argument(metavar="ID", help="A gap, as `kb gaps` names it.")]


_Known = TypeVar("_Known", Gap, ClosedGap)


class StateName(StrEnum):
    """States as a command line choice."""

    open = "open"
    planned = "planned"
    in_progress = "in_progress"
    done = "done"
    dismissed = "dismissed"


@gaps_app.callback()
def gaps(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is done or dismissed.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many in the table.")] = 20,
    as_json: JsonOption = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a table for spreadsheet programs, of all gaps.")
    ] = False,
) -> None:
    """Questions that people ask and nothing answers well, the most pressing first.

    Example: kb gaps --json
    """
    if context.invoked_subcommand:
        return
    if as_json and as_csv:
        raise InvalidInput("--json and --csv exclude each other.")
    with open_office() as office:
        report = office.desk.report()
    if as_json:
        print_json(_document(report))
    elif report is None:
        (err if as_csv else out).print(Text(NOTHING_YET), soft_wrap=True)
    elif as_csv:
        from kb.gaps.sheet import gaps_csv

        sys.stdout.write(gaps_csv(report.missing))
    else:
        shown = list(report.missing) if everything else to_do(report.missing)
        out.print(Text(header(report)), soft_wrap=True)
        print_gaps(shown[:limit])
        print_closed(report.closed if everything else ())
        rest = len(report.missing) - len(shown[:limit])
        if rest:
            out.print(Text(f"{rest} more: --limit, --all, --json or --csv shows them."))
        print_end(report)


def _document(report: GapReport | None) -> dict[str, object]:
    if report is None:
        return {"computed_at": None, "missing": [], "message": NOTHING_YET}
    from kb.gaps.articles.health import DEFINITIONS as HEALTH_DEFINITIONS
    from kb.gaps.words.vocabulary_rows import DEFINITIONS as VOCABULARY_DEFINITIONS

    return report.model_dump(mode="json") | {
        "definitions": DEFINITIONS,
        "health_definitions": HEALTH_DEFINITIONS,
        "vocabulary_definitions": VOCABULARY_DEFINITIONS,
    }


@gaps_app.command("show")
def show(gap_id: _IdArgument, as_json: JsonOption = False) -> None:
    """One gap with its evidence, and what was decided about it.

    Example: kb gaps show 3f9a2c
    """
    with open_office() as office:
        report = office.report()
        history = office.store.gaps.history(gap_id)
    gap = _find(gap_id, report.missing)
    closed = _find(gap_id, report.closed)
    if gap is None and not history:
        raise NotFound(f"The last report has no gap '{gap_id}'; `kb gaps --all` lists them.")
    if as_json:
        shown: dict[str, object] = gap.model_dump(mode="json") if gap else {"id": gap_id}
        shown["history"] = [change.model_dump(mode="json") for change in history]
        if closed:
            shown["closed"] = closed.model_dump(mode="json")
        print_json(shown | {"definitions": DEFINITIONS, "effect_definitions": EFFECT_DEFINITIONS})
        return
    if gap:
        print_gap(gap)
    else:
        label = isolated(plain(closed.label)) if closed else ""
        out.print(Text(f"{label}\n{gap_id} · the last report does not have it".strip()))
    print_history(history)
    if closed and closed.effect:
        print_effect(closed.effect)


@gaps_app.command("state")
def state(
    gap_id: _IdArgument,
    to: Annotated[StateName, typer.Argument(metavar="STATE", help=", ".join(StateName))],
    reason: Annotated[str, typer.Option(help="Why; dismissing needs one.")] = "",
    article: Annotated[
        list[str] | None,
        typer.Option(help="Id of an article that closed it, with done; may be repeated."),
    ] = None,
    by: Annotated[str, typer.Option(help="Who decides.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Say what happens with a gap: planned, in_progress, done, dismissed, or open again.

    Example: kb gaps state 3f9a2c done --article second-phone.en --by Mina
    """
    from kb.gaps.decisions.writing import decide
    from kb.privacy import Redactor

    with open_office() as office:
        report = office.report()
        made = decide(
            office.store,
            gap_id,
            to.value,
            gap=_find(gap_id, report.missing),
            weeks=(report.until - report.since).days / 7,
            redactor=Redactor.of(office.settings),
            now=office.now,
            reason=reason,
            who=by,
            articles=article or (),
        )
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        out.print(Text(f"{made.gap_id} is {made.state.replace('_', ' ')}."), soft_wrap=True)


@gaps_app.command("draft")
def draft(
    gap_id: _IdArgument,
    print_only: Annotated[
        bool, typer.Option("--print", help="Print it; save nothing and decide nothing.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who goes to work on it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Save the outline of an article as a draft in the content folder; the gap is in progress then.

    It is not published: `kb index` stores drafts, but nobody finds them until `draft: true` is
    removed.

    Example: kb gaps draft 3f9a2c --by Mina
    """
    from kb.gaps.decisions.writing import draft as save
    from kb.gaps.decisions.writing import outline_for
    from kb.gaps.drafts.outline import to_markdown
    from kb.privacy import Redactor

    with open_office() as office:
        gap, settings = office.desk.gap(gap_id), office.settings
        redactor = Redactor.of(settings)
        outline = outline_for(office.store, gap, redactor, office.now, settings.default_locale)
        path = None
        if not print_only:
            path = save(office.store, gap, outline, settings.content_dir, now=office.now, who=by)
    if as_json:
        markdown = path.read_text(encoding="utf-8") if path else to_markdown(outline)
        print_json({"gap": gap_id, "path": str(path) if path else None, "markdown": markdown})
    elif path is None:
        sys.stdout.write(to_markdown(outline))
    else:
        out.print(Text(f"Saved {path}; {gap_id} is in progress."), soft_wrap=True)


@gaps_app.command("refresh")
def refresh(
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Look back from this day (UTC); default: now."),
    ] = None,
    weeks: Annotated[
        int | None, typer.Option(min=1, max=520, help="How far to look back; default: 26.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compute the report on gaps anew from the event log and the tickets.

    Example: kb gaps refresh
    """
    moment = as_of.replace(tzinfo=dt.UTC) if as_of else None
    opened = open_office(searching=True, as_of=moment, weeks=weeks)
    with opened as office, progress_bars(quiet=as_json) as progress:
        office.desk.refresh(progress)
        report = office.report()
    if as_json:
        print_json(_document(report))
    else:
        out.print(Text(header(report)), soft_wrap=True)
        print_end(report)


def _find(gap_id: str, gaps: Iterable[_Known]) -> _Known | None:
    return next((gap for gap in gaps if gap.id == gap_id), None)
