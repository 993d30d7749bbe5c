"""By when somebody who writes now hears from us."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from kb.contact.promise import promise
from kb.escalation import EscalationRules
from kb.escalation.sla import clocks
from kb.models import Message, Ticket

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


def rules(*targets: dict[str, str], holidays: tuple[str, ...] = ()) -> EscalationRules:
    return EscalationRules.model_validate(
        {
            "timezone": "Europe/Berlin",
            "hours": WEEK,
            "holidays": {"days": [{"date": day} for day in holidays]},
            "groups": [{"id": "all", "names": {"en": "All"}}],
            "levels": [{"level": 2, "names": {"en": "two"}}],
            "targets": list(targets),
        }
    )


NORMAL = {"priority": "normal", "first_answer": "8 business hours"}


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ((2026, 11, 23, 10, 0), (2026, 11, 24, 10, 0)),
        ((2026, 11, 22, 15, 0), (2026, 11, 23, 17, 0)),  # a Sunday
        ((2026, 11, 27, 16, 0), (2026, 11, 30, 16, 0)),  # over a weekend
    ],
)
def test_opening_hours_count(since, due):
    moment = promise(rules(NORMAL), "help_center", dt.datetime(*since, tzinfo=BERLIN))
    assert moment == dt.datetime(*due, tzinfo=BERLIN)


def test_holidays_do_not_count():
    since = dt.datetime(2026, 11, 23, 10, tzinfo=BERLIN)
    moment = promise(rules(NORMAL, holidays=("2026-11-24",)), "widget", since)
    assert moment == dt.datetime(2026, 11, 25, 10, tzinfo=BERLIN)


def test_what_is_promised_for_the_channel_holds_if_it_is_earlier():
    widget = {"channel": "widget", "first_answer": "1 business hours"}
    since = dt.datetime(2026, 11, 23, 10, tzinfo=BERLIN)
    assert promise(rules(NORMAL, widget), "widget", since) == since + dt.timedelta(hours=1)
    assert promise(rules(NORMAL, widget), "help_center", since) != since + dt.timedelta(hours=1)


def test_it_is_the_promise_that_the_reps_clock_runs_for():
    since = dt.datetime(2026, 11, 23, 10, tzinfo=BERLIN)
    ticket = Ticket(
        id="H-1",
        locale="en",
        messages=(Message(author="customer", text="Pump rattles", at=since),),
        created=since,
        channel="help_center",
    )
    assert clocks(ticket, rules(NORMAL), since)[0].due == promise(
        rules(NORMAL), "help_center", since
    )


def test_without_rules_or_without_a_time_for_answers_nothing_is_promised():
    since = dt.datetime(2026, 11, 23, 10, tzinfo=BERLIN)
    solution = {"priority": "normal", "resolution": "2 business days"}
    assert promise(None, "widget", since) is None
    assert promise(rules(solution), "widget", since) is None
