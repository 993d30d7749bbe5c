"""What a report on gaps costs as the log grows: time and memory, beside embedding alone."""

from __future__ import annotations

import datetime as dt
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.datasets import load_dataset
from indexer.pipeline import index
from kb.config import Settings
from kb.embedder import Embedder
from kb.errors import InvalidInput
from kb.events import ContactMade, ResultClicked, SearchMade
from kb.gaps.journeys import journeys
from kb.gaps.missing.questions import questions_of
from kb.gaps.service import GapDesk
from kb.parameters import Parameters
from kb.service import KnowledgeBase
from kb.store import Fact, Store
from kb.text import detect_language

Progress = Callable[[str, int, int], None]

_WEEKS = 12
_BATCH = 5_000
_GROWTH = 0.01
_EVENTS_PER_SEARCH = 1.5
"""A search, and every second time a click or a contact."""


def bench_gaps(
    dataset: Path,
    sources: Sequence[Path],
    sizes: Sequence[int],
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
    now: dt.datetime,
    progress: Progress,
) -> list[dict[str, Any]]:
    """Fill event logs of growing size and compute the report on each; one row per size.

    The questions are a dataset's, and others made of their words: half of all searches repeat an
    earlier one.

    Raises:
        InvalidInput: there are no queries or no content.
    """
    queries = [query.text for query in load_dataset(dataset).queries if query.role == "customer"]
    if not queries:
        raise InvalidInput(f"{dataset} has no queries of customers.")
    rows = []
    for size in sizes:
        folder = settings.data_dir / "bench-gaps" / str(size)
        own = settings.model_copy(update={"data_dir": folder, "database_url": ""})
        _forget(folder)
        store = Store(own.store_url)
        try:
            index(list(sources), own, store, embedder, progress=progress)
            rows.append(_row(own, store, embedder, parameters, queries, size, now, progress))
        finally:
            store.close()
    return rows


def _row(
    settings: Settings,
    store: Store,
    embedder: Embedder,
    parameters: Parameters,
    queries: Sequence[str],
    size: int,
    now: dt.datetime,
    progress: Progress,
) -> dict[str, Any]:
    maker = _Events(queries, settings.languages, now)
    _fill(store, maker, size, progress)
    knowledge_base = KnowledgeBase(settings, embedder, parameters)
    knowledge_base.search("warm up")
    desk = GapDesk(store, knowledge_base, settings, lambda: now)
    asked = questions_of(journeys(store.events.visits()).searches, [])
    embedding = _seconds(lambda: _embed(embedder, [question.text for question in asked]))
    first = _seconds(lambda: desk.refresh(progress))
    again = _seconds(lambda: desk.refresh(progress))
    _fill(store, maker, max(1, round(_GROWTH * size)), progress)
    grown = _seconds(lambda: desk.refresh(progress))
    opened = _seconds(lambda: GapDesk(store, None, settings).report())
    repeated = _seconds(desk.report)
    return {
        "events": size,
        "questions": len(asked),
        "first_s": round(first, 2),
        "first_to_embedding": round(first / embedding, 2),
        "nothing_new_s": round(again, 2),
        "one_percent_more_s": round(grown, 2),
        "open_ms": round(1000 * opened, 1),
        "open_again_ms": round(1000 * repeated, 1),
        "peak_mb": _peak_mb(),
    }


class _Events:
    """A stream of visits: who asks, clicks and makes contact."""

    def __init__(self, queries: Sequence[str], languages: Sequence[str], now: dt.datetime) -> None:
        self._queries, self._languages, self._now = queries, languages, now
        self._words = sorted({word for query in queries for word in query.split()})
        self._rng = np.random.default_rng(0)
        self._asked: list[str] = list(queries)
        self._number = 0

    def take(self, count: int) -> Iterator[Fact]:
        """About `count` events."""
        for _ in range(max(1, round(count / _EVENTS_PER_SEARCH))):
            yield from self._visit()

    def _visit(self) -> Iterator[Fact]:
        rng = self._rng
        self._number += 1
        occasion, session = f"bench {self._number}", f"visit {self._number}"
        at = self._now - dt.timedelta(weeks=_WEEKS) * float(rng.random())
        if rng.random() < 0.5:
            query = self._asked[int(len(self._asked) * rng.random() ** 3)]
        else:
            base = self._queries[int(rng.integers(len(self._queries)))]
            query = f"{base} {' '.join(rng.choice(self._words, size=2))}"[:500]
            self._asked.append(query)
        language = detect_language(query, self._languages, self._languages[0])
        yield Fact(SearchMade(occasion=occasion, session=session, query=query, locale=language), at)
        told = rng.random()
        if told < 0.35:
            yield Fact(
                ResultClicked(occasion=occasion, session=session, article="a", position=1), at
            )
        elif told < 0.5:
            yield Fact(ContactMade(occasion=occasion, session=session), at)


def _fill(store: Store, maker: _Events, count: int, progress: Progress) -> None:
    batch: list[Fact] = []
    for done, fact in enumerate(maker.take(count), start=1):
        batch.append(fact)
        if len(batch) == _BATCH:
            store.events.append_many(batch)
            batch = []
            progress("log", done, count)
    store.events.append_many(batch)


def _embed(embedder: Embedder, texts: Sequence[str]) -> None:
    in_order = sorted(texts, key=len)
    for start in range(0, len(in_order), 128):
        embedder.embed_queries(in_order[start : start + 128])


def _forget(folder: Path) -> None:
    """Start from nothing, but keep the model and the content's vectors."""
    for name in ("kb.sqlite", "kb.sqlite-wal", "kb.sqlite-shm", "cache/questions.sqlite"):
        (folder / name).unlink(missing_ok=True)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak_mb() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6)
