"""What synonyms do to search: the same questions with other synonyms, side by side.

One index serves both, and only the hybrid is asked, with the parameters in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.compare import Change, changes
from eval.datasets import Dataset
from eval.experiment import Experiment, Progress, opened
from eval.metrics import per_query
from eval.runner import Result, run_system
from eval.slices import ALL_QUERIES, relevant_documents, slices_of
from eval.statistics import bootstrap_intervals, randomisation_p_values
from eval.systems import HYBRID
from kb.config import Settings
from kb.embedder import Embedder
from kb.errors import InvalidInput
from kb.expansion import Synonyms
from kb.parameters import Parameters

MEASURES = ("nDCG@10", "R@10")
_PRIMARY = MEASURES[0]
_DIGITS = 6


@dataclass(frozen=True)
class Row:
    """One measure over one slice."""

    slice: str
    """`all`, or a language as `locale:fa`."""
    measure: str
    queries: int
    before: float
    after: float
    difference: float
    low: float
    high: float
    """95 % bootstrap interval of the difference (10,000 resamples of queries)."""
    p: float
    """Two-sided paired randomisation test."""


@dataclass(frozen=True)
class Effect:
    """One dataset before and after."""

    dataset: str
    queries: int
    expanded: int
    """Queries that have a synonym afterwards."""
    rows: tuple[Row, ...]
    """Over all judged queries, then by language."""
    changes: tuple[Change, ...]
    """Every query whose nDCG@10 changed, from the biggest loss to the biggest gain."""
    unanswerable: int
    answered_before: int
    answered_after: int
    """Queries without an answer that would be shown one: their confidence clears the threshold."""

    def worst_drop(self) -> float:
        """By how much nDCG@10 falls at most, over all or in one language; 0 if nowhere."""
        return max([0.0, *(-row.difference for row in self.rows if row.measure == _PRIMARY)])


def effect_of_synonyms(
    dataset: Dataset,
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
    before: Synonyms,
    after: Synonyms,
    progress: Progress = lambda _stage, _done, _total: None,
    *,
    seed: int = 0,
) -> Effect:
    """Ask every query of a dataset with the one and the other synonyms.

    Args:
        seed: of bootstrap and randomisation tests.

    Raises:
        InvalidInput: the dataset cannot be indexed, or has no judged query.
    """
    if not relevant_documents(dataset.qrels):
        raise InvalidInput(f"{dataset.name} has no judged query, so nothing can be compared.")
    with opened(dataset, settings, embedder, progress, before) as experiment:
        old = run_system(experiment, HYBRID, parameters, name="before", progress=progress)
        experiment.use_synonyms(after)
        new = run_system(experiment, HYBRID, parameters, name="after", progress=progress)
        return _effect(experiment, old, new, parameters.confidence.threshold, seed)


def _effect(
    experiment: Experiment, old: Result, new: Result, threshold: float, seed: int
) -> Effect:
    dataset = experiment.dataset
    slices = slices_of(experiment.asked, dataset.qrels, experiment.document_languages)
    rows: list[Row] = []
    changed: tuple[Change, ...] = ()
    for measure in MEASURES:
        one, other = (per_query(result.run, dataset.qrels, measure) for result in (old, new))
        wanted = {ALL_QUERIES: tuple(one)} | {
            name: members for name, members in slices.items() if name.startswith("locale:")
        }
        rows += [_row(name, measure, one, other, members, seed) for name, members in wanted.items()]
        if measure == _PRIMARY:
            changed = changes(one, other, {query.id: query.text for query in dataset.queries})
    relevant = relevant_documents(dataset.qrels)
    unanswerable = [query.id for query in dataset.queries if query.id not in relevant]
    answered = [
        sum(result.confidence.get(query, 0.0) >= threshold for query in unanswerable)
        for result in (old, new)
    ]
    return Effect(
        dataset=dataset.name,
        queries=len(dataset.queries),
        expanded=sum(bool(query.expansions) for _, query in experiment.queries),
        rows=tuple(rows),
        changes=changed,
        unanswerable=len(unanswerable),
        answered_before=answered[0],
        answered_after=answered[1],
    )


def _row(
    name: str,
    measure: str,
    before: Mapping[str, float],
    after: Mapping[str, float],
    queries: Sequence[str],
    seed: int,
) -> Row:
    old, new = (np.array([values[query] for query in queries]) for values in (before, after))
    differences = (new - old)[:, None]
    low, high = bootstrap_intervals(differences, seed)[0].tolist()
    return Row(
        slice=name,
        measure=measure,
        queries=len(queries),
        before=round(float(old.mean()), _DIGITS),
        after=round(float(new.mean()), _DIGITS),
        difference=round(float(differences.mean()), _DIGITS),
        low=round(low, _DIGITS),
        high=round(high, _DIGITS),
        p=round(float(randomisation_p_values(differences, seed)[0]), _DIGITS),
    )
