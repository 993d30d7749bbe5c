"""Measures of planted gaps. Pure.

precision@k   share of the first k gaps that are about a hidden subject: most of the people in
              it ask about it
recall@k      share of the hidden subjects that one of the first k gaps is about
B-cubed       of two questions in one gap, do they ask about the same; of two about the same
              subject, are they in one gap (Bagga & Baldwin, 1998), over the questions about
              hidden subjects; a question in no gap is a gap of its own
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.models import Model


@dataclass(frozen=True)
class Member:
    """A question of a gap."""

    key: str
    subjects: frozenset[str]
    people: int


Cluster = Sequence[Member]


class Figures(Model):
    precision_5: float
    precision_n: float
    """n: as many as there are hidden subjects."""
    recall_5: float
    """Of at most five."""
    recall_n: float
    purity: float
    """B-cubed precision."""
    completeness: float
    """B-cubed recall."""
    b_cubed: float
    """Their harmonic mean."""


def about(cluster: Cluster) -> str | None:
    """The subject that most people of a gap ask about; None where there is no such."""
    people: Counter[str] = Counter()
    for member in cluster:
        for subject in member.subjects:
            people[subject] += member.people
    total = sum(member.people for member in cluster)
    if not people:
        return None
    subject, count = min(people.items(), key=lambda item: (-item[1], item[0]))
    return subject if 2 * count >= total else None


def figures(
    ranked: Sequence[Cluster], wanted: frozenset[str], hidden: Mapping[str, frozenset[str]]
) -> Figures:
    """All measures of one ranking.

    Args:
        ranked: gaps, the most urgent first.
        wanted: subjects that should be among them.
        hidden: question key to subjects, of questions about hidden subjects only.

    Raises:
        ValueError: nothing is wanted.
    """
    found = [about(cluster) for cluster in ranked]
    right = [subject in wanted for subject in found]
    n = len(wanted)
    if not n:
        raise ValueError("nothing is hidden, so nothing can be found")

    def recall(k: int) -> float:
        reached = {subject for subject in found[:k] if subject in wanted}
        return len(reached) / min(k, n)

    purity, completeness = b_cubed(ranked, hidden)
    return Figures(
        precision_5=sum(right[:5]) / 5,
        precision_n=sum(right[:n]) / n,
        recall_5=recall(5),
        recall_n=recall(n),
        purity=purity,
        completeness=completeness,
        b_cubed=2 * purity * completeness / ((purity + completeness) or 1.0),
    )


def b_cubed(
    clusters: Sequence[Cluster], subjects_of: Mapping[str, frozenset[str]]
) -> tuple[float, float]:
    """(precision, recall), means over the questions of `subjects_of`."""
    inside = {member.key: cluster for cluster in clusters for member in cluster}
    same: dict[frozenset[str], list[str]] = {}
    for key, subjects in subjects_of.items():
        same.setdefault(subjects, []).append(key)
    precisions, recalls = [], []
    for key, subjects in subjects_of.items():
        cluster = inside.get(key)
        mates = {member.key: member.subjects for member in cluster} if cluster else {key: subjects}
        alike = sum(other == subjects for other in mates.values())
        precisions.append(alike / len(mates))
        recalls.append(sum(other in mates for other in same[subjects]) / len(same[subjects]))
    count = max(len(subjects_of), 1)
    return sum(precisions) / count, sum(recalls) / count


def mean(rows: Sequence[Figures]) -> Figures:
    """Measure by measure."""
    names = Figures.model_fields
    return Figures(**{n: sum(getattr(row, n) for row in rows) / len(rows) for n in names})
