"""What resolved the tickets of a gap: the replies, redacted, and the steps they tell. Pure.

Sentences and list items that tell what to do are steps. Nearly identical ones of several replies
are one step; the more replies give it, the further up it stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from kb.conflicts import Statement, find_conflict
from kb.conflicts.reading import content_terms
from kb.drafting import without_closing, without_greeting
from kb.drafting.bidi import plain
from kb.gaps.drafts.wording import is_instruction
from kb.models import Model, Ticket
from kb.privacy import Redactor
from kb.resolution import find_resolution
from kb.resolution.phrases import languages_of, normalise
from kb.resolution.signs import kind_of
from kb.text import fold, language_of
from kb.tickets import people, without_quotes

MAX_REPLIES = 20
"""Of a gap's tickets, the most central ones."""
MAX_STEPS = 15
_PIECES = 40
"""Sentences and items of one reply that are looked at."""
_STEP_CHARS = 400
_STATEMENTS = 5
_SAME = 0.6
"""Shared words over all words from which two steps are one."""

_ITEM = regex.compile(
    r"\s{0,20}(?:[-*+•·●▪–—]\s+|\(?\p{Nd}{1,2}(?:[.)）]\s+|\s?[-–]\s+|[、．]\s*)|[①-⑳]\s*"
    r"|(?i:step|مرحله|گام|قدم)\s{0,3}(?:ی\s)?\p{Nd}{1,2}\s{0,3}[:.)،-]\s*|第\p{Han}步\s*[:：,，、]?\s*)"
)
_SENTENCE_END = regex.compile(
    r"(?<=[.!?؟…])(?<!\b(?i:e\.g|i\.e|etc|vs|approx|no|nr|mr|mrs|ms|dr)\.)\s+|(?<=[。！？；])\s*"
)
_ENDED = tuple(".!?؟。！？…:：;；")
_LINK = regex.compile(r"https?://")
_NUMBER = regex.compile(r"\d+")
_WRAPPED = 50
"""Characters from which a line without an end goes on in the next one."""


class Reply(Model):
    """The reply that resolved a ticket."""

    ticket_id: str
    locale: str
    text: str
    """Redacted, without greeting, closing and quotations."""
    at: dt.date | None = None
    confirmed: bool = False
    """Whether the customer said that it worked."""


class Step(Model):
    """Something to do, as replies tell it."""

    text: str
    locale: str
    tickets: tuple[str, ...]
    """Whose replies give it."""


def replies_of(tickets: Iterable[Ticket], redactor: Redactor) -> list[Reply]:
    """The replies that resolved tickets; those of unresolved tickets are missing."""
    return [reply for ticket in tickets if (reply := _reply(ticket, redactor))]


def _reply(ticket: Ticket, redactor: Redactor) -> Reply | None:
    found = find_resolution(ticket) if ticket.status == "solved" else None
    if found is None:
        return None
    text = redactor.redact(without_quotes(found.message.text), people(ticket)).text
    moment = found.message.at or ticket.created
    return Reply(
        ticket_id=ticket.id,
        locale=ticket.locale,
        text=without_closing(without_greeting(text)),
        at=moment.date() if moment else None,
        confirmed=found.confirmed,
    )


@dataclass(frozen=True)
class _Piece:
    text: str
    reply: Reply
    place: int
    words: frozenset[str]
    numbers: tuple[str, ...]


def steps_of(replies: Sequence[Reply], locale: str) -> list[Step]:
    """What the replies tell to do: what most of them tell first, then what is in `locale`.

    Otherwise they stand as in the replies, those first of which it is known that they worked.
    """
    return _steps(replies, locale, instructions_only=True)[:MAX_STEPS]


def statements_of(replies: Sequence[Reply], locale: str) -> list[Step]:
    """What the replies say, for where they tell nothing to do."""
    return _steps(replies, locale, instructions_only=False)[:_STATEMENTS]


def _steps(replies: Sequence[Reply], locale: str, *, instructions_only: bool) -> list[Step]:
    # Where replies say the same, the one that is known to have worked is quoted.
    ranked = sorted(replies[:MAX_REPLIES], key=lambda reply: not reply.confirmed)
    merged: list[list[_Piece]] = []
    for reply in ranked:
        for piece in _pieces(reply, instructions_only):
            alike = next((group for group in merged if _same(group[0], piece)), None)
            if alike is None:
                merged.append([piece])
            else:
                alike.append(piece)
    steps = [
        Step(
            text=group[0].text,
            locale=group[0].reply.locale,
            tickets=tuple(dict.fromkeys(piece.reply.ticket_id for piece in group)),
        )
        for group in merged
    ]
    own = language_of(locale)
    return sorted(steps, key=lambda step: (-len(step.tickets), language_of(step.locale) != own))


def _pieces(reply: Reply, instructions_only: bool) -> Iterator[_Piece]:
    language = language_of(reply.locale)
    for place, (text, is_item) in enumerate(split(reply.text)):
        if place == _PIECES:
            return
        sentence = normalise(text)
        if kind_of(sentence, languages_of(sentence, reply.locale)) != "answer":
            continue
        tells = is_item or _LINK.search(text) or is_instruction(sentence, reply.locale)
        if tells or not instructions_only:
            numbers = tuple(sorted(_NUMBER.findall(fold(text))))
            yield _Piece(text, reply, place, content_terms(text, language), numbers)


def split(text: str) -> Iterator[tuple[str, bool]]:
    """(sentence or list item, whether it is an item) of a plain text, on one line each."""
    for line, is_item in _lines(text):
        pieces = [line] if is_item else _SENTENCE_END.split(line)
        for piece in pieces:
            if shown := shortened(plain(piece), _STEP_CHARS):
                yield shown, is_item


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Lines and list items; lines that a mail program broke are joined again."""
    parts: list[str] = []
    is_item = False
    for line in text.splitlines():
        marker = _ITEM.match(line)
        goes_on = parts and len(parts[-1]) >= _WRAPPED and not parts[-1].endswith(_ENDED)
        if parts and (marker or not line.strip() or not goes_on):
            yield " ".join(parts), is_item
            parts, is_item = [], False
        if marker:
            parts, is_item = [line[marker.end() :].strip()], True
        elif line.strip():
            parts.append(line.strip())
    if parts:
        yield " ".join(parts), is_item


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a space where there is one near."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,،，;:") + "…"


def _same(one: _Piece, other: _Piece) -> bool:
    """Whether two pieces tell the same: nearly the same words, the same numbers, no denial."""
    if one.reply.locale != other.reply.locale or one.numbers != other.numbers:
        return False
    if not one.words or not other.words:
        return fold(one.text) == fold(other.text)
    if len(one.words & other.words) < _SAME * len(one.words | other.words):
        return False
    return one.text == other.text or not find_conflict(
        Statement(one.text, one.reply.locale), Statement(other.text, other.reply.locale)
    )
