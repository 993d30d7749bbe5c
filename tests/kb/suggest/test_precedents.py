"""Solved tickets with a similar problem, with vectors chosen by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from kb.parameters import PrecedentParameters
from kb.suggest.precedents import PRECEDENTS, Precedents, precedents_of
from tests.kb.suggest.house import SPREAD, Placed, document, query, retriever_of, shelf

SAME, HALF, NONE = (1, 0, 0, 0), (0.5, 0.5, 0.5, 0.5), (0, 1, 0, 0)
"""Cosines 1, ½ and 0 with the question."""


def ticket(identifier: str, problem: Any, reply: Any = NONE, **fields: Any) -> Placed:
    return document("ticket", identifier, **fields), [problem], [reply] if reply else []


def parameters(**fields: float) -> PrecedentParameters:
    defaults = {
        "lexical_weight": 0.0, "other_language_vote": 0.0, "other_language_credit": 0.0,
        "reply_weight": 0.0, "temperature": 5.0,
    }  # fmt: skip
    return PrecedentParameters.model_validate(defaults | fields)


def found(
    folder: Path, *placed: Placed, words: str = "", candidates: int = 100, **fields: float
) -> Precedents:
    collection = shelf(folder, "tickets", *placed)
    (gathered,) = retriever_of(collection).gather(query(words=words), candidates)
    return precedents_of(gathered, SPREAD, parameters(**fields))


def ids(precedents: Precedents) -> list[str]:
    return [precedents.collection.document_ids[n] for n in precedents.documents]


def test_weights_are_a_softmax_of_the_scores_and_add_up_to_one(tmp_path: Path) -> None:
    nearest = found(tmp_path, ticket("a", NONE), ticket("b", SAME), ticket("c", HALF))
    # Scores 1, ½, 0 over τ·σ = ½: e⁰, e⁻¹, e⁻².
    total = 1 + math.exp(-1) + math.exp(-2)
    assert ids(nearest) == ["b", "c", "a"]
    assert nearest.weights.tolist() == pytest.approx(
        [1 / total, math.exp(-1) / total, math.exp(-2) / total], abs=1e-5
    )
    assert float(nearest.weights.sum()) == pytest.approx(1)
    assert nearest.problem.tolist() == pytest.approx([1, 0.5, 0])


def test_a_colder_temperature_gives_the_nearest_more_of_a_say(tmp_path: Path) -> None:
    placed = [ticket("a", SAME), ticket("b", HALF)]
    cold = found(tmp_path / "cold", *placed, temperature=1)
    warm = found(tmp_path / "warm", *placed, temperature=50)
    assert cold.weights[0] == pytest.approx(1 / (1 + math.exp(-5)), abs=1e-5)
    assert warm.weights[0] == pytest.approx(1 / (1 + math.exp(-0.1)), abs=1e-5)


def test_a_reply_that_repeats_the_question_speaks_for_its_ticket(tmp_path: Path) -> None:
    placed = [ticket("plain", HALF, NONE), ticket("telling", NONE, SAME)]
    without = found(tmp_path / "without", *placed, reply_weight=0)
    with_it = found(tmp_path / "with", *placed, reply_weight=2)
    assert ids(without) == ["plain", "telling"]
    assert ids(with_it) == ["telling", "plain"]  # 0 + 2 · 1 before ½ + 2 · 0
    assert with_it.reply.tolist() == pytest.approx([1, 0])
    assert with_it.problem.tolist() == pytest.approx([0, 0.5])


def test_a_problem_counts_by_its_best_passage_and_not_by_its_reply(tmp_path: Path) -> None:
    long = document("ticket", "long"), [NONE, HALF], [SAME]
    nearest = found(tmp_path, long)
    assert nearest.problem.tolist() == pytest.approx([0.5])
    problem = nearest.collection.passages(nearest.passages.tolist())
    assert [passage.id for passage in problem.values()] == ["long#top.2"]


def test_the_reply_s_vector_is_the_mean_direction_of_its_passages(tmp_path: Path) -> None:
    two = document("ticket", "two"), [SAME], [(1, 0, 0, 0), (0, 0, 1, 0)]
    (vector,) = found(tmp_path, two).replies.tolist()
    assert vector == pytest.approx([math.sqrt(0.5), 0, math.sqrt(0.5), 0], abs=1e-3)


def test_a_ticket_without_a_passage_of_its_reply_has_no_direction(tmp_path: Path) -> None:
    placed = [ticket("bare", SAME, None), ticket("full", HALF, (0, 0, 1, 0))]
    nearest = found(tmp_path, *placed)
    assert ids(nearest) == ["bare", "full"]
    assert nearest.replies.tolist() == [[0, 0, 0, 0], [0, 0, 1, 0]]
    assert nearest.reply.tolist() == pytest.approx([0, 0])


def test_words_in_common_outvote_a_nearer_meaning(tmp_path: Path) -> None:
    placed = [ticket("meaning", HALF), ticket("E4017", NONE)]  # its id is in its passage's text
    without = found(tmp_path / "without", *placed, words="E4017")
    with_it = found(tmp_path / "with", *placed, words="E4017", lexical_weight=20)
    assert ids(without) == ["meaning", "E4017"]
    assert ids(with_it) == ["E4017", "meaning"]
    assert with_it.lexical[0] > 0.25  # 20 · 0.1 · e is more than ½
    assert with_it.lexical[1] == 0


def test_another_language_is_told_apart(tmp_path: Path) -> None:
    placed = [ticket("en", SAME), ticket("fa", HALF, locale="fa"), ticket("zh", NONE, locale="zh")]
    assert found(tmp_path, *placed).same_language.tolist() == [True, False, False]


def test_equally_near_tickets_are_in_the_order_of_their_ids(tmp_path: Path) -> None:
    placed = [ticket(name, SAME) for name in ("c", "a", "b")]
    nearest = found(tmp_path, *placed)
    assert ids(nearest) == ["a", "b", "c"]
    assert nearest.weights.tolist() == pytest.approx([1 / 3] * 3)


def test_no_more_than_the_nearest_are_asked(tmp_path: Path) -> None:
    placed = [ticket(f"t{n:02}", SAME if n == 55 else HALF) for n in range(60)]
    nearest = found(tmp_path, *placed)
    assert len(nearest) == PRECEDENTS == 50
    assert ids(nearest)[:2] == ["t55", "t00"]
    assert float(nearest.weights.sum()) == pytest.approx(1)


def test_where_nothing_was_gathered_there_are_none(tmp_path: Path) -> None:
    collection = shelf(tmp_path, "tickets", ticket("a", SAME))
    (gathered,) = retriever_of(collection).gather(query(), 10)
    nobody = type(gathered)(
        collection,
        gathered.ordinals[:0],
        gathered.cosines[:0],
        gathered.lexical[:0],
        gathered.same_language[:0],
    )
    nearest = precedents_of(nobody, SPREAD, parameters())
    assert len(nearest) == 0
    assert nearest.weights.shape == (0,)
    assert nearest.replies.shape == (0, 4)


def test_without_the_model_words_alone_find_precedents(tmp_path: Path) -> None:
    collection = shelf(tmp_path, "tickets", ticket("E4017", SAME), ticket("other", SAME))
    asked = query(words="E4017")
    blind = type(asked)(asked.text, asked.language, asked.terms, None)
    (gathered,) = retriever_of(collection).gather(blind, 10)
    nearest = precedents_of(gathered, SPREAD, parameters(lexical_weight=10))
    assert ids(nearest) == ["E4017"]
    assert nearest.problem.tolist() == [0]
