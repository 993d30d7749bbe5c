"""What could be replied, with probabilities computed by hand."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from kb.acceptance import Acceptance
from kb.collection import Collection
from kb.models import IndexedDocument
from kb.parameters import SuggestionParameters
from kb.suggest.answers import (
    Answer,
    Found,
    content,
    diverse,
    experienced,
    merged,
    order,
    past_replies,
)
from kb.suggest.evidence import CONTENT_FEATURES, REPLY_FEATURES
from kb.suggest.precedents import Precedents
from tests.kb.suggest.house import document, passage, suggestion_parameters

EAST, NORTH, NORTHEAST = (1.0, 0.0), (0.0, 1.0), (0.6, 0.8)
TODAY = dt.date(2026, 6, 1)
REPLY = "Tilt the tank slowly so that the trapped air escapes, then run the pump for a minute."


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def answer(
    identifier: str,
    probability: float,
    vector: Sequence[float] = EAST,
    kind: str = "ticket",
    **fields: Any,
) -> Answer:
    found = document(kind, identifier, **fields)
    return Answer(found, passage(identifier), np.array(vector, np.float32), (), probability)


def precedents(
    weights: Sequence[float],
    replies: Sequence[Sequence[float]],
    problem: Sequence[float] | None = None,
    reply: Sequence[float] | None = None,
) -> Precedents:
    count = len(weights)
    return Precedents(
        collection=cast(Collection, None),  # nothing here looks anything up
        documents=np.arange(count),
        passages=np.arange(count),
        weights=np.array(weights, np.float32),
        problem=np.array(problem or [0] * count, np.float32),
        reply=np.array(reply or [0] * count, np.float32),
        lexical=np.zeros(count, np.float32),
        same_language=np.ones(count, np.bool_),
        replies=np.array(replies, np.float32).reshape(count, 2),
    )


def replies_of(
    found: Precedents, documents: Sequence[IndexedDocument], parameters: SuggestionParameters
) -> list[Answer]:
    passages = [passage(document.id) for document in documents]
    return past_replies(
        found, documents, passages, parameters, unrelated=0.1, spread=0.2, today=TODAY
    )


# ── Past replies ─────────────────────────────────────────────────────────────────────────────


def test_each_precedent_s_reply_is_an_answer_with_its_own_features() -> None:
    documents = [
        document("ticket", "a", body="See https://x.example/p", updated=dt.date(2026, 5, 31)),
        document("ticket", "b", body="See https://x.example/p/ and https://x.example/q"),
        document("ticket", "c", body="No link"),
    ]
    found = precedents(
        [0.5, 0.3, 0.2], [EAST, EAST, NORTH], problem=[0.9, 0.5, 0.1], reply=[0.5, 0.1, 0.1]
    )
    answers = replies_of(found, documents, suggestion_parameters())
    features = [dict(zip(REPLY_FEATURES, a.features, strict=True)) for a in answers]
    assert [a.document.id for a in answers] == ["a", "b", "c"]
    # Cosines in spreads above unrelated ones, a quarter of each.
    assert [f["problem"] for f in features] == pytest.approx([1.0, 0.5, 0.0], abs=1e-6)
    assert [f["reply"] for f in features] == pytest.approx([0.5, 0.0, 0.0], abs=1e-6)
    assert [f["agreement"] for f in features] == pytest.approx([0.6, 0.5 / 0.7, 0], abs=1e-6)
    # a: of the others (weight 0.5) b links there, 0.3; b: of 0.7 a does, 0.5; nobody links to q.
    shares = [math.sqrt(0.3 / 0.5), math.sqrt(0.5 / 0.7), 0]
    assert [f["links"] for f in features] == pytest.approx(shares, abs=1e-5)
    ages = [math.log(2) / 6, math.log(366) / 6, math.log(366) / 6]
    assert [f["age"] for f in features] == pytest.approx(ages)


def test_an_answer_s_probability_is_the_logistic_function_of_its_features() -> None:
    documents = [document("ticket", "a"), document("ticket", "b")]
    found = precedents([0.5, 0.5], [EAST, EAST], problem=[0.9, 0.1])
    weights = {"problem": 2, "agreement": 1, "intercept": -1.5}
    first, second = replies_of(found, documents, suggestion_parameters(reply=weights))
    assert first.probability == pytest.approx(sigmoid(2 * 1 + 1 - 1.5), abs=1e-5)
    assert second.probability == pytest.approx(sigmoid(2 * 0 + 1 - 1.5), abs=1e-5)


def test_what_would_have_to_be_translated_is_less_probable_by_that_share() -> None:
    documents = [document("ticket", "a"), document("ticket", "b", locale="fa")]
    found = replace(
        precedents([0.5, 0.5], [EAST, EAST], problem=[0.9, 0.9]),
        same_language=np.array([True, False]),
    )
    parameters = suggestion_parameters(other_language=0.7)
    own, other = replies_of(found, documents, parameters)
    assert own.probability == pytest.approx(0.5)
    assert other.probability == pytest.approx(0.35)
    shelf = [shown("macro", "m", 0.6), replace(shown("macro", "n", 0.6), same_language=False)]
    answers = content(shelf, None, [], parameters)
    assert [a.probability for a in answers] == pytest.approx([0.6, 0.42])


def test_a_link_that_only_the_reply_itself_has_is_no_agreement() -> None:
    documents = [document("ticket", "a", body="https://x.example/p"), document("ticket", "b")]
    first, _ = replies_of(precedents([0.9, 0.1], [EAST, NORTH]), documents, suggestion_parameters())
    assert first.features[REPLY_FEATURES.index("links")] == pytest.approx(0, abs=1e-3)


def test_an_only_precedent_is_an_answer_and_agrees_with_nobody() -> None:
    documents = [document("ticket", "a", body="https://x.example/p")]
    (only,) = replies_of(precedents([1.0], [EAST]), documents, suggestion_parameters())
    features = dict(zip(REPLY_FEATURES, only.features, strict=True))
    assert features["agreement"] == pytest.approx(0, abs=1e-3)
    assert features["links"] == pytest.approx(0, abs=0.02)


def test_without_precedents_there_are_no_past_replies() -> None:
    assert replies_of(precedents([], []), [], suggestion_parameters()) == []


# ── Articles and macros ──────────────────────────────────────────────────────────────────────


def shown(
    kind: str, identifier: str, confidence: float, vector: Sequence[float] = EAST, url: str = ""
) -> Found:
    return Found(
        document(kind, identifier), passage(identifier), np.array(vector, np.float32),
        confidence, url, True,
    )  # fmt: skip


def test_an_article_is_weighed_by_its_confidence_agreement_and_links() -> None:
    documents = [
        document("ticket", "t1", body="Read http://www.x.example/en/p/#top"),
        document("ticket", "t2", body="Read https://x.example/p."),
        document("ticket", "t3", body="Read https://x.example/other"),
    ]
    found = precedents([0.5, 0.3, 0.2], [EAST, NORTH, EAST])
    (article,) = content(
        [shown("article", "a", 0.5, NORTHEAST, "https://x.example/p")],
        found,
        documents,
        suggestion_parameters(content={"confidence": 1, "agreement": 2, "links": 3}),
    )
    features = dict(zip(CONTENT_FEATURES, article.features, strict=True))
    # With the replies 0.66; less what these agree among themselves: 0.2 / 0.5, 0 and 0.5 / 0.8.
    agreed = 0.7 * 0.6 + 0.3 * 0.8 - (0.5 * 0.4 + 0.2 * 0.625)
    assert features == pytest.approx(
        {
            "confidence": 0, "agreement": agreed, "links": math.sqrt(0.8),
        },
        abs=1e-5,
    )  # fmt: skip
    assert article.linking == 2
    assert article.probability == pytest.approx(sigmoid(2 * agreed + 3 * math.sqrt(0.8)), abs=1e-5)


def test_content_that_agrees_no_more_than_the_replies_do_gains_nothing() -> None:
    documents = [document("ticket", "t1"), document("ticket", "t2")]
    found = precedents([0.5, 0.5], [EAST, EAST])
    shelf = [shown("macro", "same", 0.5, EAST), shown("macro", "apart", 0.5, NORTH)]
    weights = {"confidence": 2, "agreement": 2}
    same, apart = content(shelf, found, documents, suggestion_parameters(content=weights))
    assert same.probability == pytest.approx(0.5)
    assert apart.probability == pytest.approx(sigmoid(-2))


def test_a_macro_has_no_address_that_anybody_could_have_linked_to() -> None:
    documents = [document("ticket", "t", body="Read https://x.example/p")]
    found = precedents([1.0], [NORTH])
    (macro,) = content([shown("macro", "m", 0.7)], found, documents, suggestion_parameters())
    assert (macro.linking, macro.features[CONTENT_FEATURES.index("links")]) == (0, 0)
    assert macro.probability == pytest.approx(0.7)


def test_without_solved_tickets_articles_stand_by_their_confidence() -> None:
    for nobody in (None, precedents([], [])):
        answers = content(
            [shown("article", "a", 0.7), shown("macro", "m", 0.2)],
            nobody,
            [],
            suggestion_parameters(content={"confidence": 2, "agreement": 5, "links": 5}),
        )
        assert [a.probability for a in answers] == pytest.approx([0.7, 0.2])


def test_without_articles_there_is_no_content() -> None:
    found = precedents([1.0], [EAST])
    assert content([], found, [document("ticket", "t")], suggestion_parameters()) == []


# ── The same reply ───────────────────────────────────────────────────────────────────────────


def test_replies_that_differ_in_a_few_words_become_the_most_probable_one() -> None:
    answers = merged(
        [
            answer("t1", 0.7, body=REPLY, updated=dt.date(2026, 1, 1)),
            answer("t2", 0.9, body=REPLY.replace("slowly", "gently")),
            answer("t3", 0.8, body=REPLY, updated=dt.date(2026, 3, 1)),
            answer("other", 0.6, body="Please order a new pump and send the old one back."),
        ]
    )
    assert [a.document.id for a in answers] == ["t2", "other"]
    assert answers[0].probability == 0.9
    assert [source.id for source in answers[0].sources] == ["t2", "t3", "t1"]  # newest first


@pytest.mark.parametrize(
    ("reply", "again"),
    [
        ("مخزن را آرام کج کنید تا هوا خارج شود.", "مخزن را آرام کج کنید تا هوای آن خارج شود."),
        (
            "请把水箱慢慢倾斜，让空气排出来，然后启动水泵。",
            "请将水箱慢慢倾斜，让空气排出来，然后启动水泵。",
        ),
    ],
)
def test_the_same_reply_is_recognised_in_every_language(reply: str, again: str) -> None:
    locale = "zh" if "水" in reply else "fa"
    answers = [answer("a", 0.5, body=reply, locale=locale)]
    answers.append(answer("b", 0.4, body=again, locale=locale))
    assert [len(a.sources) for a in merged(answers)] == [2]


def test_the_same_words_with_another_meaning_for_the_model_stay_apart() -> None:
    answers = [answer("a", 0.5, EAST, body=REPLY), answer("b", 0.4, (0.79, 0.61), body=REPLY)]
    assert [a.document.id for a in merged(answers)] == ["a", "b"]


@pytest.mark.parametrize(("shared", "same"), [(7, True), (6, False)])
def test_seven_of_ten_words_make_two_replies_the_same(shared: int, same: bool) -> None:
    words = "pump tank lamp seed valve cable filter water light plant".split()
    answers = [
        answer("a", 0.5, body=" ".join(words)),
        answer("b", 0.4, body=" ".join(words[:shared])),
    ]
    assert (len(merged(answers)) == 1) == same


def test_other_words_of_the_same_meaning_stay_apart() -> None:
    other = "Hold the reservoir at an angle until bubbles stop rising from the inlet."
    answers = [answer("a", 0.5, body=REPLY), answer("b", 0.4, body=other)]
    assert [a.document.id for a in merged(answers)] == ["a", "b"]


def test_replies_without_any_words_are_not_taken_for_each_other() -> None:
    answers = [answer("a", 0.5, body="!!!"), answer("b", 0.4, body="???")]
    assert len(merged(answers)) == 2


@pytest.mark.parametrize("kind", ["macro", "article"])
def test_a_macro_or_article_is_never_merged_into_a_reply(kind: str) -> None:
    answers = [answer("m", 0.9, kind=kind, body=REPLY), answer("t", 0.5, body=REPLY)]
    assert [a.document.id for a in merged(answers)] == ["m", "t"]


def test_replies_sent_on_the_same_day_or_on_no_known_one_are_in_a_fixed_order() -> None:
    day = dt.date(2026, 1, 1)
    answers = [answer("z", 0.9, body=REPLY)]
    answers += [answer(name, 0.5, body=REPLY, updated=day) for name in ("a", "c", "b")]
    answers += [answer("never", 0.5, body=REPLY)]
    for given in (answers, answers[::-1]):
        (one,) = merged(given)
        assert [source.id for source in one.sources] == ["z", "c", "b", "a", "never"]


# ── Experience ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("acceptance", "expected"),
    [
        (Acceptance(), 0.5),
        (Acceptance(accepted=1), 6 / 11),
        (Acceptance(declined=10), 0.25),
        (Acceptance(accepted=30), 35 / 40),
    ],
)
def test_what_reps_did_moves_a_probability_as_far_as_they_did_it(
    acceptance: Acceptance, expected: float
) -> None:
    (moved,) = experienced([answer("a", 0.5)], {"a": acceptance}, 10)
    assert moved.probability == pytest.approx(expected)


def test_one_decision_does_not_turn_the_order_and_several_do() -> None:
    answers = [answer("first", 0.6, kind="macro"), answer("second", 0.5, kind="macro")]

    def best(accepted: int) -> str:
        known = {"second": Acceptance(accepted=accepted)}
        return min(experienced(answers, known, 10), key=order).document.id

    # (10 · 0.5 + n) / (10 + n) passes 0.6 at n = 2.5
    assert [best(n) for n in (0, 1, 2, 3)] == ["first", "first", "first", "second"]


def test_customers_ratings_are_decisions_too_and_a_middling_one_is_none() -> None:
    for rating, expected in ((5, 6 / 11), (4, 6 / 11), (3, 0.5), (2, 5 / 11), (1, 5 / 11)):
        (moved,) = experienced([answer("a", 0.5, satisfaction=rating)], {}, 10)
        assert moved.probability == pytest.approx(expected), rating


def test_merged_replies_count_each_decision_once_and_every_rating() -> None:
    (one,) = merged(
        [
            answer("a", 0.5, body=REPLY, satisfaction=5),
            answer("b", 0.4, body=REPLY, satisfaction=5),
            answer("c", 0.3, body=REPLY, satisfaction=1),
        ]
    )
    known = {"a": Acceptance(accepted=2), "b": Acceptance(accepted=2, declined=1)}
    (moved,) = experienced([one], known, 10)
    # b speaks for the reps: 2 to 1; the customers: 2 to 1
    assert moved.probability == pytest.approx((5 + 4) / (10 + 6))


# ── Order and diversity ──────────────────────────────────────────────────────────────────────


def test_the_most_probable_comes_first_and_ties_go_by_id() -> None:
    answers = [answer("c", 0.5), answer("a", 0.5), answer("b", 0.9), answer("d", 0.5)]
    assert [a.document.id for a in sorted(answers, key=order)] == ["b", "a", "c", "d"]
    assert [a.document.id for a in sorted(answers[::-1], key=order)] == ["b", "a", "c", "d"]


def test_the_top_three_are_different_answers_not_one_answer_thrice() -> None:
    answers = [
        answer("tilt", 0.9, (1, 0, 0)),
        answer("tilt-again", 0.8, (1, 0, 0), kind="article"),
        answer("tilt-once-more", 0.7, (0.96, 0.28, 0), kind="macro"),
        answer("clean", 0.6, (0, 1, 0)),
        answer("replace", 0.5, (0, 0, 1)),
    ]
    ids = [a.document.id for a in diverse(answers, same_answer=0.9)]
    assert ids == ["tilt", "clean", "replace", "tilt-again", "tilt-once-more"]


def test_answers_that_are_far_enough_apart_stay_in_order() -> None:
    answers = [answer("a", 0.9, EAST), answer("b", 0.8, NORTHEAST), answer("c", 0.7, NORTH)]
    assert [a.document.id for a in diverse(answers, 0.9)] == ["a", "b", "c"]


def test_what_repeats_a_repetition_only_is_an_answer_of_its_own() -> None:
    step = math.radians(20)
    answers = [
        answer(str(n), 0.9 - n / 10, (math.cos(n * step), math.sin(n * step))) for n in range(3)
    ]
    # 0 and 1 are 20° apart, 1 and 2 too, 0 and 2 are 40° apart.
    same = math.cos(math.radians(25))
    assert [a.document.id for a in diverse(answers, same)] == ["0", "2", "1"]


def test_without_answers_there_is_nothing_to_order() -> None:
    assert merged([]) == experienced([], {}, 10) == diverse([], 0.9) == []
