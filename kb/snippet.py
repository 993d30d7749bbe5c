"""Snippets: the part of a passage that shows why it was found, with the matches marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import regex

from kb.text import Term, analyse, language_of

Span = tuple[int, int]

_BULLET = "- "
"""What an item of a list begins with, in the text of passages."""

_NUMBER = regex.compile(r"(?<=(?:^|\n)\p{N}*)\p{N}(?=\p{N}*\. )")
"""A digit of the number that an item of a list begins with."""

_BREAK = regex.compile(
    r"(?<=[.!?؟۔…])(?<!(?:^|\n)\p{N}{1,3}\.)\s+|(?<=[。！？；])|\n+"  # "1. " opens an item
)
_DIGITS = {"fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}


@dataclass(frozen=True)
class Snippet:
    text: str
    highlights: tuple[Span, ...]
    """Half-open spans of `text`, ordered, not overlapping."""


def highlight(text: str, terms: Collection[str], locale: str) -> tuple[Span, ...]:
    """Spans of `text` whose analysis gives one of `terms`."""
    return _merge([term for term in analyse(text, locale) if term.text in terms])


def make_snippet(text: str, terms: Collection[str], locale: str, limit: int = 320) -> Snippet:
    """The run of sentences within `limit` characters that mentions most of `terms`.

    Ties go to the earlier run, so a query that shares no word with the text (another language)
    gets its beginning.
    """
    sentences = _sentences(text)
    if not sentences:
        return Snippet("", ())
    matches = [t for t in analyse(text, locale) if t.text in terms] if terms else []
    start, end = _best_run(sentences, matches, limit)
    if end - start > limit:  # one sentence longer than the limit
        start, end = _window(text, start, end, matches, limit)
    if text.startswith(_BULLET, start):
        start += len(_BULLET)
    before = "… " if text[:start].strip(_BULLET) else ""
    after = " …" if end < len(text) and not _ends_sentence(end, sentences) else ""
    shift = len(before) - start
    spans = [
        Term(term.text, term.start + shift, term.end + shift)
        for term in matches
        if term.start >= start and term.end <= end
    ]
    # Places in the text stay the same.
    line = _numbered(text[start:end], locale).replace(f"\n{_BULLET}", " · ").replace("\n", " ")
    return Snippet(before + line + after, _merge(spans))


def _numbered(text: str, locale: str) -> str:
    """The items of ordered lists in the language's digits, as its readers see them in articles."""
    digits = _DIGITS.get(language_of(locale))
    return _NUMBER.sub(lambda found: found[0].translate(digits), text) if digits else text


def _best_run(sentences: Sequence[Span], matches: Sequence[Term], limit: int) -> Span:
    mentioned_in = [
        {term.text for term in matches if term.start >= start and term.end <= end}
        for start, end in sentences
    ]
    best, best_count = sentences[0], -1
    for first in range(len(sentences)):
        last = first
        mentioned = set(mentioned_in[first])
        while last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= limit:
            last += 1
            mentioned |= mentioned_in[last]
        if len(mentioned) > best_count:
            best, best_count = (sentences[first][0], sentences[last][1]), len(mentioned)
        if last + 1 == len(sentences):
            break
    return best


def _window(text: str, start: int, end: int, matches: Sequence[Term], limit: int) -> Span:
    """At most `limit` characters of one long sentence, around its first match."""
    first = next((term.start for term in matches if start <= term.start < end), start)
    left = max(start, min(first - limit // 4, end - limit))
    if left > start:
        left = text.find(" ", left, left + 30) + 1 or left
    right = min(end, left + limit)
    if right < end:
        space = text.rfind(" ", right - 30, right)
        right = space if space > left else right
    return left, right


def _ends_sentence(end: int, sentences: Sequence[Span]) -> bool:
    return any(end == sentence_end for _, sentence_end in sentences)


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
