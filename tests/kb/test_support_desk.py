"""The support lead's figures: stored, read back, and computed for a period."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kb.errors import Conflict
from kb.escalation.rules import load_rules
from kb.models import Message, Ticket
from kb.support_desk import REMEMBERED, REPORT, SupportDesk
from tests.kb.gaps.house import DAY, HEATING, NOW, House, crowd, open_house

RULES = Path(__file__).resolve().parent.parent.parent / "articles" / "escalation.toml"


@pytest.fixture
def house(settings, tmp_path) -> Iterator[House]:
    with open_house(settings, tmp_path) as opened:
        for age, language in ((1, "en"), (30, "fa"), (300, "zh")):
            at = NOW - age * DAY
            opened.log(*crowd(2, HEATING[language], locale=language, at=at))
            ticket = Ticket(
                id=f"T-{language}",
                locale=language,
                messages=[Message(author="customer", text=HEATING[language], at=at)],
            )
            opened.store.documents.save(ticket, NOW, replaces=None)
        yield opened


@pytest.fixture
def desk(house) -> SupportDesk:
    return SupportDesk(house.store, house.knowledge_base, lambda: house.clock[0])


def visits(figures) -> float:
    return figures.values["visits"].value


def test_what_is_stored_is_read_back_until_it_is_dropped(house, desk):
    assert desk.figures() is None
    stored = desk.refresh()
    other = SupportDesk(house.store, house.knowledge_base)
    assert (desk.figures(), other.figures()) == (stored, stored)
    house.store.gaps.forget()
    assert (desk.figures(), other.figures()) == (None, None)


def test_stored_figures_are_about_half_a_year_in_three_languages(house, desk):
    figures = desk.refresh()
    assert (visits(figures), figures.values["contacts"].value) == (4, 2)
    assert [part.name for part in figures.languages] == ["en", "fa"]
    assert figures.since == (NOW - 30 * DAY).replace(hour=0)
    assert (figures.until, figures.timezone) == (NOW, "UTC")
    house.log(*crowd(1, HEATING["zh"], locale="zh"))
    assert visits(desk.refresh()) == 5


def test_a_period_is_computed_when_asked_for_and_remembered_for_a_while(house, desk):
    day = (NOW - 2 * DAY).date()
    assert visits(desk.figures_since(day)) == 2
    assert visits(desk.figures_since((NOW - 301 * DAY).date())) == 6
    house.log(*crowd(1, "pump"))
    assert visits(desk.figures_since(day)) == 2
    house.clock[0] += REMEMBERED
    assert visits(desk.figures_since(day)) == 3
    for age in range(20):
        desk.figures_since((NOW - age * DAY).date())
    assert len(desk._periods) == 8
    assert desk.figures() is None  # what somebody asks for is not what is served to all


def test_what_was_remembered_before_an_erasure_is_not_told_after_it(house, desk):
    house.log(*crowd(3, HEATING["en"]))
    house.desk.refresh()
    day = (NOW - 2 * DAY).date()
    assert HEATING["en"] in desk.figures_since(day).model_dump_json()
    house.store.gaps.forget()
    assert HEATING["en"] not in desk.figures_since(day).model_dump_json()


def test_two_periods_at_once_are_a_conflict(house, desk):
    inside, go_on = threading.Event(), threading.Event()

    def look(_stage: str, _done: int, _total: int) -> None:
        inside.set()
        go_on.wait(30)

    thread = threading.Thread(target=lambda: desk.refresh(look))
    thread.start()
    assert inside.wait(30)
    with pytest.raises(Conflict, match="in a minute"):
        desk.figures_since(NOW.date())
    go_on.set()
    thread.join(30)
    assert visits(desk.figures()) == 4


def test_hours_and_days_are_those_of_the_escalation_rules(house):
    tools = replace(house.knowledge_base.tools, rules=load_rules(RULES))
    house.knowledge_base.tools = tools
    figures = SupportDesk(house.store, house.knowledge_base, lambda: NOW).refresh()
    assert figures.timezone == load_rules(RULES).timezone != "UTC"
    assert figures.since.utcoffset() != dt.timedelta(0)


def test_a_report_of_an_earlier_version_is_none(house, desk):
    house.store.gaps.save_report(REPORT, '{"visits": 1}', 0, NOW)
    assert desk.figures() is None
