"""The sample company's rules agree with its handbook, and its macros are there."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from kb.escalation import advise, load_rules
from kb.escalation.sla import promised
from kb.models import Ticket

ARTICLES = Path(__file__).resolve().parents[3] / "articles"
BERLIN = "2026-03-16T{}:00+01:00"  # a Monday

ESCALATED = {
    "T-10022": 2,  # erasure according to law
    "T-10034": 3,  # third mail, solicitor
    "T-10039": 2,  # payment disputed
    "T-20027": 3,  # third message, شکایت
    "T-30013": 3,  # media
    "T-30027": 3,  # third call, 起诉
}


@pytest.fixture(scope="module")
def rules():
    return load_rules(ARTICLES / "escalation.toml")


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    lines = [
        line
        for language in ("en", "fa", "zh")
        for line in (ARTICLES / "tickets" / f"{language}.jsonl").read_text("utf-8").splitlines()
    ]
    return [Ticket.model_validate(json.loads(line)) for line in lines]


def test_every_macro_that_the_rules_name_exists_in_three_languages(rules):
    macros = defaultdict(dict)
    for line in (ARTICLES / "macros" / "macros.jsonl").read_text("utf-8").splitlines():
        macro = json.loads(line)
        macros[macro["group"]][macro["locale"]] = macro["body"]
    named = {rules.functional.meanwhile, *(group.meanwhile for group in rules.groups)} - {""}
    named |= {trigger.meanwhile for _, trigger in rules.triggers.named()}
    assert len(named) == 7
    for name in named:
        assert set(macros[name]) == {"en", "fa", "zh"}, name
        for body in macros[name].values():
            assert "{{ticket.due_time}}" in body, f"{name} does not say when"
            assert not re.search(r"\b(SLA|level \d)\b", body), f"{name} uses our vocabulary"


def test_how_to_hand_over_is_said_in_three_languages(rules):
    told = [part.channel for part in (*rules.groups, *rules.levels) if part.channel]
    assert len(told) == 6
    assert all(set(channel) == {"en", "fa", "zh"} for channel in told)


def test_groups_are_those_of_the_tickets(rules, tickets):
    assert {ticket.group for ticket in tickets} == {group.id for group in rules.groups}


@pytest.mark.parametrize(
    ("priority", "answer", "solution"),
    [
        ("urgent", "03-16 11:00", "03-16 18:00"),
        ("high", "03-16 14:00", "03-18 10:00"),
        ("normal", "03-16 18:00", "03-20 10:00"),
        ("low", "03-18 10:00", "03-30 10:00"),
    ],
)
def test_targets_are_the_handbooks(priority, answer, solution, rules):
    start = dt.datetime.fromisoformat(BERLIN.format("10:00"))
    [first], [last] = promised(rules, [priority], "form")
    calendar = rules.calendar()
    assert f"{first.after(start, calendar):%m-%d %H:%M}" == answer
    assert f"{last.after(start, calendar):%m-%d %H:%M}" == solution


def test_of_the_sample_tickets_those_escalate_that_the_team_escalated(rules, tickets):
    levels = {}
    for ticket in tickets:
        opening = ticket.model_copy(update={"messages": ticket.messages[:1]})
        advice = advise(
            opening, group_votes=[], fits=True, earlier_tickets=0, rules=rules, now=ticket.created
        )
        if advice:
            assert advice.type == "hierarchical"
            levels[ticket.id] = advice.level
    assert levels == ESCALATED


def test_angry_but_empty_handed_customers_get_one_good_attempt_first(rules, tickets):
    """The handbook: who simply asks for a manager is not yet escalated."""
    asks = tickets[0].model_copy(
        update={
            "messages": (
                tickets[0]
                .messages[0]
                .model_copy(update={"text": "I want to speak to a manager. The box was late."}),
            )
        }
    )
    assert (
        advise(
            asks,
            group_votes=[],
            fits=True,
            earlier_tickets=0,
            rules=rules,
            now=asks.created + dt.timedelta(minutes=1),
        )
        is None
    )
