"""Systems on datasets: index with the real pipeline, retrieve, measure, write run files."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.datasets import Dataset, EvalQuery
from eval.metrics import MEASURES, Run, auroc, summary
from indexer.pipeline import index
from kb import confidence
from kb.config import Settings
from kb.embedder import Embedder, Vectors
from kb.models import COLLECTIONS_OF_ROLE, Role
from kb.parameters import FusionParameters, Parameters
from kb.ranker import Candidate
from kb.retriever import Query, Retrieval, Retriever
from kb.snapshot import Snapshot, open_current
from kb.store import Store
from kb.text import detect_language

SYSTEMS = ("lexical", "dense", "hybrid")
DEPTH = 100
"""Documents per query in a run file."""
_CANDIDATES = 500
"""Passages per side: enough that 100 documents come out of them."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Result:
    """One system on one dataset."""

    dataset: str
    system: str
    run: Run
    confidence: Mapping[str, float]
    """By query id; the hybrid system's, with the parameters in force."""
    measures: Mapping[str, float]
    latency_ms: Mapping[str, float]
    """p50 and p95 of retrieval, without embedding the query."""


def fusion_of(system: str, parameters: Parameters) -> FusionParameters:
    """The fusion that makes a retriever behave as `system`."""
    if system == "lexical":
        return FusionParameters(lexical_weight=1, other_language_vote=1)
    if system == "dense":
        return FusionParameters(lexical_weight=0, other_language_vote=0)
    return parameters.fusion


@contextmanager
def indexed(
    dataset: Dataset, settings: Settings, embedder: Embedder, progress: Progress
) -> Iterator[Snapshot]:
    """The dataset's corpus as a snapshot in a folder of its own; vectors stay cached."""
    folder = settings.data_dir / "eval" / dataset.name
    scratch = settings.model_copy(update={"data_dir": folder, "database_url": ""})
    shutil.rmtree(folder / "index", ignore_errors=True)
    (folder / "kb.sqlite").unlink(missing_ok=True)
    store = Store(scratch.store_url)
    try:
        index([dataset.corpus], scratch, store, embedder, progress=progress)
        yield open_current(scratch.index_dir, embedder.fingerprint)
    finally:
        store.close()


def embed_queries(
    queries: Sequence[EvalQuery], embedder: Embedder, progress: Progress
) -> list[Vectors]:
    """One vector per query."""
    vectors: list[Vectors] = []
    for start in range(0, len(queries), 128):
        texts = [query.text for query in queries[start : start + 128]]
        vectors.extend(embedder.embed_queries(texts))
        progress("embed queries", start + len(texts), len(queries))
    return vectors


class Experiment:
    """A dataset's queries, embedded and analysed, over its snapshot."""

    def __init__(
        self,
        dataset: Dataset,
        snapshot: Snapshot,
        settings: Settings,
        embedder: Embedder,
        progress: Progress,
    ) -> None:
        self.dataset = dataset
        self._snapshot = snapshot
        vectors = embed_queries(dataset.queries, embedder, progress)
        self.queries = []
        for query, vector in zip(dataset.queries, vectors, strict=True):
            default = (query.locale or settings.default_locale).split("-")[0]
            language = detect_language(query.text, settings.languages, default)
            self.queries.append((query, Query.of(query.text, language, vector)))

    def retriever(self, role: Role, fusion: FusionParameters) -> Retriever:
        names = COLLECTIONS_OF_ROLE[role]
        return Retriever({name: self._snapshot.collections[name] for name in names}, fusion)

    def retrieve(
        self, system: str, parameters: Parameters
    ) -> Iterator[tuple[EvalQuery, Retrieval, list[Candidate], float]]:
        """For each query: retrieval, ranking as shown (translations collapsed), seconds."""
        fusion = fusion_of(system, parameters)
        retrievers = {role: self.retriever(role, fusion) for role in COLLECTIONS_OF_ROLE}
        for eval_query, query in self.queries:
            retriever = retrievers[eval_query.role]
            asked = Query(query.text, query.language, query.terms, None)
            began = time.perf_counter()
            retrieval = retriever.retrieve(asked if system == "lexical" else query, _CANDIDATES)
            seconds = time.perf_counter() - began
            reader = (eval_query.locale or query.language).split("-")[0]
            shown = [
                retriever.version_for(group, query, reader) for group in retrieval.groups()[:DEPTH]
            ]
            yield eval_query, retrieval, shown, seconds


def run_system(experiment: Experiment, system: str, parameters: Parameters) -> Result:
    """Run one system over all queries of the dataset and measure it."""
    run: dict[str, dict[str, float]] = {}
    stated: dict[str, float] = {}
    seconds = []
    for query, retrieval, shown, took in experiment.retrieve(system, parameters):
        # Scores strictly fall with the rank, so that every tool breaks ties as we do.
        run[query.id] = {
            candidate.document_id: float(len(shown) - rank) for rank, candidate in enumerate(shown)
        }
        stated[query.id] = top_confidence(retrieval, shown, parameters)
        seconds.append(took)
    milliseconds = np.array(seconds or [0.0]) * 1000
    return Result(
        dataset=experiment.dataset.name,
        system=system,
        run=run,
        confidence=stated,
        measures=summary(run, experiment.dataset.qrels, MEASURES),
        latency_ms={
            "p50": round(float(np.percentile(milliseconds, 50)), 2),
            "p95": round(float(np.percentile(milliseconds, 95)), 2),
        },
    )


def top_confidence(
    retrieval: Retrieval, shown: Sequence[Candidate], parameters: Parameters
) -> float:
    """Calibrated probability that the first hit answers; 0 without hits."""
    if not shown:
        return 0.0
    values = confidence.features(retrieval.evidence(shown[0]))
    return confidence.probability(values, parameters.confidence)


def abstention(result: Result, dataset: Dataset) -> dict[str, float]:
    """AUROC of the confidence, in scope against out of scope, where the dataset has both."""
    ids = [query.id for query in dataset.queries]
    area = auroc([result.confidence[i] for i in ids], [i in dataset.qrels for i in ids])
    return {} if area is None else {"AUROC in/out of scope": area}


def write_run(result: Result, folder: Path) -> None:
    """`<system>.trec` (TREC run format); for the hybrid also `confidence.tsv`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{result.system}.trec").open("w", encoding="utf-8") as file:
        for query, documents in result.run.items():
            for rank, (document, score) in enumerate(documents.items(), start=1):
                file.write(f"{query} Q0 {document} {rank} {score:g} {result.system}\n")
    if result.system == "hybrid":
        lines = [f"{query}\t{value:.6f}\n" for query, value in result.confidence.items()]
        text = "query-id\tconfidence\n" + "".join(lines)
        (folder / "confidence.tsv").write_text(text, encoding="utf-8")


def write_summary(rows: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """`run.json`: every system's measures on every dataset."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"results": list(rows)}, ensure_ascii=False, indent=1)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")
