"""CSV that spreadsheet programs may open."""

from __future__ import annotations

import csv
import io

import pytest

from kb.spreadsheet import BOM, csv_text, safe_cell


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("https://evil.example","here")',
        "+1+1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1:A9)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\u200e=1",
        "\u202e=1",
        BOM + "=1",
        '"=1',
        "'=1",
        "»=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM",
        "﹦1",
        "−1",
        "\0=1",
    ],
)
def test_what_could_be_a_formula_is_marked_as_text(text: str) -> None:
    assert safe_cell(text) == "'" + text.replace("\0", "")


@pytest.mark.parametrize(
    "text", ["", "water tank", "a = b", "رمز عبور", "忘记密码", "«رمز»", "“密码”", "3-4", "…", "?"]
)
def test_other_text_stays_as_it_is_in_three_languages(text: str) -> None:
    assert safe_cell(text) == text


def test_numbers_stay_numbers_even_below_zero() -> None:
    assert csv_text([(-3, 0.25, None, True)]) == BOM + "-3,0.25,,true\r\n"


def test_rows_read_back_as_they_were_written() -> None:
    rows = [["گفت «سلام», خب", 'say "hi"', "两行\n文字"], ["1", "b", ""]]
    text = csv_text(rows)
    assert text.startswith(BOM)
    assert list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""))) == rows


def test_a_cell_of_nothing_but_spaces_and_quotes_returns() -> None:
    long = " \"'" * 70_000
    assert safe_cell(long) == long
    assert safe_cell(long + "=1").startswith("' ")
