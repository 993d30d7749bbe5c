"""How often slips are mended, and right queries wrongly questioned: `python -m eval.spelling`.

Reads pairs of a query as it is typed and as it is meant (`articles/golden/spelling.tsv`; equal
where there is no slip) and searches each in the sample that `KB_DATA_DIR` holds.

    mended       slips for which the correction is what was meant
    helped       slips after which the reader has the right answer on top, or is one click away from
                 it: answered as typed, answered as corrected, or the right correction offered
    questioned   right queries for which another spelling is offered or shown
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.config import load_settings, prepare_process
from kb.help_center.service import HelpCenter
from kb.models import SearchResult
from kb.service import KnowledgeBase
from kb.spelling.known import read_all
from kb.store import Store

PAIRS = Path(__file__).resolve().parent.parent / "articles" / "golden" / "spelling.tsv"


@dataclass(frozen=True)
class Figures:
    slips: int
    mended: int
    helped: int
    right: int
    questioned: int
    wrong: tuple[str, ...]
    """What was mended into something else, or questioned although right."""


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Typed and meant queries of a file with these two columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["typed"], row["meant"]) for row in csv.DictReader(file, delimiter="\t")]


def measure(
    pairs: Iterable[tuple[str, str]],
    correct: Callable[[str], str],
    search: Callable[[str], SearchResult],
) -> Figures:
    """Count.

    Args:
        correct: the corrected query, empty where nothing is corrected.
        search: with corrections.
    """
    slips = mended = helped = right = questioned = 0
    wrong = []
    for typed, meant in pairs:
        result = search(typed)
        other = result.corrected or result.suggestion
        if typed == meant:
            right += 1
            questioned += bool(other)
            if other:
                wrong.append(f"{typed} -> {other}")
            continue
        slips += 1
        fixed = correct(typed)
        mended += fixed == meant
        helped += bool(result.answer) or other == meant
        if fixed and fixed != meant:
            wrong.append(f"{typed} -> {fixed}")
    return Figures(slips, mended, helped, right, questioned, tuple(wrong))


def main() -> None:
    """Measure the sample and print one JSON document."""
    prepare_process()
    settings = load_settings()
    store = Store(settings.store_url)
    help_center = HelpCenter(settings, KnowledgeBase.build(settings, store), store.events)
    read_all()
    help_center.complete("a")
    figures = measure(read_pairs(PAIRS), help_center.correct, help_center.search)
    json.dump(asdict(figures), sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
