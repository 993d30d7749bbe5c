"""Running systems on a dataset: what comes out is what other people's tools read."""

from __future__ import annotations

import datetime as dt

import pytest

from eval.datasets import Dataset
from eval.experiment import opened
from eval.metrics import MEASURES, per_query, summary
from eval.observed import ExpectedDocument
from eval.records import read_run
from eval.runner import fused, run, run_system, write_run
from eval.systems import parse_systems
from kb.errors import InvalidInput
from kb.parameters import packaged_parameters
from tests.eval.tiny import CORPUS, OUT_OF_SCOPE, QRELS, QUERIES, TOPICS, write_dataset
from tests.fakes import BagOfWordsEmbedder

NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)


@pytest.fixture
def dataset(tmp_path):
    return write_dataset(tmp_path / "tiny", CORPUS, [*QUERIES, OUT_OF_SCOPE], QRELS)


@pytest.fixture
def experiment(dataset, settings):
    with opened(dataset, settings, BagOfWordsEmbedder(), lambda *_: None) as experiment:
        yield experiment


@pytest.fixture
def run_all(settings, tmp_path):
    """Run systems on datasets; returns the record and what was observed."""

    def call(
        *datasets: Dataset,
        systems: str = "lexical,dense,hybrid",
        baseline: str | None = None,
        seed: int = 0,
        progress=lambda *_: None,
    ):
        parameters = packaged_parameters()
        return run(
            datasets,
            parse_systems(systems, parameters),
            settings,
            BagOfWordsEmbedder(),
            parameters,
            tmp_path / "out",
            progress,
            baseline=baseline,
            seed=seed,
            now=lambda: NOW,
        )

    return call


# ── One system ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("system", ["lexical", "dense", "hybrid"])
def test_each_system_ranks_the_right_document_first(experiment, system):
    result = run_system(experiment, system, packaged_parameters())
    assert summary(result.run, experiment.dataset.qrels) == dict.fromkeys(MEASURES, 1.0)


def test_the_lexical_system_lists_only_documents_that_share_a_word(experiment):
    result = run_system(experiment, "lexical", packaged_parameters())
    assert result.rankings["q-none"] == ()
    assert [item.document_id for item in result.rankings["q-pump-0"]] == ["pump"]


def test_only_the_hybrid_states_a_confidence(experiment):
    for system in ("lexical", "dense"):
        assert run_system(experiment, system, packaged_parameters()).confidence == {}
    stated = run_system(experiment, "hybrid", packaged_parameters()).confidence
    assert len(stated) == 9
    assert stated["q-none"] < min(value for query, value in stated.items() if query != "q-none")


def test_rankings_keep_the_real_scores_and_runs_make_them_fall_strictly(experiment):
    parameters = packaged_parameters()
    cosines = {
        query.id: [(candidate.document_id, candidate.cosine) for candidate in shown]
        for query, _, shown, _ in experiment.retrieve("dense", parameters)
    }
    result = run_system(experiment, "dense", parameters)
    for query, ranking in result.rankings.items():
        assert [(item.document_id, item.score) for item in ranking] == cosines[query]
        assert result.run[query] == {
            document: 4.0 - n for n, (document, _) in enumerate(cosines[query])
        }
    assert len({item.score for item in result.rankings["q-pump-1"]}) == 4


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
    assert scores == sorted(set(scores), reverse=True)
    confidence = (tmp_path / "out" / "confidence.tsv").read_text(encoding="utf-8").splitlines()
    assert confidence[0] == "query-id\tconfidence"
    assert len(confidence) == 1 + 9


def test_a_fusion_is_made_from_the_scores_of_both_halves(experiment):
    lexical, dense = (
        run_system(experiment, name, packaged_parameters()) for name in ("lexical", "dense")
    )
    result = fused("convex", lexical, dense)
    assert [item.document_id for item in lexical.rankings["q-lamp-0"]] == ["lamp"]
    scores = {item.document_id: item.score for item in dense.rankings["q-lamp-0"]}
    low, high = min(scores.values()), max(scores.values())
    expected = {
        # The only document found by words counts as the best one.
        document: 0.7 * (score - low) / (high - low) + 0.3 * (document == "lamp")
        for document, score in scores.items()
    }
    got = {item.document_id: item.score for item in result.rankings["q-lamp-0"]}
    assert got == pytest.approx(expected)
    assert result.confidence == {}
    assert result.seconds["q-lamp-0"] >= lexical.seconds["q-lamp-0"] + dense.seconds["q-lamp-0"]


# ── A whole run ──────────────────────────────────────────────────────────────────────────────


