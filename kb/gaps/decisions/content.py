"""What writers decide about existing content: pairs of articles, and customers' words. Pure.

A decision is about a subject, named by a key that holds no text of customers:

    pair   articles that seem to be there twice, or sentences that contradict each other:
           `keep_both`, or `merge_later`
    word   a customers' word with a proposal: `not_a_synonym`

The last decision about a subject counts; taking it back deletes it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from kb.errors import InvalidInput
from kb.gaps.words.vocabulary_rows import VocabularyRow
from kb.models import Model
from kb.text import fold

SubjectKind = Literal["pair", "word"]
Verdict = Literal["keep_both", "merge_later", "not_a_synonym"]

VERDICTS: dict[SubjectKind, tuple[Verdict, ...]] = {
    "pair": ("keep_both", "merge_later"),
    "word": ("not_a_synonym",),
}
MAX_NOTE = 500


class ContentDecision(Model):
    """One decision."""

    kind: SubjectKind
    key: str = Field(pattern=r"^[0-9a-f]{32}$")
    verdict: Verdict
    at: dt.datetime
    who: str = ""
    note: str = ""
    """Why. Redacted."""


def decided(
    kind: SubjectKind, key: str, verdict: str, *, at: dt.datetime, who: str = "", note: str = ""
) -> ContentDecision:
    """A decision that the kind of subject knows.

    Raises:
        InvalidInput: it does not, or the note is too long.
    """
    known: Verdict | None = next((one for one in VERDICTS[kind] if one == verdict), None)
    if known is None:
        raise InvalidInput(f"'{verdict}' is no decision; use one of {', '.join(VERDICTS[kind])}.")
    note = " ".join(note.split())
    if len(note) > MAX_NOTE:
        raise InvalidInput(f"The note has {len(note)} characters; at most {MAX_NOTE}.")
    return ContentDecision(
        kind=kind, key=key, verdict=known, at=at, who=" ".join(who.split())[:200], note=note
    )


def pair_key(articles: Iterable[str]) -> str:
    """The key of some articles, in whatever order they are named.

    >>> pair_key(["a.en", "b.en"]) == pair_key(["b.en", "a.en"])
    True
    """
    return _key("pair", *sorted(set(articles)))


def word_key(word: str, language: str) -> str:
    """The key of a customers' word; not reversible, because a word may be a name."""
    return _key("word", fold(word), language)


def open_rows(rows: Iterable[VocabularyRow], refused: Iterable[str]) -> list[VocabularyRow]:
    """The rows whose words nobody refused.

    Args:
        refused: keys of the words that were decided about.
    """
    known = frozenset(refused)
    return [row for row in rows if word_key(row.word, row.language) not in known]


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
