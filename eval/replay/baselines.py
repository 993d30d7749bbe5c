"""What the suggestions have to beat: searches, chance, and what is used most.

They need no suggestion code and see the same snapshot. Searches compare the problem with earlier
problems (and with articles), never with earlier replies.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection as Container
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from eval import systems
from eval.replay.systems import DEPTH, Offer, System, document_offer
from kb.collection import Collection
from kb.config import Settings
from kb.embedder import Centring, Embedder
from kb.links import links_in
from kb.models import IndexedDocument, Ticket
from kb.parameters import Parameters
from kb.privacy import Redactor
from kb.retriever import Gathered, Query, Retriever
from kb.suggest import problem_of
from kb.text import detect_language, language_of

HYBRID, BM25, DENSE = "hybrid", "BM25", "dense"
RANDOM, MOST_USED, FREQUENT_LINK = "random", "most used", "frequent link"
MEANINGS: Mapping[str, str] = {
    DENSE: "the documents (earlier tickets, judged articles) nearest by meaning alone",
    BM25: "the same by words alone",
    HYBRID: "the same by both, weighed as in a search",
    MOST_USED: "what was the answer most often, whatever the question: near-identical earlier "
    "replies and macros in the ticket's language; of judged documents, those that help most other "
    "tickets",
    FREQUENT_LINK: "the links that earlier replies in the ticket's language hold most often",
    RANDOM: "documents in the ticket's language, drawn at random",
}
"""Each baseline in the order in which they are told, explained."""
_SEARCHES = {HYBRID: systems.HYBRID, BM25: systems.LEXICAL, DENSE: systems.DENSE}
_PASSAGES = 500
"""Taken from each side: passages of replies, which do not count, are among them."""


def searches(
    collections: Sequence[Collection],
    centring: Centring,
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
) -> dict[str, System]:
    """Nearest documents: by words alone, by meaning alone, and by both."""
    members = {collection.name: collection for collection in collections}
    retrievers = {
        name: Retriever(members, centring, systems.fusion_of(kind, parameters))
        for name, kind in _SEARCHES.items()
    }
    evidence = _Evidence(retrievers[HYBRID], settings, embedder)

    def search(name: str) -> System:
        def offers(ticket: Ticket) -> list[Offer]:
            query, parts = evidence.of(ticket)
            if name == BM25:
                parts = [_without_meaning(part) for part in parts]
            found = retrievers[name].rank(query, parts).documents[:DEPTH]
            documents = (members[c.collection].document(c.document_id) for c in found)
            return [document_offer(document) for document in documents if document]

        return offers

    return {name: search(name) for name in _SEARCHES}


class _Evidence:
    """What both sides say of the passages nearest to a ticket's problem.

    The searches are asked one after the other, so the last ticket's is kept.
    """

    def __init__(self, retriever: Retriever, settings: Settings, embedder: Embedder) -> None:
        self._retriever = retriever
        self._settings = settings
        self._embedder = embedder
        self._redactor = Redactor.of(settings)
        self._last: tuple[Ticket, Query, list[Gathered]] | None = None

    def of(self, ticket: Ticket) -> tuple[Query, list[Gathered]]:
        if self._last is None or self._last[0] is not ticket:
            self._last = (ticket, *self._gathered(ticket))
        return self._last[1:]

    def _gathered(self, ticket: Ticket) -> tuple[Query, list[Gathered]]:
        problem = problem_of(ticket, self._redactor)
        default = language_of(ticket.locale)
        language = detect_language(problem.meaning, self._settings.languages, default)
        vector = self._embedder.embed_queries([problem.meaning])[0]
        query = Query.of(problem.words, language, vector)
        found = self._retriever.gather(query, _PASSAGES)
        return query, [_without_replies(part) for part in found]


def _without_meaning(gathered: Gathered) -> Gathered:
    return replace(gathered, cosines=np.zeros_like(gathered.cosines))


def _without_replies(gathered: Gathered) -> Gathered:
    kept = ~gathered.collection.replies[gathered.ordinals]
    return replace(
        gathered,
        ordinals=gathered.ordinals[kept],
        cosines=gathered.cosines[kept],
        lexical=gathered.lexical[kept],
        same_language=gathered.same_language[kept],
    )


def random_documents(collections: Sequence[Collection], seed: int) -> dict[str, System]:
    """Documents in the ticket's language (all, if there are none) in random order."""
    documents = [document for part in collections for document in part.all_documents()]
    groups = by_language(documents)

    def offers(ticket: Ticket) -> list[Offer]:
        pool = groups.get(language_of(ticket.locale)) or documents
        # Drawn by the ticket, so that other tickets in the replay change nothing.
        digest = hashlib.sha256(f"{seed} {ticket.id}".encode()).digest()
        generator = np.random.default_rng(int.from_bytes(digest[:8], "big"))
        drawn = generator.permutation(len(pool))[:DEPTH]
        return [document_offer(pool[place]) for place in drawn]

    return {RANDOM: offers}


def frequent_links(tickets: Collection, generic: Container[str]) -> dict[str, System]:
    """The links that most replies in the ticket's language hold, `generic` ones left out."""
    documents = tickets.all_documents()

    def ranked(members: Sequence[IndexedDocument]) -> list[Offer]:
        counts = Counter(link for member in members for link in links_in(member.body))
        kept = [(link, count) for link, count in counts.items() if link not in generic]
        best = sorted(kept, key=lambda item: (-item[1], item[0]))[:DEPTH]
        return [Offer(text="", links=frozenset({link}), language="") for link, _ in best]

    groups = {language: ranked(members) for language, members in by_language(documents).items()}
    overall = ranked(documents)
    return {FREQUENT_LINK: lambda ticket: groups.get(language_of(ticket.locale)) or overall}


def by_language(documents: Sequence[IndexedDocument]) -> dict[str, list[IndexedDocument]]:
    groups: dict[str, list[IndexedDocument]] = {}
    for document in documents:
        groups.setdefault(language_of(document.locale), []).append(document)
    return groups
