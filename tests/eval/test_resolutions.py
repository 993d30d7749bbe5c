"""Measuring whether the reply that resolved a ticket is recognised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.resolutions import (
    ACCEPTED,
    FOUND,
    RANDOM,
    VOTED,
    WITH_VOTES,
    accepted_replies,
    measure_resolutions,
    read_tickets,
    voted_replies,
    without_marks,
)
from kb.cli import app
from kb.errors import InvalidInput
from kb.models import Ticket

TILT = "Tilt the tank until the air leaves."
LONG = "The warranty lasts for two years and covers the pump, the lamp and the adapter. " * 3
PHOTO = "Please send a photo of the label under the tank."


def ticket(identifier: str, *messages: tuple[str, str] | dict[str, Any], **fields: Any) -> Ticket:
    """A question, then messages: (author, text) or fields."""
    opening = {"author": "customer", "text": "It rattles."}
    records = [m if isinstance(m, dict) else {"author": m[0], "text": m[1]} for m in messages]
    record = {"id": identifier, "locale": "en", "messages": [opening, *records], **fields}
    return Ticket.model_validate(record)


def reply(text: str, **fields: Any) -> dict[str, Any]:
    return {"author": "rep", "text": text, **fields}


THANKED = ("customer", "That worked, thank you!")
CONFIRMED = ticket("1", reply(TILT, accepted=True), THANKED, ("rep", LONG))
LAST = ticket("2", ("rep", PHOTO), ("customer", "Here."), reply(TILT, accepted=True), locale="fa")
MISSED = ticket("3", reply(TILT, accepted=True), ("customer", "Is it?"), reply(LONG, helpful=1))
ASKED = ticket("4", reply("Which version?", accepted=True), ("rep", TILT))
BY_VOTES = ticket("5", reply(TILT, helpful=3), reply(LONG, helpful=1))
SINGLE = ticket("6", reply(TILT, accepted=True))
UNANSWERED = ticket("7", ("rep", PHOTO))
SILENT = ticket("8")
ALL = [CONFIRMED, LAST, MISSED, ASKED, BY_VOTES, SINGLE, UNANSWERED, SILENT]


def test_only_tickets_with_several_replies_and_one_accepted_take_part() -> None:
    twice = ticket("9", reply(TILT, accepted=True), reply(LONG, accepted=True))
    assert [(m.ticket.id, m.position) for m in accepted_replies([*ALL, twice])] == [
        ("1", 1), ("2", 3), ("3", 1), ("4", 1),
    ]  # fmt: skip


def test_votes_mark_a_reply_where_none_was_accepted_and_one_has_most() -> None:
    tied = ticket("9", reply(TILT, helpful=2), reply(LONG, helpful=2))
    assert [(m.ticket.id, m.position) for m in voted_replies([*ALL, tied])] == [("5", 1)]


def test_marks_are_taken_away_and_votes_may_stay() -> None:
    marked = ticket("9", reply(TILT, accepted=True, helpful=2))
    assert without_marks(marked).messages[1].model_dump(include={"accepted", "helpful"}) == {
        "accepted": False, "helpful": 0,
    }  # fmt: skip
    assert without_marks(marked, votes=True).messages[1].helpful == 2
    assert not without_marks(marked, votes=True).messages[1].accepted


def test_the_share_recognised_stands_beside_simpler_ways_to_choose() -> None:
    accepted = measure_resolutions(ALL, seed=7).labels[0]
    assert accepted.label == ACCEPTED
    assert {name: item.share for name, item in accepted.systems.items()} == {
        FOUND: 0.5,  # 1 by confirmation, 2 by the request before it
        WITH_VOTES: 0.5,
        "longest reply": 0.0,
        "first reply": 0.75,
        "last reply": 0.25,
        RANDOM: 0.5,
    }
    assert all(item.count == 4 for item in accepted.systems.values())
    assert all(item.low <= item.share <= item.high for item in accepted.systems.values())
    assert accepted.best_baseline == "first reply"
    assert accepted.p == 1.0


def test_it_is_told_by_what_and_in_which_language_replies_were_recognised() -> None:
    accepted = measure_resolutions(ALL, seed=7).labels[0]
    how = {name: (item.count, item.share) for name, item in accepted.by_how.items()}
    assert how == {"substantial": (3, 0.3333), "confirmed": (1, 1.0)}
    languages = {name: (item.count, item.share) for name, item in accepted.by_language.items()}
    assert languages == {"en": (3, 0.3333), "fa": (1, 1.0)}
    assert accepted.not_an_answer == 1  # "Which version?"


def test_votes_are_a_label_of_their_own() -> None:
    voted = measure_resolutions(ALL, seed=7).labels[1]
    assert (voted.label, voted.systems[FOUND].count) == (VOTED, 1)
    assert WITH_VOTES not in voted.systems
    assert len(measure_resolutions(ALL[:4], seed=7).labels) == 1


def test_tickets_without_an_answer_are_counted() -> None:
    report = measure_resolutions(ALL, seed=7)
    assert (report.tickets, report.replied, report.unanswered) == (8, 7, 1)
    assert report.how == {"accepted": 5, "voted": 1}


def test_without_accepted_replies_there_is_nothing_to_measure() -> None:
    with pytest.raises(InvalidInput, match="None of the 3 tickets"):
        measure_resolutions([SINGLE, UNANSWERED, BY_VOTES], seed=7)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    lines = [item.model_dump_json() for item in ALL]
    lines.insert(0, json.dumps({"_id": "a", "title": "Pump", "text": "An article."}))
    path = tmp_path / "tickets.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_only_tickets_are_read(source: Path) -> None:
    assert [item.id for item in read_tickets(source, 100_000)] == [item.id for item in ALL]


def test_the_command_prints_tables(source: Path) -> None:
    result = CliRunner().invoke(app, ["eval", "resolutions", str(source)])
    assert result.exit_code == 0, result.output
    assert "8 tickets, 7 with a reply." in result.output
    assert "longest reply" in result.output
    assert "0.500" in result.output


def test_the_command_prints_one_json_document(source: Path) -> None:
    result = CliRunner().invoke(app, ["eval", "resolutions", str(source), "--json"])
    document = json.loads(result.stdout)
    assert document["labels"][0]["systems"][FOUND]["share"] == 0.5
    assert document["unanswered"] == 1
