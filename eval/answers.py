"""Whether what is shown contains the answer, for queries whose answer texts are known.

Containment word for word (eval.twins): case, width, Arabic and Persian letters, Chinese script and
punctuation make no difference, as in the normalisation of SQuAD's exact match (Rajpurkar et al.
2016). It is asked only where the first document is the right one: it
measures which of its passages is shown, not which document is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval import twins
from kb.snippet import make_snippet


@dataclass(frozen=True)
class Shown:
    """What of a right first document contains the answer."""

    answer: bool
    """What an answer would show (kb.answer)."""
    snippet: bool
    """What the result list shows."""


def contains(text: str, answers: Sequence[str]) -> bool:
    """Whether `text` contains one of `answers`, word for word."""
    words = twins.words(text)
    return any(twins.contains(words, twins.words(answer)) for answer in answers)


def shown(answer: str, passage: str, terms: set[str], locale: str, answers: Sequence[str]) -> Shown:
    """Judge the text of an answer, and the snippet of the best passage for `terms`."""
    snippet = make_snippet(passage, terms, locale)
    return Shown(contains(answer, answers), contains(snippet.text, answers))
