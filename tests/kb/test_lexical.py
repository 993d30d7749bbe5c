"""The lexical index: its scores are the BM25F of the module's docstring, computed beforehand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index as whoosh_index

from kb.errors import SnapshotCorrupt
from kb.lexical import FIELD_WEIGHTS, K1, B, LexicalIndex

Passages = Sequence[tuple[Sequence[str], Sequence[str]]]

CORPUS: Passages = [
    (["reset", "password"], ["open", "the", "reset", "page", "and", "reset", "it"]),
    (["wifi"], ["the", "router", "needs", "wifi"]),
    (["delivery"], ["the", "courier", "brings", "the", "parcel", "and", "the", "bill"]),
    ([], ["password"]),
]


def built(passages: Passages, folder: Path) -> LexicalIndex:
    LexicalIndex.build(passages, folder)
    return LexicalIndex(folder)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return built(CORPUS, tmp_path_factory.mktemp("lexical"))


def bm25f(passages: Passages, term: str, ordinal: int) -> float:
    """The formula of kb.lexical's docstring, written out for one term and passage."""
    average = [sum(len(p[f]) for p in passages) / len(passages) for f in (0, 1)]
    containing = sum(term in title or term in body for title, body in passages)
    idf = math.log(1 + (len(passages) - containing + 0.5) / (containing + 0.5))
    frequency = 0.0
    for field, weight in ((0, 2.0), (1, 1.0)):
        words = passages[ordinal][field]
        if count := words.count(term):
            frequency += weight * count / (1 - 0.75 + 0.75 * len(words) / average[field])
    return idf * frequency * (1.2 + 1) / (1.2 + frequency)


def bound(passages: Passages, terms: Sequence[str]) -> float:
    total = 0.0
    for term in terms:
        containing = sum(term in title or term in body for title, body in passages)
        total += math.log(1 + (len(passages) - containing + 0.5) / (containing + 0.5))
    return total * 2.2


# ── Scores ───────────────────────────────────────────────────────────────────────────────────


def test_the_parameters_are_those_the_expected_scores_were_computed_with() -> None:
    assert (K1, B, FIELD_WEIGHTS) == (1.2, 0.75, {"title": 2.0, "body": 1.0})


def test_a_score_computed_by_hand(tmp_path: Path) -> None:
    # Both bodies have the average length, so tf' is the count; n = 1 of N = 2: idf = ln 2.
    index = built([([], ["pump", "pump"]), ([], ["lamp", "light"])], tmp_path)
    query = index.resolve(["pump"])
    assert query.bound == pytest.approx(2.2 * math.log(2))
    assert query.coverage == 1
    # ln 2 · 2 · 2.2 / (1.2 + 2), as a share of 2.2 · ln 2.
    assert index.score_all(query).tolist() == pytest.approx([2 / 3.2, 0])


@pytest.mark.parametrize(
    "terms",
    [
        ["password"],
        ["reset"],
        ["the"],
        ["reset", "password"],
        ["the", "courier", "password", "wifi"],
    ],
)
def test_scores_are_bm25f_as_a_share_of_the_bound(corpus: LexicalIndex, terms: list[str]) -> None:
    expected = [
        sum(bm25f(CORPUS, term, ordinal) for term in terms) / bound(CORPUS, terms)
        for ordinal in range(len(CORPUS))
    ]
    assert corpus.score_all(corpus.resolve(terms)).tolist() == pytest.approx(expected, rel=1e-5)


def test_compiled_scores_agree_with_the_postings_whoosh_holds(tmp_path: Path) -> None:
    index = built(CORPUS, tmp_path)
    reader = whoosh_index.open_dir(str(tmp_path / "whoosh"), readonly=True).reader()
    seen: list[list[list[str]]] = [[[], []] for _ in CORPUS]
    for field_number, field in enumerate(("title", "body")):
        for raw in reader.lexicon(field):
            matcher = reader.postings(field, raw)
            while matcher.is_active():
                seen[matcher.id()][field_number] += [raw.decode()] * int(matcher.weight())
                matcher.next()
    vocabulary = {word for passage in seen for words in passage for word in words}
    reader.close()
    assert vocabulary == {word for passage in CORPUS for words in passage for word in words}
    for term in vocabulary:
        expected = [bm25f(seen, term, n) / bound(seen, [term]) for n in range(len(seen))]
        actual = index.score_all(index.resolve([term])).tolist()
        assert actual == pytest.approx(expected, rel=1e-5)


