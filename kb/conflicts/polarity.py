"""Yes and no: where a sentence denies something, and what it would say without that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import regex

from kb.conflicts.contrasts import contrasts
from kb.conflicts.names import names
from kb.conflicts.negation import CONDITION, IDIOM, NEED, NEGATION, ONLY, QUESTION, affirmed
from kb.conflicts.reading import Sentence, content_terms
from kb.text import analyse

_DIGITS = regex.compile(r"[0-9]+")
_VERB = regex.compile(r"[\p{L}\p{M}\u200c']*")
_TWO_HAN = regex.compile(r"\p{Han}{1,2}")
_BARE = frozenset({"不", "不再", "未", "尚未", "没", "并非"})


@dataclass(frozen=True, eq=False)
class Claim:
    """A statement with what it says when its negation is taken away."""

    sentence: Sentence
    denied: bool
    positive: str
    """The folded sentence, negations replaced by what they deny."""
    conditions: str
    """Its conditional clauses."""
    signs: tuple[tuple[str, str], ...]
    """Its negations: as written, and what stands in their place in an affirmation."""

    @cached_property
    def words(self) -> frozenset[str]:
        """Words with content."""
        if self.positive == self.sentence.folded:
            return self.sentence.words
        return content_terms(self.positive, self.sentence.language)

    @cached_property
    def wording(self) -> frozenset[str]:
        """All words."""
        return frozenset(term.text for term in analyse(self.positive, self.sentence.language))

    @cached_property
    def condition(self) -> frozenset[str]:
        """Words of the conditional clauses."""
        return content_terms(self.conditions, self.sentence.language)

    @cached_property
    def needs(self) -> bool:
        """About what is necessary: its contrary is `need not`, not `can`."""
        return bool(NEED[self.sentence.language].search(self.sentence.folded))

    @cached_property
    def only(self) -> bool:
        """Leaves exceptions, or is one."""
        return bool(ONLY[self.sentence.language].search(self.sentence.folded))

    @cached_property
    def contrasts(self) -> frozenset[tuple[int, int]]:
        return contrasts(self.sentence.folded)

    @cached_property
    def names(self) -> frozenset[str]:
        return names(self.sentence, 0, len(self.sentence.text))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(_DIGITS.findall(self.sentence.folded))


def claim(sentence: Sentence) -> Claim | None:
    """The claim a sentence makes; None for questions and languages without rules."""
    language, folded = sentence.language, sentence.folded
    if language not in NEGATION or QUESTION.search(folded):
        return None
    masked = IDIOM[language].sub(lambda found: "\x00" * len(found.group()), folded)
    conditions = [found.span() for found in CONDITION[language].finditer(masked)]
    negations = list(NEGATION[language].finditer(masked))
    if any(start <= found.start() < end for found in negations for start, end in conditions):
        return None  # what a condition denies cannot be held against anything
    pieces, position = [], 0
    for found in negations:
        pieces += [folded[position : found.start()], affirmed(found)]
        position = found.end()
    return Claim(
        sentence,
        len(negations) % 2 == 1,
        "".join([*pieces, folded[position:]]),
        " ".join(folded[start:end] for start, end in conditions),
        tuple(_sign(sentence, found) for found in negations),
    )


def _sign(sentence: Sentence, found: regex.Match[str]) -> tuple[str, str]:
    """A negation and its affirmation as the reader sees them, with the verb where that tells."""
    start, end = found.span()
    if found.lastgroup in ("na", "nami", "order"):
        rest = _VERB.match(sentence.text, end)
        surface = sentence.text[start : rest.end() if rest else end]
        return surface, ("ب" if found.lastgroup == "order" else "") + surface[1:]
    if found.group() in _BARE and (rest := _TWO_HAN.match(sentence.text, end)):
        return sentence.text[start : rest.end()], rest.group()
    return sentence.text[start:end].strip(), affirmed(found)
