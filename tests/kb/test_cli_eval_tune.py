"""`kb eval tune`: what it prints and writes, and how it exits."""

from __future__ import annotations

import json
import sys

import pytest

import kb.service
from kb import cli
from kb.config import load_settings
from kb.parameters import load_parameters, packaged_parameters, write_parameters
from tests.eval.shop import TopicEmbedder, held_out, shop, training
from tests.eval.tiny import CORPUS, QUERIES, write_dataset

BY_CODE = [*training("c", 30), *held_out("c", 30)]


@pytest.fixture
def in_force(monkeypatch, tmp_path):
    """An operator's own parameters, which give words little weight."""
    packaged = packaged_parameters()
    timid = packaged.fusion.model_copy(update={"lexical_weight": 1.0})
    parameters = packaged.model_copy(update={"fusion": timid})
    write_parameters(parameters, tmp_path / "in-force.json")
    monkeypatch.setenv("KB_PARAMETERS_FILE", str(tmp_path / "in-force.json"))
    return parameters


@pytest.fixture
def tune(monkeypatch, tmp_path, capsys, in_force):
    """Run `kb eval tune ARGS`; returns (exit code, stdout, stderr), lines unwrapped."""
    monkeypatch.setattr(kb.service, "build_embedder", lambda settings: TopicEmbedder())
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "data"))

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kb", "eval", "tune", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return int(stopped.value.code or 0), printed.out, printed.err.replace("\n", " ")

    return call


def test_better_parameters_are_written_for_the_retriever_to_load(tune, tmp_path, in_force):
    shop(tmp_path / "codes", BY_CODE)
    file = tmp_path / "new" / "folder" / "parameters.json"
    code, stdout, _ = tune(tmp_path / "codes", "--out", file, "--json")
    document = json.loads(stdout)
    assert code == 0
    assert document["written"] == str(file)
    assert [path.name for path in file.parent.iterdir()] == ["parameters.json"]
    written = load_parameters(load_settings(parameters_file=file))
    assert written.fusion.model_dump() == document["after"] != document["before"]
    assert document["before"] == in_force.fusion.model_dump()
    assert written.confidence == in_force.confidence
    (codes,) = document["datasets"]
    assert (codes["dataset"], codes["held_out"]["queries"]) == ("codes", 30)
    assert codes["held_out"]["difference"] == document["difference"] > 0
    assert (document["losing"], document["refusals"]) == ([], [])


def test_people_get_tables(tune, tmp_path):
    shop(tmp_path / "codes", BY_CODE)
    code, stdout, _ = tune(tmp_path / "codes")
    assert code == 0
    rows = {line.split()[0]: line.split() for line in stdout.splitlines() if line.strip()}
    assert rows["lexical_weight"][1] == "1"
    assert float(rows["lexical_weight"][2]) > 1
    assert rows["codes"][1] == "nDCG@10"
    assert "Not written; name a file with --out." in stdout


def test_refused_parameters_are_not_written_and_the_reason_is_said(tune, tmp_path):
    shop(tmp_path / "codes", BY_CODE, held_out("t", 12))
    file = tmp_path / "parameters.json"
    code, stdout, _ = tune(tmp_path / "codes", "--out", file)
    assert code == 1
    assert not file.exists()
    assert "Slices that lose more than 0.01:" in stdout
    assert "They would cost more than 0.01 on codes" in stdout
    assert stdout.endswith("Nothing was written.\n")
    code, stdout, _ = tune(tmp_path / "codes", "--out", file, "--json", "--max-drop", "1")
    assert code == 0
    assert json.loads(stdout)["max_drop"] == 1
    assert file.is_file()


def test_nothing_better_is_a_negative_result(tune, tmp_path):
    shop(tmp_path / "topics", (), [*training("t", 10), *held_out("t", 10)])
    code, stdout, _ = tune(tmp_path / "topics", "--out", tmp_path / "parameters.json", "--json")
    document = json.loads(stdout)
    assert code == 1
    assert document["after"] == document["before"]
    assert document["written"] is None
    assert document["refusals"] == ["Nothing better was found: the parameters in force stay."]
    assert not (tmp_path / "parameters.json").exists()


def test_a_seed_repeats_a_report(tune, tmp_path):
    shop(tmp_path / "codes", BY_CODE)
    first, again, other = (tune(tmp_path / "codes", "--json", "--seed", n)[1] for n in (1, 1, 2))
    assert first == again
    assert json.loads(other)["after"] == json.loads(first)["after"]


def test_a_folder_is_no_parameters_file(tune, tmp_path):
    code, _, stderr = tune(tmp_path / "codes", "--out", tmp_path)
    assert code == 2
    assert "is a folder; name a file with --out." in stderr


def test_a_dataset_without_judgements_is_a_mistake(tune, tmp_path):
    write_dataset(tmp_path / "tiny", CORPUS, QUERIES, [])
    code, _, stderr = tune(tmp_path / "tiny")
    assert code == 2
    assert "tiny has no query with a relevant document" in stderr
