"""Learns the fusion parameters on some queries; others, held out, decide if they are better.

Every dataset's judged queries are split in two by a hash of their id. `eval.search` moves the
parameters in force and sees training queries only. On held-out queries the parameters found have
to be better by more than chance over all datasets together, must not make any slice worse by more
than is allowed, and must not push any dataset below its better half (lexical or dense alone). Else
they are refused, with the reasons.

All figures are the dataset's primary measure (`eval.measuring.primary_measure`), the same as in
`kb eval run`. Over datasets every one weighs the same, whatever its size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.compare import slice_changes
from eval.datasets import Dataset, Qrels
from eval.experiment import Experiment, Progress
from eval.gathered import GatheredQuery, gather, rank
from eval.measuring import primary_measure
from eval.metrics import Run, per_query
from eval.search import search
from eval.slices import ALL_QUERIES, TOLERANCE, relevant_documents, slices_of
from eval.statistics import holm, pooled, randomisation_p_values
from eval.systems import DENSE, HYBRID, LEXICAL, fusion_of
from kb.errors import InvalidInput
from kb.parameters import FusionParameters, Parameters

MIN_QUERIES = 10
"""Slices with fewer held-out queries are passed over: one query would decide."""
LEVEL = 0.05
"""Of significance."""
MAX_DROP = 0.01

_DIGITS = 6
_NAMED = 3
"""Slices that a sentence names."""

Vector = NDArray[np.float64]
"""Values of queries, shape (queries,)."""


@dataclass(frozen=True)
class Figures:
    """Means over one part of a dataset's judged queries: with the parameters in force and found."""

    queries: int
    before: float
    after: float
    lexical: float
    dense: float
    """Alone."""

    @property
    def difference(self) -> float:
        return _rounded(self.after - self.before)

    @property
    def short_before(self) -> bool:
        """Whether the better of lexical and dense was above it by more than the tolerance."""
        return self._short(self.before)

    @property
    def short(self) -> bool:
        """Whether it is now."""
        return self._short(self.after)

    def _short(self, value: float) -> bool:
        # Rounded: a difference of exactly the tolerance must not depend on binary fractions.
        return round(max(self.lexical, self.dense) - value, _DIGITS) > TOLERANCE


@dataclass(frozen=True)
class DatasetChange:
    """Means of one dataset's primary measure."""

    dataset: str
    measure: str
    train: Figures
    held_out: Figures
    p: float
    """Two-sided paired randomisation test on the held-out queries."""
    p_holm: float
    """The same, corrected for all datasets (Holm 1979)."""


@dataclass(frozen=True)
class SliceLoss:
    """Held-out queries of one kind that lose more than is allowed."""

    dataset: str
    slice: str
    queries: int
    before: float
    after: float

    @property
    def difference(self) -> float:
        return _rounded(self.after - self.before)


