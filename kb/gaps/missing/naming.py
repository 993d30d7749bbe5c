"""What a cluster is called: its most central questions, and the words that tell it. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.embedder import Vectors
from kb.gaps.missing.questions import Question
from kb.gaps.missing.small_words import is_small
from kb.text import Term, analyse

CENTRAL = 3
LABEL_CHARS = 90
_SHORT_LINE = 15
_ALIKE = 0.97
"""Centred cosine above which a second question says nothing that the first does not."""
_WORD_CHARS = 40


def centrality(vectors: Vectors, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean cosine with what everybody in the cluster asked, shape (n,).

    Args:
        weights: demand of each question.
    """
    centre = (weights[:, None] * vectors).sum(axis=0)
    norm = float(np.linalg.norm(centre))
    return np.asarray(vectors @ (centre / norm if norm else centre), np.float64)


def central_questions(
    questions: Sequence[Question], vectors: Vectors, weights: NDArray[np.float64]
) -> list[int]:
    """Places of at most `CENTRAL` questions, the most central first.

    One in every language that asks comes before a second in the same; near copies are passed over.
    """
    # Of two equally central questions, more people chose the words of one.
    score = centrality(vectors, weights) + 0.02 * np.log(weights)
    order = sorted(range(len(questions)), key=lambda n: (-score[n], questions[n].key))
    chosen: list[int] = []
    for again in (False, True):
        for place in order:
            spoken = {questions[n].language for n in chosen}
            new = all(float(vectors[place] @ vectors[n]) < _ALIKE for n in chosen)
            if place not in chosen and new and (again or questions[place].language not in spoken):
                chosen.append(place)
            if len(chosen) == CENTRAL:
                return chosen
    return chosen


def label_of(question: str) -> str:
    """A question as a label: its first line (of a ticket, the subject), shortened at a word.

    A subject that is too short to say anything ("Email") takes the next line along.
    """
    lines = question.strip().split("\n", 2)
    line = lines[0].strip()
    if len(line) < _SHORT_LINE and len(lines) > 1:
        line = f"{line}: {lines[1].strip()}"
    if len(line) <= LABEL_CHARS:
        return line
    cut = line[:LABEL_CHARS]
    head, _, _ = cut.rpartition(" ")
    return f"{head if len(head) > LABEL_CHARS // 2 else cut}…"


def terms_of(question: Question) -> frozenset[str]:
    """The different words of a question, as analysed."""
    return frozenset(term.text for term in _terms(question))


def telling_words(
    questions: Sequence[Question],
    weights: Sequence[float],
    counts: Mapping[tuple[str, str], int],
    of: int,
) -> list[tuple[str, str, str]]:
    """(word as written, as analysed, language), the most telling first.

    By tf·idf over questions: people of the cluster who use it × how rare it is in all questions
    (class-based tf·idf, Grootendorst, "BERTopic", 2022).

    Args:
        counts, of: in how many of all questions each (word as analysed, language) occurs, and how
            many questions that are.
    """
    scores: dict[tuple[str, str], float] = {}
    written: dict[tuple[str, str], Counter[str]] = {}
    for question, weight in zip(questions, weights, strict=True):
        seen: set[str] = set()
        for term in _terms(question):
            word = question.text[term.start : term.end]
            if len(word) > _WORD_CHARS or word.isdigit() or not any(c.isalpha() for c in word):
                continue
            if is_small(term.text, question.language):
                continue
            key = (term.text, question.language)
            written.setdefault(key, Counter())[word] += 1
            if term.text not in seen:
                seen.add(term.text)
                rare = math.log((of + 1) / (counts.get(key, 0) + 1))
                scores[key] = scores.get(key, 0.0) + weight * rare
    order = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [
        (min(written[key].items(), key=lambda w: (-w[1], w[0]))[0], *key)
        for key, score in order
        if score > 0
    ]


_READ_CHARS = 400
"""Of a long ticket: its subject and beginning."""


def _terms(question: Question) -> list[Term]:
    read = question.text[:_READ_CHARS]
    terms = analyse(read, question.language)
    # A word that was cut is none.
    return terms if read == question.text else [term for term in terms if term.end < _READ_CHARS]
