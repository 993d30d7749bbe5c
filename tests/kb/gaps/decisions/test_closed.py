"""Gaps that are done, with their effect."""

from __future__ import annotations

from kb.gaps.decisions.closed import closed_gaps, effects_of
from kb.gaps.decisions.states import StateChange, still_asked
from kb.gaps.missing.questions import TicketAsked, question_key, questions_of
from tests.kb.gaps.made import DAY, NOW, QUESTIONS, search

DONE = NOW - 29 * DAY
SINCE = NOW - 180 * DAY
KEYS = {question_key(text, locale): 1.0 for locale, text in QUESTIONS.items()}


def done(identifier: str, days_ago: int = 29) -> StateChange:
    return StateChange(gap_id=identifier, state="done", at=NOW - days_ago * DAY)


def test_the_effect_is_of_the_gaps_own_questions_in_every_language():
    searches = [
        search(n, DONE + day * DAY, f"v{n}", query=QUESTIONS[locale], language=locale)
        for n, (day, locale) in enumerate([(-3, "en"), (-2, "fa"), (3, "zh"), (4, "fa")])
    ]
    searches.append(search(9, DONE + 3 * DAY, "v9", query="Where is my parcel?"))
    ticket = TicketAsked("T-1", DONE + 5 * DAY, "customer c", QUESTIONS["zh"], "zh")
    questions = questions_of(searches, [ticket])
    effects = effects_of({"g": done("g")}, {"g": KEYS}, questions, NOW, SINCE)
    assert (effects["g"].before.people, effects["g"].after.people) == (2, 3)
    assert effects["g"].after.contacts_per_week.count == 1
    assert still_asked(effects["g"])


def test_only_what_is_done_and_known_by_its_questions_has_an_effect():
    states = {
        "a": done("a"),
        "forgotten": done("forgotten"),
        "b": StateChange(gap_id="b", state="planned", at=DONE),
    }
    members = {"a": KEYS, "b": KEYS, "forgotten": {}}
    assert set(effects_of(states, members, [], NOW, SINCE)) == {"a"}


def test_closed_gaps_come_last_done_first_with_what_is_known():
    states = {"a": done("a", 9), "b": done("b", 2), "c": done("c", 5).model_copy(
        update={"state": "dismissed"}
    )}  # fmt: skip
    effects = effects_of({"a": states["a"]}, {"a": KEYS}, [], NOW, SINCE)
    shown = closed_gaps(states, {"a": "گوشی دوم"}, effects)
    assert [(one.id, one.label, one.effect is None) for one in shown] == [
        ("b", "", True),
        ("a", "گوشی دوم", False),
    ]


def test_an_effect_of_an_earlier_decision_is_not_shown():
    effects = effects_of({"a": done("a", 40)}, {"a": KEYS}, [], NOW, SINCE)
    [shown] = closed_gaps({"a": done("a", 3)}, {}, effects)
    assert shown.effect is None
