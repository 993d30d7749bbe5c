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
from kb.models import Passage
from kb.snippet import make_snippet


@dataclass(frozen=True)
class Shown:
    """What of a right first document contains the answer."""

    passage: bool
    snippet: bool


def contains(text: str, answers: Sequence[str]) -> bool:
    """Whether `text` contains one of `answers`, word for word."""
    words = twins.words(text)
    return any(twins.contains(words, twins.words(answer)) for answer in answers)


def shown(passage: Passage, terms: set[str], locale: str, answers: Sequence[str]) -> Shown:
    """Judge a passage, and the snippet of it that a result list shows for `terms`."""
    snippet = make_snippet(passage.text, terms, locale)
    return Shown(contains(passage.text, answers), contains(snippet.text, answers))
