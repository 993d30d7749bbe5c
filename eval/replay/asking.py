"""Asking: every ticket of a source is put to the systems on a snapshot of what came before it.

What a source is (real threads, judged tickets) is behind `Source` and `Judge`; here is the loop
that measuring (`replay`) and learning (`collect`) share.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eval.replay.baselines import random_documents, searches
from eval.replay.memory import RememberingEmbedder
from eval.replay.past import PREFIX, Past
from eval.replay.records import Criterion, Kind
from eval.replay.systems import SUGGESTIONS, MakeSystem, Offer, System, product_system
from kb.config import Settings
from kb.embedder import Embedder
from kb.embedder.cached import EMBEDDINGS, EmbeddingCache
from kb.models import CollectionName, Document, Ticket
from kb.parameters import Parameters
from kb.snapshot import Snapshot
from kb.text import language_of

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    split: float = 0.8
    """Share of the threads that is history, by creation."""
    until: float = 1.0
    """Ask only tickets up to this share, by creation: what comes later is never looked at."""
    refresh: int = 50
    """Threads replayed on one snapshot."""
    limit: int | None = None
    """Use only the so many earliest tickets."""
    seed: int = 7
    article_url: str = ""
    """Address of articles whose source gives none; `{}` is what follows the last `:` of the id."""
    withhold: float = 0.0
    """Share of the documents judged to help that are kept out of the memory."""


@dataclass(frozen=True)
class House:
    """What the product is built from."""

    settings: Settings
    embedder: Embedder
    parameters: Parameters
    make_system: MakeSystem = product_system


@dataclass(frozen=True)
class Question:
    """A ticket as it stood before anybody answered."""

    ticket: Ticket
    created: dt.datetime | None

    @property
    def language(self) -> str:
        return language_of(self.ticket.locale)


@dataclass(frozen=True)
class Block:
    """Tickets that are asked on one snapshot, and the documents that are in it."""

    documents: Sequence[Document]
    questions: Sequence[Question]


@dataclass(frozen=True)
class Verdict:
    """Whether one offer would have helped."""

    meets: frozenset[Criterion]
    right: bool
    """It meets the source's main criterion."""
    has_link: bool = False
    """It has a link that counts."""
    cosine: float | None = None
    """Of its text and the sent reply, as passages."""


@dataclass(frozen=True)
class Judgement:
    """All offers for a ticket, judged."""

    judged: frozenset[Criterion]
    """By which the ticket can be judged at all."""
    in_memory: frozenset[Criterion]
    """Which of these something in the memory meets."""
    links: frozenset[str]
    """Of the sent reply, as far as they count."""
    verdicts: Mapping[str, Sequence[Verdict]]
    """By system, in the order of its offers."""


Judge = Callable[[Question, Mapping[str, Sequence[Offer]]], Judgement]


class Source(Protocol):
    """What is replayed."""

    @property
    def kind(self) -> Kind: ...

    @property
    def searched(self) -> tuple[CollectionName, ...]:
        """Collections that hold what a search could find."""

    def asked(self) -> int:
        """How many tickets are asked in all."""

    def remembered(self) -> int:
        """How many threads or documents there are to learn from before the first is asked."""

    def blocks(self) -> Iterator[Block]: ...

    def judge(self, snapshot: Snapshot) -> Judge:
        """The judge for tickets that are asked on a snapshot."""

    def baselines(self, snapshot: Snapshot) -> Mapping[str, System]:
        """Baselines that only such a source has."""


@dataclass(frozen=True)
class Asked:
    """One ticket, what was offered for it, and what each offer was worth."""

    question: Question
    visible: int
    """Documents in the memory."""
    judged: frozenset[Criterion]
    in_memory: frozenset[Criterion]
    links: frozenset[str]
    offers: Mapping[str, Sequence[tuple[Offer, Verdict]]]
    """By system, best first."""

    @property
    def suggestions(self) -> Sequence[tuple[Offer, Verdict]]:
        """The product's."""
        return self.offers[SUGGESTIONS]


@contextmanager
def remembering(house: House) -> Iterator[Embedder]:
    """The house's embedder, which embeds each text once ever."""
    cache = EmbeddingCache(house.settings.cache_dir / EMBEDDINGS)
    try:
        yield RememberingEmbedder(house.embedder, cache)
    finally:
        cache.close()


def ask(
    source: Source,
    house: House,
    embedder: Embedder,
    options: Options,
    progress: Progress,
    *,
    with_baselines: bool,
    problems: list[str] | None = None,
) -> Iterator[Asked]:
    """Put every ticket of a source to the product, and to the baselines if wanted.

    Args:
        problems: receives sentences about documents that could not be indexed.
    """
    done, total = 0, source.asked()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        past = Past(Path(folder), house.settings, embedder)
        for block in source.blocks():
            snapshot = past.snapshot(block.documents, progress)
            systems = {SUGGESTIONS: house.make_system(past.settings, embedder, house.parameters)}
            if with_baselines:
                systems |= _baselines(source, snapshot, house, embedder, options.seed)
            judge = source.judge(snapshot)
            for question in block.questions:
                yield _asked(question, len(block.documents), systems, judge)
                done += 1
                progress("replay", done, total)
        if problems is not None:
            problems.extend(past.problems)


def _baselines(
    source: Source, snapshot: Snapshot, house: House, embedder: Embedder, seed: int
) -> dict[str, System]:
    collections = [snapshot.collections[name] for name in source.searched]
    return {
        **searches(collections, snapshot.centring, house.settings, embedder, house.parameters),
        **random_documents(collections, seed),
        **source.baselines(snapshot),
    }


def _asked(question: Question, visible: int, systems: Mapping[str, System], judge: Judge) -> Asked:
    offers = {name: system(question.ticket) for name, system in systems.items()}
    found = judge(question, offers)
    return Asked(
        question=question,
        visible=visible,
        judged=found.judged,
        in_memory=found.in_memory,
        links=found.links,
        offers={
            name: list(zip(offers[name], verdicts, strict=True))
            for name, verdicts in found.verdicts.items()
        },
    )
