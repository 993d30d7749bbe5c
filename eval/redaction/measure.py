"""Sentences and a redactor to figures: recall and precision by type and language.

- *Found*: every letter and digit of a marked span was replaced, by whatever type. Half a telephone
  number is as bad as a whole one. What stands between them (blanks, commas) may stay.
- *Right*: a replacement that overlaps any marked span. That it is of another type is counted apart,
  as confusion; how many letters and digits it takes besides, as excess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eval.redaction.loader import Sentence
from kb.privacy import PLACEHOLDERS, PersonalSpan, Redaction

Redact = Callable[[str, Sequence[str]], Redaction]

ALL = "all"
"""As type or language: all of them together."""
RECALL_TARGETS = {
    "EMAIL": 0.98,
    "PHONE": 0.98,
    "CARD": 0.98,
    "IBAN": 0.98,
    "NATIONAL_ID": 0.98,
    "NAME": 0.95,
}
"""Least recall of these types, in each language and over all."""
PRECISION_TARGET = 0.95
"""Least precision over all types, in each language and over all."""


@dataclass(frozen=True)
class Figure:
    """Counts of one type (or all) in one language (or all), and the shares that follow."""

    kind: str
    language: str
    marked: int
    found: int
    replaced: int
    right: int

    @property
    def recall(self) -> float | None:
        """found / marked; None where nothing is marked."""
        return self.found / self.marked if self.marked else None

    @property
    def precision(self) -> float | None:
        """right / replaced; None where nothing was replaced."""
        return self.right / self.replaced if self.replaced else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where either is."""
        if self.recall is None or self.precision is None:
            return None
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Error:
    """Something missed (`kind` as marked) or taken without reason (`kind` as replaced)."""

    sentence: str
    language: str
    what: str
    """`missed` or `wrong`."""
    kind: str
    piece: str
    redacted: str
    """The whole sentence as it came out."""


@dataclass(frozen=True)
class Report:
    sentences: int
    without_marks: int
    """Sentences in which nothing is personal."""
    figures: tuple[Figure, ...]
    """By type, then language; with `ALL` for either."""
    confusion: dict[tuple[str, str], int]
    """(marked type, type it was replaced as) to how often they overlap, where they differ."""
    excess: float
    """Share of the letters and digits taken away that are not marked."""
    errors: tuple[Error, ...]

    def figure(self, kind: str = ALL, language: str = ALL) -> Figure:
        found = [f for f in self.figures if (f.kind, f.language) == (kind, language)]
        return found[0] if found else Figure(kind, language, 0, 0, 0, 0)

    @property
    def missed_targets(self) -> list[str]:
        """A sentence for each target that does not hold."""
        said = []
        for figure in self.figures:
            where = f"{figure.kind} in {figure.language}"
            least = RECALL_TARGETS.get(figure.kind)
            if least is not None and figure.recall is not None and figure.recall < least:
                said.append(f"Recall of {where} is {figure.recall:.3f}, below {least}.")
            if figure.kind == ALL and (figure.precision or 0) < PRECISION_TARGET:
                if figure.precision is None:
                    continue
                said.append(
                    f"Precision of {where} is {figure.precision:.3f}, below {PRECISION_TARGET}."
                )
        return said


def measure(sentences: Iterable[Sentence], redact: Redact) -> Report:
    """Redact every sentence and compare with its marks."""
    counts: dict[str, Counter[tuple[str, str]]] = {
        name: Counter() for name in ("marked", "found", "replaced", "right")
    }
    confusion: Counter[tuple[str, str]] = Counter()
    errors: list[Error] = []
    taken = unmarked = total = empty = 0
    languages: dict[str, None] = {}
    for sentence in sentences:
        total += 1
        empty += not sentence.spans
        languages[sentence.language] = None
        result = redact(sentence.text, sentence.names)
        gone, marked = (
            _letters(sentence.text, result.spans),
            _letters(sentence.text, sentence.spans),
        )
        taken, unmarked = taken + len(gone), unmarked + len(gone - marked)
        for span in sentence.spans:
            is_found = _letters(sentence.text, [span]) <= gone
            _count(counts["marked"], span.kind, sentence.language)
            if is_found:
                _count(counts["found"], span.kind, sentence.language)
            else:
                errors.append(_error("missed", span, sentence, result))
            overlapping = (other for other in result.spans if _overlap(span, other))
            confusion.update((span.kind, o.kind) for o in overlapping if o.kind != span.kind)
        for span in result.spans:
            _count(counts["replaced"], span.kind, sentence.language)
            if any(_overlap(span, other) for other in sentence.spans):
                _count(counts["right"], span.kind, sentence.language)
            else:
                errors.append(_error("wrong", span, sentence, result))
    cells = ((k, lang) for k in (ALL, *PLACEHOLDERS) for lang in (ALL, *languages))
    figures = (Figure(*cell, *(counts[name][cell] for name in counts)) for cell in cells)
    return Report(
        total,
        empty,
        tuple(f for f in figures if f.marked or f.replaced),
        dict(confusion.most_common()),
        unmarked / taken if taken else 0.0,
        tuple(errors),
    )


def _count(counter: Counter[tuple[str, str]], kind: str, language: str) -> None:
    counter.update((k, where) for k in (ALL, kind) for where in (ALL, language))


def _letters(text: str, spans: Iterable[PersonalSpan]) -> set[int]:
    return {i for span in spans for i in range(span.start, span.end) if text[i].isalnum()}


def _overlap(one: PersonalSpan, other: PersonalSpan) -> bool:
    return one.start < other.end and other.start < one.end


def _error(what: str, span: PersonalSpan, sentence: Sentence, result: Redaction) -> Error:
    piece = sentence.text[span.start : span.end]
    return Error(sentence.id, sentence.language, what, span.kind, piece, result.text)
