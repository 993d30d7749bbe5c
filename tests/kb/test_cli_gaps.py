"""`kb gaps …`, with a desk that holds a report made by hand."""

from __future__ import annotations

import csv
import io
import json
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from kb.cli.gaps_shown import print_effect, sparkline
from kb.config import load_settings
from kb.errors import NotFound
from kb.gaps.decisions.closed import closed_gaps
from kb.gaps.decisions.effect import effect_of
from kb.gaps.decisions.states import StateChange, with_states
from kb.gaps.models import CentralQuestion, Gap, Trend
from kb.gaps.report import GapReport
from kb.service import KnowledgeBase
from kb.store import Store
from tests.kb.gaps.made import DAY, NOW, TICKETS, gap, report, search
from tests.kb.gaps.mended import health

Run = Callable[..., tuple[int, str, str]]


DONE = NOW - 20 * DAY
EFFECT = effect_of(
    [search(n, DONE + (n - 8) * DAY, f"v{n}", confidence=0.1 * (n % 9)) for n in range(17)],
    [],
    DONE,
    NOW,
)


class Desk:
    """GapDesk, as the commands know it."""

    last: GapReport | None = None
    refreshed = 0

    def __init__(self, store: Store, knowledge_base: object, *_: object) -> None:
        self.store, self.knowledge_base = store, knowledge_base

    def report(self) -> GapReport | None:
        if Desk.last is None:
            return None
        states = self.store.gaps.states()
        effects = {"g1": EFFECT}
        closed = closed_gaps(states, {"g1": "pair", "old": "گوشی"}, effects)
        missing = with_states(Desk.last.missing, states, effects)
        return Desk.last.model_copy(update={"missing": missing, "closed": tuple(closed)})

    def gap(self, gap_id: str) -> Gap:
        report = self.report()
        for one in report.missing if report else ():
            if one.id == gap_id:
                return one
        raise NotFound(f"The last report has no gap '{gap_id}'.")

    def refresh(self, progress: Callable[[str, int, int], None]) -> None:
        assert self.knowledge_base == "built"
        progress("read", 1, 1)
        Desk.refreshed += 1
        Desk.last = report(missing=(gap(),))


