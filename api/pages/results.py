"""What a search found, as a page shows it: facets, one page of hits, where each stands. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kb.models import Hit, SearchResult

RANKED = 40
"""Articles that are ranked for facets and further pages."""
PER_PAGE = 10
_TAIL = 0.35
"""Hits below this share of the best one's score are not shown."""
_MOST = {"answered": RANKED, "related": PER_PAGE, "nothing": 5}
"""Hits shown by outcome: the less is sure, the fewer are worth reading."""


@dataclass(frozen=True)
class Facet:
    section: str
    count: int


@dataclass(frozen=True)
class Placed:
    """A hit, and its place among all that were ranked, from 1."""

    hit: Hit
    place: int


@dataclass(frozen=True)
class Results:
    """One page of what was found."""

    hits: tuple[Placed, ...]
    """Without the article that answers, which stands above them."""
    answer_place: int
    total: int
    """Of the section that is chosen, or of all; with the article that answers."""
    facets: tuple[Facet, ...]
    """The fullest first; empty where all are of one section."""
    everywhere: int
    """Of all sections."""
    number: int
    """Of the page, from 1."""
    last: int


def results_page(result: SearchResult, section: str | None, number: int) -> Results:
    """Of what was ranked, the page asked for; the last one where there are not so many.

    Args:
        section: only its articles; None: all.
    """
    worth = _worth(result)
    counts = Counter(hit.section for hit in worth)
    facets = tuple(
        Facet(key, count) for key, count in sorted(counts.items(), key=lambda i: (-i[1], i[0]))
    )
    answered = result.answer.id if result.answer else ""
    ranked = [Placed(hit, place) for place, hit in enumerate(worth, start=1)]
    chosen = [one for one in ranked if section is None or one.hit.section == section]
    listed = [one for one in chosen if one.hit.id != answered or section is not None]
    last = max(1, -(-len(listed) // PER_PAGE))
    number = min(max(number, 1), last)
    return Results(
        hits=tuple(listed[(number - 1) * PER_PAGE : number * PER_PAGE]),
        answer_place=next((one.place for one in ranked if one.hit.id == answered), 1),
        total=len(chosen),
        facets=facets if len(facets) > 1 else (),
        everywhere=len(worth),
        number=number,
        last=last,
    )


def _worth(result: SearchResult) -> Sequence[Hit]:
    """The hits without the long tail of what is hardly related."""
    if not result.hits:
        return ()
    least = _TAIL * result.hits[0].score
    near = [hit for hit in result.hits if hit.score >= least]
    return near[: _MOST[result.outcome]]
