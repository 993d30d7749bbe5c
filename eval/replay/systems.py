"""What is replayed: something that makes offers for an open ticket, and the product as one such.

A replay knows the product by a `MakeSystem` alone, called once for each snapshot. However
suggesting works inside, this stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kb.config import Settings
from kb.drafting import without_closing, without_greeting
from kb.embedder import Embedder
from kb.links import links_in
from kb.models import IndexedDocument, Suggestion, SuggestionResult, Ticket
from kb.parameters import Parameters
from kb.privacy import Redactor
from kb.service import KnowledgeBase
from kb.suggest import Answer, SuggestionTools
from kb.text import language_of

DEPTH = 10
"""Suggestions per ticket that are judged."""
SUGGESTIONS = "suggestions"
"""Name of the product among the systems."""


@dataclass(frozen=True)
class Offer:
    """One suggestion, of the product or of a baseline."""

    text: str
    """Without greeting and closing; empty for a bare link."""
    links: frozenset[str]
    language: str
    """Of what it says, whatever language its frame is in."""
    sources: tuple[str, ...] = ()
    """Documents that say it, merged ones included."""
    kind: str = ""
    confidence: float = 0.0
    updated: dt.date | None = None
    """Of its newest source."""
    features: tuple[float, ...] = ()
    """What the confidence was computed from; see kb.suggest.evidence."""


System = Callable[[Ticket], list[Offer]]
"""Offers for an open ticket, best first."""
MakeSystem = Callable[[Settings, Embedder, Parameters], System]
"""Called with the settings that lead to the snapshot, and the parameters in force."""


def suggestion_threshold(parameters: Parameters) -> float:
    """The confidence below which a rep is not shown a suggestion."""
    return parameters.suggestions.threshold


def without_threshold(parameters: Parameters) -> Parameters:
    """The same parameters, but everything is suggested."""
    everything = parameters.suggestions.model_copy(update={"threshold": 0.0})
    return parameters.model_copy(update={"suggestions": everything})


def product_system(
    settings: Settings, embedder: Embedder, parameters: Parameters, depth: int = DEPTH
) -> System:
    """The path that `kb suggest` takes over the snapshot in `settings`, with the threshold off.

    Nothing that reps did with earlier suggestions is known.
    """
    tools = SuggestionTools(redactor=Redactor.of(settings))
    knowledge_base = KnowledgeBase(settings, embedder, without_threshold(parameters), tools)

    def offers(ticket: Ticket) -> list[Offer]:
        result, weighed = knowledge_base.suggest_with_answers(
            ticket, limit=depth, now=ticket.created
        )
        return offers_of(result, weighed.answers)

    return offers


def offers_of(result: SuggestionResult, answers: Sequence[Answer] = ()) -> list[Offer]:
    """Suggestions as offers; `answers` are what they were made of, in the same order."""
    pairs = zip_longest(result.suggestions, answers[: len(result.suggestions)])
    return [_offer(suggestion, answer) for suggestion, answer in pairs]


def _offer(suggestion: Suggestion, answer: Answer | None) -> Offer:
    public = (source.url for source in suggestion.sources if source.audience == "public")
    sources = answer.sources if answer else suggestion.sources
    return Offer(
        text=without_frame(suggestion.draft),
        links=links_in("\n".join([suggestion.draft, *public])),
        language=language_of(sources[0].locale),
        sources=tuple(source.id for source in sources),
        kind=suggestion.kind,
        confidence=suggestion.confidence,
        updated=max((source.updated for source in sources if source.updated), default=None),
        features=answer.features if answer else (),
    )


def document_offer(document: IndexedDocument) -> Offer:
    """A past reply as it is, or a whole article or macro."""
    return Offer(
        text=without_frame(document.body),
        links=links_in(f"{document.body}\n{document.url}"),
        language=language_of(document.locale),
        sources=(document.id,),
        kind="reply" if document.kind == "ticket" else document.kind,
        updated=document.updated,
    )


def without_frame(text: str) -> str:
    """What a reply says between greeting and closing."""
    return without_closing(without_greeting(text))
