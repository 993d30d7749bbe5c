"""The `kb eval` group, and what its commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from kb.config import Settings

eval_app = typer.Typer(help="Measure, compare, calibrate, benchmark.", no_args_is_help=True)


@contextmanager
def experiments(
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