@dataclass(frozen=True)
class TuneReport:
    """What was found, and whether it may be used."""

    before: FusionParameters
    """Those in force."""
    after: FusionParameters
    datasets: tuple[DatasetChange, ...]
    difference: float
    """Mean over datasets of their held-out differences."""
    p: float
    """Two-sided, stratified by dataset."""
    losing: tuple[SliceLoss, ...]
    max_drop: float

    @property
    def newly_short(self) -> tuple[str, ...]:
        """Held-out datasets that would be below their better half and were not."""
        return tuple(
            item.dataset
            for item in self.datasets
            if item.held_out.short and not item.held_out.short_before
        )

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why the parameters found are not to be used, a sentence each; empty if they are."""
        return tuple(_refusals(self))


def tune(
    experiments: Sequence[Experiment],
    parameters: Parameters,
    progress: Progress,
    *,
    max_drop: float = MAX_DROP,
    seed: int = 0,
) -> TuneReport:
    """Search around the parameters in force and put what is found to the test.

    Args:
        max_drop: what a slice may lose, in the measure's own unit.
        seed: of the randomisation tests.

    Raises:
        InvalidInput: a dataset has no judged queries, or too few to split.
    """
    parts = [split(experiment.dataset) for experiment in experiments]
    trains, tests = (
        [
            _Sample(experiment, qrels[number], parameters, part, progress)
            for experiment, qrels in zip(experiments, parts, strict=True)
        ]
        for number, part in enumerate(("training", "held out"))
    )
    before = parameters.fusion
    after = search(
        lambda fusion: [sample.values(fusion) for sample in trains],
        [sample.better_half for sample in trains],
        before,
        lambda done, total: progress("search", done, total),
    )
    values = [(sample.values(before), sample.values(after)) for sample in tests]
    differences = [new - old for old, new in values]
    p_values = [float(randomisation_p_values(d[:, None], seed)[0]) for d in differences]
    together = pooled(differences)
    return TuneReport(
        before=before,
        after=after,
        datasets=tuple(
            DatasetChange(
                dataset=test.experiment.dataset.name,
                measure=test.measure,
                train=train.figures(train.values(before), train.values(after)),
                held_out=test.figures(*of_test),
                p=_rounded(p),
                p_holm=_rounded(corrected),
            )
            for train, test, of_test, p, corrected in zip(
                trains, tests, values, p_values, holm(p_values), strict=True
            )
        ),
        difference=_rounded(together.mean()),
        p=_rounded(randomisation_p_values(together, seed)[0]),
        losing=tuple(
            loss
            for test, of_test in zip(tests, values, strict=True)
            for loss in _losses(test, *of_test, max_drop)
        ),
        max_drop=max_drop,
    )


def split(dataset: Dataset) -> tuple[Qrels, Qrels]:
    """The judged queries that train, and those held out.

    Raises:
        InvalidInput: there are none to train with, or none to hold out.
    """
    relevant = relevant_documents(dataset.qrels)
    train, held_out = (
        {query: dataset.qrels[query] for query in relevant if is_training(query) is side}
        for side in (True, False)
    )
    if not relevant:
        raise InvalidInput(
            f"{dataset.name} has no query with a relevant document, so nothing can be learned "
            "from it; leave it out."
        )
    if not train or not held_out:
        raise InvalidInput(
            f"{dataset.name} has too few judged queries to hold half of them out; add some or "
            "leave it out."
        )
    return train, held_out


def is_training(query_id: str) -> bool:
    """Whether a query trains or is held out: stable, whatever its neighbours."""
    return hashlib.sha256(query_id.encode()).digest()[0] % 2 == 0


class _Sample:
    """Some of a dataset's judged queries, with the evidence for them."""

    def __init__(
        self,
        experiment: Experiment,
        qrels: Qrels,
        parameters: Parameters,
        part: str,
        progress: Progress,
    ) -> None:
        """Gather the evidence.

        Args:
            part: what these queries are called in progress.
        """
        self.experiment = experiment
        self.measure = primary_measure(experiment.dataset.qrels)
        self.queries = tuple(qrels)
        self.qrels = qrels

        def gathered(retriever: str) -> Iterator[GatheredQuery]:
            stage = f"{experiment.dataset.name}: {retriever}, {part}"
            for done, item in enumerate(gather(experiment, retriever, qrels), start=1):
                progress(stage, done, len(qrels))
                yield item

        self.lexical, self.dense = (
            self._measured(rank(experiment, gathered(half), fusion_of(half, parameters)))
            for half in (LEXICAL, DENSE)
        )
        self._gathered = list(gathered(HYBRID))

    @property
    def better_half(self) -> Vector:
        return max(self.lexical, self.dense, key=np.mean)

    def values(self, fusion: FusionParameters) -> Vector:
        """The measure with some fusion, in the order of `queries`."""
        return self._measured(rank(self.experiment, self._gathered, fusion))

    def figures(self, before: Vector, after: Vector) -> Figures:
        means = (_rounded(v.mean()) for v in (before, after, self.lexical, self.dense))
        return Figures(len(self.queries), *means)

    def _measured(self, run: Run) -> Vector:
        values = per_query(run, self.qrels, self.measure)
        return np.array([values[query] for query in self.queries])


def _losses(sample: _Sample, before: Vector, after: Vector, max_drop: float) -> Iterator[SliceLoss]:
    """Slices that are big enough and lose more than `max_drop`, the whole dataset among them."""
    experiment = sample.experiment
    members = slices_of(experiment.asked, sample.qrels, experiment.document_languages)
    old, new = (dict(zip(sample.queries, v.tolist(), strict=True)) for v in (before, after))
    for change in slice_changes(old, new, {ALL_QUERIES: sample.queries, **members}):
        if change.queries >= MIN_QUERIES and round(-change.difference, _DIGITS) > max_drop:
            yield SliceLoss(
                experiment.dataset.name, change.slice, change.queries, change.before, change.after
            )


def _refusals(report: TuneReport) -> Iterator[str]:
    if report.after == report.before:
        yield "Nothing better was found: the parameters in force stay."
        return
    if report.difference <= 0 or report.p >= LEVEL:
        yield (
            "On the held-out queries the parameters found are not significantly better "
            f"({report.difference:+.4f}, p = {report.p:.3f})."
        )
    if report.losing:
        named = [f"{loss.dataset} {loss.slice} ({loss.difference:+.4f})" for loss in report.losing]
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        yield (f"They would cost more than {report.max_drop} on {', '.join(named[:_NAMED])}{more}.")
    if report.newly_short:
        yield (
            f"With them {', '.join(report.newly_short)} would fall below the better of lexical "
            f"and dense alone by more than {TOLERANCE}."
        )


def _rounded(value: float | np.floating) -> float:
    return round(float(value), _DIGITS)