_words = st.lists(st.sampled_from(["ab", "cd", "abcd", "کتاب", "密码", "x1"]), max_size=12)


@settings(max_examples=25)
@given(st.lists(st.tuples(_words, _words), min_size=1, max_size=8))
def test_scores_of_any_corpus_are_bm25f(
    tmp_path_factory: pytest.TempPathFactory, passages: Passages
) -> None:
    index = built(passages, tmp_path_factory.mktemp("any"))
    for term in {word for passage in passages for words in passage for word in words}:
        expected = [bm25f(passages, term, n) for n in range(len(passages))]
        query = index.resolve([term])
        actual = index.score_all(query) * query.bound
        assert actual.tolist() == pytest.approx(expected, rel=1e-4, abs=1e-6)


@given(st.lists(st.sampled_from([*"aewpr", "reset", "pasword", "wi", "fi", "resetpage", "the"])))
def test_scores_and_coverage_of_any_query_are_shares(
    corpus: LexicalIndex, terms: list[str]
) -> None:
    query = corpus.resolve(terms)
    scores = corpus.score_all(query)
    assert scores.shape == (4,)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()
    assert 0 <= query.coverage <= 1


def test_a_term_asked_twice_counts_once(corpus: LexicalIndex) -> None:
    assert corpus.resolve(["reset", "reset"]) == corpus.resolve(["reset"])


def test_passages_with_the_same_words_tie_exactly(tmp_path: Path) -> None:
    index = built([(["a"], ["b", "c"]), ([], ["d"]), (["a"], ["c", "b"])], tmp_path)
    first, other, last = index.score_all(index.resolve(["a", "b"])).tolist()
    assert first == last > 0
    assert other == 0


def test_a_word_in_the_title_counts_more_than_in_the_body(tmp_path: Path) -> None:
    index = built([(["pump"], ["lamp"]), (["lamp"], ["pump"])], tmp_path)
    title, body = index.score_all(index.resolve(["pump"])).tolist()
    assert title > body > 0


# ── Words that do not occur ──────────────────────────────────────────────────────────────────


def test_an_unknown_term_lowers_coverage_and_every_score(corpus: LexicalIndex) -> None:
    known = corpus.resolve(["courier"])
    both = corpus.resolve(["courier", "zzz"])
    courier, unknown = math.log(1 + 3.5 / 1.5), math.log(1 + 4.5 / 0.5)
    assert known.coverage == 1
    assert both.coverage == pytest.approx(courier / (courier + unknown))
    assert both.bound == pytest.approx(2.2 * (courier + unknown))
    assert corpus.score_all(both)[2] == pytest.approx(
        corpus.score_all(known)[2] * both.coverage, rel=1e-5
    )


def test_a_query_of_unknown_words_scores_nothing(corpus: LexicalIndex) -> None:
    query = corpus.resolve(["xyzzyx", "qwertz"])
    assert query.rows == ()
    assert query.coverage == 0
    assert corpus.score_all(query).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("terms", [[], ["xyzzyx"]])
def test_a_query_without_usable_terms_has_no_evidence(
    corpus: LexicalIndex, terms: list[str]
) -> None:
    assert corpus.score_all(corpus.resolve(terms)).tolist() == [0, 0, 0, 0]


def test_a_query_without_terms_has_no_bound(corpus: LexicalIndex) -> None:
    query = corpus.resolve([])
    assert (query.bound, query.coverage) == (0, 0)


