"""A small help center in three languages, visitors, and a desk that reports on its gaps."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.pipeline import index
from kb.config import Settings
from kb.embedder import Vectors
from kb.events import ContactMade, ResultClicked, SearchMade
from kb.gaps.service import GapDesk
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Fact, Store
from tests.fakes import BagOfWordsEmbedder

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

ARTICLES: list[dict[str, Any]] = [
    {"_id": "pump.en", "group": "pump.en", "lang": "en", "title": "Pump noise",
     "text": "A rattling pump has air in it. Tilt the tank and clean the filter."},
    {"_id": "parcel.en", "group": "parcel.en", "lang": "en", "title": "Track a parcel",
     "text": "Open Orders and tap Track. The courier delivers within five days."},
    {"_id": "parcel.fa", "group": "parcel.en", "lang": "fa", "title": "پیگیری بسته",
     "text": "بخش سفارش‌ها را باز کنید و روی پیگیری بزنید."},
    {"_id": "lamp.zh", "group": "lamp.zh", "lang": "zh", "title": "调节灯光",
     "text": "在设置里可以调节亮度，灯每天亮十四个小时。"},
]  # fmt: skip
HEATING = {"en": "frost damages winter balcony", "fa": "یخ زدن گلدان زمستان", "zh": "冬天阳台结冰"}
"""Nothing answers it."""


class CountingEmbedder(BagOfWordsEmbedder):
    """Remembers which queries it was asked for, and vectors from one test to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        return super().embed_queries(texts)

    def _vector(self, text: str) -> Vectors:
        if text not in _vectors:
            _vectors[text] = super()._vector(text)
        return _vectors[text]


_vectors: dict[str, Vectors] = {}


@dataclass
class House:
    """A desk with all that it works on."""

    settings: Settings
    store: Store
    knowledge_base: KnowledgeBase
    embedder: CountingEmbedder
    folder: Path
    clock: list[dt.datetime] = field(default_factory=lambda: [NOW])

    @property
    def desk(self) -> GapDesk:
        return GapDesk(self.store, self.knowledge_base, self.settings, lambda: self.clock[0])

    def publish(self, records: Iterable[dict[str, Any]], name: str = "docs.jsonl") -> None:
        """Index a file; of the same name, in place of what was in it."""
        path = self.folder / name
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        path.write_text("\n".join(lines), encoding="utf-8")
        index([path], self.settings, self.store, self.embedder)
        if self.knowledge_base.settings.index_dir.exists():
            self.knowledge_base.reload()

    def log(self, *facts: Fact) -> None:
        self.store.events.append_many(facts)


@contextmanager
def open_house(
    settings: Settings, folder: Path, records: Sequence[dict[str, Any]] = ARTICLES
) -> Iterator[House]:
    embedder = CountingEmbedder()
    store = Store(settings.store_url)
    knowledge_base = KnowledgeBase(settings, embedder, packaged_parameters())
    house = House(settings, store, knowledge_base, embedder, folder)
    house.publish(records)
    yield house
    store.close()


_numbers = iter(range(10**9))


def visit(
    query: str,
    *,
    session: str | None = None,
    locale: str = "en",
    at: dt.datetime = NOW - DAY,
    clicked: str = "",
    contact: bool = False,
    **fields: Any,
) -> list[Fact]:
    """A search and what came of it; of a visit of its own, unless `session` says otherwise."""
    number = next(_numbers)
    occasion, who = f"s{number}", f"v{number}" if session is None else session
    channel = fields.pop("channel", "help_center")
    common: dict[str, Any] = {"occasion": occasion, "session": who, "channel": channel}
    facts = [Fact(SearchMade(**common, query=query, locale=locale, **fields), at)]
    if clicked:
        facts.append(Fact(ResultClicked(**common, article=clicked), at))
    if contact:
        facts.append(Fact(ContactMade(**common), at))
    return facts


def crowd(count: int, query: str, **fields: Any) -> list[Fact]:
    """So many visits."""
    return [fact for _ in range(count) for fact in visit(query, **fields)]


def solved(identifier: str, asked: str, **fields: Any) -> dict[str, Any]:
    """A solved ticket as a record."""
    return {
        "kind": "ticket", "id": identifier, "locale": "en", "status": "solved",
        "subject": "", "created": (NOW - 5 * DAY).isoformat(),
        "messages": [
            {"author": "customer", "text": asked},
            {"author": "rep", "text": "Please try it again tomorrow."},
        ],
    } | fields  # fmt: skip
