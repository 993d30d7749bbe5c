"""Searches with a second look at the spelling.

Where a query has no sure answer and a slip in it can be mended, the mended query is searched, too.
What it finds is offered where it is clearly more (`suggestion`), and shown at once where the query
as written found nothing and the other one is answered (`corrected`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from kb.models import SearchResult

CLEARLY = 0.15
"""Confidence that a correction has to add before it is offered among equals."""
_RANK = {"nothing": 0, "related": 1, "answered": 2}

Search = Callable[[str], SearchResult]
Correct = Callable[[str], str]
"""The corrected query; empty where there is nothing to correct."""


def with_spelling(query: str, search: Search, correct: Correct) -> SearchResult:
    """The result for a query, and for another spelling of it where that finds clearly more.

    Raises:
        What `search` raises for `query`.
    """
    result = search(query)
    if result.answer or result.degraded:
        return result
    better = correct(result.query)
    if not better:
        return result
    other = search(better)
    match compared(result, other):
        case "replace":
            return other.model_copy(update={"query": result.query, "corrected": better})
        case "offer":
            return result.model_copy(update={"suggestion": better})
        case _:
            return result


def compared(result: SearchResult, other: SearchResult) -> Literal["replace", "offer", "neither"]:
    """What to do with the result of a corrected query."""
    if result.outcome == "nothing" and other.outcome == "answered":
        return "replace"
    if _RANK[other.outcome] > _RANK[result.outcome]:
        return "offer"
    gained = other.confidence - result.confidence
    return "offer" if other.outcome != "nothing" and gained >= CLEARLY else "neither"
