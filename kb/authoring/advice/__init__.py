"""Advice on a text: what readers would trip over. It never keeps anybody from publishing.

reading    the text as pieces with their lines: words, links, pictures, headings, paragraphs
links      that lead nowhere, to drafts, to places that are not there
structure  headings, pictures, long paragraphs, what was left over from writing
writing    Persian letters and joiners, Chinese punctuation, another language than stated
around     titles that are there twice, new sections, versions in other languages
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kb.authoring.advice.around import Around, around_advice
from kb.authoring.advice.links import link_advice
from kb.authoring.advice.reading import Pieces
from kb.authoring.advice.structure import structure_advice
from kb.authoring.advice.writing import writing_advice
from kb.authoring.faults import Fault
from kb.authoring.fields import Typed, body_of

__all__ = ["Around", "advice_on"]

MOST_OF_A_KIND = 5
_MOST_CHARS = 200_000
"""Longer texts get no advice: nobody reads them either."""


def advice_on(typed: Typed, around: Around) -> list[Fault]:
    """What may be better, in the order of the text; about the article as a whole first.

    At most `MOST_OF_A_KIND` of each kind.
    """
    body = body_of(typed.body)
    found = list(around_advice(typed, body, around))
    if len(body) <= _MOST_CHARS:
        pieces = Pieces.of(body)
        of_text = [
            *link_advice(pieces, around),
            *structure_advice(pieces, typed.locale),
            *writing_advice(pieces, typed.title, typed.locale, around.languages),
        ]
        found += sorted(of_text, key=lambda fault: fault.line or 0)
    return list(_some(found))


def _some(found: Iterable[Fault]) -> Iterator[Fault]:
    count: Counter[str] = Counter()
    for fault in found:
        count[fault.code] += 1
        if count[fault.code] <= MOST_OF_A_KIND:
            yield fault
