"""Term counts, and that changing them gives what counting anew gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kb.postings import Postings

WORDS = st.lists(st.sampled_from(["pump", "tank", "مخزن", "水泵", "light", "a b", ""]), max_size=6)
PASSAGES = st.lists(st.tuples(WORDS, WORDS), max_size=6)


def same(one: Postings, other: Postings) -> bool:
    return one.terms == other.terms and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("indptr", "ordinals", "counts", "lengths")
    )


def test_counts_are_by_term_passage_and_field():
    postings = Postings.of([(["pump"], ["tank", "pump", "pump"]), ([], ["tank"])])
    assert postings.terms == ["pump", "tank"]
    assert postings.indptr.tolist() == [0, 1, 3]
    assert postings.ordinals.tolist() == [0, 0, 1]
    assert postings.counts.tolist() == [[1, 0, 0], [2, 1, 1]]
    assert postings.lengths.tolist() == [[1, 0], [3, 1]]
    assert (postings.size, postings.frequencies.tolist()) == (2, [1, 2])


@given(PASSAGES, PASSAGES, st.data())
def test_replacing_passages_gives_what_counting_anew_gives(before, added, data):
    stays = data.draw(st.lists(st.booleans(), min_size=len(before), max_size=len(before)))
    size = sum(stays) + len(added)
    taken = data.draw(st.permutations(range(size)))
    places = np.array(sorted(taken[: len(added)]), np.int64)
    free = [n for n in range(size) if n not in set(places.tolist())]
    kept = np.full(len(before), -1, np.int64)
    kept[[n for n, stay in enumerate(stays) if stay]] = free
    after = [([], [])] * size
    for old, new in enumerate(kept.tolist()):
        if new >= 0:
            after[new] = before[old]
    for place, passage in zip(places.tolist(), added, strict=True):
        after[place] = passage
    replaced = Postings.of(before).replaced(kept, Postings.of(added), places)
    assert same(replaced, Postings.of(after))


def test_what_was_saved_is_read_back(tmp_path):
    postings = Postings.of([(["پمپ"], ["水泵", "pump"]), ([], [])])
    postings.save(tmp_path)
    assert same(Postings.load(tmp_path), postings)


def test_a_collection_without_terms_is_read_back(tmp_path):
    Postings.of([]).save(tmp_path)
    assert same(Postings.load(tmp_path), Postings.of([]))