def test_a_run_records_everything_about_each_system(run_all, dataset, tmp_path):
    record, _ = run_all(dataset, systems="lexical,dense,rrf,hybrid", seed=5)
    assert (record.created, record.embedder, record.seed) == (NOW, "bag-of-words", 5)
    assert record.parameters == packaged_parameters().model_dump(mode="json")
    assert read_run(tmp_path / "out") == record
    (tiny,) = record.results
    assert (tiny.dataset, tiny.primary, tiny.notes) == ("tiny", "nDCG@10", ())
    assert tiny.queries["q-none"] == "zebra quagga okapi"
    assert tiny.unanswerable == ("q-none",)
    judged = {query["_id"] for query in QUERIES}
    assert {name: set(members) for name, members in tiny.slices.items()} == {
        "locale:en": judged,
        "length:short": {f"q-{key}-0" for key in TOPICS},
        "length:medium": {f"q-{key}-1" for key in TOPICS},
        "language:in": judged,
        "audience:customer": judged,
    }
    assert [system.system for system in tiny.systems] == ["lexical", "dense", "rrf", "hybrid"]
    for system in tiny.systems:
        assert {m: (r.value, r.low, r.high) for m, r in system.measures.items()} == dict.fromkeys(
            MEASURES, (1.0, 1.0, 1.0)
        )
        assert system.per_query == {"nDCG@10": dict.fromkeys(judged, 1.0)}
        assert system.slices["locale:en"] == dict.fromkeys(MEASURES, 1.0)
        assert set(system.latency_ms) == {"p50", "p95"}
        assert (system.confidence is None) == (system.system != "hybrid")
        assert len(system.stated) == (9 if system.system == "hybrid" else 0)


def test_the_hybrid_is_compared_with_all_others(run_all, dataset):
    record, _ = run_all(dataset, systems="lexical,dense,rrf,hybrid")
    compared = {s.system: s.comparisons for s in record.results[0].systems}
    assert [item.baseline for item in compared.pop("hybrid")] == ["lexical", "dense", "rrf"]
    assert set(compared.values()) == {()}
    record, _ = run_all(dataset, baseline="dense")
    (only,) = record.results[0].system("hybrid").comparisons
    assert (only.baseline, only.difference, only.p, only.p_holm) == ("dense", 0.0, 1.0, 1.0)


def test_the_confidence_tells_answerable_queries_from_others(run_all, dataset):
    record, _ = run_all(dataset)
    confidence = record.results[0].system("hybrid").confidence
    assert (confidence.auroc_relevant, confidence.auroc_scope) == (1.0, 1.0)
    assert confidence.threshold == packaged_parameters().confidence.threshold
    assert sum(item.queries for item in confidence.reliability) == 9


def test_a_configuration_is_recorded_with_its_parameters(run_all, dataset, tmp_path):
    bold = packaged_parameters()
    bold = bold.model_copy(update={"fusion": bold.fusion.model_copy(update={"lexical_weight": 9})})
    (tmp_path / "bold.json").write_text(bold.model_dump_json(), encoding="utf-8")
    record, _ = run_all(dataset, systems=f"hybrid,{tmp_path / 'bold.json'}")
    hybrid, configured = record.results[0].systems
    assert (hybrid.parameters, configured.system) == (None, "bold")
    assert configured.parameters["fusion"]["lexical_weight"] == 9
    assert configured.confidence is not None
    assert [item.baseline for item in configured.comparisons] == ["hybrid"]
    assert (tmp_path / "out" / "tiny" / "bold.trec").is_file()


def test_figures_of_an_imperfect_run_are_those_of_its_run_file(run_all, settings, tmp_path):
    qrels = [(query, "lamp", 2) for query, _, _ in QRELS] + [("q-lamp-0", "pump", 1)]
    folder = write_dataset(tmp_path / "odd", CORPUS, QUERIES, qrels)
    record, _ = run_all(folder)
    system = record.results[0].system("dense")
    lines = (tmp_path / "out" / "odd" / "dense.trec").read_text(encoding="utf-8").splitlines()
    ranks: dict[str, dict[str, float]] = {}
    for query, _, document, _, score, _ in (line.split() for line in lines):
        ranks.setdefault(query, {})[document] = float(score)
    for measure in MEASURES:
        values = per_query(ranks, folder.qrels, measure)
        assert 0 < system.measures[measure].value == pytest.approx(sum(values.values()) / 8)
        assert system.measures[measure].low <= system.measures[measure].value
    assert system.measures["nDCG@10"].value < 1
    values = per_query(ranks, folder.qrels, "nDCG@10")
    assert system.per_query["nDCG@10"] == pytest.approx(values, abs=1e-6)