# ── Look-alikes ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "typo",
    [
        pytest.param("pasword", id="a letter missing"),
        pytest.param("passsword", id="a letter too many"),
        pytest.param("passwurd", id="a wrong letter"),
    ],
)
def test_a_misspelt_word_finds_what_the_right_one_finds_with_less_weight(
    corpus: LexicalIndex, typo: str
) -> None:
    right, wrong = corpus.resolve(["password"]), corpus.resolve([typo])
    assert wrong.rows == right.rows
    assert wrong.weights == (0.6,)
    assert 0 < wrong.coverage < 1
    found = corpus.score_all(wrong)
    assert (found > 0).tolist() == [True, False, False, True]
    assert (found < corpus.score_all(right))[[0, 3]].all()


@pytest.mark.parametrize(
    "term",
    [
        pytest.param("qassword", id="the first letter is kept"),
        pytest.param("pazzword", id="two edits"),
        pytest.param("wifo", id="short words are not guessed at"),
        pytest.param("pass1word", id="nor are codes and numbers"),
    ],
)
def test_a_word_that_is_no_look_alike_is_not_corrected(corpus: LexicalIndex, term: str) -> None:
    assert corpus.resolve([term]).rows == ()


def test_of_several_look_alikes_the_most_frequent_wins(tmp_path: Path) -> None:
    index = built([([], ["charger"]), ([], ["charges"]), ([], ["charges"])], tmp_path)
    assert index.resolve(["charget"]).rows == index.resolve(["charges"]).rows


def test_equally_frequent_look_alikes_tie_by_spelling(tmp_path: Path) -> None:
    index = built([([], ["charges", "charger"])], tmp_path)
    assert index.resolve(["charget"]).rows == index.resolve(["charger"]).rows


def test_persian_typos_are_corrected_too(tmp_path: Path) -> None:
    index = built([([], ["پشتیبانی"])], tmp_path)
    assert index.resolve(["پشتبانی"]).weights == (0.6,)


def test_chinese_words_are_not_guessed_at(tmp_path: Path) -> None:
    index = built([([], ["客户服务中心"])], tmp_path)
    assert index.resolve(["客户服务中央"]).rows == ()


def test_a_known_word_is_never_corrected(tmp_path: Path) -> None:
    index = built([([], ["charge"]), ([], ["charged"]), ([], ["charged"])], tmp_path)
    query = index.resolve(["charge"])
    assert query.weights == (1.0,)
    assert index.score_all(query)[1:].tolist() == [0, 0]


# ── Words written together or apart ──────────────────────────────────────────────────────────


def test_an_unknown_word_is_tried_as_two_known_ones(corpus: LexicalIndex) -> None:
    joined, apart = corpus.resolve(["routerwifi"]), corpus.resolve(["router", "wifi"])
    assert joined.rows == apart.rows
    assert joined.weights == (1.0, 1.0)
    assert 0 < joined.coverage <= 1
    assert (corpus.score_all(joined) > 0).tolist() == [False, True, False, False]


def test_a_split_is_preferred_to_a_correction(tmp_path: Path) -> None:
    index = built([([], ["note", "book", "notebooks"])], tmp_path)
    assert index.resolve(["notebook"]).rows == index.resolve(["note", "book"]).rows


def test_the_split_into_more_frequent_words_wins(tmp_path: Path) -> None:
    passages = [([], ["there", "in"]), ([], ["there", "in"]), ([], ["the", "rein"])]
    index = built(passages, tmp_path)
    assert index.resolve(["therein"]).rows == index.resolve(["there", "in"]).rows


def test_a_chinese_word_may_split_into_single_characters(tmp_path: Path) -> None:
    index = built([([], ["花", "盆"])], tmp_path)
    assert index.resolve(["花盆"]).rows == index.resolve(["花", "盆"]).rows


def test_a_single_letter_is_no_half_of_a_word(tmp_path: Path) -> None:
    index = built([([], ["a", "pump"])], tmp_path)
    assert index.resolve(["apump"]).rows == ()


