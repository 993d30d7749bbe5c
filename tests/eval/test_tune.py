"""What `kb eval tune` learns, and what it refuses."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from eval.datasets import Dataset, load_dataset
from eval.experiment import opened
from eval.metrics import per_query
from eval.runner import run_system
from eval.slices import relevant_documents
from eval.tune import Figures, TuneReport, is_training, split, tune
from kb.errors import InvalidInput
from kb.parameters import Parameters, packaged_parameters
from tests.conftest import ROOT
from tests.eval.shop import TopicEmbedder, held_out, shop, training
from tests.eval.tiny import CORPUS, QRELS, QUERIES, write_dataset
from tests.fakes import BagOfWordsEmbedder


def parameters(**fusion: float) -> Parameters:
    packaged = packaged_parameters()
    return packaged.model_copy(update={"fusion": packaged.fusion.model_copy(update=fusion)})


TIMID = parameters(lexical_weight=1.0)


@pytest.fixture
def tuned(settings):
    """Tune on datasets with an embedder."""

    def call(
        *datasets: Dataset,
        start: Parameters = TIMID,
        max_drop: float = 0.01,
        embedder=TopicEmbedder,
    ) -> TuneReport:
        with ExitStack() as stack:
            experiments = [
                stack.enter_context(opened(dataset, settings, embedder(), lambda *_: None))
                for dataset in datasets
            ]
            return tune(experiments, start, lambda *_: None, max_drop=max_drop)

    return call


# ── What is learned ──────────────────────────────────────────────────────────────────────────


def test_where_only_words_help_their_weight_is_turned_up(tuned, tmp_path):
    report = tuned(shop(tmp_path / "codes", training("c", 30) + held_out("c", 30)))
    assert report.before.lexical_weight == 1
    assert report.after.lexical_weight >= 3
    assert report.after == report.before.model_copy(
        update={"lexical_weight": report.after.lexical_weight}
    )
    (codes,) = report.datasets
    assert codes.held_out.after > codes.held_out.before + 0.1
    assert report.difference == codes.held_out.difference
    assert report.p == codes.p == codes.p_holm < 0.05
    assert (report.losing, report.refusals) == ((), ())


def test_parameters_in_force_stay_where_nothing_is_better(tuned, tmp_path):
    dataset = write_dataset(tmp_path / "tiny", CORPUS, QUERIES, QRELS)
    report = tuned(dataset, start=packaged_parameters(), embedder=BagOfWordsEmbedder)
    assert report.after == report.before == packaged_parameters().fusion
    assert report.datasets[0].held_out.before == 1.0
    assert (report.difference, report.p) == (0.0, 1.0)
    assert report.refusals == ("Nothing better was found: the parameters in force stay.",)


# ── What is refused ──────────────────────────────────────────────────────────────────────────


def test_a_gain_on_a_few_held_out_queries_may_be_chance(tuned, tmp_path):
    report = tuned(shop(tmp_path / "codes", training("c", 30) + held_out("c", 5)))
    assert report.after.lexical_weight > 1
    assert report.difference > 0
    assert report.p >= 0.0625  # 2 / 2^5 at best
    (sentence,) = report.refusals
    assert sentence.startswith("On the held-out queries the parameters found are not significantly")
    assert f"({report.difference:+.4f}, p = {report.p:.3f})" in sentence


def test_a_kind_of_query_that_loses_is_not_paid_for_by_others(tuned, tmp_path):
    # No query by topic trains, so nothing speaks for the vectors.
    by_code = training("c", 30) + held_out("c", 40)
    dataset = shop(tmp_path / "codes", by_code, held_out("t", 12))
    report = tuned(dataset)
    assert report.difference > 0
    assert report.p < 0.05
    loss = next(loss for loss in report.losing if loss.slice == "slice:topic")
    assert (loss.dataset, loss.queries) == ("codes", 12)
    assert loss.difference == pytest.approx(loss.after - loss.before, abs=1e-6)
    assert loss.difference < -0.01
    (sentence,) = report.refusals
    assert sentence.startswith("They would cost more than 0.01 on codes ")
    assert f"slice:topic ({loss.difference:+.4f})" in sentence

    allowed = tuned(dataset, max_drop=1.0)
    assert (allowed.losing, allowed.refusals) == ((), ())


def test_slices_with_few_held_out_queries_are_passed_over(tuned, tmp_path):
    by_code = training("c", 30) + held_out("c", 40)
    report = tuned(shop(tmp_path / "codes", by_code, held_out("t", 9)))
    assert "slice:topic" not in [loss.slice for loss in report.losing]


def test_a_dataset_that_falls_below_its_better_half_is_a_reason_to_refuse(tuned, tmp_path):
    codes = shop(tmp_path / "codes", training("c", 30) + held_out("c", 40))
    # Too few held-out queries for the slices to speak.
    topics = shop(tmp_path / "topics", training("c", 10), held_out("t", 9))
    report = tuned(codes, topics, max_drop=1.0)
    assert report.difference > 0
    figures = report.datasets[1].held_out
    assert figures.dense == figures.before > figures.after
    assert (figures.short_before, figures.short) == (False, True)
    assert report.newly_short == ("topics",)
    assert report.refusals[-1] == (
        "With them topics would fall below the better of lexical and dense alone by more than "
        "0.002."
    )


@pytest.mark.parametrize(
    ("before", "after", "short_before", "short"),
    [
        (0.9, 0.9, False, False),
        (0.798, 0.798, False, False),  # the tolerance
        (0.797, 0.7979, True, True),
        (0.7, 0.8, True, False),
    ],
)
def test_short_is_what_is_below_the_better_half_by_more_than_the_tolerance(
    before, after, short_before, short
):
    figures = Figures(queries=10, before=before, after=after, lexical=0.2, dense=0.8)
    assert (figures.short_before, figures.short) == (short_before, short)


# ── The figures ──────────────────────────────────────────────────────────────────────────────


def golden(_folder: Path) -> Dataset:
    return load_dataset(ROOT / "articles" / "golden")


def codes_and_topics(folder: Path) -> Dataset:
    ids = [f"q-{n}" for n in range(60)]
    return shop(folder / "shop", ids[:40], ids[40:])


def many_relevant(folder: Path) -> Dataset:
    """Every third document is relevant, whatever it says; the last query is judged, not asked."""
    documents = [
        {"_id": f"d{n}", "title": "", "text": f"lamp {n} {'pump ' * (n % 7)}", "lang": "en"}
        for n in range(40)
    ]
    queries = [{"_id": f"q-{n}", "text": f"pump {n} lamp {n + 7}"} for n in range(24)]
    qrels = [(f"q-{n}", f"d{m}", 1) for n in range(24) for m in range(40) if (n + m) % 3 == 0]
    return write_dataset(folder / "many", documents, queries[:23], qrels)


@pytest.mark.parametrize(
    ("make", "measure", "weight"),
    [
        (golden, "nDCG@10", 6.0),
        (codes_and_topics, "nDCG@10", 0.5),
        (codes_and_topics, "nDCG@10", 6.0),
        (many_relevant, "Success@3", 6.0),
    ],
)
def test_figures_are_those_of_a_run(settings, tmp_path, make, measure, weight):
    dataset, start = make(tmp_path), parameters(lexical_weight=weight)
    with opened(dataset, settings, BagOfWordsEmbedder(), lambda *_: None) as experiment:
        report = tune([experiment], start, lambda *_: None)
        found = parameters(**report.after.model_dump())
        runs = {
            "lexical": run_system(experiment, "lexical", start).run,
            "dense": run_system(experiment, "dense", start).run,
            "before": run_system(experiment, "hybrid", start).run,
            "after": run_system(experiment, "hybrid", found).run,
        }
    (change,) = report.datasets
    assert change.measure == measure
    assert len({change.train.lexical, change.train.dense, change.train.before}) > 1
    for figures, side in ((change.train, True), (change.held_out, False)):
        for name, run in runs.items():
            values = per_query(run, dataset.qrels, measure)
            wanted = [value for query, value in values.items() if is_training(query) is side]
            assert figures.queries == len(wanted)
            assert getattr(figures, name) == pytest.approx(np.mean(wanted), abs=1e-6), name


# ── The split ────────────────────────────────────────────────────────────────────────────────


def test_the_split_takes_every_judged_query_once_and_depends_on_its_id_only(tmp_path):
    ids = [f"q-{n}" for n in range(200)]
    whole = shop(tmp_path / "a", ids)
    train, test = split(whole)
    assert train.keys() | test.keys() == relevant_documents(whole.qrels).keys()
    assert not train.keys() & test.keys()
    assert 70 < len(train) < 130
    fewer = split(shop(tmp_path / "b", ids[50:150]))[0]
    assert fewer.keys() == train.keys() & set(ids[50:150])


@pytest.mark.parametrize(
    ("qrels", "sentence"),
    [
        ([], "tiny has no query with a relevant document, so nothing can be learned"),
        ([("q-lamp-0", "lamp", 0)], "tiny has no query with a relevant document"),
        ([("q-lamp-0", "lamp", 1)], "tiny has too few judged queries to hold half of them out"),
    ],
)
def test_a_dataset_that_nothing_can_be_learned_from_is_refused(tuned, tmp_path, qrels, sentence):
    dataset = write_dataset(tmp_path / "tiny", CORPUS, QUERIES, qrels)
    with pytest.raises(InvalidInput, match=sentence):
        tuned(dataset)
