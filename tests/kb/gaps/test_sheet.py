"""Gaps as CSV."""

from __future__ import annotations

import csv
import io

from kb.gaps.models import CentralQuestion
from kb.gaps.sheet import COLUMNS, gaps_csv
from kb.spreadsheet import BOM
from tests.kb.gaps.made import gap


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_one_row_per_gap_with_its_factors_and_its_evidence():
    first, second = rows(gaps_csv([gap("g1"), gap("g2", nearest=None, central=())]))
    assert (first["rank"], first["id"], first["state"]) == ("1", "g1", "open")
    factors = ("priority", "demand", "uncovered", "trend_factor", "people")
    assert [first[name] for name in factors] == ["8.96", "8.0", "0.8", "1.4", "10"]
    assert first["languages"] == "en:5 fa:3 zh:2"
    assert first["people_by_week"] == "0 1 2 8"
    assert first["question_2"] == "گوشی دوم را چطور وصل کنم؟"
    assert first["question_3"] == "怎么绑定第二部手机？"
    assert first["falls_short"] == "It does not mention “second phone”."
    assert (second["rank"], second["nearest"], second["question_1"]) == ("2", "", "")


def test_no_cell_is_a_formula():
    formulas = ['=HYPERLINK("http://x")', "＝1+1", "  @SUM(A1)", "+1", "-1", "\t=1"]
    for text in formulas:
        question = CentralQuestion(text=text, locale="en", people=1)
        nearest = gap().nearest.model_copy(update={"title": text, "reason": text, "id": text})
        made = gap(
            label=text, central=(question,), nearest=nearest, state_reason=text,
            languages={text: 1}, ticket_ids=(text,),
        )  # fmt: skip
        [row] = rows(gaps_csv([made]))
        for name in (
            "label", "question_1", "nearest", "nearest_id", "falls_short", "reason", "languages",
            "ticket_ids",
        ):  # fmt: skip
            assert row[name].startswith("'"), name


def test_a_hundred_thousand_characters_do_not_fill_a_cell():
    [row] = rows(gaps_csv([gap(label="x" * 100_000)]))
    assert len(row["label"]) == 2000


def test_the_columns_stand_first_even_without_gaps():
    assert gaps_csv([]) == f"{BOM}{','.join(COLUMNS)}\r\n"
