"""Draft and source: what they share is marked on both sides."""

from __future__ import annotations

import pytest

from kb.inbox.matching import common_spans, pieces


@pytest.mark.parametrize(
    ("draft", "source", "shared"),
    [
        ("Hi Sam, tilt the tank slowly. Bye", "First: Tilt the Tank slowly, then wait.",
         ["tilt the tank slowly"]),
        ("سلام، مخزن را آرام کج کنید.", "اول مخزن را آرام كج کنید تا هوا برود",
         ["مخزن را آرام کج کنید"]),
        ("您好，请慢慢倾斜水箱。", "步骤：请慢慢倾斜水箱，再等一分钟", ["请慢慢倾斜水箱"]),
        ("two words", "two words", []),
        ("", "anything at all here", []),
    ],
)  # fmt: skip
def test_runs_of_equal_words_are_marked_on_both_sides(draft, source, shared):
    left, right = common_spans(draft, source)
    assert [draft[start:end] for start, end in left] == shared
    assert len(left) == len(right)


def test_a_text_is_cut_at_its_spans_and_nothing_is_lost():
    cut = pieces("abcdef", [(0, 2), (3, 6)])
    assert cut == [("ab", True), ("c", False), ("def", True)]
    assert pieces("", []) == []
