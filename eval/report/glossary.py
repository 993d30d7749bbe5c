"""What each figure of the report means, and where its definition comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    anchor: str
    name: str
    meaning: str
    source: str


_MEASURES = {
    "nDCG": (
        "Grades of the relevant documents among the first {k}, each divided by log2(rank + 1), "
        "summed, and divided by the best sum any order could have. 1: perfect order.",
        "Järvelin and Kekäläinen 2002",
    ),
    "R": (
        "Share of a query's relevant documents that are among the first {k}.",
        "trec_eval recall",
    ),
    "RR": (
        "1 / rank of the first relevant document, 0 if none is among the first {k}; "
        "its mean is known as MRR.",
        "Kantor and Voorhees 2000",
    ),
    "Success": (
        "Share of queries with at least one relevant document among the first {k}.",
        "trec_eval success",
    ),
    "P": ("Share of the first {k} documents that are relevant.", "trec_eval P"),
    "AP": (
        "Precision at the rank of each relevant document among the first {k}, averaged over all "
        "relevant documents.",
        "Buckley and Voorhees 2000",
    ),
}
_CUT = re.compile(r"(\w+)(?:\(.*\))?(?:@(\d+))?")

_GENERAL = (
    Term(
        "interval",
        "95 % interval",
        "Where the mean would lie in 95 of 100 resamples of the same queries (bootstrap). "
        "It speaks about other queries of this kind, not about other collections.",
        "Efron and Tibshirani 1993",
    ),
    Term(
        "p",
        "p",
        "How often differences at least this large come about when each query's two values are "
        "swapped at random (paired randomisation test, two-sided), corrected for all comparisons "
        "on the dataset (Holm).",
        "Smucker, Allan and Carterette 2007; Holm 1979",
    ),
    Term(
        "better-half",
        "Better half",
        "The stronger of lexical and dense on a dataset or slice. A hybrid that falls below it "
        "would have done better to ask only one of them.",
        "",
    ),
    Term(
        "containment",
        "Answer shown",
        "Of the queries with known answer texts whose first document is right, the share whose "
        "shown passage contains one of the answers.",
        "",
    ),
    Term(
        "latency",
        "p50, p95",
        "Milliseconds that half, and 95 of 100, of the retrievals stay within; embedding the "
        "query is not included.",
        "",
    ),
    Term(
        "auroc",
        "AUROC",
        "How often a randomly drawn positive has the higher confidence than a randomly drawn "
        "negative. 0.5: chance, 1: perfect.",
        "Hanley and McNeil 1982",
    ),
    Term(
        "ece",
        "Calibration error",
        "Mean gap between stated confidence and the share that was right, over bins of equal "
        "width, weighted by queries (expected calibration error). 0: the confidence can be "
        "taken at its word.",
        "Naeini, Cooper and Hauskrecht 2015",
    ),
    Term(
        "precision",
        "Precision at the threshold",
        "Share of the answers given at the threshold whose first document is relevant.",
        "",
    ),
    Term(
        "coverage",
        "Coverage at the threshold",
        "Share of the questions that have an answer which are answered at the threshold.",
        "",
    ),
)


def measure_term(measure: str) -> Term:
    """A measure by its `ir-measures` name; one we do not know is left to that library."""
    found = _CUT.fullmatch(measure)
    base, cut = (found[1], found[2]) if found else (measure, None)
    anchor = "measure-" + re.sub(r"\W+", "-", measure).lower().strip("-")
    if base not in _MEASURES:
        return Term(anchor, measure, "As defined by ir-measures under this name.", "ir-measur.es")
    meaning, source = _MEASURES[base]
    meaning = meaning.format(k=cut) if cut else meaning.replace(" among the first {k}", "")
    return Term(anchor, measure, meaning.replace("{k}", "documents"), source)


def glossary(measures: Iterable[str]) -> tuple[Term, ...]:
    """The measures in use, then everything else the report says."""
    return (*map(measure_term, measures), *_GENERAL)


def general_terms() -> dict[str, Term]:
    """By anchor."""
    return {term.anchor: term for term in _GENERAL}
