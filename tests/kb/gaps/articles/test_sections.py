"""Sections of the report: rows in order, counts, what figures mean, the line that sums them up."""

from __future__ import annotations

import pytest

from kb.gaps.articles.health import Health
from kb.gaps.articles.section_names import BRIEFLY, TITLES, TO_MEND, Section
from kb.gaps.articles.sections import (
    FIGURES,
    also_held,
    counted,
    overview_document,
    rows_of,
    section_document,
)
from kb.gaps.articles.weak import MOST
from kb.gaps.words.vocabulary_rows import VocabularyRow
from tests.kb.gaps.made import report
from tests.kb.gaps.mended import figures, health, nothing, outdated, weak

WORD = VocabularyRow(
    word="پسورد", language="fa", kind="word", people=5, examples=(), proposals=(), score=5
)


def test_every_section_names_a_field_of_the_report_a_title_and_its_figures():
    for section in Section:
        assert section.field in Health.model_fields
        assert TITLES[section]
        assert BRIEFLY[section]
        assert all(FIGURES[section].values())
    assert Section("never-found").field == "never_found"
    assert set(TO_MEND) == set(Section) - {Section.table}


def test_the_table_begins_with_those_that_let_down_most_people_then_most_read():
    rows = (
        figures("a.en", let_down=0, readers=1, shown=9),
        figures("b.fa", let_down=0, readers=5, shown=5),
        figures("c.zh", let_down=2, readers=2, shown=2),
        figures("d.en", let_down=0, readers=1, shown=10),
    )
    ordered = rows_of(health(articles=rows), Section.table)
    assert [row.article.id for row in ordered] == ["c.zh", "b.fa", "d.en", "a.en"]


def test_a_section_that_is_full_may_have_more():
    full = health(weak=(weak(),) * MOST, articles=(figures(),) * MOST)
    assert counted(full, Section.weak) == f"{MOST}+"
    assert counted(full, Section.table) == str(MOST)  # every article is in it
    assert counted(full, Section.stale) == "1"
    assert section_document(report(), full, Section.weak)["complete"] is False


def test_one_line_says_what_else_a_report_holds_and_how_to_see_it():
    held = health(
        weak=(weak(), weak()), stale=(), duplicates=(), outdated_translations=(outdated(),) * 28,
        never_found=(), missing_translations=(),
    )  # fmt: skip
    assert also_held(report(health=held)) == (
        "Also: 2 articles that do not help, 28 outdated translations: `kb gaps articles`."
    )
    assert also_held(report(health=held, vocabulary=(WORD,) * 3)).endswith(
        "; 3 customers' words that no article has: `kb vocabulary list`."
    )
    assert "; 1 customers' word that" in also_held(report(health=held, vocabulary=(WORD,)))


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (None, "It says nothing of existing articles; `kb gaps refresh` computes it anew."),
        (nothing(), "Also: no existing article to mend: `kb gaps articles`."),
    ],
)
def test_where_there_is_nothing_the_line_says_so(held, said):
    assert also_held(report(health=held)) == said


def test_the_document_of_a_section_has_all_rows_the_note_and_the_definitions():
    document = section_document(report(), health(), Section.never_found)
    assert document["computed_at"] == "2026-11-23T09:00:00+00:00"
    assert [row["words"] for row in document["rows"]] == [["马达", "噪音"]]
    assert document["note"].startswith("Too few searches")
    assert document["complete"] is True
    assert "people near" in document["definitions"]
    missing = section_document(report(), health(), Section.missing_translations)
    assert missing["untranslated"] == {"en": 0, "fa": 3, "zh": 1}


def test_the_overview_has_the_first_three_of_each_section():
    document = overview_document(report(notes=("n",)), health(weak=(weak(),) * 5))
    assert list(document["sections"]) == [section.value for section in TO_MEND]
    first = document["sections"]["weak"]
    assert (first["count"], len(first["first"])) == (5, 3)
    assert document["sections"]["never-found"]["note"].startswith("Too few")
    assert (document["articles"], document["notes"]) == (2, ["n"])
