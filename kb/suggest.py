"""A ticket to ranked suggestions, or to an escalation advice when nothing clears the threshold.

The customer's problem is matched against earlier problems (tickets, symmetric) and against
articles and macros (asymmetric). Whatever a draft says comes from its source, word for word.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kb.drafting import article_draft, fill_placeholders, reply_draft, unfilled
from kb.errors import InvalidInput
from kb.models import (
    Escalation,
    IndexedDocument,
    Passage,
    Source,
    Suggestion,
    SuggestionResult,
    Ticket,
)
from kb.privacy import find_placeholders, redact
from kb.ranker import Candidate
from kb.retriever import Retrieval
from kb.text import analyse, is_blank, language_of
from kb.tickets import current_problem, people

_SAME_REPLY = 0.7
"""Jaccard similarity of words above which two replies are one suggestion."""
_CONSIDERED = 30
"""Documents looked at per request."""
_NEAREST = 5
"""Tickets that vote for the support group."""
_OLD_DAYS = 365


@dataclass(frozen=True)
class Reader:
    """What suggesting needs from the rest of the house."""

    content: Callable[[Candidate], tuple[IndexedDocument, Passage]]
    confidence: Callable[[Candidate], float]
    url_of: Callable[[IndexedDocument], str]


def question(ticket: Ticket) -> str:
    """The text to match: subject and current problem, redacted like the index it is held against.

    Raises:
        InvalidInput: the ticket says nothing.
    """
    text = f"{ticket.subject}\n{current_problem(ticket)}".strip()
    if is_blank(text):
        raise InvalidInput("The ticket has no subject and no customer message to work with.")
    return redact(text, people(ticket)).text


def suggest(
    ticket: Ticket,
    retrieval: Retrieval,
    reader: Reader,
    *,
    generation: int,
    threshold: float,
    limit: int,
) -> SuggestionResult:
    """Rank suggestions for `ticket` by confidence; different answers, not one answer thrice."""
    locale = language_of(ticket.locale)
    documents = [c for c in retrieval.documents if c.document_id != ticket.id]
    considered = _one_language_each(documents, locale)[:_CONSIDERED]
    drafted = [_draft(candidate, reader, ticket, locale) for candidate in considered]
    merged = _merge(drafted)
    fitting = [item for item in merged if item.confidence >= threshold]
    fitting.sort(key=lambda item: (-item.confidence, item.document.id))
    suggestions = tuple(_present(item, ticket, reader) for item in fitting[:limit])
    escalation = None if suggestions else _escalate(documents, reader)
    return SuggestionResult(
        ticket_id=ticket.id,
        locale=locale,
        generation=generation,
        suggestions=suggestions,
        escalation=escalation,
    )


@dataclass(frozen=True)
class _Drafted:
    document: IndexedDocument
    passage: Passage
    draft: str
    confidence: float
    used: int
    """Tickets that were answered like this."""

    @cached_property
    def words(self) -> frozenset[str]:
        text = self.document.body if self.document.kind != "article" else self.passage.text
        return frozenset(term.text for term in analyse(text, self.document.locale))


def _one_language_each(documents: Sequence[Candidate], locale: str) -> list[Candidate]:
    """One version of each article and macro: the customer's language, else the best found."""
    chosen: dict[tuple[str, str], Candidate] = {}
    for candidate in documents:
        key = (candidate.collection, candidate.group)
        present = chosen.get(key)
        if present is None or (
            candidate.locale.startswith(locale) > present.locale.startswith(locale)
        ):
            chosen[key] = candidate
    return sorted(chosen.values(), key=lambda c: (-c.score, c.document_id))


def _draft(candidate: Candidate, reader: Reader, ticket: Ticket, locale: str) -> _Drafted:
    document, passage = reader.content(candidate)
    language = language_of(document.locale)
    match document.kind:
        case "article" if document.collection == "help":
            url = reader.url_of(document)
            draft = article_draft(passage.text, document.title, url, ticket, language)
        case "article":
            draft = passage.text
        case "macro":
            draft = fill_placeholders(document.body, ticket)
        case "ticket":
            draft = reply_draft(document.body, ticket, language)
    used = int(document.kind == "ticket")
    return _Drafted(document, passage, draft, reader.confidence(candidate), used)


