"""CSV files as help centers, and spreadsheets, export them."""

from __future__ import annotations

import codecs

import pytest

from kb.errors import InvalidInput
from kb.search_logs import Table, find_columns, read_table


def table(data: bytes, encoding: str | None = None) -> Table:
    return read_table(data, find_columns, encoding)


def rows(text: str) -> list[tuple[int, list[str]]]:
    return list(table(text.encode()).rows())


TEXT = "query,date\nپمپ صدا می‌دهد،2026\n如何取消,2026\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_every_unicode_file_is_read(data: bytes, encoding: str) -> None:
    found = table(data)
    assert (found.encoding, found.note) == (encoding, "")
    assert [cells[0] for _, cells in found.rows()] == ["پمپ صدا می‌دهد،2026", "如何取消"]


def test_another_encoding_is_read_as_western_and_says_so() -> None:
    found = table("query\nmüde Größe\n".encode("cp1252"))
    assert found.encoding == "cp1252"
    assert "--encoding cp1256" in found.note
    assert [cells for _, cells in found.rows()] == [["müde Größe"]]


def test_an_encoding_that_is_named_is_used() -> None:
    data = "query\n如何取消\n".encode("gb18030")
    assert [cells for _, cells in table(data, "gb18030").rows()] == [["如何取消"]]
    for wrong in ("nonsense", "hex", "utf-8", "\0"):
        with pytest.raises(InvalidInput):
            table(data, wrong)


def test_a_few_broken_bytes_do_not_make_persian_western() -> None:
    found = table(f"query\n{'سلام ' * 100}\n".encode() + b"\xd8\n")
    assert found.encoding == "utf-8"
    assert found.note == "1 characters are broken; the others were read as UTF-8."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty"),
        (b" \r\n\n", "The file is empty"),
        (codecs.BOM_UTF8, "The file is empty"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"\x1f\x8brest", "compressed"),
        (bytes(range(256)) * 50, "no text"),
        (bytes(range(1, 32)) * 50 + b"\xff\x81", "no text"),
        (b"when,what\n1,2\n", "No column says .* 'when', 'what'. Name it: --map query=NAME"),
    ],
)
def test_what_is_no_log_is_refused_in_a_sentence(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        table(data)


@pytest.mark.parametrize("delimiter", list(",;\t|،；"))
def test_the_delimiter_is_the_one_of_the_header(delimiter: str) -> None:
    found = table(f"query{delimiter}date\nپمپ{delimiter}2026\n".encode())
    assert found.delimiter == delimiter
    assert list(found.rows()) == [(2, ["پمپ", "2026"])]


def test_commas_in_persian_questions_are_no_delimiters() -> None:
    found = table("عبارت جستجو;تاریخ\nسلام، خوبی، چطور؟;۱۴۰۵/۰۱/۰۱\n".encode())
    assert list(found.rows()) == [(2, ["سلام، خوبی، چطور؟", "۱۴۰۵/۰۱/۰۱"])]


def test_a_single_column_may_have_commas() -> None:
    assert rows('search term\nhello, are you there\n"quoted, too"\n') == [
        (2, ["hello, are you there"]), (3, ["quoted, too"]),
    ]  # fmt: skip


def test_a_title_and_a_line_for_excel_may_stand_before_the_header() -> None:
    found = table(b"sep=;\nSearches of November\n\nsearch term;count\npump, loud;3\n")
    assert found.header == ("search term", "count")
    assert list(found.rows()) == [(5, ["pump, loud", "3"])]


def test_quotes_may_hold_anything_and_lines_are_counted() -> None:
    text = 'query,date\r\n"a ""b"", c\r\nd",1\r\n\r\n,\r\nlast,2\r\n'
    assert rows(text) == [(2, ['a "b", c\nd', "1"]), (6, ["last", "2"])]


@pytest.mark.parametrize("more", [0, 5, 200])
def test_a_quote_that_nobody_closes_costs_its_own_row_only(more: int) -> None:
    lines = ["query,date", "good,1", '"bad,2', *(f"q{n},{n}" for n in range(more))]
    found = rows("\n".join(lines) + "\n")
    assert found[0] == (2, ["good", "1"])
    assert found[1][0] == 3
    assert len(found) == 2 + more
    assert not found[1][1] or more == 0


def test_a_cell_that_is_too_long_costs_its_own_row_only() -> None:
    found = rows(f"query\n{'x' * 100_000}\n{'y' * 200_000}\nz\n")
    assert [(line, len(cells)) for line, cells in found] == [(2, 1), (3, 0), (4, 1)]


def test_cells_lose_the_apostrophe_that_spreadsheets_put_before_formulas() -> None:
    text = "query\n'=HYPERLINK(1)\n'+49 30\n'-5 °C\n'@home\n'tis the season\n'\n"
    assert [cells[0] for _, cells in rows(text)] == [
        "=HYPERLINK(1)", "+49 30", "-5 °C", "@home", "'tis the season", "'",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ['"' * 200_001, '",' * 100_000, ",\n" * 100_000, '"\n' * 5000])
def test_awkward_input_is_read_to_its_end(text: str) -> None:
    assert rows(f"query,date\n{text}\nlast,1\n")
