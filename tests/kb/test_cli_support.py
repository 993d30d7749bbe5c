"""`kb stats support`."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.config import load_settings
from kb.events import ContactMade, ResultClicked, SearchMade, SurveyAnswered
from kb.models import Message, Ticket
from kb.spreadsheet import BOM
from kb.store import Store
from kb.support_definitions import DEFINITIONS

Run = Callable[..., tuple[int, str, str]]
MONDAY = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
RULES = Path(__file__).resolve().parent.parent.parent / "articles" / "escalation.toml"


@pytest.fixture
def kb_(command_line: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `kb ARGS`; returns (exit code, stdout, stderr)."""
    monkeypatch.setenv("KB_CONTENT_DIR", str(tmp_path / "articles"))
    monkeypatch.setenv("COLUMNS", "300")
    return command_line


@pytest.fixture
def logged(kb_: Run) -> None:
    """Three visits in three languages, one of which wrote a ticket, and a survey."""
    store = Store(load_settings().store_url)
    for locale, query in (("en", "pump noise"), ("fa", "صدای پمپ"), ("zh", "水泵噪音")):
        asked = SearchMade(
            occasion=f"o-{locale}", session=f"v-{locale}", query=query, locale=locale, results=2,
            hits=("a", "b"), confidence=0.9, outcome="related", channel="help_center",
        )  # fmt: skip
        store.events.append(asked, MONDAY)
    opened = ResultClicked(
        occasion="o-en", session="v-en", article="b", position=2, channel="help_center"
    )
    store.events.append(opened, MONDAY)
    made = ContactMade(occasion="o-fa", session="v-fa", ticket_id="T1", locale="fa")
    store.events.append(made, MONDAY + dt.timedelta(minutes=5))
    store.events.append(SurveyAnswered(occasion="x", survey="nps", score=10), MONDAY)
    messages = (
        Message(author="customer", text="پمپ صدا می‌دهد", at=MONDAY),
        Message(author="rep", text="مخزن را کج کنید", at=MONDAY + dt.timedelta(hours=2)),
    )
    ticket = Ticket(id="T1", locale="fa", messages=messages, created=MONDAY, satisfaction=5)
    store.documents.save(ticket, MONDAY, replaces=None)
    store.close()


def test_an_empty_store_says_so_and_has_no_numbers(kb_: Run) -> None:
    code, out, _ = kb_("stats", "support")
    assert (code, out) == (
        0,
        "Nothing is recorded yet: no customer searched, and no ticket is stored.\n",
    )
    _, printed, _ = kb_("stats", "support", "--json")
    assert json.loads(printed)["values"]["deflection"]["value"] is None


def test_every_figure_is_shown_with_its_meaning_and_its_source(kb_: Run, logged: None) -> None:
    code, out, _ = kb_("stats", "support")
    assert code == 0
    for name, known in DEFINITIONS.items():
        assert name in out
        assert known.meaning in out
    assert "67%" in out  # two of three visits did not contact the team
    assert "Monday 9:00" in out


def test_the_json_document_holds_figures_and_definitions(kb_: Run, logged: None) -> None:
    _, printed, _ = kb_("stats", "support", "--json")
    document = json.loads(printed)
    deflection = document["values"]["deflection"]
    assert (deflection["count"], deflection["of"]) == (2, 3)
    assert document["values"]["first_answer_median"]["value"] == 2
    assert document["values"]["csat_tickets"] == {
        "value": 1, "count": 1, "of": 1, "interval": document["values"]["csat_tickets"]["interval"],
    }  # fmt: skip
    assert document["values"]["contacts"]["value"] == 1
    assert document["definitions"].keys() == document["values"].keys()
    assert [part["name"] for part in document["languages"]] == ["en", "fa", "zh"]
    assert len(document["hours"]) == 168


def test_hours_and_weeks_are_tables_for_spreadsheets(kb_: Run, logged: None) -> None:
    _, out, _ = kb_("stats", "support", "--csv", "hours", "--since", "2026-11-01")
    assert out.startswith(BOM)
    table = list(csv.reader(io.StringIO(out.removeprefix(BOM), newline="")))
    assert len(table) == 169
    nine = table[10]
    assert nine[:3] == ["Monday", "9", "UTC"]
    assert float(nine[4]) > 0
    _, out, _ = kb_("stats", "support", "--csv", "weeks")
    assert out.removeprefix(BOM).startswith("week,visits,visits (of),")
    assert "\r\n2026-W45,3,3," in out


def test_hours_are_in_the_zone_of_the_escalation_rules_or_as_told(kb_: Run, logged: None) -> None:
    folder = load_settings().content_dir
    folder.mkdir()
    (folder / "escalation.toml").write_bytes(RULES.read_bytes())
    _, printed, _ = kb_("stats", "support", "--json")
    from kb.escalation.rules import load_rules

    assert json.loads(printed)["timezone"] == load_rules(RULES).timezone != "UTC"
    _, printed, _ = kb_("stats", "support", "--json", "--timezone", "Asia/Shanghai")
    document = json.loads(printed)
    assert document["timezone"] == "Asia/Shanghai"
    busy = [cell for cell in document["hours"] if cell["contacts"]]
    assert [(cell["weekday"], cell["hour"]) for cell in busy] == [(0, 17)]


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "\0"])
def test_a_zone_that_does_not_exist_is_the_users_mistake(kb_: Run, zone: str) -> None:
    code, _, err = kb_("stats", "support", "--timezone", zone)
    assert code == 2
    assert "There is no time zone" in err


def test_what_was_before_does_not_count(kb_: Run, logged: None) -> None:
    _, printed, _ = kb_("stats", "support", "--since", "2026-11-03", "--json")
    values = json.loads(printed)["values"]
    assert (values["visits"]["value"], values["contacts"]["value"]) == (0, 0)
