"""Whether a second look finds the same gaps. Pure.

kept        share of the first ten gaps that the second report has under the same id
true_kept   of those about a subject, share that the id is still about
alike       share of the first ten groups that have a counterpart among the second's first ten:
            half of all their questions in common (works without ids, for baselines)

Of nothing, all is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.gaps.measures import Cluster, about
from kb.models import Model

FIRST = 10
_HALF = 0.5


class Stability(Model):
    kept: float
    true_kept: float
    alike: float


def of_ids(before: Mapping[str, Cluster], after: Mapping[str, Cluster]) -> Stability:
    """Compare two reports.

    Args:
        before, after: gaps by id, the most urgent first.
    """
    first = list(before)[:FIRST]
    kept = [name for name in first if name in after]
    told = [name for name in kept if about(before[name])]
    same = [name for name in told if about(before[name]) == about(after[name])]
    return Stability(
        kept=len(kept) / len(first) if first else 1.0,
        true_kept=len(same) / len(told) if told else 1.0,
        alike=alike(list(before.values()), list(after.values())),
    )


def alike(before: Sequence[Cluster], after: Sequence[Cluster]) -> float:
    """See the module."""
    first, second = (
        [frozenset(member.key for member in cluster) for cluster in clusters[:FIRST]]
        for clusters in (before, after)
    )
    found = [any(len(one & other) >= _HALF * len(one | other) for other in second) for one in first]
    return sum(found) / len(found) if found else 1.0
