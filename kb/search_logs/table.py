"""Text in its encoding, cells by their delimiter, whatever the quotes do.

`csv.Sniffer` takes letters of scripts it does not know for delimiters; here the header decides,
because we know what it has to say.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kb.errors import InvalidInput
from kb.text import clean

_DELIMITERS = ",;\t|،，；"
_NONE = "\x1f"
"""Of a table with one column, whose cells may have commas."""
_HEADER_WITHIN = 20
"""Lines; reports begin with their title and period."""
_LINES_OF_A_ROW = 50
"""More is a quote that nobody closes."""
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*\Z", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = {b"PK\x03\x04": "an Excel workbook or a zip archive", b"\x1f\x8b": "compressed",
          b"\xd0\xcf\x11\xe0": "an Excel workbook", b"%PDF": "a PDF"}  # fmt: skip
_FEW = 0.01
"""Share of letters that may be broken in a text that is still UTF-8."""

_SOME = 0.02
"""Share of ASCII, such as delimiters and line ends, in any log."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1e\x7f\ufffd]")
_WESTERN = (
    "The file is not UTF-8 and was read as Western European (cp1252). If the questions look "
    "wrong, name its encoding: --encoding cp1256 (Persian), --encoding gb18030 (Chinese)."
)

FindColumns = Callable[[Sequence[str]], Mapping[str, int]]
"""Header to the place of each field; empty where it is not the header."""


@dataclass(frozen=True)
class Table:
    """A file as rows of cells."""

    encoding: str
    note: str
    """What somebody should know about how it was read; mostly empty."""
    delimiter: str
    header: tuple[str, ...]
    columns: Mapping[str, int]
    """Field to its place in the header."""
    lines: Sequence[str] = field(repr=False)
    """Of the file, with their ends."""
    first: int
    """Index of the line after the header."""

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of every row that is not blank; a broken one has no cells."""
        at = self.first
        while at < len(self.lines):
            reader = csv.reader(self._row_lines(at), delimiter=self.delimiter)
            try:
                cells = next(reader, [])
            except csv.Error:
                cells, used = [], 0
            else:
                used = reader.line_num
            if used == 0 or self._is_open(at, used):
                yield at + 1, []
                at += 1
                continue
            if any(cell.strip() for cell in cells):
                yield at + 1, [_cell(cell) for cell in cells]
            at += used

    def _is_open(self, at: int, used: int) -> bool:
        """Whether the row would go on: it took all it may have, and has an odd number of quotes."""
        if used == 1 or (used < _LINES_OF_A_ROW and at + used < len(self.lines)):
            return False
        return sum(line.count('"') for line in self.lines[at : at + used]) % 2 == 1

    def _row_lines(self, start: int) -> Iterator[str]:
        return iter(self.lines[start : start + _LINES_OF_A_ROW])


def read_table(data: bytes, find_columns: FindColumns, encoding: str | None = None) -> Table:
    """A CSV file.

    Args:
        encoding: if somebody knows it.

    Raises:
        InvalidInput: the file is empty, no text, or has no header with a column of questions.
    """
    text, used, note = _decode(data, encoding)
    lines = list(io.StringIO(text, newline=""))
    wanted = _DELIMITERS
    shown: list[str] = []
    for index, line in enumerate(lines[:_HEADER_WITHIN]):
        stated = _SEPARATOR_LINE.match(line)
        if stated and stated[1] in _DELIMITERS:
            wanted = stated[1]
            continue
        for delimiter in _by_count(line, wanted):
            header = [_cell(cell) for cell in next(csv.reader([line], delimiter=delimiter), [])]
            if columns := find_columns(header):
                return Table(used, note, delimiter, tuple(header), columns, lines, index + 1)
            shown = header if len(header) > len(shown) else shown
    if not any(line.strip() for line in lines):
        raise InvalidInput("The file is empty.")
    names = ", ".join(f"'{name[:40]}'" for name in shown[:10])
    raise InvalidInput(
        f"No column says what was searched for; the first line should name the columns, and has "
        f"{names}. Name it: --map query=NAME."
    )


def _decode(data: bytes, encoding: str | None) -> tuple[str, str, str]:
    """Text, encoding, note."""
    if not data.strip():
        raise InvalidInput("The file is empty.")
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise InvalidInput(f"The file is {what}, not text; save it as CSV (UTF-8).")
    if encoding:
        return _decode_as(data, encoding), encoding, ""
    text, used, note = _guessed(data)
    start = text[:100_000]
    if len(_CONTROL.findall(start)) > len(start) * _FEW:
        raise InvalidInput("The file is no text; export the log as CSV (UTF-8).")
    return text, used, note


def _guessed(data: bytes) -> tuple[str, str, str]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name, ""
    if b"\0" in data:
        name = _utf16(data)
        return data.decode(name, errors="replace"), name, ""
    text, note = _utf8(data)
    if text:
        return text, "utf-8", note
    return data.decode("cp1252", errors="replace"), "cp1252", _WESTERN


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise InvalidInput(f"There is no encoding '{encoding}'; try utf-8 or cp1252.") from error
    except (UnicodeError, ValueError) as error:
        raise InvalidInput(f"The file is not {encoding}; leave --encoding out.") from error


def _utf16(data: bytes) -> str:
    """UTF-16 without a mark, by the line ends that it has to have, in one of the two byte orders.

    Raises:
        InvalidInput: it is something else, and no text.
    """
    start = data[:1_000_000]
    for name, end, nothing in (
        ("utf-16-le", b"\n\0", start[1::2]),
        ("utf-16-be", b"\0\n", start[::2]),
    ):
        if end in start and len(data) % 2 == 0 and nothing.count(0) > len(nothing) * _SOME:
            return name
    raise InvalidInput("The file is no text; export the log as CSV (UTF-8).")


def _utf8(data: bytes) -> tuple[str, str]:
    """The text, and a note if some of it is broken; no text where it is something else."""
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
    broken = text.count("\ufffd")
    if broken > _FEW * sum(not char.isascii() for char in text):
        return "", ""
    return text, f"{broken} characters are broken; the others were read as UTF-8."


def _by_count(line: str, delimiters: str) -> list[str]:
    """Delimiters that are in the line outside quotes, the most frequent first, then none."""
    bare = re.sub(r'"[^"]*"', "", line)
    found = sorted((d for d in delimiters if d in bare), key=lambda d: -bare.count(d))
    return [*found, _NONE]


def _cell(text: str) -> str:
    """Clean, without the apostrophe that keeps spreadsheets from running a formula."""
    text = clean(text).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text
