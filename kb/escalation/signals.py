"""Signs in what a customer wrote that a case should go up: pure functions over a ticket.

Grave matters (safety, law, press, data protection, disputes) count wherever in the ticket the
customer wrote them; mood and amounts only since the last reply, which may have settled the earlier.
Quoted history is somebody else's voice and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import regex

from kb.escalation.matching import Found, Plain, compile_phrase, matches, plain
from kb.escalation.money import Amount, amounts
from kb.escalation.words import Kind, patterns
from kb.models import Ticket
from kb.tickets import without_quotes

WordLists = Mapping[str, Sequence[str]]

_MARKS = regex.compile(r"[!?]{3,}")
_WORD = regex.compile(r"[\p{L}\p{N}]+")
_MAX_CHARS = 50_000
"""Of a thread; what is older is not looked at."""
_MAX_SUBJECT = 500
_NEAR = 160
"""Characters between an amount and the words that ask for it back."""


class Signal(NamedTuple):
    """A sign of one kind: the words found, as written, and how strong they are together."""

    kind: Kind
    words: tuple[str, ...]
    strength: float
    """1 is enough alone, unless the operator's rules say otherwise."""


class CustomerTexts(NamedTuple):
    """What the customer wrote, evened out for matching."""

    all: tuple[Plain, ...]
    now: tuple[Plain, ...]
    """Since the last reply; everything if the last word is ours."""


def customer_texts(ticket: Ticket) -> CustomerTexts:
    """The subject and the customer's messages, without quoted history."""
    everything: list[Plain] = []
    now: list[Plain] = []
    room = _MAX_CHARS
    ours = theirs = False  # whether a rep, a customer has written later on
    for message in reversed(ticket.messages):
        if message.author == "rep":
            ours = ours or theirs
        elif message.author == "customer" and room > 0:
            text = plain(without_quotes(message.text)[:room])
            room -= len(text.original)
            theirs = True
            everything.append(text)
            if not ours:
                now.append(text)
    if ticket.subject.strip():
        subject = plain(ticket.subject[:_MAX_SUBJECT])
        everything.append(subject)
        if not ours:
            now.append(subject)
    return CustomerTexts(tuple(reversed(everything)), tuple(reversed(now)))


def word_signal(kind: Kind, texts: CustomerTexts, more: WordLists | None = None) -> Signal | None:
    """The sign of one kind, or None if not a word of it is there.

    Strength is the sum over different phrases, each counted once.

    Args:
        kind: which words to look for.
        texts: of `customer_texts`.
        more: the operator's own words, by language; each is a strong sign.
    """
    mood = kind == "frustration"
    phrases = [compile_phrase(word) for words in (more or {}).values() for word in words]
    rows = [*patterns(kind), *phrases]
    best: dict[str, float] = {}
    seen: set[int] = set()
    for text in texts.now if mood else texts.all:
        hits = [
            (found, index)
            for index, row in enumerate(rows)
            if index not in seen
            for found in matches([row], text, unless_negated=not mood)
        ]
        for found, index in _without_overlaps(hits):
            seen.add(index)
            best.setdefault(found.words, found.strength)
    if mood:
        best |= _shouting(texts.now)
    if not best:
        return None
    return Signal(kind, tuple(best), sum(best.values()))


def _without_overlaps(hits: Iterable[tuple[Found, int]]) -> list[tuple[Found, int]]:
    """The stronger, then longer of hits that share words, in order of appearance."""
    kept: list[tuple[Found, int]] = []
    for hit in sorted(hits, key=lambda h: (-h[0].strength, h[0].start - h[0].end)):
        if all(hit[0].end <= other.start or hit[0].start >= other.end for other, _ in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h[0].start)


def _shouting(texts: Sequence[Plain]) -> dict[str, float]:
    """Capitals and exclamation marks: signs of a raised voice, never enough alone."""
    found: dict[str, float] = {}
    marks = [mark for text in texts for mark in _MARKS.findall(text.text) if "!" in mark]
    if marks:
        found[marks[0][:4]] = 0.25
    for text in texts:
        capitals = _in_capitals(text.original)
        if capitals:
            found[capitals] = 0.5
            break
    return found


def _in_capitals(text: str) -> str:
    """The first three or more words in a row, 12 letters or more, all in capitals."""
    run: list[str] = []
    for word in _WORD.findall(text):
        if word.isupper() and word.isalpha():
            run.append(word)
            continue
        if _is_shout(run):
            break
        run = []
    return " ".join(run[:8]) if _is_shout(run) else ""


def _is_shout(run: Sequence[str]) -> bool:
    return sum(len(word) > 1 for word in run) >= 3 and sum(map(len, run)) >= 12


class RefundAsked(NamedTuple):
    """The largest amount of a currency that a customer asks back."""

    value: Decimal
    currency: str
    words: str


def refunds_asked(texts: CustomerTexts) -> list[RefundAsked]:
    """Amounts near words that ask for money back, the largest of each currency.

    Asking where a refund is, or naming a price, is not asking for one.
    """
    largest: dict[str, RefundAsked] = {}
    for text in texts.now:
        sums = amounts(text.text)
        if not sums:
            continue
        asked = list(matches(patterns("refund_asked"), text))
        for amount in sums:
            if not any(_near(amount, found) for found in asked):
                continue
            known = largest.get(amount.currency)
            if known is None or amount.value > known.value:
                words = text.quote(amount.start, amount.end)
                largest[amount.currency] = RefundAsked(amount.value, amount.currency, words)
    return list(largest.values())


def _near(amount: Amount, found: Found) -> bool:
    return found.start - _NEAR <= amount.start <= found.end + _NEAR
