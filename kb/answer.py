"""What an answer shows of an article: the best passage, and what stands around it.

A short passage often only leads up to the answer. So neighbours are added while there is room, the
one that fits the question better first; what is shown is one stretch of the article, as written.
On the golden set the answer stands in the best passage for 64 %, in the stretch for 80 % of the
questions whose article is found first.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.collection import Collection
from kb.models import Passage
from kb.ranker import Candidate
from kb.retriever import Query, Retriever

LIMIT = 600
"""Characters of an answer, unless its best passage alone is longer."""


def answer_passages(
    retriever: Retriever, collection: Collection, query: Query, hit: Candidate
) -> tuple[Passage, ...]:
    """The passages that answer, in the order of the article, the hit's among them."""
    ordinals, scores = retriever.passage_scores(query, hit)
    passages = collection.passages(ordinals)
    shown = stretch(
        [len(passages[ordinal].text) for ordinal in ordinals],
        scores,
        ordinals.index(hit.passage),
        LIMIT,
    )
    return tuple(passages[ordinals[place]] for place in shown)


def stretch(lengths: Sequence[int], scores: Sequence[float], best: int, limit: int) -> range:
    """Places around `best` whose lengths add up to at most `limit`; at least `best` itself."""
    first = last = best
    room = limit - lengths[best]
    while True:
        beside = [place for place in (first - 1, last + 1) if 0 <= place < len(lengths)]
        fitting = [place for place in beside if lengths[place] <= room]
        if not fitting:
            return range(first, last + 1)
        chosen = max(fitting, key=lambda place: scores[place])
        first, last = min(first, chosen), max(last, chosen)
        room -= lengths[chosen]


def joined(passages: Sequence[Passage]) -> tuple[str, str]:
    """(heading, text) of passages that follow each other.

    The heading is their section's; if they are of several, it is empty and every section's heading
    stands in the text above it.
    """
    headings = [passage.heading for passage in passages]
    if len(set(headings)) == 1:
        return headings[0], "\n\n".join(passage.text for passage in passages)
    parts = []
    for before, passage in zip([None, *headings], passages, strict=False):
        if passage.heading and passage.heading != before:
            parts.append(passage.heading.split(" › ")[-1])
        parts.append(passage.text)
    return "", "\n\n".join(parts)
