"""`kb eval gaps` on a small help center: what is planted comes out, and what is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import kb.service
from eval.gaps.experiment import SYSTEMS, GapsRecord
from eval.gaps.measures import Figures
from kb import cli
from kb.config import load_settings
from kb.parameters import load_parameters, packaged_parameters
from tests.eval.gaps.garden import write_garden
from tests.kb.gaps.house import CountingEmbedder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def eval_gaps(monkeypatch, capsys, tmp_path) -> Run:
    """Run `kb eval gaps ARGS`; returns (exit code, stdout, stderr)."""
    monkeypatch.setattr(kb.service, "build_embedder", lambda _settings: CountingEmbedder())
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kb", "eval", "gaps", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        return int(stopped.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture
def garden(tmp_path) -> Path:
    return write_garden(tmp_path / "garden")


def record_of(printed: str) -> GapsRecord:
    return GapsRecord.model_validate_json(printed)


def test_what_is_hidden_comes_out_on_top(eval_gaps, garden) -> None:
    code, printed, _ = eval_gaps(garden, "--seeds", 3, "--people", 60, "--json")
    assert code == 0
    record = record_of(printed)
    (dataset,) = record.datasets
    for plant in dataset.plants:
        assert (plant.hidden, plant.subjects) == (3, 9)
        assert plant.again.kept == 1.0
        assert 0 < plant.hidden_people < plant.people
    assert set(record.systems) == set(SYSTEMS)
    ours, kmeans = record.systems["gaps"], record.systems["kmeans"]
    assert ours.precision_n > 0.9 > kmeans.precision_n
    assert ours.recall_n > 0.6 > kmeans.recall_n
    assert ours.purity > 0.9 > kmeans.purity
    for figures in record.systems.values():
        assert all(0 <= value <= 1 for value in figures.model_dump().values())
    assert dataset.dataset == "garden"
    assert record.options["hide"] == 8
    assert record.seeds == (100, 101, 102)


def test_a_seed_says_the_same_again(eval_gaps, garden) -> None:
    first = eval_gaps(garden, "--seeds", 1, "--json")[1]
    assert eval_gaps(garden, "--seeds", 1, "--json")[1] == first
    other = record_of(eval_gaps(garden, "--seeds", 1, "--first-seed", 5, "--json")[1])
    assert other.datasets[0].plants[0].seed == 5


def test_means_are_over_plants_and_datasets(eval_gaps, garden) -> None:
    record = record_of(eval_gaps(garden, garden, "--seeds", 2, "--hide", 2, "--json")[1])
    one, other = record.datasets
    assert [plant.seed for plant in one.plants] == [100, 101]
    assert {plant.hidden for plant in one.plants} == {2}
    for name in Figures.model_fields:
        values = [getattr(plant.systems["gaps"], name) for plant in one.plants]
        assert getattr(one.systems["gaps"], name) == pytest.approx(sum(values) / 2)
        both = [getattr(dataset.systems["gaps"], name) for dataset in (one, other)]
        assert getattr(record.systems["gaps"], name) == pytest.approx(sum(both) / 2)


def test_options_are_passed_on_and_recorded(eval_gaps, garden) -> None:
    printed = eval_gaps(
        garden, "--seeds", 1, "--people", 9, "--contacts", 0.5, "--clicks", 0.1, "--with-misses",
        "--json",
    )[1]  # fmt: skip
    record = record_of(printed)
    assert record.manners["people"] == 9
    assert record.manners["contacts_when_not"] == 0.5
    assert record.manners["clicks_when_helped"] == 0.1
    assert record.options["with_misses"] == 1


def test_the_table_has_a_row_and_a_meaning_for_each_system(eval_gaps, garden) -> None:
    code, printed, _ = eval_gaps(garden, "--seeds", 1)
    assert code == 0
    lines = printed.splitlines()
    for name, meaning in SYSTEMS.items():
        assert any(line.strip().startswith(name) for line in lines)
        assert f"{name}: {meaning}" in printed
    assert "1 plants, n = 3.0 hidden subjects" in printed
    assert all(head in printed for head in ("P@5", "P@n", "R@5", "R@n", "purity", "B-cubed"))


def test_fitting_writes_parameters_that_load(eval_gaps, garden, tmp_path) -> None:
    path = tmp_path / "fitted.json"
    code, printed, _ = eval_gaps(garden, "--seeds", 2, "--fit", path)
    assert code == 0
    fitted = load_parameters(load_settings(parameters_file=path))
    assert fitted.gaps.trained_on == ("garden",)
    assert fitted.fusion == packaged_parameters().fusion
    assert fitted.gaps.least_people == packaged_parameters().gaps.least_people
    assert json.loads(printed) == fitted.gaps.model_dump(mode="json")
    contacts, _, confidence = fitted.gaps.coverage.weights
    assert contacts > 0 > confidence


def test_what_is_no_dataset_is_said_in_a_sentence(eval_gaps, garden, tmp_path) -> None:
    code, _, errors = eval_gaps(tmp_path / "nowhere", "--json")
    assert (code, "nowhere is no dataset" in errors) == (2, True)
    (garden / "corpus.jsonl").write_text('{"_id": "a"}\n', encoding="utf-8")
    code, _, errors = eval_gaps(garden, "--json")
    assert (code, "corpus.jsonl:1" in errors, "Traceback" in errors) == (2, True, False)
    assert eval_gaps(garden, "--seeds", 0)[0] == 2
    assert eval_gaps(garden, "--first-seed", -1)[0] == 2
