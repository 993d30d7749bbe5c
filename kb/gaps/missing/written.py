"""A cluster of questions written up as a gap: label, people, trend, nearest article. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.gaps.missing import shortfall
from kb.gaps.missing.naming import (
    central_questions,
    centrality,
    label_of,
    telling_words,
    terms_of,
)
from kb.gaps.missing.priority import priority, trend_of
from kb.gaps.missing.questions import Question, people_of
from kb.gaps.models import CentralQuestion, Gap, Nearest
from kb.gaps.probing import Probed
from kb.text import language_of

_TICKETS_LISTED = 50
_WORDS_JUDGED = 12
_SHOWN_CHARS = 1000
"""Of a question."""
_SHORTEST = {"zh": 2, "ja": 2}
"""Letters of a word that can be missed; 3 in other languages."""
_COMMON = 0.15
"""Share of a language's questions; words in more of them are `I` and `how`."""
_MANY = 50
"""Questions from which that can be told."""


@dataclass(frozen=True)
class Version:
    """What is known of an article version to say why it falls short."""

    id: str
    group: str
    locale: str
    title: str
    url: str
    changed: dt.date | None


class Library(Protocol):
    """The articles that customers can find."""

    def versions(self, group: str) -> Sequence[Version]:
        """Language versions of an article, in any order."""

    def terms(self, group: str) -> frozenset[str]:
        """Every analysed term of its versions."""

    def common(self, term: str, language: str) -> bool:
        """Whether a word is in so many passages that it tells nothing about one."""


@dataclass(frozen=True)
class Cluster:
    """Questions about one thing, before it is written up."""

    ordinals: NDArray[np.int64]
    weights: NDArray[np.float64]
    """People of each question, shape (n,); see `shared_out`."""
    demand: float
    """People whom nothing answered."""
    uncovered: float
    centroid: NDArray[np.float32]


class Writer:
    """Writes clusters up as gaps."""

    def __init__(
        self,
        questions: Sequence[Question],
        probed: Probed,
        library: Library,
        related_threshold: float,
        now: dt.datetime,
    ) -> None:
        self._questions, self._probed = questions, probed
        self._library, self._related, self._now = library, related_threshold, now
        self._terms = [terms_of(question) for question in questions]
        self._asked = Counter(question.language for question in questions)
        self._counts = Counter(
            (term, question.language)
            for question, terms in zip(questions, self._terms, strict=True)
            for term in terms
        )

    def gap(self, identifier: str, cluster: Cluster) -> Gap:
        places = cluster.ordinals.tolist()
        questions = [self._questions[n] for n in places]
        vectors, weights = self._probed.vectors[cluster.ordinals], cluster.weights
        central = [questions[n] for n in central_questions(questions, vectors, weights)]
        order = np.argsort(-centrality(vectors, weights), kind="stable").tolist()
        tickets = [t.ticket_id for n in order for t in questions[n].tickets if t.ticket_id]
        asked = [when for question in questions for when, _, _ in question.times]
        trend = trend_of(questions, self._now)
        languages = {
            code: people_of(q for q in questions if q.language == code)
            for code in {question.language for question in questions}
        }
        return Gap(
            id=identifier,
            label=label_of(central[0].text),
            languages=dict(sorted(languages.items(), key=lambda item: (-item[1], item[0]))),
            questions=len(questions),
            searches=sum(s.times for question in questions for s in question.searches),
            tickets=len(dict.fromkeys(tickets)),
            contacts=_contacts(questions),
            people=people_of(questions),
            trend=trend,
            demand=round(cluster.demand, 1),
            uncovered=round(cluster.uncovered, 3),
            priority=round(priority(cluster.demand, cluster.uncovered, trend.factor), 2),
            central=tuple(
                CentralQuestion(
                    text=question.text[:_SHOWN_CHARS],
                    locale=question.language,
                    people=question.demand,
                    tickets=tuple(t.ticket_id for t in question.tickets if t.ticket_id)[:10],
                )
                for question in central
            ),
            words=tuple(word for word, _, _ in self._words(questions, weights)[:5]),
            nearest=self._nearest(questions, places, weights, languages),
            first_asked=min(asked).date(),
            last_asked=max(asked).date(),
            members=tuple(question.key for question in questions),
            ticket_ids=tuple(dict.fromkeys(tickets))[:_TICKETS_LISTED],
        )

    def _words(
        self, questions: Sequence[Question], weights: NDArray[np.float64]
    ) -> list[tuple[str, str, str]]:
        return telling_words(questions, weights.tolist(), self._counts, len(self._questions))

    def _nearest(
        self,
        questions: Sequence[Question],
        places: Sequence[int],
        weights: NDArray[np.float64],
        languages: Mapping[str, int],
    ) -> Nearest | None:
        found = [self._probed.found[n] for n in places]
        candidate = shortfall.nearest_of(found, weights.tolist())
        versions = self._library.versions(candidate.group) if candidate else ()
        version = next((v for v in versions if candidate and v.id == candidate.id), None)
        if candidate is None or version is None:
            return None
        written = sorted({language_of(v.locale) for v in versions})
        words = [
            (word, term, self._used(term, language, places, weights))
            for word, term, language in self._words(questions, weights)[:_WORDS_JUDGED]
            if language in written and not self._says_little(term, language)
        ]
        judged = shortfall.judged(
            candidate,
            version.title,
            languages,
            written,
            words,
            self._library.terms(candidate.group),
            self._related,
        )
        return Nearest(
            id=version.id,
            group=version.group,
            title=version.title,
            locale=version.locale,
            url=version.url,
            confidence=round(candidate.confidence, 3),
            shortfall=judged.shortfall,
            missing_words=judged.missing_words,
            reason=judged.reason,
        )

    def _says_little(self, term: str, language: str) -> bool:
        """Whether a word is too short or too frequent to be missed in an article."""
        if len(term) < _SHORTEST.get(language, 3) or self._library.common(term, language):
            return True
        asked = self._asked[language]
        return asked >= _MANY and self._counts[term, language] > _COMMON * asked

    def _used(
        self, term: str, language: str, places: Sequence[int], weights: NDArray[np.float64]
    ) -> float:
        """Share of a language's people whose question has the word."""
        total = using = 0.0
        for place, weight in zip(places, weights.tolist(), strict=True):
            if self._questions[place].language == language:
                total += weight
                using += weight * (term in self._terms[place])
        return using / total if total else 0.0


def _contacts(questions: Sequence[Question]) -> int:
    """Searches that led to contact, and tickets of others than those who searched."""
    led = [s.person for question in questions for s in question.searches if s.contacted]
    counted = set(led)
    wrote = sum(t.person not in counted for question in questions for t in question.tickets)
    return len(led) + wrote
