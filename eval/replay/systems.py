"""What is replayed: the product's suggestions, and the baselines they have to beat.

Replay knows the product by `Suggester` alone: a callable from an unanswered ticket to its
`SuggestionResult`, threshold off, made by a `MakeSuggester` for each snapshot. However suggesting
works inside, this stays.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from eval import systems
from eval.replay.links import links_in
from kb.config import Settings
from kb.drafting import without_greeting
from kb.embedder import Embedder
from kb.models import IndexedDocument, SuggestionResult, Ticket
from kb.parameters import Parameters
from kb.retriever import Query, Retriever
from kb.service import KnowledgeBase
from kb.snapshot import Snapshot
from kb.suggest import question
from kb.text import detect_language

DEPTH = 10
"""Suggestions per ticket that are judged."""
SUGGESTIONS = "suggestions"
"""Name of the product among the systems."""
HYBRID, BM25, DENSE = "hybrid ticket search", "BM25 ticket search", "dense ticket search"
_SEARCHES = {HYBRID: systems.HYBRID, BM25: systems.LEXICAL, DENSE: systems.DENSE}
RANDOM, FREQUENT_LINK = "random earlier reply", "most frequent link"
BASELINES = (HYBRID, BM25, DENSE, RANDOM, FREQUENT_LINK)

Suggester = Callable[[Ticket], SuggestionResult]
MakeSuggester = Callable[[Settings, Embedder, Parameters], Suggester]


@dataclass(frozen=True)
class Offer:
    """One suggestion, of the product or of a baseline."""

    text: str
    """Without greeting; empty for a bare link."""
    links: frozenset[str]
    language: str
    sources: tuple[str, ...] = ()
    kind: str = ""
    confidence: float = 0.0
    updated: dt.date | None = None
    """Of its newest source."""


System = Callable[[Ticket], list[Offer]]


def product_suggester(settings: Settings, embedder: Embedder, parameters: Parameters) -> Suggester:
    """The path that `kb suggest` takes, over the snapshot in `settings`, with the threshold off."""
    confidence = parameters.confidence.model_copy(update={"suggestion_threshold": 0.0})
    everything = parameters.model_copy(update={"confidence": confidence})
    knowledge_base = KnowledgeBase(settings, embedder, everything)
    return lambda ticket: knowledge_base.suggest(ticket, limit=DEPTH)


def offers_of(result: SuggestionResult) -> list[Offer]:
    """The product's suggestions, best first."""
    return [
        Offer(
            text=without_greeting(suggestion.draft),
            links=links_in("\n".join([suggestion.draft, *(s.url for s in suggestion.sources)])),
            language=_language(suggestion.locale),
            sources=tuple(source.id for source in suggestion.sources),
            kind=suggestion.kind,
            confidence=suggestion.confidence,
            updated=max((s.updated for s in suggestion.sources if s.updated), default=None),
        )
        for suggestion in result.suggestions[:DEPTH]
    ]


def baselines(
    snapshot: Snapshot,
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
    generic: Collection[str],
    seed: int,
) -> Mapping[str, System]:
    """`BASELINES`: what needs no suggestion code, over the earlier tickets of the same snapshot.

    - ticket to ticket by words alone (BM25), by meaning alone (dense), and by both (hybrid);
    - earlier replies in the ticket's language at random;
    - the links that earlier replies in the ticket's language hold most often.
    """
    documents = snapshot.collections["tickets"].all_documents()
    return {
        name: _search(retriever, snapshot, settings, embedder, parameters)
        for name, retriever in _SEARCHES.items()
    } | {
        RANDOM: _random(documents, seed),
        FREQUENT_LINK: _most_frequent(documents, generic),
    }


def _search(
    retriever: str,
    snapshot: Snapshot,
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
) -> System:
    """Nearest earlier tickets, whose replies are offered as they are."""
    tickets = snapshot.collections["tickets"]
    fusion = systems.fusion_of(retriever, parameters)
    nearest = Retriever({"tickets": tickets}, snapshot.centring, fusion)

    def offers(ticket: Ticket) -> list[Offer]:
        text = question(ticket)
        default = _language(ticket.locale)
        language = detect_language(text, settings.languages, default)
        vector = None if retriever == systems.LEXICAL else embedder.embed_queries([text])[0]
        query = Query.of(text, language, vector)
        found = nearest.retrieve(query, settings.candidates).documents[:DEPTH]
        documents = tickets.documents([candidate.document for candidate in found])
        return [_past_reply(documents[candidate.document]) for candidate in found]

    return offers


def _random(documents: list[IndexedDocument], seed: int) -> System:
    by_language = _by_language(documents)

    def offers(ticket: Ticket) -> list[Offer]:
        pool = by_language.get(_language(ticket.locale)) or documents
        # Drawn by the ticket, so that other tickets in the replay change nothing.
        digest = hashlib.sha256(f"{seed} {ticket.id}".encode()).digest()
        generator = np.random.default_rng(int.from_bytes(digest[:8], "big"))
        drawn = generator.permutation(len(pool))[:DEPTH]
        return [_past_reply(pool[place]) for place in drawn]

    return offers


def _most_frequent(documents: list[IndexedDocument], generic: Collection[str]) -> System:
    def ranked(members: list[IndexedDocument]) -> list[Offer]:
        counts = Counter(link for member in members for link in links_in(member.body))
        kept = [(link, count) for link, count in counts.items() if link not in generic]
        best = sorted(kept, key=lambda item: (-item[1], item[0]))[:DEPTH]
        return [Offer(text="", links=frozenset({link}), language="") for link, _ in best]

    by_language = {k: ranked(members) for k, members in _by_language(documents).items()}
    overall = ranked(documents)
    return lambda ticket: by_language.get(_language(ticket.locale)) or overall


def _by_language(documents: list[IndexedDocument]) -> dict[str, list[IndexedDocument]]:
    groups: dict[str, list[IndexedDocument]] = {}
    for document in documents:
        groups.setdefault(_language(document.locale), []).append(document)
    return groups


def _language(locale: str) -> str:
    return locale.split("-")[0]


def _past_reply(document: IndexedDocument) -> Offer:
    return Offer(
        text=without_greeting(document.body),
        links=links_in(document.body),
        language=_language(document.locale),
        sources=(document.id,),
        kind="reply",
        updated=document.updated,
    )
