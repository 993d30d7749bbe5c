"""Fusion, grouping and tie-breaks."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.models import CollectionName
from kb.parameters import FusionParameters
from kb.ranker import (
    Candidate,
    Scores,
    credit_across,
    fuse,
    group_translations,
    in_order,
    lexical_evidence,
    score_documents,
)

PARAMETERS = FusionParameters(
    lexical_weight=4.0, other_language_vote=0.25, other_language_credit=1.5, reinforcement=0.2
)


def candidate(
    document: str,
    score: float,
    *,
    passage: int = 0,
    group: str = "",
    collection: CollectionName = "help",
    locale: str = "en",
) -> Candidate:
    return Candidate(
        collection=collection,
        passage=passage,
        document=0,
        document_id=document,
        group=group or document,
        locale=locale,
        cosine=score,
        lexical=0.0,
        evidence=0.0,
        score=score,
    )


def fused(
    cosines: list[float], lexical: list[float], same: list[bool], spread: float, credit: float = 0.0
) -> Scores:
    evidence = lexical_evidence(
        np.array(lexical, np.float32), np.array(same, bool), credit, PARAMETERS
    )
    return fuse(np.array(cosines, np.float32), evidence, spread, PARAMETERS)


def test_fused_scores_follow_the_formula() -> None:
    found = fused(
        [0.9, 0.8, 0.8, 0.8], [0.0, 0.5, 0.8, 0.2], [True, True, False, False], 0.05, credit=0.1
    )
    # cos + w·σ·e with w·σ = 4 · 0.05 = 0.2; e is lex in the query's language, elsewhere
    # max(c, v·lex): 0.25 · 0.8 = 0.2 is more than the credit of 0.1, 0.25 · 0.2 = 0.05 is less.
    assert found.tolist() == pytest.approx([0.9, 0.9, 0.84, 0.82])
    assert found.dtype == np.float32


def credit(cosines: list[float], lexical: list[float], same: list[bool]) -> float:
    return credit_across(
        np.array(cosines, np.float32),
        np.array(lexical, np.float32),
        np.array(same, bool),
        PARAMETERS,
    )


def test_other_languages_are_credited_with_what_near_passages_of_the_querys_language_earn() -> None:
    # The five nearest earn 0.1 on average, 1.5 times that is 0.15; the sixth is too far to count,
    # and so is whatever is in another language.
    cosines = [0.9, 0.8, 0.7, 0.6, 0.5, 0.1, 0.95]
    lexical = [0.2, 0.1, 0.0, 0.1, 0.1, 1.0, 0.9]
    assert credit(cosines, lexical, [True] * 6 + [False]) == pytest.approx(0.15)


def test_a_question_whose_words_occur_nowhere_gives_no_credit() -> None:
    assert credit([0.9, 0.8], [0.0, 0.0], [True, False]) == 0.0


def test_where_nothing_is_in_the_querys_language_the_credit_is_the_usual_one() -> None:
    assert credit([0.9], [0.5], [False]) == credit([], [], []) == pytest.approx(0.12)


def test_the_credit_is_at_most_a_perfect_match() -> None:
    assert credit([0.9], [1.0], [True]) == 1.0


def test_without_lexical_evidence_the_words_have_no_vote() -> None:
    cosines = [0.7, 0.9, 0.8]
    assert fused(cosines, [0.0] * 3, [True] * 3, 0.03).tolist() == pytest.approx(cosines)


def test_without_vectors_the_words_alone_decide() -> None:
    found = fused([0.0] * 3, [0.1, 0.9, 0.5], [True] * 3, 0.03)
    assert np.argsort(-found).tolist() == [1, 2, 0]


def test_nothing_can_be_fused() -> None:
    assert fused([], [], [], 0.03).shape == (0,)


def scored(passages: list[tuple[int, float]], reinforcement: float) -> list[tuple[int, float]]:
    """(position of the best passage, score) of each document, from (document, score) pairs."""
    best, totals = score_documents(
        np.array([document for document, _ in passages], np.int32),
        np.array([score for _, score in passages], np.float32),
        reinforcement,
    )
    return list(zip(best.tolist(), (round(total, 6) for total in totals.tolist()), strict=True))


def test_a_document_counts_by_its_best_passage() -> None:
    assert scored([(3, 0.5), (3, 0.9), (7, 0.7)], 0.0) == [(1, 0.9), (2, 0.7)]


def test_a_second_good_passage_speaks_for_a_document() -> None:
    passages = [(0, 0.9), (0, 0.1), (1, 0.7), (1, 0.88), (1, 0.0), (1, 0.8), (2, 0.85)]
    assert scored(passages, 0.2) == [
        (0, 0.74),  # 0.8 · 0.9 + 0.2 · 0.1
        (3, 0.854),  # 0.8 · 0.88 + 0.2 · (0.8 + 0.7) / 2; the fourth does not count
        (6, 0.85),  # a document of one passage keeps its score
    ]


def test_of_equal_passages_the_first_stands() -> None:
    assert scored([(0, 0.5), (0, 0.5)], 0.2) == [(0, 0.5)]


def test_no_passages_make_no_documents() -> None:
    assert scored([], 0.2) == []


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.1, 0.2, 0.3])), max_size=12),
    st.floats(0, 1),
)
def test_scoring_documents_agrees_with_its_definition(
    passages: list[tuple[int, float]], reinforcement: float
) -> None:
    passages = sorted(passages, key=lambda passage: passage[0])
    expected = []
    for document in sorted({document for document, _ in passages}):
        own = [(-score, place) for place, (d, score) in enumerate(passages) if d == document]
        (top, place), *rest = sorted(own)
        score = -top
        if rest := rest[:2]:
            others = -sum(s for s, _ in rest) / len(rest)
            score = (1 - reinforcement) * score + reinforcement * others
        expected.append((place, pytest.approx(score, abs=1e-5)))
    assert scored(passages, reinforcement) == expected


def test_ties_are_broken_by_document_id_and_passage_whatever_the_order() -> None:
    tied = [candidate("b", 0.5), candidate("a", 0.5, passage=3), candidate("a", 0.5, passage=1)]
    for order in permutations(tied):
        found = in_order(order)
        assert [(c.document_id, c.passage) for c in found] == [("a", 1), ("a", 3), ("b", 0)]


def test_translations_collapse_into_one_group_with_the_best_version_first() -> None:
    groups = group_translations(
        [
            candidate("a.en", 0.5, group="a"),
            candidate("b.en", 0.7, group="b"),
            candidate("a.fa", 0.8, group="a", locale="fa"),
        ]
    )
    assert [(g.key, g.score) for g in groups] == [("a", 0.8), ("b", 0.7)]
    assert [c.document_id for c in groups[0].versions] == ["a.fa", "a.en"]


def test_groups_tie_by_key_then_collection() -> None:
    tied = [
        candidate("b", 0.5),
        candidate("a", 0.5),
        candidate("a", 0.5, collection="internal"),
    ]
    for order in permutations(tied):
        assert [(g.key, g.collection) for g in group_translations(order)] == [
            ("a", "help"),
            ("a", "internal"),
            ("b", "help"),
        ]


def test_no_candidates_make_no_documents_and_no_groups() -> None:
    assert in_order([]) == []
    assert group_translations([]) == []


_candidates = st.lists(
    st.builds(
        candidate,
        st.sampled_from("abcd"),
        st.sampled_from([0.1, 0.2, 0.3]),
        passage=st.integers(0, 3),
        group=st.sampled_from("xy"),
        collection=st.sampled_from(["help", "tickets"]),
    ),
    max_size=12,
)


@given(_candidates)
def test_grouping_neither_loses_nor_repeats_a_document(candidates: list[Candidate]) -> None:
    documents = list({(c.collection, c.document_id): c for c in candidates}.values())
    grouped = [c for group in group_translations(documents) for c in group.versions]
    assert sorted(grouped, key=repr) == sorted(documents, key=repr)
    scores = [group.score for group in group_translations(documents)]
    assert scores == sorted(scores, reverse=True)
