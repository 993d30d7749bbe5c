"""Before and after a gap was closed, by people."""

from __future__ import annotations

import datetime as dt

import pytest
from scipy import stats

from kb.gaps.decisions.effect import DEFINITIONS, MAX_DAYS, Window, byar, effect_of
from tests.kb.gaps.made import DAY, NOW, search

DONE = NOW - 29 * DAY  # 28 full days have passed since the day after


def visits(first: int, start: dt.datetime, count: int, **changes: object):
    return [search(first + n, start + n * DAY, f"v{first + n}", **changes) for n in range(count)]


def test_equal_windows_around_the_day_it_was_done_which_is_in_neither():
    begin = DONE - 60 * DAY
    searches = [search(0, begin, "a"), search(1, DONE, "b"), search(2, DONE + DAY, "c")]
    effect = effect_of(searches, [], DONE, NOW)
    assert effect.days == 28
    assert (effect.before.end, effect.after.start) == (DONE.date(), (DONE + DAY).date())
    assert effect.before.end - effect.before.start == effect.after.end - effect.after.start
    assert (effect.before.people, effect.after.people) == (0, 1)  # `a` was too long ago


def test_windows_are_eight_weeks_at_most():
    done = NOW - 400 * DAY
    effect = effect_of([search(0, done - 300 * DAY, "a")], [], done, NOW)
    assert effect.days == MAX_DAYS


def test_the_figures_improve_where_the_article_answers():
    searches = [
        *visits(0, DONE - 20 * DAY, 8, confidence=0.2, outcome="nothing", contacted=True),
        *visits(100, DONE + 2 * DAY, 8, confidence=0.9, outcome="answered"),
    ]
    effect = effect_of(searches, [(DONE - 3 * DAY, "customer c")], DONE, NOW, since=DONE - 60 * DAY)
    assert not effect.too_early
    before, after = effect.before, effect.after
    assert (before.confidence.mean, after.confidence.mean) == pytest.approx((0.2, 0.9))
    assert (before.answered.share, after.answered.share) == (0, 1)
    assert (before.contacts_per_week.count, after.contacts_per_week.count) == (9, 0)
    assert before.contacts_per_week.per_week == 9 / 4
    assert (before.people, after.people) == (9, 8)  # a ticket is a person, too
    assert before.answered.interval[1] < after.answered.interval[0]


def test_one_shouting_visit_counts_once():
    flood = [search(n, DONE + 2 * DAY, "loud", confidence=0.0, contacted=True) for n in range(500)]
    calm = visits(1000, DONE + 2 * DAY, 4, confidence=0.8, outcome="answered")
    after = effect_of([*flood, *calm], [], DONE, NOW, since=DONE - 60 * DAY).after
    assert (after.searches, after.people, after.contacts_per_week.count) == (504, 5, 1)
    assert after.confidence.mean == pytest.approx(0.64)
    assert (after.answered.count, after.answered.of) == (4, 5)


def test_whoever_writes_after_searching_or_writes_twice_is_one_person():
    asked = [search(0, DONE + 2 * DAY, "v0", contacted=True)]
    tickets = [(DONE + day * DAY, person) for day, person in [(2, "v0"), (3, "c"), (4, "c")]]
    after = effect_of(asked, tickets, DONE, NOW, since=DONE - 60 * DAY).after
    assert (after.people, after.contacts_per_week.count) == (2, 2)


def test_searches_without_a_visit_count_each_and_unknown_values_are_left_out():
    imported = [
        search(n, DONE + 2 * DAY, confidence=None, outcome=None, channel="import") for n in range(6)
    ]
    after = effect_of(imported, [], DONE, NOW, since=DONE - 60 * DAY).after
    assert (after.people, after.confidence.mean, after.confidence.interval) == (6, None, None)
    assert (after.answered.of, after.answered.share) == (0, None)


def test_an_imported_line_that_was_asked_forty_times_is_forty_searches():
    line = search(0, DONE + 2 * DAY, channel="import", confidence=None, outcome=None, times=40)
    after = effect_of([line], [], DONE, NOW, since=DONE - 60 * DAY).after
    assert (after.searches, after.people) == (40, 40)


@pytest.mark.parametrize("days", [0, 1, 7])
def test_a_week_has_to_pass_before_anything_is_said(days):
    searches = visits(0, NOW - 30 * DAY, 29)
    effect = effect_of(searches, [], NOW - days * DAY, NOW)
    assert "Too early" in effect.too_early
    assert not effect_of(searches, [], NOW - 9 * DAY, NOW, since=NOW - 60 * DAY).too_early


def test_too_few_people_and_a_log_that_begins_late_say_nothing():
    few = [*visits(0, DONE - 9 * DAY, 2), *visits(9, DONE + 3 * DAY, 2)]
    assert "Too few: 4" in effect_of(few, [], DONE, NOW, since=DONE - 60 * DAY).too_early
    late = effect_of(visits(0, DONE - 3 * DAY, 30), [], DONE, NOW)
    assert late.days == 3
    assert "log begins 3 days before" in late.too_early


def test_nothing_at_all_and_a_clock_that_runs_backwards_give_empty_windows():
    for now in (NOW, DONE - 5 * DAY):
        effect = effect_of([], [], DONE, now)
        assert effect.days == 0
        assert effect.too_early
        assert effect.after.people_per_week.interval == (0, 0)


@pytest.mark.parametrize("count", [0, 1, 3, 10, 100])
def test_limits_of_counts_are_near_poissons_exact_ones(count):
    low, high = byar(count)
    exact_low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    exact_high = stats.chi2.ppf(0.975, 2 * count + 2) / 2
    assert (low, high) == pytest.approx((exact_low, exact_high), abs=0.07)


def test_the_interval_of_the_mean_is_the_normal_one():
    searches = [
        search(n, DONE + 2 * DAY, f"v{n}", confidence=value)
        for n, value in enumerate([0.2, 0.4, 0.6, 0.8])
    ]
    after = effect_of(searches, [], DONE, NOW, since=DONE - 60 * DAY).after
    spread = 1.96 * stats.sem([0.2, 0.4, 0.6, 0.8])
    assert after.confidence.interval == pytest.approx((0.5 - spread, 0.5 + spread), abs=1e-4)


def test_every_figure_has_a_definition():
    figures = set(Window.model_fields) - {"start", "end", "searches"}
    assert figures == set(DEFINITIONS)
