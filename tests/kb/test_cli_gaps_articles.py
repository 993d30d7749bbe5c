"""`kb gaps articles`, with a report made by hand in a real store."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from kb.cli.isolation import RLI
from kb.config import load_settings
from kb.gaps.articles.health import Health
from kb.gaps.articles.section_names import TO_MEND, Section
from kb.store import Store
from tests.kb.gaps.made import report
from tests.kb.gaps.mended import (
    HOSTILE,
    TITLES,
    contradiction,
    duplicate,
    figures,
    health,
    hostile,
    nothing,
    stale,
    weak,
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kb_(command_line: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `kb gaps articles ARGS`; returns (exit code, stdout, stderr)."""
    monkeypatch.setenv("COLUMNS", "120")
    return partial(command_line, "gaps", "articles")


def stored(health: Health | None, **changes: Any) -> None:
    """This is the last report."""
    made = report(health=health, **changes)
    store = Store(load_settings().store_url)
    store.gaps.save_report("gaps", made.model_dump_json(), made.generation, made.computed_at)
    store.close()


def test_without_a_report_it_says_what_to_do(kb_):
    code, printed, _ = kb_()
    assert (code, "kb gaps refresh" in printed) == (0, True)
    assert json.loads(kb_("stale", "--json")[1])["computed_at"] is None
    _, printed, errors = kb_("--csv")
    assert (printed, "kb gaps refresh" in errors) == ("", True)
    stored(None)
    code, printed, _ = kb_()
    assert (code, "says nothing of existing articles" in printed) == (0, True)
    assert json.loads(kb_("--json")[1])["computed_at"].startswith("2026-11-23")


def test_the_overview_has_every_section_with_its_first_three_reasons_and_notes(kb_):
    ids = ("wifi.en", "watering.fa", "pump.zh", "fourth.en")
    stored(health(weak=tuple(map(weak, ids)), duplicates=()), notes=("No contact is logged.",))
    code, printed, _ = kb_()
    assert code == 0
    assert "computed 2026-11-23 09:00 UTC from 120 searches and 4 tickets" in printed
    assert "Articles that do not help: 4 " in printed
    assert "Duplicates: 0 " in printed
    assert all(title in printed for title in TITLES.values())
    assert "fourth" not in printed
    assert "`kb gaps articles weak`" in printed
    assert "9 of 12 readers were let down." in printed
    assert "Note: Too few searches (people, fa: 0 of 100)." in printed
    assert "Note: No contact is logged." in printed
    assert "wifi.en\u2069 → zh" in printed
    assert len(printed.splitlines()) <= 40


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("weak", ["let down 9 of 12 readers", "share 75%, sure 47%", "“wifi keeps dropping” (5)",
                  "“Which button?”", "sure: lower end"]),
        ("stale", ["tickets 4 → 12", "days old 997", "priority: (1 + solved tickets"]),
        ("duplicates", ["pump.zh · keep", "pump-copy.zh", "same subject", "similarity 7.2",
                        "three-word sequences"]),
        ("missing-translations", ["into zh", "demand 8.0", "asked for or not: fa 3, zh 1",
                                  "demand: people who searched"]),
        ("outdated-translations", ["days behind 31", "Fill the tank every 30 days.", "۱۴ روز",
                                   "days behind: from"]),
        ("never-found", ["other words", "people near 9", "“噪音”", "Note: Too few",
                         "马达声音太大怎么办"]),
        ("table", ["contacted", "voted down", "997", "–", "let down: people who voted"]),
    ],
)  # fmt: skip
def test_a_section_is_a_table_with_evidence_and_definitions(kb_, section, said):
    stored(health())
    code, printed, _ = kb_(section)
    assert code == 0
    assert "1, computed 2026-11-23" in printed or "2, computed 2026-11-23" in printed
    for text in said:
        assert text in printed


