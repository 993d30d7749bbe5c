"""Where personal data stood in the original text, through passes that each change the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class PersonalSpan(NamedTuple):
    """Where something personal stood: offsets in characters, and its type."""

    start: int
    end: int
    kind: str

    @property
    def placeholder(self) -> str:
        return f"[{self.kind}]"


def in_original(
    earlier: Sequence[PersonalSpan], found: Iterable[PersonalSpan]
) -> list[PersonalSpan]:
    """All spans in terms of the original text.

    `earlier` are disjoint, in order and already in its terms; `found` are in terms of the text in
    which those have been replaced. What `found` swallows is left out.
    """
    starts: list[int] = []  # of the placeholders, in terms of `found`
    ends: list[int] = []
    shift = 0
    for span in earlier:
        starts.append(span.start + shift)
        ends.append(starts[-1] + len(span.placeholder))
        shift = ends[-1] - span.end

    def translate(offset: int, *, is_end: bool) -> int:
        char = offset - is_end  # an end belongs to the character before it
        i = bisect_right(starts, char) - 1
        if i < 0:
            return offset
        if char < ends[i]:
            return earlier[i].end if is_end else earlier[i].start
        return offset - ends[i] + earlier[i].end

    moved = (
        PersonalSpan(translate(start, is_end=False), translate(end, is_end=True), kind)
        for start, end, kind in found
    )
    kept: list[PersonalSpan] = []
    for span in sorted([*earlier, *moved], key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
