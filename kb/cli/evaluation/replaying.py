"""`kb eval replay`: would the suggestions have held the reply that was really sent?"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from kb.cli.console import JsonOption, out, print_json, progress_bars
from kb.cli.evaluation.app import eval_app
from kb.config import load_settings

if TYPE_CHECKING:
    from eval.replay import ReplayRecord


@eval_app.command("replay")
def eval_replay(
    tickets: Annotated[
        Path,
        typer.Argument(help="Resolved tickets (JSON Lines or a folder), or a BEIR folder."),
    ],
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for replay.json and replay.html.")],
    split: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the tickets that is history.")
    ] = 0.8,
    until: Annotated[
        float, typer.Option(min=0, max=1, help="Ask no tickets after this share of them.")
    ] = 1.0,
    knowledge: Annotated[
        list[Path] | None,
        typer.Option("--with", help="Articles, macros (BEIR: also tickets); repeatable."),
    ] = None,
    article_url: Annotated[
        str, typer.Option(help="Address of articles; {} is what follows the last : of the id.")
    ] = "",
    withhold: Annotated[
        float, typer.Option(min=0, max=1, help="BEIR: share of helpful documents left out.")
    ] = 0.0,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Use only so many tickets, the earliest.")
    ] = None,
    refresh: Annotated[
        int, typer.Option(min=1, help="Tickets replayed before the index is brought up to date.")
    ] = 50,
    seed: Annotated[int, typer.Option(help="For intervals and random baselines.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Replay resolved tickets in time order and compare suggestions with the replies sent.

    Each ticket is asked as it was before anybody answered, on an index of what existed before. A
    BEIR folder is asked on its whole corpus, and its judgements say what would have helped.

    Example: kb eval replay tickets.jsonl --with articles --out /tmp/replay
    """
    from eval.replay import House, Options, replay, sweep_abandoned, write_page, write_replay
    from kb.parameters import load_parameters
    from kb.service import build_embedder

    settings = load_settings()
    house = House(settings, build_embedder(settings), load_parameters(settings))
    options = Options(
        split=split,
        until=until,
        refresh=refresh,
        limit=limit,
        seed=seed,
        article_url=article_url,
        withhold=withhold,
    )
    now = dt.datetime.now(dt.UTC)
    sweep_abandoned(now, Path(tempfile.gettempdir()), settings.data_dir)
    with progress_bars(quiet=as_json) as progress:
        record = replay(tickets, knowledge or [], options, house, now, progress)
    path, page = write_replay(record, out_dir), write_page(record, out_dir)
    if as_json:
        print_json(record.model_dump(mode="json", exclude={"tickets"}))
        return
    _print(record)
    out.print(f"\nWritten: {path}, {page}")


def _print(record: ReplayRecord) -> None:
    from eval.replay.sheets import sentences, sheets

    for sentence in sentences(record):
        out.print(Text(sentence))
    for sheet in sheets(record):
        table = Table(box=None, pad_edge=False, header_style="bold")
        for place, name in enumerate(sheet.columns):
            table.add_column(name, justify="right" if place >= sheet.words else "left")
        for row in sheet.rows:
            table.add_row(*row)
        out.print(Text(f"\n{sheet.title}", style="bold"))
        _print_table(table)


def _print_table(table: Table) -> None:
    """As wide as it needs to be: figures broken over lines cannot be read."""
    needed = Measurement.get(out, out.options.update(max_width=1000), table).maximum
    Console(width=max(out.width, needed)).print(table)
