"""Text of either direction in tables."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from kb.cli.isolation import LRI, RLI, Paragraphs
from kb.drafting.bidi import PDI


def lines(*paragraphs: str, width: int = 40) -> list[str]:
    """A table of one such cell between two others, without its frame."""
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_row("1", Paragraphs(*paragraphs), "8.9")
    console = Console(file=io.StringIO(), width=width)
    console.print(table)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined, no-any-return]


def test_every_line_closes_what_it_opens_so_that_the_rest_of_the_row_keeps_its_place():
    folded = lines("گوشی دوم را چطور به گلدان وصل کنم و بعد Wi-Fi را عوض کنم؟", width=30)
    assert len(folded) >= 3
    for line in folded:
        assert line.count(RLI) == line.count(PDI) == 1
    assert folded[0].rstrip().endswith("8.9")


def test_a_line_has_the_direction_of_its_paragraph_though_it_begins_in_the_other():
    _, second, *_ = lines("برنامهٔ گلدان را ببندید Wi-Fi را روشن کنید", width=32)
    assert "Wi-Fi" in second
    assert RLI in second
    [mixed] = lines("“راهنما” is shown first", width=60)
    assert RLI in mixed
    [quoting] = lines("Keep “راهنما”", width=60)
    assert (LRI in quoting, RLI in quoting) == (True, False)


@pytest.mark.parametrize("text", ["Pair a second phone", "怎么绑定第二部手机", "12 → 4"])
def test_what_is_read_from_left_to_right_carries_no_invisible_marks(text):
    assert not {LRI, RLI, PDI} & set("".join(lines(text)))


@pytest.mark.parametrize("width", [24, 40, 100])
@pytest.mark.parametrize(
    "text", ["怎么更换花盆的水泵和过滤器" * 4, "گلدان" * 30, "x" * 300, "[bold]a[/] [red]"]
)
def test_nothing_is_lost_and_no_line_is_too_wide(text, width):
    folded = lines(text, width=width)
    assert max(map(cell_len, folded)) <= width
    shown = "".join("".join(folded).replace("8.9", "").split()).removeprefix("1")
    for mark in (RLI, LRI, PDI):
        shown = shown.replace(mark, "")
    assert shown == "".join(text.split())


def test_empty_paragraphs_take_no_line():
    assert len(lines("", "a", "")) == 1
    assert len(lines()) == 1
