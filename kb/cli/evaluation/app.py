"""The `kb eval` group, and what its commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.config import Settings

if TYPE_CHECKING:
    from eval.experiment import Experiment

SynonymsOption = Annotated[
    bool,
    typer.Option(
        "--synonyms/--no-synonyms", help="Whether the synonyms file (docs/vocabulary.md) counts."
    ),
]

eval_app = typer.Typer(help="Measure, compare, calibrate, benchmark.", no_args_is_help=True)


@contextmanager
def experiments(
    folders: list[Path], settings: Settings, report: Callable[[str, int, int], None]
) -> Iterator[list[Experiment]]:
    """Every dataset indexed, its queries embedded; all open at once, for what has to go back and
    forth between them."""
    from eval.datasets import load_dataset
    from eval.experiment import opened
    from eval.runner import check_names
    from kb.service import build_embedder

    embedder = build_embedder(settings)
    datasets = [load_dataset(folder) for folder in folders]
    check_names(datasets)
    with ExitStack() as stack:
        yield [
            stack.enter_context(opened(dataset, settings, embedder, report)) for dataset in datasets
        ]
