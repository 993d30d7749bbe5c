"""A gap keeps its id while its questions drift, and no two swap theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from kb.embedder import Vectors
from kb.gaps.missing.identity import LEAST_COSINE, Candidate, identities
from tests.kb.gaps.library import near


@dataclass(frozen=True)
class Before:
    """A gap of the last report."""

    id: str
    centroid: Vectors
    members: Mapping[str, float]


def now(members: Mapping[str, float], centroid: Vectors | None = None) -> Candidate:
    return Candidate(near(30) if centroid is None else centroid, members)


def questions(*names: int | str, people: float = 2.0) -> dict[str, float]:
    return {f"q{name}": people for name in names}


def test_without_a_last_report_every_gap_gets_an_id_of_its_own() -> None:
    found = identities([now(questions(1)), now(questions(2)), now(questions(1))], [])
    assert len(set(found)) == 3
    assert all(len(one) == 14 and one.startswith("gap-") for one in found)
    assert identities([], []) == []


def test_the_same_questions_make_the_same_id_whatever_else_there_is() -> None:
    (alone,) = identities([now(questions(1, 2))], [])
    both = identities([now(questions(7)), now(questions(2, 1))], [])
    assert both[1] == alone


def test_a_gap_keeps_its_id_while_its_questions_are_replaced_one_by_one() -> None:
    members = questions(*range(6))
    (first,) = identities([now(members)], [])
    known = Before(first, near(0), members)
    for turn in range(6, 30):
        members = questions(*range(turn - 5, turn + 1))
        (found,) = identities([now(members, near(turn))], [known])
        assert found == first
        known = Before(found, near(turn), members)
    assert not set(members) & set(questions(*range(6)))


def test_texts_that_all_changed_are_known_by_their_centroid() -> None:
    before = [Before("gap-a", near(0), questions(1)), Before("gap-b", near(1), questions(2))]
    above = near(1, LEAST_COSINE + 0.01, beside=5)
    below = near(0, LEAST_COSINE - 0.01, beside=6)
    ids = identities([now(questions(3), above), now(questions(4), below)], before)
    assert ids[0] == "gap-b"
    assert ids[1] not in {"gap-a", "gap-b"}


def test_shared_questions_say_more_than_centroids() -> None:
    before = [Before("gap-a", near(0), questions(1)), Before("gap-b", near(1), questions(2))]
    crossed = [now(questions(1), near(1)), now(questions(2), near(0))]
    assert identities(crossed, before) == ["gap-a", "gap-b"]


@pytest.mark.parametrize("names", [("gap-a", "gap-b"), ("gap-b", "gap-a")])
def test_when_two_become_one_it_goes_on_as_the_bigger(names: tuple[str, str]) -> None:
    big, small = questions(*range(10)), questions("x")
    before = [Before(names[0], near(0), big), Before(names[1], near(1), small)]
    assert identities([now(big | small)], before) == [names[0]]


def test_when_one_becomes_two_the_part_with_most_people_keeps_the_id() -> None:
    before = [Before("gap-a", near(0), questions(*range(10)))]
    parts = [now(questions(0, 1, 2)), now(questions(*range(3, 10)))]
    small, big = identities(parts, before)
    assert big == "gap-a"
    assert small != "gap-a"


def test_two_gaps_never_swap_ids_and_no_id_is_given_twice() -> None:
    before = [Before(f"gap-{n}", near(n), questions(*range(10 * n, 10 * n + 10))) for n in range(4)]
    # Each loses three questions to the next one.
    moved = [
        questions(
            *range(10 * n + 3, 10 * n + 10), *range(10 * ((n + 1) % 4), 10 * ((n + 1) % 4) + 3)
        )
        for n in range(4)
    ]
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        found = identities([now(moved[n]) for n in order], [before[n] for n in reversed(order)])
        assert found == [f"gap-{n}" for n in order]


def test_a_new_gap_never_takes_the_id_of_one_that_is_not_there_now() -> None:
    (old,) = identities([now(questions(1, 2))], [])
    grown = questions("other", people=100.0) | questions(1, people=0.5)
    known = [Before(old, near(0), grown)]
    found = identities([now(grown), now(questions(1, 2), near(3))], known)
    assert found[0] == old
    assert found[1] != old


def test_a_little_in_common_is_not_the_same() -> None:
    before = [Before("gap-a", near(0), questions(*range(10)))]
    assert identities([now(questions(0, 1, *range(20, 28)))], before) != ["gap-a"]
    assert identities([now(questions(0, 1, 2, *range(20, 27)))], before) == ["gap-a"]


@pytest.mark.parametrize(
    "centroid",
    [np.zeros(0, np.float32), np.ones(7, np.float32), np.zeros(40, np.float32)],
    ids=["empty", "of another model", "nothing"],
)
def test_a_centroid_that_cannot_be_compared_leaves_the_questions(centroid: Vectors) -> None:
    before = [Before("gap-a", centroid, questions(1, 2)), Before("gap-b", centroid, {})]
    same, new = identities([now(questions(1, 2)), now(questions(3), near(2))], before)
    assert same == "gap-a"
    assert new not in {"gap-a", "gap-b"}


def test_what_was_forgotten_in_an_erasure_is_known_by_its_centroid() -> None:
    before = [Before("gap-a", near(0), {}), Before("gap-b", near(1), {})]
    found = identities([now(questions(2), near(1)), now(questions(1), near(0))], before)
    assert found == ["gap-b", "gap-a"]


def test_nobodys_questions_are_nobodys() -> None:
    assert identities([now(questions(1, people=0.0))], [Before("gap-a", near(0), questions(1))])
