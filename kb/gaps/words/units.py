"""Words and pairs of neighbouring words of a short text, with how they were written. Pure.

A unit is known by the terms that indexing would give it, so that inflected forms and spellings are
one; people are shown it as it was written.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import regex

from kb.expansion import Terms, joined_terms, split_terms
from kb.text import Term, analyse

MAX_CHARS = 300
"""Of a text, from its beginning: what somebody asks is said by then."""
_MAX_TERM = 40
_SHORTEST = 3
_SHORTEST_HAN = 2
_PLACEHOLDER = regex.compile(r"\[[A-Z_]{2,20}\]")
_JOINTS = " \u200c-‐‑'’"
_HAN = regex.compile(r"\p{Han}")


class Unit(NamedTuple):
    terms: Terms
    """One term, or two."""
    surface: str
    """As written."""
    parts: Terms
    """Of a word written with a joint (`wi-fi`): what it consists of; else `terms`."""


def units_of(text: str, language: str) -> list[Unit]:
    """Words and pairs of a text in order; numbers, very short and very long words are none.

    What redaction left (`[NAME]`) is none either, and nothing is its neighbour.
    """
    # One character stands for a placeholder that no word can contain; offsets do not matter.
    text = _PLACEHOLDER.sub(" | ", text[:MAX_CHARS])
    terms = analyse(text, language)
    words = [term for term in joined_terms(terms) if _is_word(term.text)]
    parts = _parts(words, split_terms(terms))
    single = [
        Unit((word.text,), text[word.start : word.end], own)
        for word, own in zip(words, parts, strict=True)
    ]
    pairs = [
        Unit(
            (left.text, right.text),
            text[left.start : right.end],
            (*parts[place], *parts[place + 1]),
        )
        for place, (left, right) in enumerate(pairwise(words))
        if left.text != right.text and not text[left.end : right.start].strip(_JOINTS)
    ]
    return [*single, *pairs]


def _parts(words: list[Term], shortest: list[Term]) -> list[Terms]:
    """For each word the shortest terms that make it up; the word itself where they do not."""
    alone = set(shortest)
    return [
        (word.text,) if word in alone else _inside(word, shortest) or (word.text,) for word in words
    ]


def _inside(word: Term, shortest: list[Term]) -> Terms:
    # Chinese words inside a longer one mean something else, and the text is looked up as it is.
    if _HAN.match(word.text):
        return ()
    return tuple(
        term.text for term in shortest if term.start >= word.start and term.end <= word.end
    )


def _is_word(term: str) -> bool:
    if not (_SHORTEST_HAN if _HAN.match(term) else _SHORTEST) <= len(term) <= _MAX_TERM:
        return False
    return term.isalpha() or 2 * sum(char.isdigit() for char in term) < len(term)
