"""Two writers' changes: shown line by line, and brought together where they do not touch."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.authoring.merging import side_by_side, together

BASE = "one\ntwo\nthree\nfour"


@pytest.mark.parametrize(
    ("theirs", "mine", "merged"),
    [
        (BASE, BASE, BASE),
        ("ONE\ntwo\nthree\nfour", BASE, "ONE\ntwo\nthree\nfour"),
        (BASE, "one\ntwo\nthree\nFOUR", "one\ntwo\nthree\nFOUR"),
        ("ONE\ntwo\nthree\nfour", "one\ntwo\nthree\nFOUR", "ONE\ntwo\nthree\nFOUR"),
        ("one\nthree\nfour", "one\ntwo\nthree\nfour\nfive", "one\nthree\nfour\nfive"),
        ("one\nTWO\nthree\nfour", "one\nTWO\nthree\nfour", "one\nTWO\nthree\nfour"),
        ("سلام\n" + BASE, BASE + "\n你好", "سلام\n" + BASE + "\n你好"),
    ],
)
def test_changes_of_different_lines_come_together(theirs, mine, merged) -> None:
    assert together(BASE, theirs, mine) == (merged, 0)


def test_changes_of_the_same_line_stand_side_by_side_between_marks() -> None:
    merged, clashes = together(BASE, "one\n2\nthree\nfour", "one\nII\nthree\nFOUR")
    assert clashes == 1
    assert merged == "one\n<<<<<<< 1\n2\n=======\nII\n>>>>>>> 2\nthree\nFOUR"


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "سطر", "行"]), max_size=8).map("\n".join)


@given(base=LINES, mine=LINES)
def test_where_only_one_changed_something_the_result_is_theirs(base: str, mine: str) -> None:
    assert together(base, base, mine) == (mine, 0)
    assert together(base, mine, base) == (mine, 0)
    assert together(base, mine, mine) == (mine, 0)


@given(base=LINES, theirs=LINES, mine=LINES)
def test_no_line_of_either_writer_is_lost(base: str, theirs: str, mine: str) -> None:
    merged = together(base, theirs, mine)[0].split("\n")
    for line in {*theirs.split("\n"), *mine.split("\n")} - set(base.split("\n")):
        assert line in merged


def test_a_changed_line_is_shown_with_the_words_that_differ() -> None:
    (row,) = side_by_side("Hold it for 5 seconds.", "Hold it for 7 seconds.")
    assert row.change == "both"
    assert [piece.text for piece in row.theirs if piece.changed] == ["5"]
    assert [piece.text for piece in row.mine if piece.changed] == ["7"]


def test_chinese_is_compared_character_by_character() -> None:
    (row,) = side_by_side("按住五秒", "按住七秒")
    assert [piece.text for piece in row.mine if piece.changed] == ["七"]


def test_equal_lines_far_from_a_change_are_left_out() -> None:
    lines = [str(number) for number in range(30)]
    rows = side_by_side("\n".join(lines), "\n".join([*lines[:15], "new", *lines[15:]]))
    assert rows[0] is None
    assert rows[-1] is None
    assert [row.change for row in rows[1:-1]] == ["same", "same", "mine", "same", "same"]


@given(theirs=LINES, mine=LINES)
def test_both_texts_can_be_read_back_from_the_rows(theirs: str, mine: str) -> None:
    assume(theirs != mine)
    rows = side_by_side(theirs, mine, around=100)
    left = [row.theirs for row in rows if row and row.theirs is not None]
    right = [row.mine for row in rows if row and row.mine is not None]
    assert "\n".join("".join(p.text for p in pieces) for pieces in left) == theirs
    assert "\n".join("".join(p.text for p in pieces) for pieces in right) == mine
