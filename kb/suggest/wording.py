"""An answer as a suggestion: its draft, why it is offered, and what to mind before sending it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence

import regex

from kb.drafting import Draft, Drafter
from kb.models import IndexedDocument, Source, Suggestion, SuggestionKind, Ticket
from kb.suggest.answers import Answer
from kb.text import fold, language_of

_OLD_DAYS = 365
_SOURCES = 5
"""Named at most: the count says how many there are."""
# Not Chinese characters: nothing separates them from a code. Possessive: one way to read a run.
_WORD = regex.compile(r"[[\p{L}\p{N}._-]--\p{Han}]++", regex.V1)
_CODE_LENGTH = 4
_CODES = 2
"""Shared error codes and versions quoted in a reason."""


def suggestion_of(
    answer: Answer,
    ticket: Ticket,
    words: str,
    drafter: Drafter,
    url_of: Callable[[IndexedDocument], str],
    today: dt.date,
) -> Suggestion:
    """Args:
    words: of the ticket's problem, redacted.
    """
    document = answer.document
    url = url_of(document)
    draft = drafter.draft(document, answer.passage, ticket, url=url)
    kind = _kind(document)
    dates = [source.updated for source in answer.sources if source.updated]
    return Suggestion(
        id=suggestion_id(document),
        kind=kind,
        draft=draft.text,
        locale=draft.locale,
        direction=draft.direction,
        sources=tuple(_source(source, url_of(source)) for source in answer.sources[:_SOURCES]),
        confidence=round(answer.probability, 4),
        reason=_reason(answer, words),
        warnings=tuple(_warnings(answer, draft, ticket, today)),
        used=len(answer.sources) if answer.is_reply else answer.linking,
        last_used=max(dates, default=None) if answer.is_reply else None,
        unfilled=draft.unfilled,
    )


def suggestion_id(document: IndexedDocument) -> str:
    """The same for the same answer whenever it is suggested."""
    return hashlib.sha256(f"{document.kind} {document.id}".encode()).hexdigest()[:16]


def _kind(document: IndexedDocument) -> SuggestionKind:
    if document.kind == "ticket":
        return "reply"
    if document.kind == "macro":
        return "macro"
    return "article" if document.collection == "help" else "guidance"


def _source(document: IndexedDocument, url: str) -> Source:
    return Source(
        id=document.id,
        kind=document.kind,
        title=document.title,
        locale=document.locale,
        url=url,
        audience="public" if document.collection == "help" else "internal",
        updated=document.updated,
    )


def _reason(answer: Answer, words: str) -> str:
    document = answer.document
    updated = f", updated {document.updated}" if document.updated else ""
    linked = (
        f"; {_count(answer.linking, 'solved ticket')} with a similar problem got its link"
        if answer.linking
        else ""
    )
    match _kind(document):
        case "reply":
            codes = _shared_codes(words, f"{document.title}\n{answer.passage.text}")
            same = f"same “{'”, “'.join(codes)}”, " if codes else ""
            newest = max((s.updated for s in answer.sources if s.updated), default=None)
            last = f", last on {newest}" if newest else ""
            rated = _rated(answer.sources)
            count = _count(len(answer.sources), "ticket")
            return f"Solved {count} with a similar problem: {same}“{document.title}”{last}{rated}"
        case "guidance":
            where = _where(answer).rstrip(",")
            return f"The team's handbook covers this in “{document.title}”{where}{updated}"
        case "macro":
            return f"Macro “{document.title}” fits the problem{updated}"
        case "article":
            where = _where(answer)
            return f"Help article “{document.title}”{where} covers this{linked}{updated}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _where(answer: Answer) -> str:
    heading = answer.passage.heading
    return f", section “{heading}”," if heading else ""


def _rated(sources: Sequence[IndexedDocument]) -> str:
    ratings = [source.satisfaction for source in sources if source.satisfaction]
    if not ratings:
        return ""
    return f", customers' rating {sum(ratings) / len(ratings):.1f} of 5"


def _shared_codes(asked: str, solved: str) -> list[str]:
    """Error codes, versions and model numbers that both texts name, as the first writes them."""
    theirs = {fold(code) for code in _codes(solved)}
    shared: dict[str, str] = {}
    for code in _codes(asked):
        if (key := fold(code)) in theirs:
            shared.setdefault(key, code)
    return list(shared.values())[:_CODES]


def _codes(text: str) -> list[str]:
    words = (match[0].strip("._-") for match in _WORD.finditer(text))
    return [w for w in words if len(w) >= _CODE_LENGTH and any(char.isnumeric() for char in w)]


def _warnings(answer: Answer, draft: Draft, ticket: Ticket, today: dt.date) -> list[str]:
    document = answer.document
    warnings = []
    if _kind(document) == "guidance":
        warnings.append("Internal: guidance for you, do not send it to the customer.")
    if answer.conflict:
        conflict = answer.conflict
        warnings.append(
            f"Contradicts a newer article ({conflict.about}): “{conflict.newer_sentence}”"
        )
    if language_of(document.locale) != language_of(ticket.locale):
        warnings.append(f"The source is in another language ({document.locale}).")
    if draft.in_fallback:
        warnings.append(
            f"There are no templates in the customer's language ({ticket.locale}): greeting and "
            "closing are in English."
        )
    newest = max((s.updated for s in answer.sources if s.updated), default=None)
    if newest and (today - newest).days > _OLD_DAYS:
        years = (today - newest).days // 365
        age = f"{years} years" if years > 1 else "more than a year"
        warnings.append(f"The source is {age} old.")
    if any((source.satisfaction or 5) <= 2 for source in answer.sources):
        warnings.append("A customer was not satisfied with this reply.")
    if draft.unfilled:
        warnings.append(f"Fill before sending: {', '.join(draft.unfilled)}.")
    return warnings
