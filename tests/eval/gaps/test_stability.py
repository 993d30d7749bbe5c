"""Whether a second look finds the same gaps, by hand."""

from __future__ import annotations

from eval.gaps.measures import Cluster, Member
from eval.gaps.stability import FIRST, alike, of_ids


def cluster(subject: str, *keys: str) -> Cluster:
    return [Member(key, frozenset({subject} if subject else ()), 1) for key in keys]


def test_ids_are_kept_and_still_about_the_same() -> None:
    before = {"g1": cluster("a", "1"), "g2": cluster("b", "2"), "g3": cluster("c", "3"),
              "g4": cluster("d", "4")}  # fmt: skip
    after = {"g2": cluster("b", "2", "9"), "g1": cluster("x", "7"), "g3": cluster("c", "3")}
    found = of_ids(before, after)
    assert (found.kept, found.true_kept) == (3 / 4, 2 / 3)
    assert found.alike == 2 / 4  # g2 shares one of two questions, g3 its only one


def test_an_id_that_was_about_nothing_says_nothing_about_truth() -> None:
    found = of_ids({"g1": cluster("", "1")}, {"g1": cluster("a", "5")})
    assert (found.kept, found.true_kept, found.alike) == (1.0, 1.0, 0.0)


def test_only_the_first_ten_are_compared() -> None:
    before = {f"g{n}": cluster("a", str(n)) for n in range(FIRST + 5)}
    after = {name: before[name] for name in list(before)[:FIRST]}
    assert of_ids(before, after).kept == 1.0
    late = dict(reversed(before.items()))
    assert of_ids(before, late).kept == 1.0  # it is there, wherever it stands
    assert of_ids(before, late).alike == 5 / FIRST


def test_of_nothing_all_is_kept() -> None:
    found = of_ids({}, {"g1": cluster("a", "1")})
    assert (found.kept, found.true_kept, found.alike) == (1.0, 1.0, 1.0)
    lost = of_ids({"g1": cluster("a", "1")}, {})
    assert (lost.kept, lost.true_kept, lost.alike) == (0.0, 1.0, 0.0)


def test_groups_are_alike_where_half_of_all_their_questions_are_in_both() -> None:
    assert alike([cluster("a", "1", "2", "3")], [cluster("a", "1", "2")]) == 1.0
    assert alike([cluster("a", "1", "2", "3")], [cluster("a", "1")]) == 0.0
    assert alike([cluster("a", "1"), cluster("b", "2")], [cluster("a", "1", "2")]) == 1.0
