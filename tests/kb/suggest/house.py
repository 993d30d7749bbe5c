"""Parameters of our own, and two ways to a small knowledge base.

`shelf` and `desk_of` hold documents with vectors chosen by hand, so that probabilities can be
computed by hand; `open_house` indexes records for real, with an instant embedder.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexer.build import PreparedDocument, words_of, write_collection
from indexer.pipeline import index
from indexer.words import build_words
from kb.collection import LEXICAL, REPLY_ANCHOR, Collection
from kb.confidence import FEATURES
from kb.config import Settings
from kb.embedder import Centring
from kb.models import CollectionName, IndexedDocument, Passage, Ticket
from kb.parameters import (
    ConfidenceParameters,
    FusionParameters,
    LogisticParameters,
    Parameters,
    PrecedentParameters,
    SuggestionParameters,
    packaged_parameters,
)
from kb.retriever import Query, Retriever
from kb.service import KnowledgeBase
from kb.store import Store
from kb.suggest import Desk, SuggestionTools
from kb.suggest.evidence import CONTENT_FEATURES, REPLY_FEATURES
from tests.fakes import BagOfWordsEmbedder

NOW = dt.datetime(2026, 6, 1, 10, 0, tzinfo=dt.UTC)
"""A Monday."""
DIMENSION = 4
UNRELATED, SPREAD = 0.0, 0.1
FUSION = FusionParameters(
    lexical_weight=0, other_language_vote=0, other_language_credit=0, reinforcement=0
)


def suggestion_parameters(
    reply: Mapping[str, float] | None = None,
    content: Mapping[str, float] | None = None,
    **fields: Any,
) -> SuggestionParameters:
    """By name of the feature; `intercept` is one of them, and what is not named counts nothing.

    Unless told otherwise a reply counts by its problem (logit: a quarter of the cosine in spreads,
    less 1), an article by its confidence alone: then its probability is that confidence.
    """
    reply = {"problem": 1.0, "intercept": -1.0} if reply is None else reply
    content = {"confidence": 2.0} if content is None else content
    precedents = PrecedentParameters(
        lexical_weight=0, other_language_vote=0, other_language_credit=0, reply_weight=0,
        temperature=2,
    )  # fmt: skip
    values: dict[str, Any] = {
        "precedents": precedents,
        "reply": _logistic(REPLY_FEATURES, reply),
        "content": _logistic(CONTENT_FEATURES, content),
        "threshold": 0.25,
        "other_language": 1,
        "acceptance_strength": 10,
    }
    return SuggestionParameters.model_validate(values | fields)


def _logistic(features: Sequence[str], weights: Mapping[str, float]) -> LogisticParameters:
    return LogisticParameters(
        features=tuple(features),
        weights=tuple(weights.get(name, 0.0) for name in features),
        intercept=weights.get("intercept", 0.0),
    )


# ── Vectors by hand ──────────────────────────────────────────────────────────────────────────


def document(kind: str, identifier: str, **fields: Any) -> IndexedDocument:
    """Of an id, what stands before the full stop is the group."""
    collection = {"article": "help", "macro": "internal", "ticket": "tickets"}[kind]
    return IndexedDocument.model_validate(
        {
            "id": identifier, "group": identifier.partition(".")[0], "kind": kind,
            "collection": collection, "locale": "en", "title": f"Title of {identifier}",
            "body": f"Body of {identifier}", **fields,
        }
    )  # fmt: skip


def passage(identifier: str, text: str = "", anchor: str = "top", **fields: Any) -> Passage:
    return Passage.model_validate(
        {
            "id": f"{identifier}#{anchor}", "document_id": identifier, "title": "", "heading": "",
            "text": text or f"Passage of {identifier}", **fields,
        }
    )  # fmt: skip


Vector = Sequence[float]
Placed = tuple[IndexedDocument, Sequence[Vector], Sequence[Vector]]
"""A document, vectors of its passages (of its problem), and of the reply if it is a ticket."""


def shelf(folder: Path, name: CollectionName, *placed: Placed) -> Collection:
    """A collection on disk whose passages have these vectors."""
    prepared, vectors = [], []
    for item, asked, replied in sorted(placed, key=lambda p: p[0].id):
        passages = [passage(item.id, anchor=f"top.{n}") for n in range(1, len(asked) + 1)]
        passages += [
            passage(item.id, item.body, anchor=f"{REPLY_ANCHOR}.{n}")
            for n in range(1, len(replied) + 1)
        ]
        prepared.append(PreparedDocument(item, tuple(passages)))
        vectors += [*asked, *replied]
    rows = np.array(vectors, np.float32).reshape(-1, DIMENSION)
    write_collection(prepared, rows, DIMENSION, folder / name)
    build_words(words_of(prepared), folder / name / LEXICAL)
    return Collection(name, folder / name)


def query(vector: Vector = (1, 0, 0, 0), words: str = "", language: str = "en") -> Query:
    return Query.of(words, language, np.array(vector, np.float32))


def retriever_of(*collections: Collection) -> Retriever:
    """Nothing is centred away; unrelated texts have cosine 0 and a spread of 0.1."""
    nothing = np.zeros((1, DIMENSION), np.float32)
    centring = Centring(("en",), nothing, nothing, UNRELATED, SPREAD)
    return Retriever({c.name: c for c in collections}, centring, FUSION)


def desk_of(
    *collections: Collection,
    confidence: Mapping[str, float] | None = None,
    parameters: SuggestionParameters | None = None,
    tools: SuggestionTools | None = None,
    url: str = "https://help.example/articles",
) -> Desk:
    """Articles and macros answer with the given confidence by id, others with 0.01."""
    known = confidence or {}
    return Desk(
        retriever=retriever_of(*collections),
        collections={collection.name: collection for collection in collections},
        candidates=10,
        confidence=lambda _, candidate: known.get(candidate.document_id, 0.01),
        url_of=lambda found: f"{url}/{found.id}" if found.kind == "article" else "",
        parameters=parameters or suggestion_parameters(),
        tools=tools or SuggestionTools(),
    )


def asked(text: str = "The pump rattles.", **fields: Any) -> Ticket:
    return Ticket.model_validate(
        {
            "id": "new", "locale": "en", "subject": "Pump",
            "messages": [{"author": "customer", "text": text}], **fields,
        }
    )  # fmt: skip


# ── Records, indexed ─────────────────────────────────────────────────────────────────────────


def all_parameters(**suggestions: Any) -> Parameters:
    """Generous: whatever shares a few words with the question is suggested."""
    logistic = ConfidenceParameters(
        features=FEATURES, weights=(1, 0, 2), intercept=-1, threshold=0.5,
        related_threshold=0.25,
    )  # fmt: skip
    precedents = PrecedentParameters(
        lexical_weight=6, other_language_vote=0.2, other_language_credit=0, reply_weight=0.3,
        temperature=1.5,
    )  # fmt: skip
    weights = suggestion_parameters(
        reply={"problem": 2, "lexical": 2, "agreement": 1, "intercept": -1.5},
        content={"confidence": 2, "agreement": 0.5, "links": 1},
        precedents=precedents,
        **{"other_language": 0.7, **suggestions},
    )
    fusion = FusionParameters(
        lexical_weight=6, other_language_vote=0.2, other_language_credit=0, reinforcement=0.1
    )
    return Parameters(
        fusion=fusion,
        confidence=logistic,
        tickets=logistic,
        suggestions=weights,
        gaps=packaged_parameters().gaps,
    )


def solved(
    identifier: str, problem: str, reply: str, *, locale: str = "en", **fields: Any
) -> dict[str, Any]:
    """A solved ticket as a record."""
    rep = {"author": "rep", "text": reply, "at": "2026-05-04T09:00:00Z"}
    return {
        "kind": "ticket", "id": identifier, "locale": locale, "status": "solved",
        "subject": "", "messages": [{"author": "customer", "text": problem}, rep], **fields,
    }  # fmt: skip


def open_house(
    settings: Settings,
    records: Sequence[Mapping[str, Any]],
    tmp_path: Path,
    *,
    parameters: Parameters | None = None,
    tools: SuggestionTools | None = None,
    now: dt.datetime = NOW,
) -> KnowledgeBase:
    """The records indexed, and a knowledge base whose clock stands still."""
    path = tmp_path / "records.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    store = Store(settings.store_url)
    report = index([path], settings, store, BagOfWordsEmbedder())
    store.close()
    assert not report.problems
    return KnowledgeBase(
        settings, BagOfWordsEmbedder(), parameters or all_parameters(), tools, now=lambda: now
    )
