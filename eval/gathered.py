"""Evidence for a dataset's queries, gathered once and ranked with as many fusions as one likes.

Gathering (scanning vectors, scoring words) does not depend on the fusion and takes most of the
time; ranking is the retriever's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from eval.experiment import CANDIDATES, Experiment, as_asked
from eval.metrics import Run
from kb.models import Role
from kb.parameters import FusionParameters
from kb.retriever import Gathered, Query

DEPTH = 10
"""As deep as primary measures look."""
_ANY = FusionParameters(
    lexical_weight=0, other_language_vote=0, other_language_credit=0, reinforcement=0
)
"""For retrievers that only gather."""


@dataclass(frozen=True)
class GatheredQuery:
    """A query with all that any fusion needs to rank documents for it."""

    id: str
    role: Role
    reader: str
    """Language in which documents are shown, where they exist in it."""
    query: Query
    parts: tuple[Gathered, ...]
    """One per collection that the role may see."""


def gather(
    experiment: Experiment, retriever: str, wanted: Collection[str]
) -> Iterator[GatheredQuery]:
    """Gather for some queries.

    Args:
        retriever: one of `eval.systems.RETRIEVERS`; a half gathers by its own evidence only.
        wanted: ids of queries; those that the dataset does not ask are passed over.
    """
    retrievers = experiment.retrievers(_ANY)
    for asked, (eval_query, query) in zip(experiment.asked, experiment.queries, strict=True):
        if eval_query.id in wanted:
            own = as_asked(retriever, query)
            parts = retrievers[eval_query.role].gather(own, CANDIDATES)
            yield GatheredQuery(eval_query.id, eval_query.role, asked.language, own, parts)


def rank(
    experiment: Experiment, gathered: Iterable[GatheredQuery], fusion: FusionParameters
) -> Run:
    """The first `DEPTH` documents of each query, those of `eval.runner.run_system`."""
    retrievers = experiment.retrievers(fusion)
    run: dict[str, dict[str, float]] = {}
    for item in gathered:
        retriever = retrievers[item.role]
        groups = retriever.rank(item.query, item.parts).groups()[:DEPTH]
        run[item.id] = {
            retriever.version_for(group, item.query, item.reader).document_id: float(DEPTH - place)
            for place, group in enumerate(groups)
        }
    return run
