"""Snippets: the part of a passage that shows why it was found, with the matches marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import regex

from kb.text import Term, analyse

Span = tuple[int, int]

_BREAK = regex.compile(r"(?<=[.!?؟۔…])\s+|(?<=[。！？；])|\n+")


@dataclass(frozen=True)
class Snippet:
    text: str
    highlights: tuple[Span, ...]
    """Half-open spans of `text`, ordered, not overlapping."""


def highlight(text: str, terms: Collection[str], locale: str) -> tuple[Span, ...]:
    """Spans of `text` whose analysis gives one of `terms`."""
    return _merge([term for term in analyse(text, locale) if term.text in terms])


def make_snippet(text: str, terms: Collection[str], locale: str, limit: int = 240) -> Snippet:
    """The run of sentences within `limit` characters that mentions most of `terms`.

    Ties go to the earlier run, so a query that shares no word with the text (another language)
    gets its beginning.
    """
    sentences = _sentences(text)
    found = [
        {term.text for term in analyse(text[start:end], locale)} & set(terms)
        for start, end in sentences
    ]
    best, best_count = (0, 0), -1
    for first in range(len(sentences)):
        last = first
        mentioned = set(found[first])
        while last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= limit:
            last += 1
            mentioned |= found[last]
        if len(mentioned) > best_count:
            best, best_count = (first, last), len(mentioned)
        if last + 1 == len(sentences):
            break
    if not sentences:
        return Snippet("", ())
    start, end = sentences[best[0]][0], sentences[best[1]][1]
    shown = text[start:end]
    if len(shown) > limit:  # one sentence longer than the limit
        shown = _window(shown, terms, locale, limit)
    cut = start > 0 and not shown.startswith("… ")
    shown = ("… " if cut else "") + " ".join(shown.split("\n"))
    return Snippet(shown, highlight(shown, terms, locale))


def _window(sentence: str, terms: Collection[str], locale: str, limit: int) -> str:
    spans = highlight(sentence, terms, locale)
    start = max(0, min(spans[0][0] - limit // 4, len(sentence) - limit)) if spans else 0
    if start:
        start = sentence.find(" ", start, start + 30) + 1 or start
    end = start + limit
    if end < len(sentence):
        space = sentence.rfind(" ", end - 30, end)
        end = space if space > 0 else end
    return ("… " if start else "") + sentence[start:end] + (" …" if end < len(sentence) else "")


def _sentences(text: str) -> list[Span]:
    spans, start = [], 0
    for match in _BREAK.finditer(text):
        if text[start : match.start()].strip():
            spans.append((start, match.start()))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def _merge(terms: Sequence[Term]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for term in sorted(terms, key=lambda term: (term.start, term.end)):
        if merged and term.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], term.end))
        else:
            merged.append((term.start, term.end))
    return tuple(merged)