@pytest.fixture
def kb_(command_line: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `kb ARGS`; returns (exit code, stdout, stderr)."""
    monkeypatch.setenv("KB_CONTENT_DIR", str(tmp_path / "articles"))
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / "articles").mkdir()
    module = types.ModuleType("kb.gaps.service")
    module.GapDesk = Desk  # type: ignore[attr-defined]
    module.WINDOW = 26 * 7 * DAY  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kb.gaps.service", module)
    monkeypatch.setattr(KnowledgeBase, "build", lambda *_: "built")
    monkeypatch.setattr(Desk, "last", None)
    return command_line


@pytest.fixture
def store(kb_: Run) -> Iterator[Store]:
    opened = Store(load_settings().store_url)
    opened.documents.upsert([(ticket, "t.jsonl") for ticket in TICKETS], "t", NOW)
    yield opened
    opened.close()


@pytest.fixture
def reported(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Three gaps, labelled in three languages."""
    missing = (
        gap("g1", label="[bold]pair[/] second phone"),
        gap("g2", label="گوشی دوم را چطور وصل کنم؟", priority=8.0),
        gap("g3", label="怎么绑定第二部手机", priority=3.5, nearest=None),
    )
    monkeypatch.setattr(Desk, "last", report(missing=missing))
    return store


def test_without_a_report_it_says_what_to_do(kb_):
    code, printed, _ = kb_("gaps")
    assert code == 0
    assert "kb gaps refresh" in printed
    assert "kb import searches" in printed
    document = json.loads(kb_("gaps", "--json")[1])
    assert (document["computed_at"], document["missing"]) == (None, [])
    code, printed, errors = kb_("gaps", "--csv")
    assert (printed, "kb gaps refresh" in errors) == ("", True)
    code, _, errors = kb_("gaps", "show", "g1")
    assert code == 2
    assert "kb gaps refresh" in errors


def test_the_list_shows_each_gap_with_the_factors_of_its_priority(kb_, reported):
    code, printed, _ = kb_("gaps")
    assert code == 0
    assert "3 gaps, computed 2026-11-23 09:00 UTC from 120 searches and 4 tickets" in printed
    assert "8.0 × 80% × 1.40" in printed
    assert "·▁▂█" in printed
    assert "[bold]pair[/] second phone" in printed  # a label is no markup
    assert "گوشی دوم را چطور وصل کنم؟" in printed
    assert "怎么绑定第二部手机" in printed
    assert "en 5" in printed
    assert "none: the knowledge base is empty" in printed
    assert "priority: demand × uncovered × trend." in printed


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_the_table_keeps_its_width_with_every_script(kb_, reported, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    table = [line for line in kb_("gaps")[1].splitlines() if line.startswith("  ")]
    assert max(map(cell_len, table)) <= int(columns)


def test_what_is_done_or_dismissed_is_left_out_unless_it_is_asked_for(kb_, reported):
    assert kb_("gaps", "state", "g2", "dismissed", "--reason", "not ours")[0] == 0
    _, printed, _ = kb_("gaps")
    assert "گوشی" not in printed
    assert "1 more" in printed
    assert "گوشی" in kb_("gaps", "--all")[1]
    assert "怎么" not in kb_("gaps", "--limit", "1")[1]


def test_the_document_has_the_states_and_the_definitions(kb_, reported):
    kb_("gaps", "state", "g3", "planned", "--by", "Mina")
    document = json.loads(kb_("gaps", "--json")[1])
    assert [one["id"] for one in document["missing"]] == ["g1", "g2", "g3"]
    assert document["missing"][2]["state"] == "planned"
    assert document["generation"] == 7
    assert "people" in document["definitions"]
    assert "let_down" in document["health_definitions"]
    assert "association" in document["vocabulary_definitions"]


def test_csv_is_for_spreadsheet_programs_and_excludes_json(kb_, reported):
    _, printed, _ = kb_("gaps", "--csv")
    rows = list(csv.DictReader(io.StringIO(printed.removeprefix("\ufeff"))))
    assert [row["id"] for row in rows] == ["g1", "g2", "g3"]
    code, _, errors = kb_("gaps", "--csv", "--json")
    assert code == 2
    assert "exclude" in errors


def test_one_gap_is_shown_with_its_questions_and_its_history(kb_, reported):
    kb_("gaps", "state", "g1", "planned", "--by", "Mina", "--reason", "سه هفته است می‌پرسند")
    code, printed, _ = kb_("gaps", "show", "g1")
    assert code == 0
    assert "g1 · planned" in printed
    assert "怎么绑定第二部手机？\u2069 (2 people)" in printed
    assert "It does not mention “second phone”." in printed
    assert "T-1, T-2, T-3, T-4" in printed
    assert "planned by \u2068Mina\u2069: \u2068سه هفته است می‌پرسند\u2069" in printed
    document = json.loads(kb_("gaps", "show", "g1", "--json")[1])
    assert (document["id"], document["history"][0]["who"]) == ("g1", "Mina")


def test_a_gap_that_is_not_there_is_named(kb_, reported):
    for command in (["show", "g9"], ["draft", "g9"], ["state", "g9", "planned"]):
        code, _, errors = kb_("gaps", *command)
        assert code == 2
        assert "'g9'" in errors


def test_deciding_is_said_and_refused_in_a_sentence(kb_, reported):
    assert kb_("gaps", "state", "g1", "in_progress")[1] == "g1 is in progress.\n"
    code, _, errors = kb_("gaps", "state", "g1", "dismissed")
    assert code == 2
    assert "Say why" in errors
    code, _, errors = kb_("gaps", "state", "g1", "done", "--article", "nowhere.en")
    assert (code, "nowhere.en" in errors) == (2, True)
    assert kb_("gaps", "state", "g1", "finished")[0] == 2
    document = json.loads(kb_("gaps", "state", "g1", "done", "--json")[1])
    assert (document["state"], document["before"]["people_per_week"]) == ("done", 2.5)


def test_a_draft_is_saved_once_and_can_be_printed_without_saving(kb_, reported, tmp_path):
    code, printed, _ = kb_("gaps", "draft", "g1", "--print")
    assert code == 0
    assert printed.startswith("---\nid: how-do-i-pair-a-second-phone.en\n")
    assert list((tmp_path / "articles").iterdir()) == []
    code, printed, _ = kb_("gaps", "draft", "g1", "--by", "Mina")
    path = tmp_path / "articles/help/how-do-i-pair-a-second-phone/en.md"
    assert (code, str(path) in printed) == (0, True)
    assert "draft: true" in path.read_text(encoding="utf-8")
    assert reported.gaps.states()["g1"].state == "in_progress"
    code, _, errors = kb_("gaps", "draft", "g1")
    assert (code, "There is a draft" in errors) == (2, True)
    document = json.loads(kb_("gaps", "draft", "g2", "--json")[1])
    assert Path(document["path"]).read_text(encoding="utf-8") == document["markdown"]


def test_refreshing_computes_a_report_and_prints_nothing_else_with_json(kb_, store):
    code, printed, _ = kb_("gaps", "refresh", "--json")
    assert (code, json.loads(printed)["missing"][0]["id"]) == (0, "g1")
    assert "1 gap, computed" in kb_("gaps", "refresh")[1]
    assert Desk.refreshed >= 2


def test_hostile_texts_do_not_reach_the_terminal_as_control_characters(kb_, store, monkeypatch):
    text = "\x1b[31m\u202eevil " + "x" * 100_000
    nearest = gap().nearest.model_copy(update={"title": text, "reason": text})
    made = gap(
        "g1",
        label=text,
        nearest=nearest,
        central=(CentralQuestion(text=text, locale="en", people=1),),
        languages={text: 1},
    )
    monkeypatch.setattr(Desk, "last", report(missing=(made,)))
    for command in (["gaps"], ["gaps", "show", "g1"]):
        code, printed, _ = kb_(*command)
        assert code == 0
        assert "\x1b" not in printed
        assert "\u202e" not in printed
        assert len(printed) < 10_000


def test_an_empty_list_says_why(kb_, store, monkeypatch):
    monkeypatch.setattr(Desk, "last", report(missing=()))
    _, printed, _ = kb_("gaps")
    assert "0 gaps" in printed
    assert "Nothing to write" in printed


def test_bars_are_of_the_highest_week_and_an_empty_week_is_a_dot():
    def bars(*weeks: int) -> str:
        return sparkline(Trend(weeks=weeks, recent=0, before=0, factor=1))

    assert bars(0, 1, 4, 8) == "·▁▄█"
    assert bars(0, 0) == "··"
    assert bars() == ""
    assert len(bars(*range(52))) == 12


def test_what_is_done_is_shown_with_what_it_changed_also_where_no_report_has_it(kb_, reported):
    for name in ("g1", "old"):
        reported.gaps.decide(StateChange(gap_id=name, state="done", at=DONE), after=0)
    _, printed, _ = kb_("gaps", "--all")
    assert "old · 2026-11-03 · \u2068گوشی\u2069" in printed
    assert "what it changed is known after the next report" in printed
    assert "answered 0% → 0%, confidence 35% → 35%" in printed
    code, printed, _ = kb_("gaps", "show", "old")
    assert (code, "the last report does not have it" in printed) == (0, True)
    document = json.loads(kb_("gaps", "show", "g1", "--json")[1])
    assert document["closed"]["effect"]["days"] == 8
    assert "answered" in document["effect_definitions"]


def test_an_effect_is_printed_with_intervals_and_meanings(capsys):
    print_effect(EFFECT)
    printed = capsys.readouterr().out
    assert "8 days before and after" in printed
    assert "contacts_per_week" in printed
    assert "18% to 52%" in printed
    assert "Meaning" in printed


def test_the_list_ends_with_what_else_the_report_holds_and_its_notes(kb_, store, monkeypatch):
    notes = ("No clicks are logged.", "No \u202econtact is logged.")
    held = report(missing=(gap(),), health=health(), notes=notes)
    monkeypatch.setattr(Desk, "last", held)
    lines = kb_("gaps")[1].splitlines()
    assert "1 gap, computed 2026-11-23 09:00 UTC" in lines[0]
    assert "(generation 7). 2 notes at the end." in lines[0]
    assert lines[-3].startswith("Also: 1 article that does not help, 1 stale article")
    assert lines[-3].endswith("`kb gaps articles`.")
    assert lines[-2:] == ["Note: No clicks are logged.", "Note: No contact is logged."]
    assert "note" not in kb_("gaps", "--csv")[1]


def test_without_notes_the_head_mentions_none(kb_, store, monkeypatch):
    monkeypatch.setattr(Desk, "last", report(missing=(gap(),)))
    printed = kb_("gaps")[1]
    assert "note" not in printed
    assert printed.splitlines()[-1].startswith("It says nothing of existing articles")