def test_an_article_that_a_reply_contradicts_is_shown_with_both_sentences(kb_):
    newer = contradiction(
        sentence="The link is valid for 24 hours.", newer_sentence="它只有三小时有效。",
        kind="article", source="links.zh", date=None,
    )  # fmt: skip
    stored(health(stale=(stale(contradictions=(contradiction(), newer, newer)),)))
    printed = kb_("stale")[1]
    assert "The newer reply (T-12, 2026-11-01):" in printed
    assert f"{RLI}مخزن را هر ۱۴ روز پر کنید." in printed
    assert f"{RLI}مخزن را هر ۳۰ روز پر کنید." in printed
    assert "The newer article (links.zh):" in printed
    assert "它只有三小时有效。" in printed
    assert "and 1 more of them" in printed


def test_a_table_is_cut_at_its_limit_and_says_so_but_csv_and_json_are_not(kb_):
    stored(health(articles=tuple(figures(f"a{n}.en") for n in range(5))))
    _, printed, _ = kb_("table", "--limit", "2")
    assert ("a1.en" in printed, "a2.en" in printed) == (True, False)
    assert "3 more: --limit, --json or --csv shows them." in printed
    assert len(json.loads(kb_("table", "--limit", "2", "--json")[1])["rows"]) == 5
    assert len(kb_("table", "--limit", "2", "--csv")[1].splitlines()) == 6


def test_where_nothing_is_to_be_mended_each_section_still_explains_itself(kb_):
    stored(nothing())
    for section in Section:
        code, printed, _ = kb_(section.value)
        assert code == 0
        assert ": 0, computed" in printed
        assert "─" not in printed
    assert kb_()[1].count(": 0 ") == len(TO_MEND)


def test_internal_articles_and_many_copies_are_marked(kb_):
    copies = duplicate(*(f"copy{n}.en" for n in range(8)))
    inside = copies.articles[0].model_copy(update={"audience": "internal"})
    kept = copies.model_copy(update={"articles": (inside, *copies.articles[1:])})
    stored(health(duplicates=(kept,)))
    printed = kb_("duplicates")[1]
    assert "copy0.en · internal · keep" in printed
    assert ("copy4.en" in printed, "copy5.en" in printed) == (True, False)
    assert "and 3 more" in printed


def test_json_and_csv_exclude_each_other_and_unknown_sections_are_refused(kb_):
    code, _, errors = kb_("--csv", "--json")
    assert (code, "exclude" in errors) == (2, True)
    code, _, errors = kb_("weakest")
    assert (code, "never-found" in errors) == (2, True)


def test_the_csv_without_a_section_has_all_that_is_to_be_mended(kb_):
    stored(health())
    printed = kb_("--csv")[1]
    found = list(csv.DictReader(io.StringIO(printed.removeprefix("\ufeff"))))
    assert [row["section"] for row in found] == [section.value for section in TO_MEND]


@pytest.mark.parametrize("columns", ["60", "80", "200"])
@pytest.mark.parametrize("section", Section)
def test_a_table_keeps_its_width_with_every_script_and_hostile_titles(
    kb_, monkeypatch, section, columns
):
    monkeypatch.setenv("COLUMNS", columns)
    for held in (health(), hostile(), hostile("گلدان" * 40_000), hostile("水泵" * 40_000)):
        stored(held)
        table = [line for line in kb_(section.value)[1].splitlines() if line.startswith("  ")]
        assert table
        assert max(map(cell_len, table)) <= int(columns)


@pytest.mark.parametrize("section", [None, *Section])
def test_hostile_texts_reach_the_terminal_neither_as_control_characters_nor_as_markup(kb_, section):
    stored(hostile())
    code, printed, _ = kb_(*([section.value] if section else []))
    assert code == 0
    assert not {"\x1b", "\u202e"} & set(printed)
    assert "[bold]a[/]" in printed
    stored(hostile("x" * 100_000))
    assert len(kb_(*([section.value] if section else []))[1]) < 20_000


def test_the_document_keeps_hostile_texts_as_they_are(kb_):
    stored(hostile())
    document = json.loads(kb_("weak", "--json")[1])
    assert document["rows"][0]["article"]["title"] == HOSTILE
