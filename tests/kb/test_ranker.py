"""Fusion, grouping and tie-breaks."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.models import CollectionName
from kb.parameters import FusionParameters
from kb.ranker import Candidate, fuse, group_translations, rank_documents

PARAMETERS = FusionParameters(
    lexical_weight=4.0, other_language_vote=0.25, other_language_credit=0.1, reinforcement=0.2
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
        score=score,
    )


def test_fused_scores_follow_the_formula() -> None:
    fused = fuse(
        np.array([0.9, 0.8, 0.8, 0.8], np.float32),
        np.array([0.0, 0.5, 0.8, 0.2], np.float32),
        np.array([True, True, False, False]),
        0.05,
        PARAMETERS,
    )
    # cos + w·σ·e with w·σ = 4 · 0.05 = 0.2; e is lex in the query's language, elsewhere
    # max(c, v·lex): 0.25 · 0.8 = 0.2 is more than the credit of 0.1, 0.25 · 0.2 = 0.05 is less.
    assert fused.tolist() == pytest.approx([0.9, 0.9, 0.84, 0.82])
    assert fused.dtype == np.float32


def test_without_lexical_evidence_the_words_have_no_vote() -> None:
    cosines = np.array([0.7, 0.9, 0.8], np.float32)
    fused = fuse(cosines, np.zeros(3, np.float32), np.array([True] * 3), 0.03, PARAMETERS)
    assert fused.tolist() == cosines.tolist()


def test_without_vectors_the_words_alone_decide() -> None:
    lexical = np.array([0.1, 0.9, 0.5], np.float32)
    fused = fuse(np.zeros(3, np.float32), lexical, np.array([True] * 3), 0.03, PARAMETERS)
    assert np.argsort(-fused).tolist() == [1, 2, 0]


def test_nothing_can_be_fused() -> None:
    empty = np.zeros(0, np.float32)
    assert fuse(empty, empty, np.zeros(0, bool), 0.03, PARAMETERS).shape == (0,)


def test_a_document_counts_once_by_its_best_passage() -> None:
    found = rank_documents(
        [candidate("a", 0.5, passage=1), candidate("b", 0.7), candidate("a", 0.9, passage=2)], 0.0
    )
    assert [(c.document_id, c.passage) for c in found] == [("a", 2), ("b", 0)]


def test_a_second_good_passage_speaks_for_a_document():
    scores = {"one": [0.9, 0.1], "two": [0.88, 0.8, 0.7, 0.0], "alone": [0.85]}
    found = rank_documents(
        [
            candidate(document, score, passage=number)
            for document, passages in scores.items()
            for number, score in enumerate(passages)
        ],
        0.2,
    )
    # 0.8 · 0.88 + 0.2 · (0.8 + 0.7) / 2 = 0.854; a document of one passage keeps its score;
    # 0.8 · 0.9 + 0.2 · 0.1 = 0.74
    assert [c.document_id for c in found] == ["two", "alone", "one"]
    assert [c.score for c in found] == pytest.approx([0.854, 0.85, 0.74])


def test_the_same_id_in_two_collections_is_two_documents() -> None:
    found = rank_documents([candidate("a", 0.5), candidate("a", 0.6, collection="internal")], 0.2)
    assert [c.collection for c in found] == ["internal", "help"]


def test_ties_are_broken_by_document_id_and_passage_whatever_the_order() -> None:
    tied = [candidate("b", 0.5), candidate("a", 0.5, passage=3), candidate("a", 0.5, passage=1)]
    for order in permutations(tied):
        found = rank_documents(order, 0.2)
        assert [(c.document_id, c.passage) for c in found] == [("a", 1), ("b", 0)]


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
    assert rank_documents([], 0.2) == []
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
    documents = rank_documents(candidates, 0.2)
    keys = [(c.collection, c.document_id) for c in documents]
    assert sorted(keys) == sorted({(c.collection, c.document_id) for c in candidates})
    grouped = [c for group in group_translations(documents) for c in group.versions]
    assert sorted(grouped, key=repr) == sorted(documents, key=repr)
    scores = [group.score for group in group_translations(documents)]
    assert scores == sorted(scores, reverse=True)