def _merge(drafted: Sequence[_Drafted]) -> list[_Drafted]:
    """Merge near-identical drafts into the most confident one, counting past uses."""
    merged: list[_Drafted] = []
    for item in drafted:
        for index, other in enumerate(merged):
            if _jaccard(item.words, other.words) < _SAME_REPLY:
                continue
            best = max(other, item, key=lambda d: d.confidence)  # a tie stays with the first
            uses = other.used + item.used
            merged[index] = _Drafted(best.document, best.passage, best.draft, best.confidence, uses)
            break
        else:
            merged.append(item)
    return merged


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    union = len(left | right)
    return len(left & right) / union if union else 0.0


def _present(item: _Drafted, ticket: Ticket, reader: Reader) -> Suggestion:
    document = item.document
    internal = document.collection == "internal" and document.kind == "article"
    source = Source(
        id=document.id,
        kind=document.kind,
        title=document.title,
        locale=document.locale,
        url=reader.url_of(document),
        audience="public" if document.collection == "help" else "internal",
        updated=document.updated,
    )
    kinds = {"article": "guidance" if internal else "article", "macro": "macro", "ticket": "reply"}
    return Suggestion.model_validate(
        {
            "id": hashlib.sha256(f"{document.kind} {document.id}".encode()).hexdigest()[:16],
            "kind": kinds[document.kind],
            "draft": item.draft,
            "locale": document.locale,
            "sources": (source,),
            "confidence": item.confidence,
            "reason": _reason(item, internal),
            "warnings": tuple(_warnings(item, ticket)),
        }
    )


def _reason(item: _Drafted, internal: bool) -> str:
    document = item.document
    updated = f", last updated {document.updated}" if document.updated else ""
    if document.kind == "ticket":
        count = f"{item.used} solved tickets" if item.used > 1 else "a solved ticket"
        return f"Answered {count} with a similar problem: “{document.title}”{updated}"
    if internal:
        return f"The team handbook covers this in “{document.title}”{updated}"
    what = "Macro" if document.kind == "macro" else "Help article"
    where = f", section “{item.passage.heading}”" if item.passage.heading else ""
    return f"{what} “{document.title}” matches the problem{where}{updated}"


def _warnings(item: _Drafted, ticket: Ticket) -> list[str]:
    document = item.document
    warnings = []
    if document.collection == "internal" and document.kind == "article":
        warnings.append("Internal: guidance for you, do not send it to the customer.")
    if language_of(document.locale) != language_of(ticket.locale):
        warnings.append(f"The source is in another language ({document.locale}).")
    if document.updated and ticket.created:
        age = (ticket.created.date() - document.updated).days
        if age > _OLD_DAYS:
            warnings.append(
                f"The source is {age // 365} years old."
                if age >= 730
                else "The source is more than a year old."
            )
    if missing := [*unfilled(item.draft), *find_placeholders(item.draft)]:
        warnings.append(f"Fill before sending: {', '.join(dict.fromkeys(missing))}.")
    return warnings


def _escalate(documents: Sequence[Candidate], reader: Reader) -> Escalation:
    """Functional escalation: the group that resolved the nearest tickets."""
    nearest = [c for c in documents if c.collection == "tickets"][:_NEAREST]
    groups = Counter(
        document.support_group
        for document, _ in (reader.content(candidate) for candidate in nearest)
        if document.support_group
    )
    if not groups:
        return Escalation(
            support_group="",
            reason="Nothing fits well enough, and no similar ticket was solved before.",
        )
    group, votes = min(groups.items(), key=lambda item: (-item[1], item[0]))
    return Escalation(
        support_group=group,
        reason=(
            f"Nothing fits well enough; the group “{group}” solved {votes} of the "
            f"{len(nearest)} most similar tickets."
        ),
    )
