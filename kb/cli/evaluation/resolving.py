"""`kb eval resolutions`: is the reply that resolved a ticket recognised?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, out, print_json
from kb.cli.evaluation.app import eval_app
from kb.config import load_settings

if TYPE_CHECKING:
    from eval.resolutions import ResolutionsReport, Share


@eval_app.command("resolutions")
def eval_resolutions(
    tickets: Annotated[
        Path, typer.Argument(help="JSON Lines file or folder with tickets, some accepted.")
    ],
    seed: Annotated[int, typer.Option(help="For intervals and tests.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Hide which reply was accepted or voted for, and see how often it is recognised.

    Example: kb eval resolutions tickets.jsonl
    """
    from eval.resolutions import measure_resolutions, read_tickets

    report = measure_resolutions(read_tickets(tickets, load_settings().max_document_bytes), seed)
    if as_json:
        print_json(asdict(report))
        return
    _print(report)


def _print(report: ResolutionsReport) -> None:
    how = ", ".join(f"{count} {name}" for name, count in report.how.items())
    out.print(
        Text(
            f"{report.tickets} tickets, {report.replied} with a reply. The one that answered is "
            f"recognised by: {how}. In {report.unanswered} no reply carries an answer."
        )
    )
    for label in report.labels:
        count = next(iter(label.systems.values())).count
        title = f"Reply that was marked {label.label}, among several: {count} tickets"
        out.print(Text(f"\n{title}", style="bold"))
        out.print(_table("Chosen", label.systems))
        out.print(
            Text(
                f"Difference to {label.best_baseline}: p = {label.p:.4f}. Were they not marked, "
                f"{label.not_an_answer} of the replies would be taken for no answer."
            )
        )
        out.print(_table("Recognised by", label.by_how))
        out.print(_table("Language", label.by_language))


def _table(name: str, shares: Mapping[str, Share]) -> Table:
    table = Table(name, box=None, pad_edge=False, header_style="bold")
    for column in ("Right", "95 %", "Tickets"):
        table.add_column(column, justify="right")
    for row, item in shares.items():
        interval = f"{item.low:.3f} to {item.high:.3f}"
        table.add_row(row, f"{item.share:.3f}", interval, str(item.count))
    return table