def test_neighbours_are_also_tried_as_one_word(corpus: LexicalIndex) -> None:
    assert corpus.resolve(["wi", "fi"]).rows == corpus.resolve(["wifi"]).rows
    assert corpus.resolve(["fi", "wi"]).rows == ()
    assert corpus.resolve(["wi", "x", "fi"]).rows == ()


# ── Words worth pointing at ──────────────────────────────────────────────────────────────────


def test_words_that_every_passage_has_are_not_worth_pointing_at(tmp_path: Path) -> None:
    passages = [([], ["the", "pump"]), *[([], ["the", f"w{n}"]) for n in range(19)]]
    index = built(passages, tmp_path)
    assert index.telling(index.resolve(["the", "pump"]), 20) == {"pump"}


def test_common_words_are_pointed_at_when_there_is_nothing_else(tmp_path: Path) -> None:
    index = built([([], ["the"])] * 20, tmp_path)
    assert index.telling(index.resolve(["the", "zzz"]), 20) == {"the"}


def test_a_word_is_telling_up_to_its_share_of_the_population(tmp_path: Path) -> None:
    passages = [([], ["common"])] * 4 + [([], ["rare"])] * 3 + [([], ["other"])] * 13
    index = built(passages, tmp_path)
    query = index.resolve(["common", "rare"])
    assert index.telling(query, 20) == {"rare"}  # 15 % of 20 are 3
    assert index.telling(query, 27) == {"common", "rare"}
    assert index.telling(query, 1) == {"common", "rare"}


def test_a_misspelt_word_is_pointed_at_as_it_is_spelt_here(corpus: LexicalIndex) -> None:
    assert corpus.telling(corpus.resolve(["curier"]), 4) == {"courier"}


# ── Files ────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_index_answers_every_query_with_nothing(tmp_path: Path) -> None:
    index = built([], tmp_path)
    query = index.resolve(["password", "wifi"])
    assert len(index) == 0
    assert query.coverage == 0
    assert index.score_all(query).shape == (0,)


def test_passages_without_words_keep_their_place(tmp_path: Path) -> None:
    index = built([([], []), ([], ["pump"]), ([], [])], tmp_path)
    assert len(index) == 3
    assert (index.score_all(index.resolve(["pump"])) > 0).tolist() == [False, True, False]


def test_the_index_knows_its_words_exactly(corpus: LexicalIndex) -> None:
    assert "password" in corpus
    assert "passwor" not in corpus
    assert "" not in corpus


def test_terms_of_any_length_and_script_can_be_indexed(tmp_path: Path) -> None:
    terms = ["x" * 5000, "中" * 3000, "کتاب", "𠀀", "ไทย", "1⁄2", "None", "AND", "*"]
    index = built([([term], [term]) for term in terms], tmp_path)
    for ordinal, term in enumerate(terms):
        scores = index.score_all(index.resolve([term]))
        assert scores.nonzero()[0].tolist() == [ordinal]


def test_building_twice_from_the_same_passages_gives_the_same_numbers(tmp_path: Path) -> None:
    for name in ("one", "two"):
        LexicalIndex.build(CORPUS, tmp_path / name)
    for file in ("indptr.npy", "ordinals.npy", "impacts.npy", "idf.npy", "terms.txt"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize("file", ["indptr.npy", "impacts.npy", "idf.npy", "terms.txt", "size.npy"])
@pytest.mark.parametrize("damage", [None, b"", b"garbage"])
def test_a_missing_or_damaged_file_is_reported_as_a_corrupt_snapshot(
    tmp_path: Path, file: str, damage: bytes | None
) -> None:
    LexicalIndex.build(CORPUS, tmp_path)
    if damage is None:
        (tmp_path / file).unlink()
    elif file.endswith(".npy"):
        (tmp_path / file).write_bytes(damage)
    else:
        (tmp_path / file).write_bytes(b"\xff" + damage)
    with pytest.raises(SnapshotCorrupt, match=r"The lexical index .* cannot be read: "):
        LexicalIndex(tmp_path)
