"""`kb eval check`, `score`, `compare`, `gate`: what they print and how they exit."""

from __future__ import annotations

import json
import sys

import pytest

import kb.service
from eval.records import read_run
from kb import cli
from kb.parameters import packaged_parameters
from tests.eval.tiny import CORPUS, OUT_OF_SCOPE, QRELS, QUERIES, write_dataset
from tests.fakes import BagOfWordsEmbedder


@pytest.fixture(autouse=True)
def _instant_embedder(monkeypatch, tmp_path):
    monkeypatch.setattr(kb.service, "build_embedder", lambda settings: BagOfWordsEmbedder())
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def kb_eval(monkeypatch, capsys):
    """Run `kb eval ARGS`; returns (exit code, stdout, stderr), lines unwrapped."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kb", "eval", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return int(stopped.value.code or 0), printed.out, printed.err.replace("\n", " ")

    return call


@pytest.fixture
def tiny(tmp_path):
    write_dataset(tmp_path / "tiny", CORPUS, [*QUERIES, OUT_OF_SCOPE], QRELS)
    return tmp_path / "tiny"


@pytest.fixture
def run_folder(kb_eval, tiny, tmp_path):
    """A run of lexical and hybrid on the tiny dataset."""
    code, _, _ = kb_eval("run", tiny, "--systems", "lexical,hybrid", "--out", tmp_path / "run")
    assert code == 0
    return tmp_path / "run"


@pytest.fixture
def broken(monkeypatch):
    """Turns every ranking upside down."""

    def spoil():
        from kb.retriever import Retrieval

        original = Retrieval.groups
        monkeypatch.setattr(Retrieval, "groups", lambda self: original(self)[::-1])

    return spoil


# ── check ────────────────────────────────────────────────────────────────────────────────────


def test_a_sound_dataset_passes_the_check(kb_eval, tiny):
    code, out, _ = kb_eval("check", tiny)
    assert code == 0
    assert "tiny: 4 documents, 9 queries, of which 8 have an answer; 8 judgements." in out
    assert "Nothing to complain about." in out


def test_errors_fail_the_check_and_are_named(kb_eval, tiny):
    with (tiny / "qrels" / "test.tsv").open("a", encoding="utf-8") as file:
        file.write("q-ghost\tpump\t1\n")
    code, out, _ = kb_eval("check", tiny, "--json")
    report = json.loads(out)
    assert (code, report["errors"]) == (1, 1)
    (finding,) = report["datasets"][0]["findings"]
    assert finding["severity"] == "error"
    assert (finding["code"], finding["count"]) == ("unknown-query", 1)
    assert finding["ids"] == ["q-ghost"]
    code, out, _ = kb_eval("check", tiny)
    assert code == 1
    assert "unknown-query" in out
    assert "q-ghost" in out


def test_warnings_alone_do_not_fail_the_check(kb_eval, tiny):
    with (tiny / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write('\n{"_id": "again", "text": "PUMP question!"}\n')
    code, out, _ = kb_eval("check", tiny, "--json")
    findings = json.loads(out)["datasets"][0]["findings"]
    assert code == 0
    assert {f["severity"] for f in findings} == {"warning"}


def test_several_datasets_are_checked_in_one_go(kb_eval, tiny, tmp_path):
    write_dataset(tmp_path / "other", CORPUS, QUERIES, [])
    code, out, _ = kb_eval("check", tiny, tmp_path / "other", "--json")
    assert code == 1
    assert [report["dataset"] for report in json.loads(out)["datasets"]] == ["tiny", "other"]


@pytest.mark.parametrize("whole_folder", [True, False])
def test_a_run_s_first_hits_are_looked_up_in_the_judgements(
    kb_eval, tiny, run_folder, whole_folder
):
    run = run_folder if whole_folder else run_folder / "tiny" / "lexical.trec"
    code, out, _ = kb_eval("check", tiny, "--run", run, "--system", "lexical", "--json")
    pool = json.loads(out)["datasets"][0]["pool"]
    assert code == 0
    assert pool["queries"] == 8
    assert 0 < pool["judged_share"] <= 1


def test_one_run_file_is_about_one_dataset(kb_eval, tiny, run_folder):
    code, _, err = kb_eval("check", tiny, tiny, "--run", run_folder / "tiny" / "lexical.trec")
    assert code == 2
    assert "about one dataset" in err


def test_what_is_not_there_cannot_be_checked(kb_eval, tmp_path):
    code, _, err = kb_eval("check", tmp_path / "nothing")
    assert code == 2
    assert "there is nothing of that name" in err


# ── score ────────────────────────────────────────────────────────────────────────────────────


def test_a_run_that_we_wrote_scores_what_its_record_says(kb_eval, tiny, run_folder):
    recorded = read_run(run_folder).results[0]
    for system in ("lexical", "hybrid"):
        for judged in (tiny, tiny / "qrels" / "test.tsv"):
            code, out, _ = kb_eval(
                "score", run_folder / "tiny" / f"{system}.trec", judged, "--json"
            )
            scored = json.loads(out)
            assert code == 0
            assert scored["tag"] == system
            assert scored["measures"] == {
                name: figure.model_dump()
                for name, figure in recorded.system(system).measures.items()
            }


def test_missing_unjudged_and_unknown_queries_are_counted(kb_eval, tmp_path):
    run, qrels = tmp_path / "x.trec", tmp_path / "x.qrels"
    run.write_text("a Q0 d1 1 2 x\na Q0 d9 2 1 x\nz Q0 d1 1 1 x\n", encoding="utf-8")
    qrels.write_text("a 0 d1 1\nb 0 d1 1\n", encoding="utf-8")
    code, out, _ = kb_eval("score", run, qrels, "--measures", "P@1, R(rel=1)@10 AP", "--json")
    scored = json.loads(out)
    assert code == 0
    assert {name: figure["value"] for name, figure in scored["measures"].items()} == {
        "P@1": 0.5, "R(rel=1)@10": 0.5, "AP": 0.5,
    }  # fmt: skip
    assert (scored["queries"], scored["missing"], scored["missing_ids"]) == (2, 1, ["b"])
    assert (scored["not_judged"], scored["unjudged_in_top_10"]) == (1, 1)
    assert scored["judged_at_10"] == 0.5


def test_people_get_a_table_and_are_told_of_contradictory_ranks(kb_eval, tmp_path):
    run, qrels = tmp_path / "x.trec", tmp_path / "x.qrels"
    run.write_text("a Q0 d1 1 0.1 x\na Q0 d9 2 0.9 x\n", encoding="utf-8")
    qrels.write_text("a 0 d1 1\n", encoding="utf-8")
    code, out, err = kb_eval("score", run, qrels, "--measures", "RR@10")
    assert code == 0
    assert ["RR@10", "0.5000", "0.5000", "to", "0.5000"] in [
        line.split() for line in out.split("\n")
    ]
    assert "Are they distances?" in err


@pytest.mark.parametrize(
    ("run", "qrels", "arguments", "sentence"),
    [
        ("a Q0 d 1 1 x\n", "a 0 d 1\n", ("--measures", "nope"), "Use names such as nDCG@10"),
        ("a Q0 d 1 1 x\n", "a 0 d 1\n", ("--measures", "nDCG@0"), "Use names such as nDCG@10"),
        ("a Q0 d 1 1 x\n", "a 0 d 0\n", (), "nothing to measure"),
        ("a Q0 d 1 1 x\n", "", (), "nothing to measure"),
        ("b Q0 d 1 1 x\n", "a 0 d 1\n", (), "answers none of the 1 judged queries"),
        ("a Q0 d 1 1\n", "a 0 d 1\n", (), "x.trec:1 is not"),
        ("a Q0 d 1 1 x\n", "a 0 d\n", (), "x.qrels:1 is not"),
    ],
)
def test_what_cannot_be_scored_is_refused(kb_eval, tmp_path, run, qrels, arguments, sentence):
    (tmp_path / "x.trec").write_text(run, encoding="utf-8")
    (tmp_path / "x.qrels").write_text(qrels, encoding="utf-8")
    code, _, err = kb_eval("score", tmp_path / "x.trec", tmp_path / "x.qrels", *arguments)
    assert code == 2
    assert sentence in err


def test_an_empty_run_scores_zero(kb_eval, tmp_path):
    (tmp_path / "x.trec").write_text("", encoding="utf-8")
    (tmp_path / "x.qrels").write_text("a 0 d 1\n", encoding="utf-8")
    code, out, _ = kb_eval("score", tmp_path / "x.trec", tmp_path / "x.qrels", "--json")
    assert code == 0
    assert {figure["value"] for figure in json.loads(out)["measures"].values()} == {0.0}


# ── compare ──────────────────────────────────────────────────────────────────────────────────


def test_a_worse_run_is_told_query_by_query(kb_eval, tiny, run_folder, tmp_path, broken):
    broken()
    kb_eval("run", tiny, "--systems", "hybrid", "--out", tmp_path / "worse")
    code, out, _ = kb_eval("compare", run_folder, tmp_path / "worse", "--json")
    (item,) = json.loads(out)["datasets"]
    assert code == 0
    assert (item["before"], item["measure"]) == (1.0, "nDCG@10")
    assert item["difference"] == pytest.approx(item["after"] - 1.0)
    assert item["high"] < 0
    assert item["worse"] == 8
    assert item["losses"][0]["text"]
    assert {part["slice"] for part in item["slices"]} >= {"locale:en"}
    code, out, _ = kb_eval("compare", run_folder, tmp_path / "worse")
    assert code == 0
    assert "locale:en" in out
    assert "q-pump-0" in out or "q-lamp-0" in out


def test_two_systems_of_a_run_are_compared(kb_eval, run_folder):
    code, out, _ = kb_eval(
        "compare", run_folder, run_folder, "--system", "lexical", "--system-b", "hybrid", "--json"
    )
    (item,) = json.loads(out)["datasets"]
    assert (code, item["difference"], item["p"]) == (0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "one run with itself"),
        (("--system", "lexical", "--system-b", "nope"), "it has lexical, hybrid"),
        (("--system", "lexical", "--system-b", "hybrid", "--dataset", "x"), "Neither run has"),
    ],
)
def test_what_cannot_be_compared_is_refused(kb_eval, run_folder, arguments, sentence):
    code, _, err = kb_eval("compare", run_folder, run_folder, *arguments)
    assert code == 2
    assert sentence in err


# ── gate ─────────────────────────────────────────────────────────────────────────────────────


def test_the_gate_passes_what_is_as_good_and_stops_a_broken_ranker(kb_eval, tiny, tmp_path, broken):
    baseline = tmp_path / "baseline.json"
    code, out, _ = kb_eval("gate", tiny, "--baseline", baseline, "--write")
    assert code == 0
    assert "baseline.json written: tiny." in out
    code, out, _ = kb_eval("gate", tiny, "--baseline", baseline, "--min-queries", 1)
    assert code == 0
    assert "The gate is passed." in out
    broken()
    code, out, _ = kb_eval("gate", tiny, "--baseline", baseline, "--min-queries", 1)
    assert code == 1
    assert "tiny locale:en: nDCG@10 fell from 1.0000 to" in out
    assert "The gate is shut." in out
    code, out, _ = kb_eval("gate", tiny, "--baseline", baseline, "--min-queries", 1, "--json")
    document = json.loads(out)
    assert (code, document["passed"]) == (1, False)
    assert "tiny locale:en" in document["losing"]
    assert "tiny all" in document["losing"]
    row = next(row for row in document["rows"] if row["slice"] == "locale:en")
    assert (row["queries"], row["before"], row["losing"]) == (8, 1.0, True)
    assert row["drop"] == pytest.approx(row["before"] - row["after"], abs=1e-6)
    code, _, _ = kb_eval("gate", tiny, "--baseline", baseline, "--max-drop", 1)
    assert code == 0


def test_the_gate_judges_a_run_that_was_made_before(kb_eval, run_folder):
    code, out, _ = kb_eval("gate", "--run", run_folder, "--baseline", run_folder, "--json")
    assert code == 0
    assert json.loads(out)["losing"] == []
    code, _, err = kb_eval(
        "gate", "--run", run_folder, "--baseline", run_folder, "--system", "dense"
    )
    assert code == 2
    assert "has no 'dense'" in err


def test_a_better_run_is_told_to_become_the_baseline(kb_eval, tiny, tmp_path, broken, monkeypatch):
    with monkeypatch.context() as only_here:
        from kb.retriever import Retrieval

        original = Retrieval.groups
        only_here.setattr(Retrieval, "groups", lambda self: original(self)[::-1])
        kb_eval("gate", tiny, "--baseline", tmp_path / "b.json", "--write")
    code, out, _ = kb_eval("gate", tiny, "--baseline", tmp_path / "b.json")
    assert code == 0
    assert "Better than the baseline on tiny: renew it with --write" in out


def test_a_changed_dataset_needs_a_new_baseline(kb_eval, tiny, run_folder):
    with (tiny / "qrels" / "test.tsv").open("a", encoding="utf-8") as file:
        file.write("q-none\tpump\t1\n")
    code, _, err = kb_eval("gate", tiny, "--baseline", run_folder)
    assert code == 2
    assert "renew the baseline with `kb eval gate DATASET… --baseline FILE --write`" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--baseline", "none.json"), "Name datasets to run, or a run with --run"),
        (("tiny", "--run", "run", "--baseline", "none.json"), "not both"),
        (("tiny", "--baseline", "none.json"), "cannot be read as a baseline"),
    ],
)
def test_what_cannot_be_gated_is_refused_before_anything_runs(
    kb_eval, tiny, arguments, sentence, tmp_path
):
    code, _, err = kb_eval("gate", *arguments)
    assert code == 2
    assert sentence in err
    assert not (tmp_path / "data").exists()


def test_a_parameters_file_is_judged_against_the_hybrid(kb_eval, tiny, tmp_path):
    file, baseline = tmp_path / "mine.json", tmp_path / "b.json"
    file.write_text(packaged_parameters().model_dump_json(), encoding="utf-8")
    kb_eval("gate", tiny, "--baseline", baseline, "--write")
    assert kb_eval("gate", tiny, "--system", file, "--baseline", baseline)[0] == 0
    kb_eval("gate", tiny, "--system", file, "--baseline", baseline, "--write")
    assert kb_eval("gate", tiny, "--system", file, "--baseline", baseline)[0] == 0
    code, _, err = kb_eval("gate", tiny, "--system", "dense", "--baseline", baseline)
    assert code == 2
    assert "has no 'dense', only mine" in err
