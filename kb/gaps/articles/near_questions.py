"""Which questions come near an article, and which of their words it lacks.

A question is *near* an article if its cosine with the best passage is at least `NEAR` spreads above
unrelated texts, and at most `BEHIND` spreads below that of the public article it is nearest to.

A word is proposed if at least `WORD_PEOPLE` people used it in near questions, it is at least `LIFT`
times as frequent there as in all questions, and neither title nor text has it (kb.text.analyse).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.embedder import Vectors
from kb.gaps.articles.content import ArticleVersion, Content
from kb.gaps.articles.cosines import Stack, compared
from kb.text import analyse

NEAR = 3.0
"""Of golden questions 55 % are this near their article; of questions about what the knowledge base
does not know, 25 % are this near to any."""
BEHIND = 1.0
WORD_PEOPLE = 2
LIFT = 3.0
WORDS = 5
_READ = 50_000
"""Characters of a text that are read."""


@dataclass(frozen=True)
class Asked:
    """A question that people asked."""

    text: str
    language: str
    people: int
    vector: Vectors
    """Centred as a query (kb.embedder.Centring.query), shape (d,)."""


def near_questions(
    lost: Sequence[ArticleVersion], content: Content, questions: Sequence[Asked]
) -> Mapping[str, list[int]]:
    """The places in `questions` of those near each article, by its id.

    Args:
        lost: public articles with passages.
    """
    if not questions:
        return {}
    every = [a for a in content.articles if a.audience == "public" and len(a.vectors)]
    place = {article.id: number for number, article in enumerate(every)}
    columns = np.array([place[article.id] for article in lost])
    near: dict[str, list[int]] = defaultdict(list)
    left = Stack.of([one.vector.reshape(1, -1) for one in questions])
    for start, block in compared(left, Stack.of([article.vectors for article in every])):
        best = block.max(axis=1, keepdims=True)
        least = np.maximum(best - BEHIND * content.spread, content.cosine_at(NEAR))
        for row, column in np.argwhere(block[:, columns] >= least).tolist():
            near[lost[column].id].append(start + row)
    return near


@dataclass(frozen=True)
class Background:
    words: Counter[str]
    """People who used each word, in all questions of the language."""
    people: int

    def share(self, word: str) -> float:
        """Of the people who asked anything, those who used a word."""
        return self.words[word] / self.people if self.people else 0.0

    def lift(self, people: int, of: int, word: str) -> float:
        """How many times as frequent a word, which somebody used, is among `of` people."""
        return people / of / self.share(word)


def words_of(text: str, language: str) -> dict[str, str]:
    """The words of a question, as the index knows them, with how they are written."""
    found: dict[str, str] = {}
    for term in analyse(text[:_READ], language):
        found.setdefault(term.text, text[term.start : term.end])
    return found


def proposed_words(
    near: Sequence[Asked],
    words: Sequence[Mapping[str, str]],
    own: set[str],
    background: Background,
) -> tuple[str, ...]:
    """The users' words that an article lacks, as most of them write them, the most used first.

    Args:
        words: of each near question, by `words_of`.
        own: the words of the article.
    """
    using: Counter[str] = Counter()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for one, terms in zip(near, words, strict=True):
        for word, form in terms.items():
            if word not in own:
                using[word] += one.people
                written[word][form] += one.people
    people = sum(one.people for one in near)
    telling = [
        (count_, word)
        for word, count_ in using.items()
        if count_ >= WORD_PEOPLE and background.lift(count_, people, word) >= LIFT
    ]
    telling.sort(key=lambda item: (-item[0], item[1]))
    return tuple(
        min(written[word], key=lambda form: (-written[word][form], form))
        for _, word in telling[:WORDS]
    )
