"""CSV for spreadsheet programs: text stays text, whatever it begins with.

A cell that begins like a formula is one to Excel, LibreOffice and Google Sheets, quoted or not, and
a formula can fetch an address with the rest of the sheet in it (OWASP: "CSV Injection"). A leading
apostrophe marks a cell as text; it is put before every text that could be taken for a formula.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

Cell = str | int | float | bool | None

BOM = "\ufeff"
"""Tells Excel that the file is UTF-8; without it Persian and Chinese come out as noise."""

_DANGEROUS = frozenset("=+-@\t\r\n")
_QUOTES = frozenset("\"'`“”„‘’«»")


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as CSV (RFC 4180: CRLF, quotes doubled), beginning with the byte-order mark.

    Numbers stay numbers, None is an empty cell, texts are made safe (see `safe_cell`).
    """
    buffer = io.StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return buffer.getvalue()


def safe_cell(cell: Cell) -> str | int | float:
    """The cell as it may stand in a CSV file.

    >>> safe_cell("=1+1"), safe_cell("＝1+1"), safe_cell(-1), safe_cell("پرسش")
    ("'=1+1", "'＝1+1", -1, 'پرسش')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\0", "")
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Whether the first thing that is no space, quote or invisible mark begins a formula."""
    for char in text:
        if char in _DANGEROUS:
            return True
        if char in _QUOTES or unicodedata.category(char)[0] in "ZC":
            continue
        # Full-width signs, and the others that compatibility forms give: ＝ ﹦ ＋ ﹢ ⁺ － ﹣ ＠ ﹫
        return unicodedata.normalize("NFKC", char)[:1] in _DANGEROUS or char == "−"
    return False
