"""Which kinds of questions a system does well or badly on.

    locale:fa                 the question's language
    length:short|medium|long  up to 3, 4 to 10, or more analysed terms
    language:in|cross         a relevant document in the question's language exists, or does not
    audience:rep              who asks
    slice:typos               the dataset's own word

Only queries with a relevant document belong to slices: the others have nothing to rank.

Terms are counted, not characters, because they compare across scripts. Up to three are keywords,
as typed into a search box; up to ten are a question; more are a story, as in a ticket.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from eval.datasets import EvalQuery, Qrels
from eval.records import DatasetRecord

SHORT_TERMS, MEDIUM_TERMS = 3, 10
"""The longest query of each length, in analysed terms."""

ALL_QUERIES = "all"
"""Stands for the whole dataset where slices are listed."""

TOLERANCE = 0.002
"""How far below its better half a fusion may be before it counts as losing."""

_DIMENSIONS = ("locale", "length", "language", "audience", "slice")
_LENGTHS = ("short", "medium", "long")


@dataclass(frozen=True)
class AskedQuery:
    """A query as it was asked."""

    query: EvalQuery
    language: str
    """What the dataset says, else detected; without region."""
    terms: int
    """Terms that the analysis leaves."""


@dataclass(frozen=True)
class Loss:
    """A slice on which a fusion is below one of its halves."""

    dataset: str
    system: str
    slice: str
    queries: int
    measure: str
    value: float
    half: str
    """The better half's name."""
    half_value: float


def relevant_documents(qrels: Qrels) -> dict[str, dict[str, int]]:
    """The judged queries (those with a relevant document), each with its relevant documents."""
    relevant = {
        query: {document: grade for document, grade in grades.items() if grade > 0}
        for query, grades in qrels.items()
    }
    return {query: grades for query, grades in relevant.items() if grades}


def slices_of(
    asked: Iterable[AskedQuery], qrels: Qrels, document_languages: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Slice to the ids of its judged queries, in a stable order of slices.

    Args:
        document_languages: by document id, without region, of the corpus as indexed.
    """
    relevant = relevant_documents(qrels)
    members: dict[str, list[str]] = {}
    for item in asked:
        if item.query.id not in relevant:
            continue
        documents = relevant[item.query.id]
        languages = {document_languages[d] for d in documents if d in document_languages}
        for name in _slices_of_query(item, languages):
            members.setdefault(name, []).append(item.query.id)
    return {name: tuple(members[name]) for name in sorted(members, key=_place)}


def losses(record: DatasetRecord, system: str) -> list[Loss]:
    """Where `system` is below the better of lexical and dense by more than the tolerance.

    On the primary measure, over the whole dataset and every slice; nothing if the run lacks one of
    the three systems.
    """
    values = {
        name: {
            ALL_QUERIES: item.measures[record.primary].value,
            **{part: means[record.primary] for part, means in item.slices.items()},
        }
        for name in (system, "lexical", "dense")
        for item in record.systems
        if item.system == name and record.primary in item.measures
    }
    if len(values) < 3:
        return []
    judged = len(record.system(system).per_query[record.primary])
    found = []
    for part, value in values[system].items():
        half = max(("lexical", "dense"), key=lambda name: values[name][part])
        # Rounded: a difference of exactly the tolerance must not depend on binary fractions.
        if round(values[half][part] - value, 6) > TOLERANCE:
            queries = judged if part == ALL_QUERIES else len(record.slices[part])
            found.append(
                Loss(
                    dataset=record.dataset,
                    system=system,
                    slice=part,
                    queries=queries,
                    measure=record.primary,
                    value=value,
                    half=half,
                    half_value=values[half][part],
                )
            )
    return found


def _slices_of_query(item: AskedQuery, relevant_languages: Collection[str]) -> Iterator[str]:
    yield f"locale:{item.language}"
    yield f"length:{length_of(item.terms)}"
    if relevant_languages:  # unknown where none of the relevant documents is in the corpus
        yield f"language:{'in' if item.language in relevant_languages else 'cross'}"
    yield f"audience:{item.query.role}"
    if item.query.slice:
        yield f"slice:{item.query.slice}"


def length_of(terms: int) -> str:
    """`short`, `medium` or `long`; see the module."""
    if terms <= SHORT_TERMS:
        return "short"
    return "medium" if terms <= MEDIUM_TERMS else "long"


def _place(name: str) -> tuple[int, int, str]:
    dimension, _, value = name.partition(":")
    length = _LENGTHS.index(value) if dimension == "length" else 0
    return (_DIMENSIONS.index(dimension), length, value)
