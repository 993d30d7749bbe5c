"""Sections about existing articles as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from kb.gaps.articles.health_sheet import overview_csv, section_csv
from kb.gaps.articles.section_names import Section
from kb.spreadsheet import BOM
from tests.kb.gaps.mended import TITLES, health, hostile, nothing, stale, unfound


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def only(section: Section) -> dict[str, str]:
    [row] = rows(section_csv(health(), section))
    assert row["rank"] == "1"
    return row


def test_a_weak_article_is_one_row_with_figures_queries_and_comments():
    row = only(Section.weak)
    assert (row["id"], row["title"], row["updated"]) == ("wifi.en", TITLES["en"], "2024-03-01")
    assert [row[name] for name in ("let_down", "readers", "share", "sure", "priority")] == [
        "9", "12", "0.75", "0.4677", "4.2093",
    ]  # fmt: skip
    assert row["queries"] == "wifi keeps dropping (5)"
    assert row["comments"] == "Which button?"


def test_a_contradicted_article_has_both_sentences_and_where_the_newer_one_is_from():
    row = only(Section.stale)
    assert row["sentence"] == "مخزن را هر ۱۴ روز پر کنید."
    assert row["newer_sentence"] == "مخزن را هر ۳۰ روز پر کنید."
    assert (row["newer_in"], row["growing"], row["diverging"]) == ("T-12", "true", "false")
    [other] = rows(section_csv(health(stale=(stale(contradictions=()),)), Section.stale))
    assert (other["sentence"], other["contradictions"]) == ("", "0")


def test_duplicates_are_one_row_with_the_one_to_keep_first():
    row = only(Section.duplicates)
    assert (row["id"], row["keep"], row["others"]) == ("pump.zh", "pump.zh", "pump-copy.zh")
    assert (row["kind"], row["similarity"], row["languages"]) == ("same_subject", "7.25", "zh")


def test_translations_name_the_language_and_the_source():
    assert only(Section.missing_translations)["language"] == "zh"
    row = only(Section.outdated_translations)
    assert (row["id"], row["source"]) == ("watering.fa", "watering.en")
    assert row["days_behind"] == "31"


def test_what_is_never_found_has_the_words_people_use():
    row = only(Section.never_found)
    assert (row["words"], row["instead"]) == ("马达, 噪音", "noise.zh")
    [other] = rows(section_csv(health(never_found=(unfound(instead=None),)), Section.never_found))
    assert other["instead"] == ""


def test_the_table_has_every_article_and_empty_cells_where_nobody_knows():
    first, second = rows(section_csv(health(), Section.table))
    assert (first["id"], first["days_old"], first["is_source"]) == ("wifi.en", "997", "true")
    assert (second["id"], second["days_old"]) == ("a.fa", "")


def test_all_sections_fit_into_one_table_for_planning():
    found = rows(overview_csv(health()))
    assert [(row["section"], row["rank"], row["id"]) for row in found] == [
        ("weak", "1", "wifi.en"),
        ("stale", "1", "watering.fa"),
        ("duplicates", "1", "pump.zh"),
        ("missing-translations", "1", "wifi.en"),
        ("outdated-translations", "1", "watering.fa"),
        ("never-found", "1", "pump.zh"),
    ]
    assert all(row["reason"] for row in found)


@pytest.mark.parametrize("section", [None, *Section])
def test_no_cell_is_a_formula(section):
    for text in ('=HYPERLINK("http://x")', "＝1+1", " @SUM(A1)", "+1", "\u202e=1", "\t=1"):
        held = hostile(text)
        printed = section_csv(held, section) if section else overview_csv(held)
        for cells in rows(printed):
            holding = [cell for cell in cells.values() if text.strip() in cell]
            assert len(holding) >= 2
            assert all(cell.startswith("'") for cell in holding)


@pytest.mark.parametrize("section", Section)
def test_a_hundred_thousand_characters_do_not_fill_a_cell(section):
    for row in rows(section_csv(hostile("x" * 100_000), section)):
        assert max(map(len, row.values())) == 2000


@pytest.mark.parametrize("section", Section)
def test_the_columns_stand_first_even_without_rows(section):
    assert section_csv(nothing(), section).startswith(f"{BOM}rank,")
    assert len(section_csv(nothing(), section).splitlines()) == 1
