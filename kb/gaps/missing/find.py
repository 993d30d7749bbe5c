"""Questions to gaps, ranked: the whole of kb.gaps.missing on one screen. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.gaps.missing.clustering import MOST, clusters
from kb.gaps.missing.coverage import (
    Coverage,
    Found,
    Judge,
    Outcomes,
    coverage_of,
    telling_channels,
    total,
)
from kb.gaps.missing.coverage import outcomes_of as outcomes_of_question
from kb.gaps.missing.crowding import Crowding
from kb.gaps.missing.identity import Candidate, Known, identities
from kb.gaps.missing.questions import Question, people_of, shared_out
from kb.gaps.missing.written import Cluster, Library, Writer
from kb.gaps.models import Gap
from kb.gaps.probing import Probed
from kb.parameters import GapParameters

_STAYS = 0.7
"""A gap that was listed stays until its uncovered share is so much below what a new one needs:
lists that change from day to day are not worked through."""


@dataclass(frozen=True)
class Missing:
    """The gaps, and what identifies them in the next report."""

    gaps: tuple[Gap, ...]
    topics: Mapping[str, Candidate]
    """By gap id."""
    coverage: Coverage
    """Of all questions."""


def find_missing(
    questions: Sequence[Question],
    probed: Probed,
    library: Library,
    known: Sequence[Known],
    parameters: GapParameters,
    related_threshold: float,
    now: dt.datetime,
    listed: Collection[str] = (),
) -> Missing:
    """The gaps among n questions, the most urgent first.

    Args:
        known: gaps of earlier reports, so that they keep their ids.
        related_threshold: confidence below which a search says that it found nothing.
        listed: ids of the gaps in the last report, which stay a little longer.
    """
    outcomes = outcomes_of_all(questions, probed.found, library)
    people = np.array([question.demand for question in questions], np.float64)
    judge = Judge.of(outcomes, parameters.coverage)
    coverage = coverage_of(people, outcomes, probed.found, judge)
    found = [
        cluster
        for cluster in cluster_questions(questions, people, probed, coverage, outcomes, judge)
        if cluster.uncovered >= _STAYS * parameters.least_uncovered
        and people_of(questions[n] for n in cluster.ordinals) >= parameters.least_people
    ]
    candidates = [Candidate(cluster.centroid, _members(questions, cluster)) for cluster in found]
    ids = identities(candidates, known)
    writer = Writer(questions, probed, library, related_threshold, now)
    gaps = [
        writer.gap(identifier, cluster)
        for identifier, cluster in zip(ids, found, strict=True)
        if identifier in listed or cluster.uncovered >= parameters.least_uncovered
    ]
    gaps.sort(key=lambda gap: (-gap.priority, gap.id))
    topics = dict(zip(ids, candidates, strict=True))
    return Missing(tuple(gaps), {gap.id: topics[gap.id] for gap in gaps}, coverage)


def outcomes_of_all(
    questions: Sequence[Question], found: Sequence[Found], library: Library
) -> list[Outcomes]:
    """What counts of what the people of each question did."""
    telling = telling_channels([s for question in questions for s in question.searches])
    outcomes = []
    for question, one in zip(questions, found, strict=True):
        versions = library.versions(one.group) if one.group else ()
        changed = max((v.changed for v in versions if v.changed), default=None)
        outcomes.append(outcomes_of_question(question, {v.id for v in versions}, changed, telling))
    return outcomes


def cluster_questions(
    questions: Sequence[Question],
    people: NDArray[np.float64],
    probed: Probed,
    coverage: Coverage,
    outcomes: Sequence[Outcomes],
    judge: Judge,
) -> list[Cluster]:
    """Clusters of the questions that matter most, in no particular order.

    Args:
        people: who asked each, shape (n,).
    """
    if not questions:
        return []
    chosen = np.sort(np.argsort(-people * coverage.uncovered, kind="stable")[:MOST])
    languages = [question.language for question in questions]
    crowding = Crowding.of(probed.vectors, languages, chosen, probed.unrelated, probed.spread)
    groups = clusters(crowding, coverage.uncovered[chosen], coverage.known[chosen])
    return [_cluster(chosen[group], questions, probed, outcomes, judge) for group in groups]


def _cluster(
    ordinals: NDArray[np.int64],
    questions: Sequence[Question],
    probed: Probed,
    outcomes: Sequence[Outcomes],
    judge: Judge,
) -> Cluster:
    """Questions together, judged by what all their people did: single ones have too few."""
    weights = shared_out([questions[n] for n in ordinals])
    people = float(weights.sum())
    found = [probed.found[n] for n in ordinals]
    uncovered = judge.uncovered(
        people,
        total(outcomes[n] for n in ordinals),
        float(weights @ [one.confidence for one in found]) / people,
        float(weights @ [not one.article for one in found]) / people,
    )
    centre = weights @ probed.vectors[ordinals]
    norm = float(np.linalg.norm(centre)) or 1.0
    centroid = (centre / norm).astype(np.float32)
    return Cluster(ordinals, weights, people * uncovered, uncovered, centroid)


def _members(questions: Sequence[Question], cluster: Cluster) -> dict[str, float]:
    keys = [questions[n].key for n in cluster.ordinals]
    return dict(zip(keys, cluster.weights.round(3).tolist(), strict=True))
