"""What is counted when corrections are measured."""

from __future__ import annotations

from eval.spelling import PAIRS, Figures, measure, read_pairs
from kb.models import SearchResult


def test_mended_helped_and_questioned_are_counted_apart():
    corrections = {"invioce": "invoice", "lmap": "map", "airpods": "airport"}

    def search(query: str) -> SearchResult:
        return SearchResult(
            query=query, locale="en", generation=1, confidence=0.3, answer=None, outcome="related",
            hits=(), suggestion=corrections.get(query, ""),
        )  # fmt: skip

    pairs = [("invioce", "invoice"), ("lmap", "lamp"), ("airpods", "airpods"), ("pump", "pump")]
    assert measure(pairs, lambda query: corrections.get(query, ""), search) == Figures(
        slips=2, mended=1, helped=1, right=2, questioned=1,
        wrong=("lmap -> map", "airpods -> airport"),
    )  # fmt: skip


def test_the_pairs_have_slips_and_right_queries_in_every_language():
    pairs = read_pairs(PAIRS)
    slips = [typed for typed, meant in pairs if typed != meant]
    assert len(slips) >= 48
    assert len(pairs) - len(slips) >= 48
    assert any("ا" in typed for typed in slips)
    assert len({typed for typed, _ in pairs}) == len(pairs)
