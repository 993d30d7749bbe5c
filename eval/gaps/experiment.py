"""All plants of some datasets: our gaps beside the baselines, measured on the same visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.gaps import baselines
from eval.gaps.measures import Cluster, Figures, figures, mean
from eval.gaps.plant import Ground, Options, Plant, planted
from eval.gaps.stability import Stability, alike, of_ids
from eval.gaps.subjects import Subjects, load_subjects
from eval.gaps.visitors import Manners, Visit
from kb.config import Settings
from kb.embedder import Embedder
from kb.gaps.missing.find import Missing, find_missing
from kb.gaps.missing.identity import Candidate
from kb.gaps.probing import Progress
from kb.models import Model
from kb.parameters import Parameters

UNTIL = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
"""When the visits end; any moment would do."""
GAPS = "gaps"
SYSTEMS = {
    GAPS: "ours",
    "kmeans": "all questions, k-means with the true number of subjects, by size",
    "zero": "questions that the search finds nothing for, by people",
    "zero, clustered": "the same, clustered as ours are, by size",
}


class PlantRecord(Model):
    dataset: str
    seed: int
    questions: int
    people: int
    subjects: int
    hidden: int
    hidden_people: int
    systems: Mapping[str, Figures]
    again: Stability
    """The same visits, told in another order."""
    changed: Stability
    """Some of the visits replaced."""
    changed_kmeans: float
    """`Stability.alike` of the k-means baseline."""


class DatasetRecord(Model):
    dataset: str
    plants: tuple[PlantRecord, ...]
    systems: Mapping[str, Figures]
    """Means over the plants."""


class GapsRecord(Model):
    datasets: tuple[DatasetRecord, ...]
    systems: Mapping[str, Figures]
    """Means over datasets."""
    manners: Mapping[str, float]
    options: Mapping[str, float]
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Known(Candidate):
    """A gap of the first run, as identity asks for it."""

    id: str = ""


def experiment(
    paths: Sequence[Path],
    seeds: Sequence[int],
    options: Options,
    manners: Manners,
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
    progress: Progress,
) -> GapsRecord:
    """Plant gaps in every dataset, once for each seed.

    Raises:
        InvalidInput: a dataset cannot be used.
    """
    found = [load_subjects(path, settings.languages, settings.default_locale) for path in paths]
    records = []
    for subjects in found:
        plants = []
        for seed in seeds:
            report = _named(f"{subjects.name} {seed}", progress)
            with planted(subjects, options, seed, settings, embedder, parameters, report) as ground:
                plants.append(_measured(ground, options, manners, parameters, report))
        records.append(_dataset(subjects, plants))
    return GapsRecord(
        datasets=tuple(records),
        systems={name: mean([record.systems[name] for record in records]) for name in SYSTEMS},
        manners=vars(manners),
        options=vars(options),
        seeds=tuple(seeds),
    )


def _named(name: str, progress: Progress) -> Progress:
    return lambda stage, done, total: progress(f"{name}: {stage}", done, total)


def _dataset(subjects: Subjects, plants: Sequence[PlantRecord]) -> DatasetRecord:
    systems = {name: mean([plant.systems[name] for plant in plants]) for name in SYSTEMS}
    return DatasetRecord(dataset=subjects.name, plants=tuple(plants), systems=systems)


def _measured(
    ground: Ground, options: Options, manners: Manners, parameters: Parameters, progress: Progress
) -> PlantRecord:
    visits = ground.visits(manners, UNTIL, ground.seed, "a")
    plant = ground.plant(visits, progress)
    first = _find(plant, parameters)
    ranked: dict[str, list[Cluster]] = {GAPS: list(_clusters(plant, first).values())}
    related = parameters.confidence.related_threshold
    languages = [question.language for question in plant.questions]
    groups = {
        "kmeans": baselines.kmeans(plant.probed, plant.people, plant.in_truth, plant.seed),
        "zero": baselines.zero_results(plant.probed, plant.people, related),
        "zero, clustered": baselines.zero_clustered(plant.probed, languages, plant.people, related),
    }
    ranked |= {
        name: [plant.members(group.tolist()) for group in found] for name, found in groups.items()
    }
    known = [Known(one.centroid, one.members, id=name) for name, one in first.topics.items()]
    rng = np.random.default_rng(ground.seed)
    again = ground.plant([visits[n] for n in rng.permutation(len(visits))], progress)
    changed = ground.plant(_changed(ground, visits, options, manners, rng), progress)
    before = _clusters(plant, first)
    kmeans = baselines.kmeans(changed.probed, changed.people, changed.in_truth, changed.seed)
    return PlantRecord(
        dataset=ground.name,
        seed=ground.seed,
        questions=len(plant.questions),
        people=int(plant.people.sum()),
        subjects=plant.in_truth,
        hidden=len(plant.hidden),
        hidden_people=int(
            sum(
                people
                for people, one in zip(plant.people, plant.subjects, strict=True)
                if one and one <= plant.hidden
            )
        ),
        systems={
            name: figures(clusters, plant.hidden, plant.hidden_questions)
            for name, clusters in ranked.items()
        },
        again=of_ids(before, _clusters(again, _find(again, parameters, known))),
        changed=of_ids(before, _clusters(changed, _find(changed, parameters, known))),
        changed_kmeans=alike(
            ranked["kmeans"], [changed.members(group.tolist()) for group in kmeans]
        ),
    )


def _find(plant: Plant, parameters: Parameters, known: Sequence[Known] = ()) -> Missing:
    return find_missing(
        plant.questions,
        plant.probed,
        plant.library,
        known,
        parameters.gaps,
        parameters.confidence.related_threshold,
        UNTIL,
        {gap.id for gap in known},
    )


def _clusters(plant: Plant, missing: Missing) -> dict[str, Cluster]:
    place = {question.key: n for n, question in enumerate(plant.questions)}
    return {gap.id: plant.members([place[key] for key in gap.members]) for gap in missing.gaps}


def _changed(
    ground: Ground,
    visits: Sequence[Visit],
    options: Options,
    manners: Manners,
    rng: np.random.Generator,
) -> list[Visit]:
    """The same crowd, but for some who are replaced by others."""
    count = round(options.changed * len(visits))
    others = ground.visits(manners, UNTIL, ground.seed + 1_000_003, "b")
    kept = rng.permutation(len(visits))[count:]
    new = rng.permutation(len(others))[:count]
    return [*(visits[n] for n in kept), *(others[n] for n in new)]
