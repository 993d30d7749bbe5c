"""Other people's runs: measures of a TREC run file against judgements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.datasets import Qrels
from eval.measuring import measure_records
from eval.metrics import MEASURES, per_query
from eval.pool import Pool, pool_of
from eval.records import MeasureRecord
from eval.trec import TrecRun
from kb.errors import InvalidInput

_MEASURE = re.compile(r"[^\s,(]+(?:\([^)]*\))?[^\s,]*")


@dataclass(frozen=True)
class ScoreReport:
    measures: dict[str, MeasureRecord]
    """Mean over the judged queries, with its bootstrap interval."""
    pool: Pool
    unknown: tuple[str, ...]
    """Queries of the run without a relevant document; they take no part."""
    misranked: tuple[str, ...]
    """Queries whose rank column contradicts their scores; the scores count."""


def parse_measures(text: str) -> tuple[str, ...]:
    """Measure names separated by spaces or commas, `R(rel=2, judged_only=True)@10` among them."""
    return tuple(dict.fromkeys(_MEASURE.findall(text))) or MEASURES


def score(run: TrecRun, qrels: Qrels, measures: Sequence[str], seed: int) -> ScoreReport:
    """Measure a run.

    Args:
        seed: of the bootstrap.

    Raises:
        InvalidInput: there is no such measure, nothing is judged, or the run is on other queries.
    """
    values = {measure: per_query(run.scores, qrels, measure) for measure in measures}
    pool = pool_of(run.scores, qrels)
    if not pool.queries:
        raise InvalidInput("No query has a relevant document in these qrels: nothing to measure.")
    if run.scores and len(pool.missing) == pool.queries:
        raise InvalidInput(
            f"The run answers none of the {pool.queries} judged queries (it has "
            f"'{next(iter(run.scores))}', they have '{pool.missing[0]}'); "
            "give the qrels of the dataset it was made on."
        )
    return ScoreReport(
        measures=measure_records(values, seed),
        pool=pool,
        unknown=tuple(query for query in run.scores if query not in values[measures[0]]),
        misranked=run.misranked,
    )
