"""One plant: articles are hidden, the rest indexed, visitors come, and gaps are looked for."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.gaps.measures import Member
from eval.gaps.subjects import Asked, Subjects, hidden_subjects
from eval.gaps.visitors import Manners, Visit, nonsense, visits
from eval.replay.memory import RememberingEmbedder
from indexer.pipeline import index
from kb.config import Settings
from kb.embedder import Embedder
from kb.embedder.cached import EMBEDDINGS, EmbeddingCache
from kb.gaps.library import HelpLibrary
from kb.gaps.missing.questions import Question, question_key, questions_of
from kb.gaps.missing.written import Library
from kb.gaps.probing import Probed, Progress, probe
from kb.gaps.remembered import QuestionCache, open_cache
from kb.parameters import Parameters
from kb.service import Held, KnowledgeBase
from kb.store import Store

_SHOWN = 10
_SEEN = 3


@dataclass(frozen=True)
class Options:
    """What is planted."""

    hide: int = 8
    """Subjects per plant, at most a third of those asked about."""
    least_questions: int = 2
    """That a hidden subject needs."""
    nonsense: float = 0.15
    """Share of the questions."""
    with_misses: bool = False
    """Whether also those covered questions come whose article is not among the first three."""
    changed: float = 0.1
    """Share of the visits replaced in the second run."""


@dataclass(frozen=True)
class Plant:
    """Everything a way of finding gaps may look at, and what only the judge knows."""

    name: str
    seed: int
    questions: Sequence[Question]
    people: NDArray[np.float64]
    probed: Probed
    library: Library
    subjects: Sequence[frozenset[str]]
    """Of each question."""
    hidden: frozenset[str]
    """Subjects without an article, of those that somebody asks about."""
    in_truth: int
    """How many subjects are asked about."""

    def members(self, ordinals: Sequence[int]) -> list[Member]:
        return [
            Member(self.questions[n].key, self.subjects[n], int(self.people[n])) for n in ordinals
        ]

    @property
    def hidden_questions(self) -> dict[str, frozenset[str]]:
        """Question key to subjects, of those about hidden subjects only."""
        return {
            question.key: subjects
            for question, subjects in zip(self.questions, self.subjects, strict=True)
            if subjects and subjects <= self.hidden
        }


@dataclass(frozen=True)
class Ground:
    """A knowledge base with holes, and the questions that people bring."""

    name: str
    seed: int
    knowledge_base: KnowledgeBase
    held: Held
    cache: QuestionCache
    asked: Sequence[Asked]
    shown: Mapping[str, tuple[tuple[str, ...], frozenset[str]]]
    hidden: frozenset[str]

    def visits(self, manners: Manners, until: dt.datetime, seed: int, prefix: str) -> list[Visit]:
        return visits(
            self.asked,
            lambda asked: self.shown[asked.text],
            manners,
            until,
            np.random.default_rng(seed),
            prefix,
        )

    def plant(self, made: Sequence[Visit], progress: Progress) -> Plant:
        """What the visits leave behind."""
        questions = questions_of([visit.search for visit in made], [])
        known = {question_key(v.asked.text, v.asked.language): v.asked.subjects for v in made}
        probed = probe(questions, self.knowledge_base, self.held, self.cache, progress)
        subjects = [known[question.key] for question in questions]
        asked_about = {subject for one in subjects for subject in one}
        return Plant(
            name=self.name,
            seed=self.seed,
            questions=questions,
            people=np.array([question.demand for question in questions], np.float64),
            probed=probed,
            library=HelpLibrary(
                self.held.snapshot.collections.get("help"), self.knowledge_base.url_of
            ),
            subjects=subjects,
            hidden=self.hidden & asked_about,
            in_truth=len(asked_about),
        )


@contextmanager
def planted(
    subjects: Subjects,
    options: Options,
    seed: int,
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
    progress: Progress,
) -> Iterator[Ground]:
    """Hide some subjects and index the others; what is indexed is gone afterwards.

    Vectors stay in `<data_dir>/eval/gaps/cache`.

    Raises:
        InvalidInput: the dataset has too few subjects.
    """
    about = subjects.asked_about()
    fit = sum(count >= options.least_questions for count in about.values())
    count = max(1, min(options.hide, fit // 3))
    hidden = hidden_subjects(subjects, count, options.least_questions, seed)
    folder = settings.data_dir / "eval" / "gaps"
    cache = folder / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="plant-", dir=folder) as scratch:
        own = settings.model_copy(update={"data_dir": Path(scratch), "database_url": ""})
        (Path(scratch) / "cache").symlink_to(cache.resolve())
        vectors = EmbeddingCache(cache / EMBEDDINGS)
        remembering = RememberingEmbedder(embedder, vectors)
        try:
            _index(subjects, hidden, own, remembering, progress)
            knowledge_base = KnowledgeBase(own, remembering, parameters)
            with open_cache(cache) as questions:
                yield _ground(subjects, hidden, options, seed, knowledge_base, questions, progress)
        finally:
            vectors.close()


def _index(
    subjects: Subjects,
    hidden: frozenset[str],
    settings: Settings,
    embedder: Embedder,
    progress: Progress,
) -> None:
    corpus = settings.data_dir / "corpus.jsonl"
    with corpus.open("w", encoding="utf-8") as file:
        for subject, articles in subjects.articles.items():
            for article in articles if subject not in hidden else ():
                file.write(json.dumps(article.model_dump(mode="json"), ensure_ascii=False) + "\n")
    store = Store(settings.store_url)
    try:
        index([corpus], settings, store, embedder, progress=progress)
    finally:
        store.close()


def _ground(
    subjects: Subjects,
    hidden: frozenset[str],
    options: Options,
    seed: int,
    knowledge_base: KnowledgeBase,
    cache: QuestionCache,
    progress: Progress,
) -> Ground:
    held = knowledge_base.held()
    subject_of = {a.id: s for s, articles in subjects.articles.items() for a in articles}
    shown: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {}

    def find(asked: Asked) -> frozenset[str]:
        vector = knowledge_base.embedder.embed_queries([asked.text])[0]
        groups = held.look_up(asked.text, asked.language, vector).groups()[:_SHOWN]
        hits = tuple(group.versions[0].document_id for group in groups)
        seen = frozenset(subject_of[hit] for hit in hits[:_SEEN])
        shown[asked.text] = hits, seen
        return seen

    knowledge_base.embedder.embed_queries([question.text for question in subjects.asked])  # kept
    asked: list[Asked] = []
    for number, question in enumerate(subjects.asked):
        seen = find(question)
        open_question = not question.subjects or question.subjects <= hidden
        if open_question or options.with_misses or question.subjects & seen:
            asked.append(question)
        progress("look up", number + 1, len(subjects.asked))
    rng = np.random.default_rng(seed)
    unanswered = sum(not question.subjects for question in asked)
    for extra in nonsense(asked, max(0, round(options.nonsense * len(asked)) - unanswered), rng):
        find(extra)
        asked.append(extra)
    return Ground(subjects.name, seed, knowledge_base, held, cache, asked, shown, hidden)
