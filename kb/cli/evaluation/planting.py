"""`kb eval gaps`: hide articles and see whether they come out as gaps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from kb.cli.console import JsonOption, out, print_json, progress_bars
from kb.cli.evaluation.app import eval_app
from kb.config import load_settings

if TYPE_CHECKING:
    from eval.gaps.experiment import GapsRecord


@eval_app.command("gaps")
def gaps(
    datasets: Annotated[
        list[Path], typer.Argument(help="BEIR folders, or folders of golden queries.")
    ],
    seeds: Annotated[int, typer.Option(min=1, help="Plants per dataset.")] = 5,
    first_seed: Annotated[
        int, typer.Option(min=0, max=1_000_000_000, help="The others follow it.")
    ] = 100,
    hide: Annotated[int, typer.Option(min=1, help="Articles hidden per plant, at most.")] = 8,
    people: Annotated[float, typer.Option(min=1, help="Mean number asking about one.")] = 20,
    contacts: Annotated[
        float, typer.Option(min=0, max=1, help="Share of those not helped who make contact.")
    ] = 0.3,
    clicks: Annotated[
        float, typer.Option(min=0, max=1, help="Share of those helped who click what helped.")
    ] = 0.7,
    with_misses: Annotated[
        bool, typer.Option(help="Also ask what has an article that the search does not show.")
    ] = False,
    fit: Annotated[
        Path | None, typer.Option(help="Fit the coverage model on these plants; write it here.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Hide articles, let simulated visitors ask, and see which gaps come out on top.

    What visitors ask and are shown is real; what they do with it is assumed (docs/evaluation.md).

    Example: kb eval gaps articles/golden --seeds 2
    """
    from eval.gaps.experiment import experiment
    from eval.gaps.fit import fit_coverage
    from eval.gaps.plant import Options
    from eval.gaps.visitors import Manners
    from kb.parameters import load_parameters, write_parameters
    from kb.service import build_embedder

    settings = load_settings()
    parameters = load_parameters(settings)
    options = Options(hide=hide, with_misses=with_misses)
    manners = Manners(people=people, contacts_when_not=contacts, clicks_when_helped=clicks)
    chosen = range(first_seed, first_seed + seeds)
    with progress_bars(quiet=as_json, latest_only=True) as progress:
        work = (options, manners, settings, build_embedder(settings), parameters, progress)
        if fit:
            fitted = fit_coverage(datasets, chosen, *work)
            write_parameters(parameters.model_copy(update={"gaps": fitted}), fit)
            print_json(fitted.model_dump(mode="json"))
            return
        record = experiment(datasets, chosen, *work)
    if as_json:
        print_json(record.model_dump(mode="json"))
    else:
        _print(record)


def _print(record: GapsRecord) -> None:
    from eval.gaps.experiment import SYSTEMS

    for dataset in record.datasets:
        plants = dataset.plants
        count = len(plants)
        hidden = sum(plant.hidden for plant in plants) / count
        people = sum(plant.hidden_people for plant in plants) / sum(p.people for p in plants)
        table = Table(
            f"{dataset.dataset}", "P@5", "P@n", "R@5", "R@n", "purity", "complete", "B-cubed",
            box=None,
        )  # fmt: skip
        for name in SYSTEMS:
            row = dataset.systems[name]
            values = row.model_dump().values()
            table.add_row(name, *(f"{value:.2f}" for value in values))
        out.print(table)
        again = sum(plant.again.kept for plant in plants) / count
        kept = sum(plant.changed.kept for plant in plants) / count
        true = sum(plant.changed.true_kept for plant in plants) / count
        alike = sum(plant.changed.alike for plant in plants) / count
        theirs = sum(plant.changed_kmeans for plant in plants) / count
        out.print(
            f"{count} plants, n = {hidden:.1f} hidden subjects with {people:.0%} of the people; "
            f"ids kept: same visits {again:.2f}, some replaced {kept:.2f} (same subject "
            f"{true:.2f}); groups alike {alike:.2f}, k-means {theirs:.2f}\n"
        )
    for name, meaning in SYSTEMS.items():
        out.print(f"{name}: {meaning}")
