"""What people did counts while it is about what is there; else the search's confidence does."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from kb.gaps.journeys import Search
from kb.gaps.missing.coverage import (
    FEATURES,
    PRIOR,
    Coverage,
    Found,
    Judge,
    Outcomes,
    Telling,
    coverage_of,
    log_odds,
    outcomes_of,
    telling_channels,
    total,
)
from kb.gaps.missing.questions import questions_of
from kb.parameters import LogisticParameters, packaged_parameters
from tests.kb.gaps.library import NOW, TODAY, visit

VERSIONS = {"wifi.en", "wifi.fa"}
ALL_TELL = Telling(frozenset({"help_center"}), frozenset({"help_center"}))
NONE_TELL = Telling(frozenset(), frozenset())
FITTED = packaged_parameters().gaps.coverage


def judge_all(
    people: list[float],
    outcomes: list[Outcomes],
    found: list[Found],
    parameters: LogisticParameters = FITTED,
) -> Coverage:
    return coverage_of(np.array(people), outcomes, found, Judge.of(outcomes, parameters))


def features(outcomes: list[Outcomes], found: list[Found]) -> list[tuple[float, ...]]:
    judge = Judge.of(outcomes, FITTED)
    return [judge.features(o, f.confidence) for o, f in zip(outcomes, found, strict=True)]


def named(row: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(FEATURES, row, strict=True))


def outcome(
    *searches: Search, changed: dt.date | None = None, telling: Telling = ALL_TELL
) -> tuple[int, int, int, int]:
    """(observed contacts, contacts, observed clicks, clicks)."""
    (question,) = questions_of(searches, [])
    found = outcomes_of(question, VERSIONS, changed, telling)
    return found.observed_contacts, found.contacts, found.observed_clicks, found.clicks


def shown(**fields: Any) -> Search:
    return visit(hits=["wifi.fa", "other.en"], **fields)


def uncovered(outcomes: list[Outcomes], confidences: list[float], people: list[float]) -> list[Any]:
    found = [Found(confidence, "a", "a", "en") for confidence in confidences]
    judged = judge_all(people, outcomes, found)
    return judged.uncovered.tolist()


def test_what_people_did_counts_while_the_same_article_is_shown_to_them() -> None:
    assert outcome(shown(contacted=True), shown(clicked=["wifi.fa"]), shown()) == (3, 1, 3, 1)
    before = visit(hits=["other.en", "third.en"], contacted=True)
    assert outcome(before) == (0, 0, 0, 0)
    below = visit(hits=["a", "b", "c", "wifi.en"], contacted=True)  # seen by nobody
    assert outcome(below) == (0, 0, 0, 0)
    assert outcome(visit(hits=["a", "b", "wifi.en"], contacted=True)) == (1, 1, 1, 0)


def test_what_people_did_before_the_article_changed_does_not_count() -> None:
    old = shown(contacted=True, at=NOW - dt.timedelta(days=10))
    assert outcome(old, changed=TODAY - dt.timedelta(days=11)) == (1, 1, 1, 0)
    assert outcome(old, changed=TODAY - dt.timedelta(days=10)) == (1, 1, 1, 0)  # the same day
    assert outcome(old, changed=TODAY - dt.timedelta(days=9)) == (0, 0, 0, 0)


def test_an_imported_log_that_does_not_tell_what_was_shown_counts() -> None:
    assert outcome(visit(hits=[], contacted=True)) == (1, 1, 1, 0)


def test_a_person_counts_once_by_the_worst_that_happened() -> None:
    ours = [
        shown(session="a", clicked=["wifi.fa"]),
        shown(session="a", contacted=True),
        shown(session="a", clicked=["wifi.fa"]),
    ]
    assert outcome(*ours) == (1, 1, 1, 0)
    assert outcome(shown(clicked=["wifi.fa"], voted_down=["wifi.fa"])) == (1, 1, 1, 0)
    assert outcome(shown(voted_up=["wifi.fa"])) == (1, 0, 1, 1)
    assert outcome(shown(session="", times=7, contacted=True), shown()) == (8, 7, 8, 0)


def test_a_log_without_one_click_or_contact_does_not_tell_them() -> None:
    searches = [
        visit(channel="import", clicked=["a"]), visit(channel="import"),
        visit(channel="widget", contacted=True), visit(channel="api"),
    ]  # fmt: skip
    telling = telling_channels(searches)
    assert telling == Telling(frozenset({"widget"}), frozenset({"import"}))
    asked = [shown(channel=channel) for channel in ("import", "widget", "api")]
    assert outcome(*asked, telling=telling) == (1, 0, 1, 0)
    assert outcome(*asked, telling=NONE_TELL) == (0, 0, 0, 0)
    # Whatever is told, is told.
    assert outcome(shown(voted_up=["wifi.fa"]), telling=NONE_TELL) == (0, 0, 1, 1)


def test_where_nothing_is_known_it_is_what_the_search_does_not_say() -> None:
    assert uncovered([Outcomes()] * 2, [0.9, 0.2], [3, 1]) == pytest.approx([0.1, 0.8])


def test_a_mixed_question_weighs_both_by_people() -> None:
    seen = Outcomes(4, 4, 4, 0)
    (judged,) = uncovered([seen], [0.9], [4])
    (mixed,) = uncovered([seen], [0.9], [8])
    assert mixed == pytest.approx((4 * judged + 4 * 0.1) / 8)


def test_contacts_uncover_and_clicks_cover() -> None:
    outcomes = [Outcomes(20, 15, 20, 0), Outcomes(20, 0, 20, 14), Outcomes(20, 2, 20, 5)]
    contacted, clicked, between = uncovered(outcomes, [0.4] * 3, [20] * 3)
    assert clicked < between < contacted
    assert contacted > 0.5 > between


def test_one_contact_among_few_people_moves_less_than_many_among_many() -> None:
    everybody = Outcomes(1000, 100, 1000, 400)
    few, many, _ = features(
        [Outcomes(1, 1, 1, 0), Outcomes(30, 30, 30, 0), everybody], [Found(0.5, "", "", "")] * 3
    )
    assert 0 < few[0] < many[0]


def test_tickets_that_an_article_resolved_are_answered_and_refused_ones_not() -> None:
    outcomes = [Outcomes(answered=4), Outcomes(unanswered=4), Outcomes(answered=1, unanswered=1)]
    assert uncovered(outcomes, [0.5] * 3, [4, 4, 4]) == pytest.approx([0.0, 1.0, 0.5])


def test_features_are_log_odds_above_everybodys() -> None:
    outcomes = [Outcomes(8, 6, 10, 5), Outcomes(60, 5, 0, 0), Outcomes()]
    rows = features(outcomes, [Found(0.2, "", "", "")] * 3)
    base = 12 / 70
    contacts = math.log(((6 + PRIOR * base) / 11) / (1 - (6 + PRIOR * base) / 11))
    expected = contacts - math.log(base / (1 - base))
    assert named(rows[0]) == {
        "contacts": pytest.approx(expected),
        "clicks": pytest.approx(0.0),
        "confidence": pytest.approx(math.log(0.25)),
    }
    assert rows[2][:2] == pytest.approx((0.0, 0.0))
    assert FITTED.features == FEATURES


def test_where_nobody_is_helped_being_like_everybody_is_no_comfort() -> None:
    outcomes = [Outcomes(60, 60, 60, 0)] * 2
    found = [Found(0.3, "a", "a", "en")] * 2
    assert named(features(outcomes, found)[0])["contacts"] > 3
    assert named(features(outcomes, found)[0])["clicks"] < -1
    judged = judge_all([60.0, 60.0], outcomes, found)
    assert (judged.uncovered > 0.9).all()


def test_where_there_is_no_article_nothing_answers() -> None:
    found = [Found(0.0, "", "", "")]
    judged = judge_all([9.0], [Outcomes(9, 0, 9, 9)], found)
    assert judged.uncovered.tolist() == [1.0]


@pytest.mark.parametrize(("share", "value"), [(0, 0.01), (1, 0.99), (0.5, 0.5), (-3, 0.01)])
def test_log_odds_are_bounded(share: float, value: float) -> None:
    assert log_odds(share) == pytest.approx(math.log(value / (1 - value)))


def test_shares_stay_between_none_and_all_whatever_is_told() -> None:
    wild = LogisticParameters(features=FEATURES, weights=(1e6, -1e6, 1e6), intercept=0)
    outcomes = [Outcomes(5, 5, 5, 0), Outcomes(9, 0, 9, 9), Outcomes(3, 0, 0, 0, 2, 2)]
    found = [Found(confidence, "", "", "") for confidence in (0.0, 1.0, 0.5)]
    judged = judge_all([2.0, 9.0, 0.0], outcomes, found, wild)
    assert ((judged.uncovered >= 0) & (judged.uncovered <= 1)).all()
    assert ((judged.known >= 0) & (judged.known <= 1)).all()


def test_what_single_people_did_says_less_about_a_question_than_what_many_did() -> None:
    found = [Found(0.3, "a", "a", "en")] * 3
    outcomes = [Outcomes(1, 1, 1, 0), Outcomes(30, 30, 30, 0), Outcomes()]
    known = judge_all([1.0, 30.0, 5.0], outcomes, found).known.tolist()
    assert known == pytest.approx([1 / (1 + PRIOR), 30 / (30 + PRIOR), 0.0])


def test_questions_together_are_judged_by_what_all_their_people_did() -> None:
    each = [Outcomes(1, 1, 1, 0)] * 10
    judge = Judge.of([*each, Outcomes(200, 10, 200, 120)], FITTED)
    alone = judge.uncovered(1.0, each[0], 0.4, 0.0)
    together = judge.uncovered(10.0, total(each), 0.4, 0.0)
    assert total(each) == Outcomes(10, 10, 10, 0)
    assert alone < 0.7 < together
    assert total([]) == Outcomes()
    assert judge.uncovered(10.0, total(each), 0.4, 1.0) == 1.0