def test_what_was_shown_and_expected_comes_with_titles(run_all, tmp_path):
    qrels = [*QRELS, ("q-pump-0", "lamp", 2), ("q-pump-0", "gone", 1), ("q-pump-0", "refund", 0)]
    _, (observed,) = run_all(
        write_dataset(tmp_path / "tiny", CORPUS, [*QUERIES, OUT_OF_SCOPE], qrels)
    )
    assert observed.dataset == "tiny"
    first = observed.shown["hybrid"]["q-pump-0"][0]
    assert (first.document_id, first.title, first.locale) == ("pump", "pump", "en")
    scores = [item.score for item in observed.shown["hybrid"]["q-pump-0"]]
    assert scores == sorted(scores, reverse=True)
    assert observed.shown["lexical"]["q-none"] == ()
    assert observed.expected["q-pump-0"] == (
        ExpectedDocument("lamp", "lamp", "en", 2),
        ExpectedDocument("gone", "", "", 1),
        ExpectedDocument("pump", "pump", "en", 1),
    )
    assert "q-none" not in observed.expected
    assert observed.locales["q-none"] == "en"


def test_ranks_of_relevant_documents_are_known_beyond_what_is_shown(run_all, tmp_path):
    more = [
        {"_id": f"m{n}", "title": f"m{n}", "text": f"Lamp {n}.", "lang": "en"} for n in range(15)
    ]
    qrels = [*QRELS, *(("q-lamp-0", document["_id"], 1) for document in more)]
    _, (observed,) = run_all(write_dataset(tmp_path / "tiny", [*CORPUS, *more], QUERIES, qrels))
    lines = (tmp_path / "out" / "tiny" / "dense.trec").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line.startswith("q-lamp-0 ")]
    relevant = {document["_id"] for document in more} | {"lamp"}
    assert observed.ranks["dense"]["q-lamp-0"] == {
        document: int(rank) for _, _, document, rank, *_ in rows if document in relevant
    }
    assert max(observed.ranks["dense"]["q-lamp-0"].values()) > len(
        observed.shown["dense"]["q-lamp-0"]
    )
    assert observed.depth == 100


def test_queries_in_another_language_are_cross_language(run_all, tmp_path):
    queries = [
        {"_id": "fa", "text": "پمپ صدا می‌دهد", "metadata": {"lang": "fa-IR"}},
        {"_id": "en", "text": "rattling pump air tank", "metadata": {"role": "rep", "slice": "x"}},
    ]
    qrels = [("fa", "pump", 1), ("en", "pump", 1)]
    record, _ = run_all(write_dataset(tmp_path / "tiny", CORPUS, queries, qrels))
    slices = record.results[0].slices
    assert {name: members for name, members in slices.items() if "length" not in name} == {
        "locale:en": ("en",), "locale:fa": ("fa",), "language:cross": ("fa",),
        "language:in": ("en",), "audience:customer": ("fa",), "audience:rep": ("en",),
        "slice:x": ("en",),
    }  # fmt: skip


def test_a_judged_query_that_is_not_asked_counts_as_zero_and_is_noted(run_all, tmp_path):
    qrels = [("q-pump-0", "pump", 1), ("q-lost", "pump", 1)]
    folder = write_dataset(tmp_path / "tiny", CORPUS, QUERIES[2:3], qrels)
    record, (observed,) = run_all(folder)
    (tiny,) = record.results
    assert tiny.system("hybrid").measures["nDCG@10"].value == 0.5
    assert tiny.notes == ("1 judged queries are not among the queries; they count as zero.",)
    assert tiny.queries == {"q-pump-0": "pump question", "q-lost": ""}
    assert observed.shown["hybrid"]["q-lost"] == ()


def test_documents_that_cannot_be_found_are_noted(run_all, tmp_path):
    corpus = [*CORPUS, {"_id": "void", "title": "void", "text": ""}]
    qrels = [*QRELS, ("q-pump-0", "void", 1)]
    record, _ = run_all(write_dataset(tmp_path / "tiny", corpus, QUERIES, qrels))
    empty, unfound = record.results[0].notes
    assert "1 documents of the corpus were not indexed" in empty
    assert "corpus.jsonl:5, has an empty body" in empty
    assert unfound == "1 relevant documents are not in the index, so no system can find them."


# ── Little to measure ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("qrels", [[], [("q-pump-0", "pump", 0)]], ids=["none", "irrelevant"])
def test_without_relevant_documents_there_are_runs_but_no_figures(run_all, tmp_path, qrels):
    record, _ = run_all(write_dataset(tmp_path / "tiny", CORPUS, QUERIES, qrels))
    (tiny,) = record.results
    assert tiny.notes == ("No query has a relevant document, so there is nothing to measure.",)
    assert tiny.slices == {}
    assert [system.measures for system in tiny.systems] == [{}, {}, {}]
    assert tiny.system("hybrid").comparisons == ()
    assert len(tiny.system("hybrid").stated) == 8
    assert (tmp_path / "out" / "tiny" / "hybrid.trec").read_text(encoding="utf-8")


