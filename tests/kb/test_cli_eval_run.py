"""`kb eval run`: what it prints and writes, and what it says where there is little to measure."""

from __future__ import annotations

import datetime as dt
import json
import sys

import pytest

import kb.service
from eval.records import (
    ComparisonRecord,
    DatasetRecord,
    MeasureRecord,
    RunRecord,
    SystemRecord,
    read_run,
)
from kb import cli
from kb.parameters import packaged_parameters
from tests.eval.tiny import CORPUS, OUT_OF_SCOPE, QRELS, QUERIES, write_dataset
from tests.fakes import BagOfWordsEmbedder


@pytest.fixture(autouse=True)
def _instant_embedder(monkeypatch, tmp_path):
    monkeypatch.setattr(kb.service, "build_embedder", lambda settings: BagOfWordsEmbedder())
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def eval_run(monkeypatch, capsys, tmp_path):
    """Run `kb eval run ARGS --out …`; returns (exit code, stdout, stderr)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        command = ["kb", "eval", "run", *map(str, arguments), "--out", str(tmp_path / "out")]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        return int(stopped.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture
def tiny(tmp_path):
    write_dataset(tmp_path / "tiny", CORPUS, [*QUERIES, OUT_OF_SCOPE], QRELS)
    return tmp_path / "tiny"


def test_the_table_has_a_row_per_system_with_interval_and_comparison(eval_run, tiny):
    code, out, _ = eval_run(tiny, "--systems", "lexical,dense,hybrid,rrf")
    assert code == 0
    header, *rows = out.splitlines()
    assert "nDCG@10 " not in header  # it is the primary measure already
    assert all(name in header for name in ("R@10", "RR@10", "Success@3", "AUROC", "ECE"))
    cells = [row.split() for row in rows[:4]]
    assert cells[0][:5] == ["tiny", "lexical", "nDCG@10", "1.000", "[1.000"]
    assert [row[0] for row in cells[1:]] == ["dense", "hybrid", "rrf"]
    assert all("+0.000 (1.000)" in rows[n] for n in (0, 1, 3))
    assert "+0.000" not in rows[2]
    assert "No slice on which hybrid is below its better half by more than 0.002." in out
    assert f"Report: {tiny.parent / 'out' / 'report.html'}" in out


def test_files_are_written_per_dataset_and_system(eval_run, tiny):
    eval_run(tiny, "--systems", "dense,hybrid,convex")
    out = tiny.parent / "out"
    written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert written == {
        "report.html", "run.json", "tiny/confidence.tsv", "tiny/convex.trec", "tiny/dense.trec",
        "tiny/hybrid.trec",
    }  # fmt: skip


def test_json_is_one_small_document_and_run_json_holds_everything(eval_run, tiny):
    code, out, err = eval_run(tiny, "--json", "--seed", 3)
    printed = json.loads(out)
    assert (code, err, printed["seed"]) == (0, "", 3)
    (result,) = printed["results"]
    assert (result["queries"], result["unanswerable"]) == (9, 1)
    assert result["slices"]["locale:en"] == 8
    assert all(set(s) & {"per_query", "stated"} == set() for s in result["systems"])
    assert "q-pump-0" not in out
    full = read_run(tiny.parent / "out").results[0]
    assert len(full.system("hybrid").stated) == 9
    assert result["systems"][0]["measures"]["nDCG@10"]["value"] == 1.0


def system(name: str, ndcg: float, success: float, **more: object) -> SystemRecord:
    figures = {"nDCG@10": ndcg, "Success@3": success}
    return SystemRecord(
        system=name,
        measures={m: MeasureRecord(value=v, low=v / 2, high=1) for m, v in figures.items()},
        slices={"locale:fa": figures},
        per_query={"nDCG@10": {"q": ndcg}, "Success@3": {"q": success}},
        **more,
    )


def test_slices_on_which_the_hybrid_loses_are_listed(capsys):
    from kb.cli.evaluation.tables import print_run

    comparison = ComparisonRecord(baseline="dense", difference=-0.5, p=0.0001, p_holm=0.0002)
    banking = DatasetRecord(
        dataset="banking",
        fingerprint="",
        primary="Success@3",
        queries={"q": "x"},
        slices={"locale:fa": ("q",)},
        unanswerable=(),
        systems=(
            system("lexical", 0.9, 0.25),
            system("dense", 0.1, 0.75),
            system("hybrid", 0.2, 0.25, stated={"q": 0.4}, comparisons=(comparison,)),
        ),
    )
    now = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    parameters = packaged_parameters()
    print_run(RunRecord(created=now, embedder="x", parameters=parameters, results=(banking,)))
    lines = capsys.readouterr().out.splitlines()
    dense = next(line for line in lines if line.split()[:1] == ["dense"])
    assert "Success@3 0.750 [0.375 1.000]" in dense
    assert "0.100" in dense  # nDCG@10 beside it
    assert "-0.500 (<.001)" in dense
    start = lines.index("Below the better half by more than 0.002 (hybrid):")
    assert [line.split() for line in lines[start + 2 : start + 4]] == [
        ["banking", "hybrid", "all", "1", "0.2500", "dense", "0.7500", "-0.5000"],
        ["banking", "hybrid", "locale:fa", "1", "0.2500", "dense", "0.7500", "-0.5000"],
    ]
    assert any("Success@3 where the median query has more than 10" in line for line in lines)


def test_golden_queries_are_asked_of_any_content(eval_run, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    text = "---\nid: pump\nlocale: en\ntitle: Pump noise\n---\nClean the filter.\n"
    (docs / "pump.md").write_text(text, encoding="utf-8")
    golden = [
        {"_id": "in", "text": "pump filter", "locale": "en", "relevant": ["pump"]},
        {"_id": "out", "text": "zebra", "locale": "en", "relevant": "none"},
    ]
    path = tmp_path / "asked.jsonl"
    path.write_text("\n".join(map(json.dumps, golden)), encoding="utf-8")
    code, out, _ = eval_run(path, "--corpus", docs, "--json")
    (result,) = json.loads(out)["results"]
    assert (code, result["dataset"], result["unanswerable"]) == (0, "asked", 1)
    assert result["systems"][2]["measures"]["Success@1"]["value"] == 1.0
    assert result["systems"][2]["confidence"]["auroc_scope"] == 1.0


def test_nothing_judged_is_said(eval_run, tmp_path):
    write_dataset(tmp_path / "new", CORPUS, QUERIES, [])
    code, out, _ = eval_run(tmp_path / "new")
    assert code == 0
    assert "not judged" in out
    assert "new: No query has a relevant document, so there is nothing to measure." in out


def test_a_single_query_is_measured(eval_run, tmp_path):
    write_dataset(tmp_path / "one", CORPUS, QUERIES[:1], QRELS[:1])
    code, out, _ = eval_run(tmp_path / "one", "--systems", "hybrid,lexical,dense,rrf,convex")
    assert code == 0
    assert "nDCG@10 1.000 [1.000 1.000]" in out


def test_no_queries_at_all_are_no_failure(eval_run, tmp_path):
    write_dataset(tmp_path / "none", CORPUS, [], [])
    code, out, _ = eval_run(tmp_path / "none")
    assert code == 0
    assert "none: No query has a relevant document" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--systems", "bm25"), "Unknown system bm25"),
        (("--baseline", "rrf"), "The baseline 'rrf' is not run"),
        (("--qrels", "dev"), "choose one with `--qrels NAME`"),
    ],
)
def test_a_mistake_is_told_before_anything_is_indexed(eval_run, tiny, arguments, sentence):
    code, out, err = eval_run(tiny, *arguments)
    assert code == 2
    assert sentence in err.replace("\n", " ")
    assert "Traceback" not in out + err
    assert not (tiny.parent / "out").exists()


def test_a_file_in_the_way_of_the_output_is_named(eval_run, tiny, tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    code, _, err = eval_run(tiny)
    assert code == 2
    assert "Nothing can be written into" in err.replace("\n", " ")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_an_empty_corpus_is_named(eval_run, tmp_path):
    write_dataset(tmp_path / "void", [], QUERIES, QRELS)
    code, _, err = eval_run(tmp_path / "void")
    assert code == 2
    assert "The dataset void cannot be indexed." in err.replace("\n", " ")


def test_two_datasets_of_one_name_are_refused(eval_run, tiny, tmp_path):
    write_dataset(tmp_path / "other" / "tiny", CORPUS, QUERIES, QRELS)
    code, _, err = eval_run(tiny, tmp_path / "other" / "tiny")
    assert code == 2
    assert "Two datasets are called 'tiny'" in err.replace("\n", " ")
