"""Systems on datasets: retrieve, measure, record, write run files; one dataset at a time."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from eval.answers import Shown
from eval.baselines import FUSIONS, best_first
from eval.datasets import Dataset, Qrels
from eval.experiment import DEPTH, Experiment, Progress, opened
from eval.measuring import (
    Values,
    compared,
    confidence_record,
    fingerprint,
    latency,
    measure_records,
    primary_measure,
    slice_means,
)
from eval.metrics import MEASURES, Run, per_query
from eval.observed import SHOWN_DEPTH, ExpectedDocument, Observed, ShownDocument
from eval.records import DatasetRecord, MeasureRecord, RunRecord, SystemRecord, write_record
from eval.slices import relevant_documents, slices_of
from eval.systems import DENSE, HYBRID, LEXICAL, System, comparisons_of
from eval.trec import write_trec_run
from kb import confidence
from kb.config import Settings
from kb.embedder import Embedder
from kb.errors import InvalidInput
from kb.expansion import Synonyms
from kb.parameters import Parameters
from kb.ranker import Candidate
from kb.retriever import Retrieval

__all__ = ["Experiment", "Result", "check_names", "fused", "run", "run_system", "write_run"]

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """One document of a ranking."""

    key: str
    """The same for all language versions of a document."""
    document_id: str
    locale: str
    score: float
    """As retrieved; falls with the rank, but not strictly."""


@dataclass(frozen=True)
class Result:
    """One system on one dataset; everything by query id."""

    dataset: str
    system: str
    rankings: Mapping[str, tuple[Ranked, ...]]
    """Best first, at most `DEPTH`; empty where nothing was found."""
    confidence: Mapping[str, float]
    """That the first document answers; empty for systems that state none."""
    seconds: Mapping[str, float]
    """Of retrieval, without embedding the query."""
    answers: Mapping[str, Shown] = field(default_factory=dict)
    """Whether the first document shows the answer; where it is the right one and answers are
    known."""

    @property
    def run(self) -> Run:
        """The rankings with scores that strictly fall, so that every tool breaks ties as we do."""
        return {
            query: {item.document_id: float(len(ranking) - n) for n, item in enumerate(ranking)}
            for query, ranking in self.rankings.items()
        }


def check_names(datasets: Sequence[Dataset]) -> None:
    """Make sure that no dataset's files overwrite another's.

    Raises:
        InvalidInput: two have the same name.
    """
    names = [dataset.name for dataset in datasets]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InvalidInput(
            f"Two datasets are called '{twice[0]}' and would overwrite each other's files; "
            "rename one's folder or run them apart."
        )


def run(
    datasets: Sequence[Dataset],
    systems: Sequence[System],
    settings: Settings,
    embedder: Embedder,
    parameters: Parameters,
    out: Path,
    progress: Progress,
    *,
    baseline: str | None = None,
    seed: int = 0,
    synonyms: Synonyms | None = None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> tuple[RunRecord, tuple[Observed, ...]]:
    """Run all systems on all datasets; writes run files, confidences and `run.json` into `out`.

    Args:
        parameters: those in force, for the record; each system has its own.
        baseline: the only system to compare with; unset: see `eval.systems.comparisons_of`.
        seed: of bootstrap and randomisation tests.
        synonyms: default: those of the configured file.

    Raises:
        ConfigurationError: the synonyms file is malformed.
        InvalidInput: two datasets have the same name, one cannot be indexed, there is nothing to
            compare with `baseline`, or `out` can be no folder.
    """
    check_names(datasets)
    pairs = comparisons_of(systems, baseline)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"Nothing can be written into {out} ({error}).") from error
    created = now()
    results = []
    for dataset in datasets:
        with opened(dataset, settings, embedder, progress, synonyms) as experiment:
            results.append(run_dataset(experiment, systems, pairs, seed, out, progress))
    record = RunRecord(
        created=created,
        embedder=embedder.name,
        parameters=parameters,
        seed=seed,
        results=tuple(record for record, _ in results),
    )
    write_record(record, out)
    return record, tuple(observed for _, observed in results)


def run_dataset(
    experiment: Experiment,
    systems: Sequence[System],
    pairs: Sequence[tuple[str, str]],
    seed: int,
    out: Path,
    progress: Progress,
) -> tuple[DatasetRecord, Observed]:
    """Run all systems on one dataset and measure them; writes into `out`/<dataset>.

    Args:
        pairs: (system, baseline) to compare.
    """
    dataset = experiment.dataset
    primary = primary_measure(dataset.qrels)
    slices = slices_of(experiment.asked, dataset.qrels, experiment.document_languages)
    result_of = _results(experiment, progress)
    records: list[SystemRecord] = []
    relevant = relevant_documents(dataset.qrels)
    first: dict[str, dict[str, tuple[Ranked, ...]]] = {}
    ranks: dict[str, dict[str, dict[str, int]]] = {}
    for system in systems:
        result = result_of(system)
        write_run(result, out / dataset.name)
        records.append(_measured(result, system, dataset, slices, primary, seed))
        first[system.name] = {q: items[:SHOWN_DEPTH] for q, items in result.rankings.items()}
        ranks[system.name] = _ranks(result, relevant)
    comparisons = compared({r.system: r.per_query[primary] for r in records}, pairs, seed)
    asked = {query.id: query.text for query in dataset.queries}
    record = DatasetRecord(
        dataset=dataset.name,
        fingerprint=fingerprint(dataset),
        primary=primary,
        queries=asked | {query: "" for query in relevant if query not in asked},
        slices=slices,
        unanswerable=tuple(q for q in asked if q not in relevant) if dataset.qrels else (),
        systems=tuple(
            r.model_copy(update={"comparisons": comparisons.get(r.system, ())}) for r in records
        ),
        notes=experiment.notes,
    )
    return record, _observed(experiment, first, ranks)


def run_system(
    experiment: Experiment,
    retriever: str,
    parameters: Parameters,
    *,
    name: str | None = None,
    progress: Progress = lambda _stage, _done, _total: None,
) -> Result:
    """Run lexical, dense or hybrid over all queries of the dataset.

    Args:
        name: what the result is called; unset: like the retriever.
    """
    rankings: dict[str, tuple[Ranked, ...]] = {}
    stated: dict[str, float] = {}
    seconds: dict[str, float] = {}
    answers: dict[str, Shown] = {}
    system, dataset = name or retriever, experiment.dataset
    retrievers = experiment.retrievers(parameters.fusion)
    for query, retrieval, shown, took in experiment.retrieve(retriever, parameters):
        rankings[query.id] = _ranking(retrieval, shown)
        if retriever == HYBRID:
            stated[query.id] = top_confidence(retrieval, shown, parameters)
        grades = dataset.qrels.get(query.id, {})
        if query.answers and shown and grades.get(shown[0].document_id, 0) > 0:
            answers[query.id] = experiment.answer_shown(query, shown[0], retrievers[query.role])
        seconds[query.id] = took
        progress(f"{dataset.name}: {system}", len(rankings), len(dataset.queries))
    return Result(dataset.name, system, rankings, stated, seconds, answers)


def fused(name: str, lexical: Result, dense: Result) -> Result:
    """A fusion baseline from the results of both halves on one dataset.

    Of a document that both found in different versions, the dense half's stands. Takes as long as
    both halves one after the other.
    """
    rankings: dict[str, tuple[Ranked, ...]] = {}
    seconds: dict[str, float] = {}
    for query, by_meaning in dense.rankings.items():
        by_words = lexical.rankings[query]
        began = time.perf_counter()
        scores = FUSIONS[name](
            {item.key: item.score for item in by_words},
            {item.key: item.score for item in by_meaning},
        )
        known = {item.key: item for item in (*by_words, *by_meaning)}
        rankings[query] = tuple(
            replace(known[key], score=scores[key]) for key in best_first(scores)[:DEPTH]
        )
        fusing = time.perf_counter() - began
        seconds[query] = lexical.seconds[query] + dense.seconds[query] + fusing
    return Result(dense.dataset, name, rankings, {}, seconds)


def top_confidence(
    retrieval: Retrieval, shown: Sequence[Candidate], parameters: Parameters
) -> float:
    """Calibrated probability that the first hit answers; 0 without hits."""
    if not shown:
        return 0.0
    values = confidence.features(retrieval.evidence(shown[0]))
    return confidence.probability(values, parameters.confidence_in(shown[0].collection))


def write_run(result: Result, folder: Path) -> None:
    """`<system>.trec` (TREC run format); for the hybrid also `confidence.tsv`.

    Raises:
        InvalidInput: an id cannot stand in a run file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_trec_run(result.run, result.system, folder / f"{result.system}.trec")
    if result.system == HYBRID:
        lines = [f"{query}\t{value:.6f}\n" for query, value in result.confidence.items()]
        text = "query-id\tconfidence\n" + "".join(lines)
        (folder / "confidence.tsv").write_text(text, encoding="utf-8")


