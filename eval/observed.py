"""What a run showed and what was expected, in readable form: the report's raw material.

Too bulky for `run.json`; `eval.runner` returns one of these beside each dataset's record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SHOWN_DEPTH = 10
"""Documents kept per system and query."""


@dataclass(frozen=True)
class ShownDocument:
    """One document that a system put before the reader."""

    document_id: str
    title: str
    locale: str
    score: float
    """The system's own, as retrieved: comparable within one query only."""


@dataclass(frozen=True)
class ExpectedDocument:
    """One document that is judged relevant to a query."""

    document_id: str
    title: str
    """Empty where the judgement names a document that the corpus does not hold."""
    locale: str
    """Empty where the corpus does not hold it."""
    grade: int
    """Above 0."""


@dataclass(frozen=True)
class Observed:
    """One dataset of a run; all keys are those of its `DatasetRecord`."""

    dataset: str
    shown: Mapping[str, Mapping[str, tuple[ShownDocument, ...]]]
    """System to query id to its first documents, best first; every query has an entry."""
    expected: Mapping[str, tuple[ExpectedDocument, ...]]
    """Judged query id to its relevant documents, highest grade first, then by id."""
    locales: Mapping[str, str]
    """Query id to its language: the dataset's word where it gives one, else detected."""
    ranks: Mapping[str, Mapping[str, Mapping[str, int]]]
    """System to judged query id to the ranks, from 1, of the relevant documents it returned."""
    depth: int
    """How many documents a system was asked for: `ranks` knows none beyond."""
