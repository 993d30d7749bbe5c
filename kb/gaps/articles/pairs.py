"""Pairs of articles that are about the same, by their vectors.

    cover(a, b)   mean, over the passages of a, of the best cosine with a passage of b: how well b
                  covers a
    similarity    the smaller of cover(a, b) and cover(b, a), in spreads (kb.gaps.articles.content)

The mean over all passages keeps one shared passage ("contact us if this does not help") from making
a pair, and the smaller side keeps a short article from being like every long one that mentions it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.gaps.articles.content import ArticleVersion, Content
from kb.gaps.articles.cosines import Cosines, Stack, compared

MOST_EACH = 20
"""Of one article in one language: enough for every purpose, and keeps memory linear. Of more copies
of one text, each is found with some others."""
FLOOR = 4.5
"""Spreads. Of 310 real translations 197 in 246 (English and Persian) and 177 in 189 (English and
Chinese) are nearest to each other above it; unrelated articles rarely are."""


@dataclass(frozen=True)
class SimilarPair:
    """Two articles of different groups; `left` has the smaller id."""

    left: ArticleVersion
    right: ArticleVersion
    similarity: float
    """In spreads."""
    lead: float
    """By how many spreads each is nearer to the other than to any other article of its language (of
    another group); the smaller of both. Negative where one of them has a nearer one."""


def similar_pairs(content: Content) -> list[SimilarPair]:
    """All pairs of different groups with a similarity of at least `FLOOR`, the most similar first.

    Internal articles are compared with public ones, too. Takes n · n · d operations for n passages.
    """
    articles = [article for article in content.articles if len(article.vectors)]
    if not articles:
        return []
    numbers = {group: number for number, group in enumerate(content.groups)}
    group = np.array([numbers[article.group] for article in articles])
    names = sorted({article.language for article in articles})
    language = np.array([names.index(article.language) for article in articles])
    covers: dict[tuple[int, int], float] = {}
    floor = content.cosine_at(FLOOR)
    stack = Stack.of([article.vectors for article in articles])
    for first, block in compared(stack, stack, "mean of best"):
        rows = np.arange(first, first + len(block))
        block[group[rows, None] == group[None]] = -1
        for row, cosines in enumerate(block):
            for column in _most(cosines, language, floor):
                covers[first + row, column] = content.spreads_of(float(cosines[column]))
    similar: dict[tuple[int, int], float] = {}
    for (a, b), value in covers.items():
        back = covers.get((b, a))  # not among the best of b, or below the floor
        if back is None:
            back = content.spreads_of(_cover(articles[b], articles[a]))
        if min(value, back) >= FLOOR:
            similar[a, b] = similar[b, a] = min(value, back)
    best = _two_best(similar, language.tolist())
    pairs = []
    for (a, b), similarity in similar.items():
        if articles[a].id < articles[b].id:
            lead = min(
                similarity - _best_but(best[a, int(language[b])], b),
                similarity - _best_but(best[b, int(language[a])], a),
            )
            pairs.append(SimilarPair(articles[a], articles[b], similarity, lead))
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair.left.id, pair.right.id))


def _cover(one: ArticleVersion, other: ArticleVersion) -> float:
    """cover(one, other), as a cosine."""
    return float((one.vectors @ other.vectors.T).max(axis=1).mean())


def _most(cosines: Cosines, language: NDArray[np.int64], floor: float) -> list[int]:
    """The best `MOST_EACH` in each language, where they reach the floor."""
    found = np.flatnonzero(cosines >= floor)
    if len(found) <= MOST_EACH:
        return found.tolist()
    found = found[np.lexsort((found, -cosines[found]))]
    kept: list[int] = []
    for one in np.unique(language[found]):
        kept += found[language[found] == one][:MOST_EACH].tolist()
    return kept


_Best = list[tuple[float, int]]


def _two_best(
    similar: dict[tuple[int, int], float], language: list[int]
) -> dict[tuple[int, int], _Best]:
    """By article and language: the two most similar articles in it, the best first."""
    best: dict[tuple[int, int], _Best] = {}
    for (a, b), value in similar.items():
        mine = best.setdefault((a, language[b]), [])
        mine.append((value, b))
        mine.sort(reverse=True)
        del mine[2:]
    return best


def _best_but(best: _Best, article: int) -> float:
    """The best similarity with another than `article`; what is not known is below the floor."""
    return next((value for value, other in best if other != article), FLOOR - 1)