def _ranking(retrieval: Retrieval, shown: Sequence[Candidate]) -> tuple[Ranked, ...]:
    """What is shown, scored as it was ranked: a group by its best version, shown or not."""
    best: dict[tuple[str, str], float] = {}
    for candidate in retrieval.documents:  # best first
        best.setdefault((candidate.collection, candidate.group), candidate.score)
    return tuple(
        Ranked(
            key=f"{candidate.collection}/{candidate.group}",
            document_id=candidate.document_id,
            locale=candidate.locale,
            score=best[candidate.collection, candidate.group],
        )
        for candidate in shown
    )


def _results(experiment: Experiment, progress: Progress) -> Callable[[System], Result]:
    """Runs systems, but each half once: fusions are made from what the halves returned."""
    halves: dict[str, Result] = {}

    def half(name: str, parameters: Parameters) -> Result:
        if name not in halves:
            experiment.cool()
            halves[name] = run_system(experiment, name, parameters, progress=progress)
        return halves[name]

    def result_of(system: System) -> Result:
        if system.name in (LEXICAL, DENSE):
            return half(system.name, system.parameters)
        if system.name in FUSIONS:
            sides = [half(name, system.parameters) for name in (LEXICAL, DENSE)]
            return fused(system.name, *sides)
        experiment.cool()
        return run_system(
            experiment, HYBRID, system.parameters, name=system.name, progress=progress
        )

    return result_of


