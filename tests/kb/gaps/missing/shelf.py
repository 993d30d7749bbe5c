"""Questions with vectors by hand, what the help center finds for them, and its articles.

Unrelated questions have cosine 0 and a spread of 0.1, as in tests.kb.gaps.library.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from kb.embedder import Vectors
from kb.gaps.journeys import Search
from kb.gaps.missing.coverage import Found
from kb.gaps.missing.find import Missing, find_missing
from kb.gaps.missing.identity import Known
from kb.gaps.missing.questions import Question, TicketAsked, questions_of
from kb.gaps.missing.written import Version
from kb.gaps.probing import Probed
from kb.parameters import GapParameters, packaged_parameters
from kb.text import analyse
from tests.kb.gaps.library import DIMENSION, NOW

RELATED = 0.25
"""Confidence below which a search finds nothing."""
FOUND = Found(0.4, "wifi.en", "wifi.en", "en")
"""What most tests find: an article that comes near."""


class Shelf:
    """A library by hand: ids like `wifi.fa`, one group for each name."""

    def __init__(
        self, texts: dict[str, str], common: Iterable[str] = (), changed: dt.date | None = None
    ) -> None:
        self._texts, self._common, self._changed = texts, frozenset(common), changed

    def versions(self, group: str) -> Sequence[Version]:
        return [
            Version(name, group, name.rpartition(".")[2], f"Title of {name}", "", self._changed)
            for name in self._texts
            if _group(name) == group
        ]

    def terms(self, group: str) -> frozenset[str]:
        return frozenset(
            term.text
            for name, text in self._texts.items()
            if _group(name) == group
            for term in analyse(text, name.rpartition(".")[2])
        )

    def common(self, term: str, language: str) -> bool:
        return term in self._common


def _group(name: str) -> str:
    return f"{name.rpartition('.')[0]}.en"


SHELF = Shelf({"wifi.en": "Connect the planter to Wi-Fi in the app."})


def asked_by(ticket_id: str, person: str, text: str = "low water", **changes: Any) -> TicketAsked:
    fields: dict[str, Any] = {"at": NOW, "language": "en"}
    return TicketAsked(ticket_id, person=person, text=text, **(fields | changes))


def probed(
    questions: Sequence[Question],
    vector_of: Callable[[Question], Vectors],
    found: Callable[[Question], Found] = lambda _: FOUND,
) -> Probed:
    vectors = [vector_of(question) for question in questions]
    stacked = np.stack(vectors) if vectors else np.zeros((0, DIMENSION), np.float32)
    return Probed([found(question) for question in questions], stacked, 0.0, 0.1)


def gaps_of(
    searches: Iterable[Search],
    topics: dict[str, int],
    *,
    tickets: Iterable[TicketAsked] = (),
    found: Callable[[Question], Found] = lambda _: FOUND,
    known: Sequence[Known] = (),
    now: dt.datetime = NOW,
    shelf: Shelf = SHELF,
    **parameters: Any,
) -> Missing:
    """The gaps of some searches and tickets.

    Args:
        topics: a question is about the first of these words that it has; of the others, each is
            about something else.
    """
    questions = questions_of(searches, tickets)
    vectors = _Topics(topics)
    fitted: GapParameters = packaged_parameters().gaps.model_copy(update=parameters)
    look = probed(questions, vectors, found)
    listed = {gap.id for gap in known}
    return find_missing(questions, look, shelf, known, fitted, RELATED, now, listed)


class _Topics:
    """The same text has the same vector every time; two texts of a topic have a cosine of 0.8."""

    def __init__(self, topics: dict[str, int]) -> None:
        self._topics = topics

    def __call__(self, question: Question) -> Vectors:
        topic = next((self._topics[word] for word in self._topics if word in question.text), None)
        # Topics are in the first dimensions, other questions in the last, and neither in between.
        start, end = (10, 25) if topic is not None else (25, DIMENSION)
        own = np.zeros(DIMENSION)
        own[start:end] = np.random.default_rng(int(question.key[:8], 16)).standard_normal(15)
        own /= np.linalg.norm(own)
        if topic is None:
            return np.asarray(own, np.float32)
        return np.asarray(0.9 * np.eye(DIMENSION)[topic] + 0.19**0.5 * own, np.float32)
