"""Which decisions may follow which, and what is shown of them."""

from __future__ import annotations

import pytest

from kb.errors import InvalidInput
from kb.gaps.decisions.effect import effect_of
from kb.gaps.decisions.states import (
    MAX_REASON,
    StateChange,
    allowed,
    baseline,
    change,
    reopened,
    still_asked,
    to_do,
    with_states,
)
from tests.kb.gaps.made import DAY, NOW, gap, search


def decided(identifier: str, state: str, people: int = 10, days_ago: int = 1) -> StateChange:
    return StateChange(
        gap_id=identifier, state=state, at=NOW - days_ago * DAY, people_at=people, reason="because"
    )


def test_work_goes_from_open_by_planned_and_in_progress_to_done():
    for shown, to in [("open", "planned"), ("planned", "in_progress"), ("in_progress", "done")]:
        made = change(shown, "g1", to, at=NOW, who="  Mina\nRoe ", people_at=7)
        assert (made.state, made.who, made.people_at) == (to, "Mina Roe", 7)


@pytest.mark.parametrize(
    ("shown", "to"),
    [("open", "open"), ("done", "planned"), ("done", "dismissed"), ("dismissed", "done")],
)
def test_what_does_not_follow_is_refused_with_the_choices(shown, to):
    with pytest.raises(InvalidInput) as refused:
        change(shown, "g1", to, at=NOW, reason="x")
    if shown == to:
        assert "open already" in str(refused.value)
    else:
        assert ", ".join(sorted(allowed(shown))) in str(refused.value)


def test_dismissing_needs_a_reason_that_says_something():
    for reason in ("", "  \n\t "):
        with pytest.raises(InvalidInput, match="why"):
            change("open", "g1", "dismissed", at=NOW, reason=reason)
    made = change("open", "g1", "dismissed", at=NOW, reason=" محصول ما\nنیست ")
    assert made.reason == "محصول ما نیست"


def test_a_reason_of_a_hundred_thousand_characters_is_refused():
    with pytest.raises(InvalidInput, match=str(MAX_REASON)):
        change("open", "g1", "dismissed", at=NOW, reason="x" * 100_000)


def test_articles_go_with_done_only_and_count_once():
    made = change("open", "g1", "done", at=NOW, articles=["a.en", "a.fa", "a.en"])
    assert made.articles == ("a.en", "a.fa")
    with pytest.raises(InvalidInput, match="go with done"):
        change("open", "g1", "planned", at=NOW, articles=["a.en"])
    with pytest.raises(InvalidInput, match="at most 20"):
        change("open", "g1", "done", at=NOW, articles=[f"a{n}" for n in range(21)])


def test_how_a_gap_stood_is_kept_when_it_is_done_and_only_then():
    before = baseline(gap(contacts=6, people=10), weeks=4)
    assert (before.confidence, before.contacts_per_week, before.people_per_week) == (0.31, 1.5, 2.5)
    assert baseline(gap(nearest=None), weeks=0).people_per_week == 10  # of less than a week: a week
    assert change("open", "g1", "done", at=NOW, before=before).before == before
    assert change("open", "g1", "planned", at=NOW, before=before).before is None


@pytest.mark.parametrize(
    ("people_at", "people_now", "back"),
    [(10, 19, False), (10, 20, True), (1, 2, False), (1, 3, False), (1, 4, True), (0, 3, True)],
)
def test_a_dismissed_gap_comes_back_when_its_evidence_doubles_by_three_people(
    people_at, people_now, back
):
    assert reopened(decided("g1", "dismissed", people_at), people_now) is back
    assert not reopened(decided("g1", "done", people_at), people_now)


def test_a_gap_that_came_back_says_so_and_why_it_was_dismissed():
    [shown] = with_states([gap(people=20)], {"g1": decided("g1", "dismissed", 10)})
    assert (shown.state, shown.came_back, shown.state_reason) == ("open", True, "because")
    [shown] = with_states([gap(people=19)], {"g1": decided("g1", "dismissed", 10)})
    assert (shown.state, shown.came_back) == ("dismissed", False)


def test_work_comes_first_by_priority_then_what_is_done_then_what_is_dismissed():
    gaps = [gap(name, priority=n) for n, name in enumerate("abcdefg")]
    states = {
        "g": decided("g", "dismissed", 10),
        "f": decided("f", "done", days_ago=9),
        "e": decided("e", "done", days_ago=2),
        "b": decided("b", "planned"),
        "a": decided("a", "in_progress"),
        "elsewhere": decided("elsewhere", "done"),
    }
    shown = with_states(gaps, states)
    assert [one.id for one in shown] == ["d", "c", "b", "a", "e", "f", "g"]
    assert [one.id for one in to_do(shown)] == ["d", "c", "b", "a"]
    assert with_states(shown, states) == shown


def asked_after(people: int, outcome: str):
    done = NOW - 20 * DAY
    searches = [search(n, done + 3 * DAY, f"v{n}", outcome=outcome) for n in range(people)]
    return effect_of([*searches, search(99, done - 15 * DAY, "w")], [], done, NOW)


def test_what_is_done_but_still_asked_without_answers_is_shown_as_such():
    assert still_asked(asked_after(3, "nothing"))
    assert not still_asked(asked_after(2, "nothing"))
    assert not still_asked(asked_after(9, "answered"))
    states = {"g1": decided("g1", "done")}
    [shown] = with_states([gap()], states, {"g1": asked_after(3, "nothing")})
    assert (shown.state, shown.still_asked) == ("done", True)
    [again] = with_states([shown], states)
    assert again.still_asked
    [fixed] = with_states([shown], states, {"g1": asked_after(9, "answered")})
    assert not fixed.still_asked
