"""What every command shares: the two consoles, progress, JSON, and how failures are said."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
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
from rich.text import Text

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class RoleName(StrEnum):
    """Roles as a command line choice."""

    customer = "customer"
    rep = "rep"
    writer = "writer"
    admin = "admin"


def fail(message: str, code: int) -> NoReturn:
    """Say what is wrong on stderr and leave with `code`."""
    err.print(Text(f"kb: {message}"), soft_wrap=True)
    sys.exit(code)


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n")


def print_figures(figures: dict[str, Any], as_json: bool) -> None:
    """Named figures, a line each or as JSON."""
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        out.print(Text(f"{name}: {value}"), soft_wrap=True)


class _RateColumn(TextColumn):
    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.0f}/s" if speed else "")


@contextmanager
def progress_bars(
    quiet: bool, latest_only: bool = False
) -> Iterator[Callable[[str, int, int], None]]:
    """A callback (stage, done, total) that draws one bar per stage on stderr.

    Args:
        latest_only: a stage's bar goes when the next begins; for more stages than a screen holds.
    """
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
                for earlier in tasks.values() if latest_only else ():
                    bars.update(earlier, visible=False)
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report
