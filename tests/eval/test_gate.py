"""The gate: what may get worse, and by how much."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.gate import CONFIDENCE, Baseline, GateReport, gate, read_baseline, write_baseline
from eval.records import DatasetRecord, write_record
from eval.slices import ALL_QUERIES
from kb.errors import InvalidInput
from tests.eval.records import confidence, dataset_record, run_record

EN = tuple(f"en{n}" for n in range(20))
FA = tuple(f"fa{n}" for n in range(10))
SLICES = {"locale:en": EN, "locale:fa": FA, "length:short": FA[:9]}
GOOD = dict.fromkeys((*EN, *FA), 1.0)


def record(values: dict[str, float], **fields: Any) -> DatasetRecord:
    return dataset_record({"hybrid": values}, slices=SLICES, **fields)


def judged(
    before: DatasetRecord, *after: DatasetRecord, max_drop: float = 0.01, min_queries: int = 10
) -> GateReport:
    baseline = Baseline.model_validate(run_record(before).model_dump())
    return gate(baseline, run_record(*after), "hybrid", max_drop=max_drop, min_queries=min_queries)


def names(report: GateReport) -> list[tuple[str, float]]:
    return [(row.slice, row.drop) for row in report.losing]


def test_the_same_results_pass_and_every_big_enough_slice_is_compared() -> None:
    report = judged(record(GOOD), record(GOOD))
    assert report.passed
    assert report.better == ()
    assert [(row.slice, row.queries, row.before, row.after) for row in report.rows] == [
        (ALL_QUERIES, 30, 1.0, 1.0),
        ("locale:en", 20, 1.0, 1.0),
        ("locale:fa", 10, 1.0, 1.0),
    ]


def test_a_slice_that_loses_shuts_the_gate_though_the_total_holds() -> None:
    before = {**GOOD, **dict.fromkeys(EN, 0.5)}
    # Ten Persian queries lose 0.2 each, twenty English gain 0.1 each.
    after = dict.fromkeys(FA, 0.8) | dict.fromkeys(EN, 0.6)
    report = judged(record(before), record(after))
    assert not report.passed
    assert names(report) == [("locale:fa", 0.2)]
    (row,) = report.losing
    assert (row.dataset, row.measure, row.before, row.after) == ("shop", "nDCG@10", 1.0, 0.8)
    assert [change.query for change in row.worst] == ["fa0", "fa1", "fa2"]
    assert row.worst[0].text == "text of fa0"


def test_the_total_counts_though_no_slice_is_big_enough() -> None:
    report = judged(record(GOOD), record({**GOOD, "en0": 0.0}), min_queries=1000)
    assert names(report) == [(ALL_QUERIES, 0.033333)]


def test_slices_with_few_queries_are_passed_over() -> None:
    after = {**GOOD, "fa0": 0.96}
    assert judged(record(GOOD), record(after)).passed
    assert names(judged(record(GOOD), record(after), max_drop=0.0042, min_queries=9)) == [
        ("length:short", 0.004444)
    ]


@pytest.mark.parametrize(("drop", "passes"), [(0.01, True), (0.0101, False), (-0.3, True)])
def test_a_drop_of_exactly_the_limit_passes(drop: float, passes: bool) -> None:
    before = dict.fromkeys(GOOD, 0.7)
    after = {query: value - drop for query, value in before.items()}
    assert judged(record(before), record(after)).passed is passes


def test_a_limit_of_zero_lets_nothing_fall() -> None:
    assert judged(record(GOOD), record(GOOD), max_drop=0).passed
    assert not judged(record(GOOD), record({**GOOD, "en0": 0.9999}), max_drop=0).passed


@pytest.mark.parametrize(
    ("before", "after", "losing"),
    [
        ((0.9, 0.8), (0.9, 0.8), []),
        ((0.9, 0.8), (0.85, 0.9), ["AUROC relevant"]),
        ((0.9, 0.8), (0.9, 0.75), ["AUROC scope"]),
        ((0.9, None), (None, 0.1), []),  # all first hits right; nothing to compare
    ],
)
def test_a_confidence_that_tells_less_apart_shuts_the_gate(
    before: tuple[float | None, float | None],
    after: tuple[float | None, float | None],
    losing: list[str],
) -> None:
    report = judged(record(GOOD, trust=confidence(*before)), record(GOOD, trust=confidence(*after)))
    assert [row.measure for row in report.losing] == losing
    assert all(row.slice == CONFIDENCE for row in report.losing)


def test_a_better_total_is_worth_a_new_baseline() -> None:
    report = judged(record(dict.fromkeys(GOOD, 0.5)), record(GOOD))
    assert report.passed
    assert report.better == ("shop",)
    assert judged(record(dict.fromkeys(GOOD, 0.995)), record(GOOD)).better == ()


def test_slices_are_compared_over_the_baseline_s_queries_whatever_they_are_called_now() -> None:
    after = {**GOOD, **dict.fromkeys(FA, 0.0)}
    renamed = dataset_record({"hybrid": after}, slices={"language:fa": FA})
    assert ("locale:fa", 1.0) in names(judged(record(GOOD), renamed))


def test_a_dataset_that_was_not_run_is_refused() -> None:
    with pytest.raises(InvalidInput, match="'shop', which was not run"):
        judged(record(GOOD), record(GOOD, name="other"))


def test_other_questions_need_a_new_baseline() -> None:
    with pytest.raises(InvalidInput, match=r"other queries or judgements.*--write"):
        judged(record(GOOD), record(GOOD, fingerprint="other"))


def test_an_unknown_system_is_refused_on_either_side() -> None:
    dense = dataset_record({"dense": GOOD})
    with pytest.raises(InvalidInput, match="The baseline of shop has no 'hybrid', only dense"):
        judged(dense, record(GOOD))
    with pytest.raises(InvalidInput, match="not run with a system 'hybrid'"):
        judged(record(GOOD), dense)


def test_datasets_that_the_baseline_lacks_are_named_and_do_not_count() -> None:
    report = judged(record(GOOD), record(GOOD), record(dict.fromkeys(GOOD, 0.0), name="new"))
    assert report.passed
    assert report.not_in_baseline == ("new",)


def test_a_baseline_remembers_one_system_and_reads_back(tmp_path: Path) -> None:
    run = run_record(
        dataset_record({"dense": GOOD, "hybrid": GOOD}, slices=SLICES, trust=confidence(0.9, 0.8))
    )
    path = tmp_path / "golden" / "baseline.json"
    write_baseline(run, "hybrid", path)
    baseline = read_baseline(path)
    assert [system.system for system in baseline.results[0].systems] == ["hybrid"]
    assert "text of" not in path.read_text(encoding="utf-8")
    report = gate(baseline, run, "hybrid", max_drop=0.0, min_queries=1)
    assert report.passed
    assert len(report.rows) == 1 + 3 + 2


def test_a_run_record_is_a_baseline_too(tmp_path: Path) -> None:
    write_record(run_record(record(GOOD)), tmp_path / "run")
    assert read_baseline(tmp_path / "run") == read_baseline(tmp_path / "run" / "run.json")


def test_a_baseline_outlives_new_fields_in_records_and_parameters(tmp_path: Path) -> None:
    path = write_record(run_record(record(GOOD)), tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["parameters"] = {"fusion": "of another version"}
    document["results"][0]["novelty"] = 1
    path.write_text(json.dumps(document), encoding="utf-8")
    report = gate(
        read_baseline(path), run_record(record(GOOD)), "hybrid", max_drop=0, min_queries=1
    )
    assert report.passed


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"results": 5}'])
def test_something_else_is_no_baseline(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"cannot be read as a baseline.*--write"):
        read_baseline(path)
