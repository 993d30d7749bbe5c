"""Holes in the pool: what a run puts on top that nobody has judged.

Unjudged counts as not relevant, so a system that finds good documents nobody looked at scores
worse than it is. Where a set judges a single document per query, unjudged hits are the rule and
say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from eval.datasets import Qrels
from eval.trec import ranking

TOP = 10


@dataclass(frozen=True)
class Pool:
    """A run's top ten against the judgements; queries without a relevant document take no part."""

    queries: int
    """Judged queries."""
    missing: tuple[str, ...]
    """Judged queries for which the run lists nothing; they score zero."""
    unjudged: int
    """Documents among the first ten that nobody has judged for that query."""
    judged_share: float | None
    """Judged@10: the share of the first ten that is judged, mean over the queries in the run."""
    first_unjudged: tuple[str, ...]
    """Queries whose first hit is unjudged."""
    judged_per_query: float
    """Median number of documents judged."""

    @property
    def shallow(self) -> bool:
        """Whether most queries have a single judged document."""
        return self.judged_per_query <= 1


def pool_of(run: Mapping[str, Mapping[str, float]], qrels: Qrels) -> Pool:
    """Look at the first ten hits of every judged query."""
    judged = {q: grades for q, grades in qrels.items() if any(g > 0 for g in grades.values())}
    tops = {query: ranking(run[query])[:TOP] for query in judged if run.get(query)}
    known = {query: [d in judged[query] for d in top] for query, top in tops.items()}
    shares = [sum(flags) / len(flags) for flags in known.values()]
    return Pool(
        queries=len(judged),
        missing=tuple(query for query in judged if query not in tops),
        unjudged=sum(flags.count(False) for flags in known.values()),
        judged_share=round(sum(shares) / len(shares), 4) if shares else None,
        first_unjudged=tuple(query for query, flags in known.items() if not flags[0]),
        judged_per_query=float(median(map(len, judged.values()))) if judged else 0.0,
    )
