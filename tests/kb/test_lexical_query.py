"""Synonyms in scores: they help passages, cost none, and never count twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.expansion import Expansion
from kb.lexical import LexicalIndex
from kb.lexical_query import SYNONYM_WEIGHT

CORPUS = [
    (["password"], ["reset", "it", "here"]),
    (["passcode"], ["reset", "it", "here"]),
    (["password", "passcode"], ["reset"]),
    ([], ["two", "factor", "login"]),
    ([], ["two", "lamps"]),
    ([], ["رمز", "عبور"]),
    ([], ["密码"]),
]
PASSCODE = (Expansion(("passcode",), (("password",),)),)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical")
    LexicalIndex.build(CORPUS, folder)
    return LexicalIndex(folder)


def scores(index: LexicalIndex, terms: list[str], *expansions: Expansion) -> list[float]:
    return index.score_all(index.resolve(terms, expansions)).tolist()


def test_a_passage_with_the_synonym_earns_a_fixed_share_of_one_with_the_word(index) -> None:
    found = scores(index, ["passcode"], *PASSCODE)
    assert found[0] == pytest.approx(SYNONYM_WEIGHT * found[1], rel=1e-5)
    assert scores(index, ["passcode"])[0] == 0


def test_a_passage_with_both_words_gains_nothing_from_the_second(index) -> None:
    with_synonym = scores(index, ["passcode", "reset"], *PASSCODE)
    assert with_synonym[2] == pytest.approx(scores(index, ["passcode", "reset"])[2], rel=1e-6)


def test_a_query_with_both_words_is_not_expanded_to_what_it_says_itself(index) -> None:
    plain = scores(index, ["passcode", "password"])
    assert scores(index, ["passcode", "password"], *PASSCODE) == plain


def test_two_words_with_the_same_synonym_count_it_once(index) -> None:
    pin = Expansion(("pin",), (("password",),))
    one = index.resolve(["pin", "passcode"], (pin, *PASSCODE))
    alternatives = [alternative for choice in one.choices for alternative in choice.alternatives]
    assert len(alternatives) == 1


@pytest.mark.parametrize(
    ("term", "alternative", "ordinal"),
    [("پسورد", ("رمز", "عبور"), 5), ("口令", ("密码",), 6), ("پسورد", ("密码",), 6)],
)
def test_an_unknown_word_is_found_by_its_synonym_in_any_language(
    index, term, alternative, ordinal
) -> None:
    found = scores(index, [term], Expansion((term,), (alternative,)))
    assert [n for n, score in enumerate(found) if score > 0] == [ordinal]
    assert found[ordinal] <= SYNONYM_WEIGHT


def test_a_passage_needs_all_words_of_a_phrase(index) -> None:
    found = scores(index, ["2fa"], Expansion(("2fa",), (("two", "factor", "login"),)))
    assert [n for n, score in enumerate(found) if score > 0] == [3]


def test_a_phrase_of_the_query_is_replaced_as_a_whole(index) -> None:
    terms = ["two", "factor", "login", "password"]
    expansion = Expansion(("two", "factor", "login"), (("passcode",),))
    plain, expanded = scores(index, terms), scores(index, terms, expansion)
    assert expanded[1] > plain[1] == 0
    assert expanded[3] == pytest.approx(plain[3], rel=1e-6)


def test_coverage_counts_a_synonym_by_its_weight(index) -> None:
    assert index.resolve(["zebra"]).coverage == 0
    known = index.resolve(["zebra"], (Expansion(("zebra",), (("password",),)),))
    assert 0 < known.coverage <= SYNONYM_WEIGHT
    assert known.bound == index.resolve(["zebra"]).bound


def test_the_synonym_is_worth_pointing_at(index) -> None:
    query = index.resolve(["zebra"], (Expansion(("zebra",), (("密码",),)),))
    assert index.telling(query, len(CORPUS)) == {"密码"}


def test_a_synonym_that_no_passage_has_changes_nothing(index) -> None:
    plain = index.resolve(["passcode", "zebra"])
    expansion = Expansion(("passcode",), (("quagga",), ("password", "quagga")))
    assert index.resolve(["passcode", "zebra"], (expansion,)) == plain


_TERMS = ["ab", "cd", "abcd", "ef", "کتاب", "رمز", "密码", "zz", "word", "wordd"]
_words = st.lists(st.sampled_from(_TERMS), max_size=8)
_expansions = st.lists(
    st.builds(
        Expansion,
        st.lists(st.sampled_from(_TERMS), min_size=1, max_size=3, unique=True).map(tuple),
        st.lists(
            st.lists(st.sampled_from(_TERMS), min_size=1, max_size=2).map(tuple),
            min_size=1,
            max_size=3,
        ).map(tuple),
    ),
    max_size=3,
).map(tuple)


@settings(max_examples=40)
@given(st.lists(st.tuples(_words, _words), min_size=1, max_size=6), _words, _expansions)
def test_no_score_falls_none_passes_one_and_the_bound_stays(
    tmp_path_factory: pytest.TempPathFactory, passages, terms, expansions
) -> None:
    folder: Path = tmp_path_factory.mktemp("any")
    LexicalIndex.build(passages, folder)
    index = LexicalIndex(folder)
    plain, expanded = index.resolve(terms), index.resolve(terms, expansions)
    before, after = index.score_all(plain), index.score_all(expanded)
    assert np.all(after >= before - 1e-6)
    assert np.all(after <= 1)
    assert expanded.bound == plain.bound
    assert plain.coverage - 1e-9 <= expanded.coverage <= 1 + 1e-9
