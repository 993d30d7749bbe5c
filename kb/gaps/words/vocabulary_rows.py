"""Proposals for synonyms as writers see them, and what their figures mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kb.expansion import Synonyms
from kb.gaps.words.new_words import MIN_PEOPLE, Kind
from kb.models import Model
from kb.text import analyse

DEFINITIONS: Mapping[str, str] = {
    "word": "a word that no article in the language has, as it was written most often",
    "people": f"different visits that used it, at least {MIN_PEOPLE}",
    "kind": "word; phrase: articles have its words, but never together; misspelling: one edit from "
    "a word of the articles, which search corrects",
    "proposal": "a word of the titles that those who use it end up on, opened articles first",
    "evidence": "people who used the word and ended up on an article with the proposed one",
    "association": "share of the word's people who did, minus the share of all others (ΔP)",
    "score": "people × association of the best proposal",
}


class Proposal(Model):
    """A word of the articles that a customers' word may mean."""

    word: str
    """As the title (or the later search) writes it."""
    language: str
    article: str
    """Id of the article that most of them ended up on."""
    evidence: int
    """People."""
    association: float


class VocabularyRow(Model):
    """A word that customers use and articles do not."""

    word: str
    language: str
    kind: Kind
    people: int
    examples: tuple[str, ...]
    """Questions with it, the most frequent first."""
    proposals: tuple[Proposal, ...]
    """The best first; none for a misspelling."""
    score: float


def unsettled(rows: Iterable[VocabularyRow], synonyms: Synonyms) -> list[VocabularyRow]:
    """The rows whose words have no synonym yet: some may have got one since they were found."""
    return [
        row for row in rows if not synonyms.expand(analyse(row.word, row.language), row.language)
    ]
