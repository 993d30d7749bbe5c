"""Promises that run for a ticket: when they are due and how much of them is used."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.escalation.sla import clocks, priority_of

HOUR = dt.timedelta(hours=1)


def shown(running):
    return [(clock.promise, f"{clock.due:%a %H:%M}", round(clock.share, 2)) for clock in running]


def test_a_new_ticket_has_its_answer_and_its_solution_due(ticket, rules, monday):
    running = clocks(ticket("Drips"), rules, monday + 2 * HOUR)
    # Wednesday is a holiday: four business days from Monday 10:00.
    assert shown(running) == [("first answer", "Mon 18:00", 0.25), ("solution", "Mon 10:00", 0.06)]


def test_the_channels_promise_holds_beside_the_priorities(ticket, rules, monday):
    running = clocks(ticket("Drips", channel="Chat"), rules, monday + HOUR / 24)
    assert shown(running)[0] == ("first answer", "Mon 10:05", 0.5)


def test_an_urgent_ticket_is_due_sooner_and_an_unknown_priority_is_the_default(
    ticket, rules, monday
):
    urgent = ticket("Drips", priority="URGENT")
    assert shown(clocks(urgent, rules, monday)) == [
        ("first answer", "Mon 11:00", 0.0),
        ("solution", "Mon 18:00", 0.0),
    ]
    assert priority_of(ticket("Drips", priority="P3"), rules) == "normal"
    assert shown(clocks(ticket("Drips"), rules, monday, "urgent"))[0][1] == "Mon 11:00"


def test_after_our_reply_the_answer_counts_from_the_customers_next_message(ticket, rules, monday):
    thread = ticket("Drips", ("rep", "Clean it.", 1), ("customer", "Still drips.", 3))
    running = clocks(thread, rules, monday + 4 * HOUR)
    assert shown(running)[0] == ("answer", "Tue 12:00", 0.12)


def test_the_solution_stands_still_while_we_wait_for_the_customer(ticket, rules, monday):
    quick = ticket("Drips", ("rep", "Clean it.", 1), ("customer", "Still drips.", 2))
    slow = ticket("Drips", ("rep", "Clean it.", 1), ("customer", "Still drips.", 26))
    [_, first] = clocks(quick, rules, monday + 2 * HOUR)
    [_, second] = clocks(slow, rules, monday + 26 * HOUR)
    assert first.share == second.share == pytest.approx(1 / 36)
    assert second.due == dt.datetime(2026, 3, 24, 10, 0, tzinfo=dt.UTC)  # 9 + 1 business hours on


def test_nothing_runs_while_the_last_word_is_ours_or_thanks(ticket, rules, monday):
    ours = ticket("Drips", ("rep", "Clean it.", 1))
    thanked = ticket("Drips", ("rep", "Clean it.", 1), ("customer", "Thanks, it works", 2))
    assert clocks(ours, rules, monday + 90 * HOUR) == []
    assert clocks(thanked, rules, monday + 90 * HOUR) == []


def test_a_broken_promise_has_used_all_of_its_time(ticket, rules, monday):
    [first, *_] = clocks(ticket("Drips"), rules, monday + 25 * HOUR)
    assert first.share > 1
    assert first.due < monday + 25 * HOUR


def test_tickets_without_times_begin_now_and_naive_times_are_utc(ticket, rules, monday):
    timeless = ticket("Drips", created=None)
    bare = timeless.messages[0].model_copy(update={"at": None})
    timeless = timeless.model_copy(update={"messages": (bare,)})
    assert shown(clocks(timeless, rules, monday))[0] == ("first answer", "Mon 18:00", 0.0)
    naive = ticket("Drips", created=monday.replace(tzinfo=None))
    assert shown(clocks(naive, rules, monday))[0] == ("first answer", "Mon 18:00", 0.0)


def test_a_groups_own_hours_count_for_its_tickets(ticket, rules, monday):
    running = clocks(ticket("Drips", group="devices"), rules, monday)
    # Saturdays of four hours: eight business hours are two of them.
    assert f"{running[0].due:%Y-%m-%d %H:%M}" == "2026-03-28 13:00"
