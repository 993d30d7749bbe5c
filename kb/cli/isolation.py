"""Text of either direction on a terminal, beside figures and in the cells of a table."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

from kb.drafting.bidi import FSI, PDI, strong

LRI, RLI = "\u2066", "\u2067"


def isolated(text: str) -> str:
    """Text that keeps its own direction beside figures."""
    return f"{FSI}{text}{PDI}"


class Paragraphs:
    """A cell of a table: each paragraph folded to its width, and each line isolated.

    An isolate that a fold leaves open would turn round the rest of the table's line. A line has the
    direction of its paragraph, that of its first letter; lines without right-to-left letters in a
    paragraph from left to right need no isolate. Empty paragraphs are left out; markup is none.
    """

    def __init__(self, *paragraphs: str) -> None:
        self._paragraphs = [paragraph for paragraph in paragraphs if paragraph]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for paragraph in self._paragraphs:
            is_rtl = strong(paragraph) == "rtl"
            for line in Text(paragraph).wrap(console, options.max_width, overflow="fold"):
                text = line.plain.rstrip()
                mixed = is_rtl or any(strong(char) == "rtl" for char in text)
                yield Text(f"{RLI if is_rtl else LRI}{text}{PDI}" if mixed else text)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, Text("\n".join(self._paragraphs)))
