"""Running systems on a dataset: what comes out is what other people's tools read."""

from __future__ import annotations

import json

import pytest

from eval.calibrate import Example, calibrate
from eval.datasets import load_dataset
from eval.runner import Experiment, abstention, indexed, run_system, write_run
from eval.tune import is_training, tune
from kb.confidence import FEATURES
from kb.errors import InvalidInput
from kb.parameters import packaged_parameters
from tests.fakes import BagOfWordsEmbedder

TOPICS = {
    "parcel": "Track your parcel in the orders page; the courier comes on weekdays.",
    "pump": "A rattling pump has air in it; tilt the tank and clean the filter.",
    "lamp": "The lamp shines fourteen hours; change brightness in the settings.",
    "refund": "Refunds go to the card within seven business days.",
}


@pytest.fixture
def dataset(tmp_path):
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": k, "title": k, "text": v, "lang": "en"} for k, v in TOPICS.items()]
    queries = [
        {"_id": f"q-{key}-{n}", "text": text}
        for key, body in TOPICS.items()
        for n, text in enumerate((f"{key} question", " ".join(body.split()[:4])))
    ]
    queries.append({"_id": "q-none", "text": "zebra quagga okapi"})
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = "\n".join(json.dumps(row) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    qrels = "".join(f"q-{key}-{n}\t{key}\t1\n" for key in TOPICS for n in (0, 1))
    text = "query-id\tcorpus-id\tscore\n" + qrels
    (folder / "qrels" / "test.tsv").write_text(text, encoding="utf-8")
    return load_dataset(folder)


@pytest.fixture
def experiment(dataset, settings):
    embedder = BagOfWordsEmbedder()
    with indexed(dataset, settings, embedder, lambda *_: None) as snapshot:
        yield Experiment(dataset, snapshot, settings, embedder, lambda *_: None)


@pytest.mark.parametrize("system", ["lexical", "dense", "hybrid"])
def test_each_system_ranks_the_right_document_first(experiment, system):
    result = run_system(experiment, system, packaged_parameters())
    assert result.measures["Success@1"] == 1.0
    assert result.measures["nDCG@10"] == 1.0
    assert set(result.measures) == {
        "nDCG@10", "R@10", "R@100", "RR@10", "Success@1", "Success@3",
    }  # fmt: skip


def test_the_lexical_system_lists_only_documents_that_share_a_word(experiment):
    result = run_system(experiment, "lexical", packaged_parameters())
    assert result.run["q-none"] == {}
    assert result.confidence["q-none"] == 0.0


def test_a_run_file_is_trec_with_one_line_per_document_and_a_confidence_each(experiment, tmp_path):
    result = run_system(experiment, "hybrid", packaged_parameters())
    write_run(result, tmp_path / "out")
    lines = (tmp_path / "out" / "hybrid.trec").read_text(encoding="utf-8").splitlines()
    columns = [line.split() for line in lines]
    assert all(len(c) == 6 and c[1] == "Q0" and c[5] == "hybrid" for c in columns)
    of_first = [c for c in columns if c[0] == "q-parcel-0"]
    assert [int(c[3]) for c in of_first] == [1, 2, 3, 4]
    assert len({c[2] for c in of_first}) == 4
    scores = [float(c[4]) for c in of_first]
    assert scores == sorted(scores, reverse=True)
    confidence = (tmp_path / "out" / "confidence.tsv").read_text(encoding="utf-8").splitlines()
    assert confidence[0] == "query-id\tconfidence"
    assert len(confidence) == 1 + 9


def test_abstention_compares_queries_with_and_without_an_answer(experiment, dataset):
    result = run_system(experiment, "hybrid", packaged_parameters())
    assert abstention(result, dataset) == {"AUROC in/out of scope": 1.0}


def test_tuning_reports_queries_it_did_not_train_on(experiment, dataset):
    report = tune([experiment], packaged_parameters(), lambda *_: None)
    assert report.loses_to_half == ()
    assert report.held_out == {"tiny": 1.0}
    assert len({is_training(query.id) for query in dataset.queries}) == 2


def examples(count: int, noise: int = 0) -> list[Example]:
    def of(index: int, relevant: bool) -> Example:
        value = 1.0 if relevant else 0.0
        if index < noise:
            value = 1 - value
        return Example("tiny", (value,) + (0.0,) * (len(FEATURES) - 1), relevant, relevant)

    return [of(n, relevant) for n in range(count) for relevant in (True, False)]


def test_calibration_separates_what_can_be_separated():
    report = calibrate(examples(50), wrong_answer_rate=0.05, suggestion_probability=0.25, seed=1)
    assert report.auroc == 1.0
    assert report.auroc_scope == {"tiny": 1.0}
    assert (report.precision, report.coverage) == (1.0, 1.0)
    assert report.parameters.weights[0] > 1
    assert report.parameters.trained_on == ("tiny",)


def test_calibrated_probabilities_match_frequencies():
    report = calibrate(
        examples(1000, noise=200), wrong_answer_rate=0.25, suggestion_probability=0.25, seed=1
    )
    assert report.expected_calibration_error < 0.05
    assert report.precision == pytest.approx(0.8, abs=0.01)


def test_calibration_without_both_labels_says_what_it_needs():
    alike = [Example("x", (0.0,) * len(FEATURES), True, True)] * 20
    with pytest.raises(InvalidInput, match="with and without"):
        calibrate(alike, wrong_answer_rate=0.1, suggestion_probability=0.25, seed=1)
