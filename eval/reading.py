"""Reading labelled data line by line: a flaw is named by file and line, and refused or collected.

`load_dataset` refuses at the first flaw (`refuse`); `kb eval check` collects them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.errors import InvalidInput


@dataclass(frozen=True)
class Flaw:
    """A line that cannot be used, or contradicts an earlier one."""

    where: str
    """`file:line`."""
    code: str
    """Stable name of the kind of flaw: `malformed-query`, `duplicate-query-id`, …"""
    message: str
    """What is wrong, to be read after `where`."""
    id: str = ""
    """The query or document concerned, where one can be told."""

    def __str__(self) -> str:
        return f"{self.where} {self.message}."


OnFlaw = Callable[[Flaw], None]


def refuse(flaw: Flaw) -> None:
    """The strict way to meet a flaw.

    Raises:
        InvalidInput: always; the message names file and line.
    """
    raise InvalidInput(str(flaw))


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that hold anything, with their numbers from 1; without BOM and line ending.

    Raises:
        InvalidInput: the file cannot be read or is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}.") from error
    # Not splitlines(): it also ends lines at U+2028 and the like, which JSON strings may hold.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")
