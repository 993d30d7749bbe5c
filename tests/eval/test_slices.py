"""Which queries belong to which slice, and where a fusion loses."""

from __future__ import annotations

import pytest

from eval.datasets import EvalQuery
from eval.records import DatasetRecord, MeasureRecord, SystemRecord
from eval.slices import AskedQuery, length_of, losses, relevant_documents, slices_of
from kb.models import Role

LANGUAGES = {"d-en": "en", "d-fa": "fa"}


def asked(
    identifier: str, language: str = "en", terms: int = 5, role: Role = "customer", tag: str = ""
) -> AskedQuery:
    return AskedQuery(EvalQuery(identifier, "x", None, role, tag), language, terms)


def test_a_query_belongs_to_one_slice_of_each_dimension():
    found = slices_of([asked("q", "fa", 2, "rep", "typos")], {"q": {"d-fa": 1}}, LANGUAGES)
    assert found == {
        "locale:fa": ("q",),
        "length:short": ("q",),
        "language:in": ("q",),
        "audience:rep": ("q",),
        "slice:typos": ("q",),
    }


@pytest.mark.parametrize(
    ("terms", "length"),
    [(0, "short"), (3, "short"), (4, "medium"), (10, "medium"), (11, "long"), (300, "long")],
)
def test_length_is_counted_in_terms(terms, length):
    assert length_of(terms) == length


@pytest.mark.parametrize(
    ("relevant", "slice_"),
    [
        ({"d-en": 1}, "language:cross"),
        ({"d-en": 1, "d-fa": 2}, "language:in"),
        ({"d-en": 2, "d-fa": 0}, "language:cross"),
        ({"gone": 1, "d-fa": 1}, "language:in"),
    ],
)
def test_a_query_is_in_its_language_if_a_relevant_document_is(relevant, slice_):
    found = slices_of([asked("q", "fa")], {"q": relevant}, LANGUAGES)
    assert [name for name in found if name.startswith("language:")] == [slice_]


def test_of_documents_that_are_not_indexed_no_language_is_known():
    found = slices_of([asked("q")], {"q": {"gone": 1}}, LANGUAGES)
    assert set(found) == {"locale:en", "length:medium", "audience:customer"}


def test_only_judged_queries_belong_to_slices():
    qrels = {"judged": {"d-en": 1}, "irrelevant": {"d-en": 0}, "empty": {}}
    queries = [asked(name) for name in ("judged", "irrelevant", "empty", "unknown")]
    assert set(slices_of(queries, qrels, LANGUAGES).values()) == {("judged",)}
    assert slices_of(queries, {}, LANGUAGES) == {}
    assert relevant_documents(qrels) == {"judged": {"d-en": 1}}


def test_slices_are_listed_by_dimension_and_lengths_by_length():
    queries = [asked("a", "zh", 20, "rep", "x"), asked("b", "en", 5), asked("c", "fa", 1)]
    found = slices_of(queries, {q: {"d-en": 1} for q in "abc"}, LANGUAGES)
    assert list(found) == [
        "locale:en", "locale:fa", "locale:zh", "length:short", "length:medium", "length:long",
        "language:cross", "language:in", "audience:customer", "audience:rep", "slice:x",
    ]  # fmt: skip


# ── Losing to a half ─────────────────────────────────────────────────────────────────────────


def system(name: str, whole: float, parts: dict[str, float]) -> SystemRecord:
    return SystemRecord(
        system=name,
        measures={"nDCG@10": MeasureRecord(value=whole, low=0, high=1)},
        slices={part: {"nDCG@10": value} for part, value in parts.items()},
        per_query={"nDCG@10": {"a": whole, "b": whole}},
    )


def record(*systems: SystemRecord) -> DatasetRecord:
    return DatasetRecord(
        dataset="tiny",
        fingerprint="",
        primary="nDCG@10",
        queries={"a": "", "b": ""},
        slices={"locale:en": ("a",), "locale:fa": ("b",)},
        unanswerable=(),
        systems=systems,
    )


def test_a_fusion_loses_where_it_is_below_its_better_half():
    found = losses(
        record(
            system("lexical", 0.6, {"locale:en": 0.9, "locale:fa": 0.3}),
            system("dense", 0.7, {"locale:en": 0.5, "locale:fa": 0.9}),
            system("hybrid", 0.69, {"locale:en": 0.89, "locale:fa": 0.95}),
        ),
        "hybrid",
    )
    assert [(x.slice, x.queries, x.value, x.half, x.half_value) for x in found] == [
        ("all", 2, 0.69, "dense", 0.7),
        ("locale:en", 1, 0.89, "lexical", 0.9),
    ]


@pytest.mark.parametrize(("value", "loses"), [(0.698, False), (0.6979, True), (0.8, False)])
def test_up_to_the_tolerance_is_no_loss(value, loses):
    halves = [system(name, 0.7, {}) for name in ("lexical", "dense")]
    assert bool(losses(record(*halves, system("hybrid", value, {})), "hybrid")) is loses


def test_without_both_halves_nothing_can_be_lost():
    assert losses(record(system("dense", 0.7, {}), system("hybrid", 0.1, {})), "hybrid") == []


def test_without_judgements_nothing_can_be_lost():
    bare = [
        SystemRecord(system=name, measures={}, slices={}, per_query={"nDCG@10": {}})
        for name in ("lexical", "dense", "hybrid")
    ]
    assert losses(record(*bare), "hybrid") == []
