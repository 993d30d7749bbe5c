"""An answer as a suggestion: its draft, why it is offered, and what to mind before sending it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator

import regex

from kb.drafting import Draft, Drafter
from kb.models import IndexedDocument, Source, Suggestion, SuggestionKind, Ticket
from kb.points import Code, Point, Value, in_english
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
    reasons = tuple(_reasons(answer, words))
    warnings = tuple(_warnings(answer, draft, ticket, today))
    return Suggestion(
        id=suggestion_id(document),
        kind=kind,
        draft=draft.text,
        locale=draft.locale,
        direction=draft.direction,
        sources=tuple(_source(source, url_of(source)) for source in answer.sources[:_SOURCES]),
        confidence=round(answer.probability, 4),
        reason=in_english(reasons),
        reason_points=reasons,
        warnings=tuple(in_english([warning]) for warning in warnings),
        warning_points=warnings,
        used=len(answer.sources) if answer.is_reply else answer.linking,
        last_used=_newest(answer) if answer.is_reply else None,
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


def _reasons(answer: Answer, words: str) -> Iterator[Point]:
    """The first says what it is, the others what speaks for it."""
    document, kind = answer.document, _kind(answer.document)
    values: dict[str, Value] = {"title": document.title}
    code: Code = kind if kind != "reply" else "solved"
    if code == "solved":
        values["count"] = len(answer.sources)
        if codes := _shared_codes(words, f"{document.title}\n{answer.passage.text}"):
            code, values["codes"] = "solved_same", tuple(codes)
    elif answer.passage.heading and code != "macro":
        code = "article_section" if code == "article" else "guidance_section"
        values["heading"] = answer.passage.heading
    yield Point(code=code, values=values)
    if kind == "reply":
        if newest := _newest(answer):
            yield Point(code="last", values={"date": newest})
        ratings = [source.satisfaction for source in answer.sources if source.satisfaction]
        if ratings:
            yield Point(code="rated", values={"rating": round(sum(ratings) / len(ratings), 1)})
        return
    if kind == "article" and answer.linking:
        yield Point(code="linked", values={"count": answer.linking})
    if document.updated:
        yield Point(code="updated", values={"date": document.updated})


def _newest(answer: Answer) -> dt.date | None:
    return max((source.updated for source in answer.sources if source.updated), default=None)


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


def _warnings(answer: Answer, draft: Draft, ticket: Ticket, today: dt.date) -> Iterator[Point]:
    """The gravest first."""
    document = answer.document
    if _kind(document) == "guidance":
        yield Point(code="internal")
    if found := answer.conflict:
        values = {"about": found.about, "sentence": found.newer_sentence}
        yield Point(code="contradicts", values=values)
    if language_of(document.locale) != language_of(ticket.locale):
        yield Point(code="other_language", values={"language": document.locale})
    if draft.in_fallback:
        yield Point(code="no_templates", values={"language": ticket.locale})
    newest = _newest(answer)
    if newest and (days := (today - newest).days) > _OLD_DAYS:
        years = days // 365
        yield (
            Point(code="old_years", values={"years": years})
            if years > 1
            else Point(code="old_year")
        )
    if any((source.satisfaction or 5) <= 2 for source in answer.sources):
        yield Point(code="unhappy")
    if draft.unfilled:
        yield Point(code="unfilled", values={"blanks": draft.unfilled})