def _containment(answers: Mapping[str, Shown], seed: int) -> dict[str, MeasureRecord]:
    """How often what is shown of a right first document contains the answer."""
    values = {
        "answer_containment": {query: float(shown.answer) for query, shown in answers.items()},
        "snippet_containment": {query: float(shown.snippet) for query, shown in answers.items()},
    }
    return measure_records(values, seed)


def _measured(
    result: Result,
    system: System,
    dataset: Dataset,
    slices: Mapping[str, Sequence[str]],
    primary: str,
    seed: int,
) -> SystemRecord:
    """A system's figures, all but the comparisons."""
    current = result.run
    values: Values = {name: per_query(current, dataset.qrels, name) for name in MEASURES}
    threshold = system.parameters.confidence.threshold
    relevant = relevant_documents(dataset.qrels)
    # Without any judgement nothing is known to be wrong.
    trustworthiness = (
        confidence_record(
            result.confidence,
            {
                query: bool(items) and items[0].document_id in relevant.get(query, {})
                for query, items in result.rankings.items()
            },
            {query: query in relevant for query in result.confidence},
            threshold,
        )
        if result.confidence and dataset.qrels
        else None
    )
    return SystemRecord(
        system=system.name,
        parameters=system.parameters if system.configured else None,
        measures=measure_records(values, seed),
        slices=slice_means(values, slices),
        per_query={
            name: {query: round(value, _DIGITS) for query, value in values[name].items()}
            for name in dict.fromkeys(("nDCG@10", primary))
        },
        confidence=trustworthiness,
        stated={query: round(value, _DIGITS) for query, value in result.confidence.items()},
        **_containment(result.answers, seed),
        latency_ms=latency(list(result.seconds.values())),
    )


def _ranks(result: Result, relevant: Qrels) -> dict[str, dict[str, int]]:
    """Where the relevant documents came, by judged query; those that did not come are absent."""
    return {
        query: {
            item.document_id: rank
            for rank, item in enumerate(result.rankings.get(query, ()), start=1)
            if item.document_id in documents
        }
        for query, documents in relevant.items()
    }


def _observed(
    experiment: Experiment,
    first: Mapping[str, Mapping[str, Sequence[Ranked]]],
    ranks: Mapping[str, Mapping[str, Mapping[str, int]]],
) -> Observed:
    relevant = relevant_documents(experiment.dataset.qrels)
    wanted = {item.document_id for of in first.values() for items in of.values() for item in items}
    wanted.update(document for documents in relevant.values() for document in documents)
    titles = {document.id: document.title for document in experiment.documents(wanted)}
    languages = experiment.document_languages
    unasked = dict.fromkeys(relevant, ())
    return Observed(
        dataset=experiment.dataset.name,
        shown={
            system: unasked
            | {
                query: tuple(
                    ShownDocument(
                        item.document_id, titles[item.document_id], item.locale, item.score
                    )
                    for item in items
                )
                for query, items in of_query.items()
            }
            for system, of_query in first.items()
        },
        expected={
            query: tuple(
                ExpectedDocument(document, titles.get(document, ""), languages.get(document, ""), g)
                for document, g in sorted(documents.items(), key=lambda item: (-item[1], item[0]))
            )
            for query, documents in relevant.items()
        },
        locales=dict.fromkeys(relevant, "") | {a.query.id: a.language for a in experiment.asked},
        ranks=ranks,
        depth=DEPTH,
    )