def test_without_any_judgement_no_query_is_called_unanswerable(run_all, tmp_path):
    record, _ = run_all(write_dataset(tmp_path / "tiny", CORPUS, QUERIES, []))
    (tiny,) = record.results
    assert tiny.unanswerable == ()
    assert tiny.system("hybrid").confidence is None


def test_one_query_is_enough(run_all, tmp_path):
    record, _ = run_all(write_dataset(tmp_path / "tiny", CORPUS, QUERIES[:1], QRELS[:1]))
    hybrid = record.results[0].system("hybrid")
    figure = hybrid.measures["nDCG@10"]
    assert (figure.value, figure.low, figure.high) == (1.0, 1.0, 1.0)
    assert (hybrid.confidence.auroc_relevant, hybrid.confidence.auroc_scope) == (None, None)


def test_no_queries_leave_an_empty_record(run_all, tmp_path):
    record, (observed,) = run_all(write_dataset(tmp_path / "tiny", CORPUS, [], []))
    (tiny,) = record.results
    assert (tiny.queries, tiny.systems[0].latency_ms) == ({}, {})
    assert observed.shown["hybrid"] == {}


def test_an_empty_corpus_is_refused_by_name(run_all, tmp_path):
    folder = write_dataset(tmp_path / "tiny", [], QUERIES, QRELS)
    with pytest.raises(
        InvalidInput, match=r"The dataset tiny cannot be indexed\. There is nothing"
    ):
        run_all(folder)


def test_two_datasets_of_one_name_are_refused(run_all, dataset, tmp_path):
    other = write_dataset(tmp_path / "elsewhere" / "tiny", CORPUS, QUERIES, QRELS)
    with pytest.raises(InvalidInput, match="Two datasets are called 'tiny'"):
        run_all(dataset, other)


# ── Between runs ─────────────────────────────────────────────────────────────────────────────


def test_progress_names_the_dataset(run_all, dataset):
    stages = []
    run_all(dataset, progress=lambda stage, *_: stages.append(stage))
    assert all(stage.startswith("tiny: ") for stage in stages)
    assert {"tiny: embed queries", "tiny: lexical", "tiny: dense", "tiny: hybrid"} <= set(stages)


def test_vectors_are_kept_between_runs_and_the_snapshot_is_not(dataset, settings):
    class Counting(BagOfWordsEmbedder):
        def __init__(self):
            super().__init__()
            self.asked = []

        def embed_queries(self, texts):
            self.asked.extend(texts)
            return super().embed_queries(texts)

    queries = {query.text for query in dataset.queries}
    found, embedded = [], []
    for _ in range(2):
        embedder = Counting()
        with opened(dataset, settings, embedder, lambda *_: None) as experiment:
            found.append([query.vector.tolist() for _, query in experiment.queries])
        embedded.append((queries & set(embedder.asked), [*embedder.embedded]))
    assert found[0] == found[1]
    assert embedded[0][0] == queries
    assert embedded[1] == (set(), [])
    assert [path.name for path in (settings.data_dir / "eval" / "tiny").iterdir()] == ["cache"]


def test_a_query_is_not_taken_for_a_passage_of_the_same_text(tmp_path, settings):
    class TwoSided(BagOfWordsEmbedder):
        def embed_queries(self, texts):
            return -super().embed_queries(texts)

    corpus = [{"_id": "d", "title": "pump", "text": "pump"}]
    folder = write_dataset(tmp_path / "tiny", corpus, [{"_id": "q", "text": "pump"}], [])
    for _ in range(2):
        with opened(folder, settings, TwoSided(), lambda *_: None) as experiment:
            ((_, query),) = experiment.queries
        assert query.vector.tolist() == TwoSided().embed_queries(["pump"])[0].tolist()


def test_a_system_does_not_profit_from_what_the_one_before_it_left_remembered(
    dataset, settings, monkeypatch
):
    from kb.lexical_query import Vocabulary

    resolved = []
    original = Vocabulary.resolve

    def resolve(self, terms, expansions):
        resolved.append(terms)
        return original(self, terms, expansions)

    monkeypatch.setattr(Vocabulary, "resolve", resolve)
    parameters = packaged_parameters()
    with opened(dataset, settings, BagOfWordsEmbedder(), lambda *_: None) as experiment:
        run_system(experiment, "lexical", parameters)
        once = len(resolved)
        run_system(experiment, "lexical", parameters)
        assert len(resolved) == once
        experiment.cool()
        run_system(experiment, "lexical", parameters)
        assert len(resolved) == 2 * once
