"""TREC run files and relevance judgements (qrels), TREC's and BEIR's.

A run line is `query Q0 document rank score tag`. As in trec_eval, scores alone make the order, in
single precision, and among equals the higher document id comes first; the rank column is ignored.
(ir-measures asks several programs, and those break ties differently; see eval.metrics.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from pathlib import Path

import numpy as np

from eval.reading import Flaw, OnFlaw, read_lines, refuse
from kb.errors import InvalidInput

_HEADER_GRADES = frozenset({"score", "rel", "relevance", "relevancy", "grade", "label"})


@dataclass(frozen=True)
class TrecRun:
    """A run file."""

    scores: Mapping[str, Mapping[str, float]]
    """Query id to document id to score."""
    tag: str
    """What the file calls its system (its last line's, if they differ)."""
    misranked: tuple[str, ...]
    """Queries whose rank column tells another order than their scores."""


def ranking(documents: Mapping[str, float]) -> list[str]:
    """Document ids in the order in which trec_eval ranks them.

    By falling score in single precision, then by falling id in the order of UTF-8 bytes (which is
    that of code points).
    """
    single = {document: float(np.float32(score)) for document, score in documents.items()}
    return sorted(single, key=lambda document: (single[document], document), reverse=True)


def read_trec_run(path: Path) -> TrecRun:
    """Read a run file; columns are separated by tabs (ids may then hold spaces) or by spaces.

    Raises:
        InvalidInput: the file cannot be read, a line is malformed, or a query lists a document
            twice; the message names file and line.
    """
    scores: dict[str, dict[str, float]] = {}
    ranks: dict[str, dict[str, float]] = {}
    tag = ""
    for number, line in read_lines(path):
        columns = _columns(line, 6)
        try:
            query, _, document, rank, score, tag = columns
            place, value = float(rank), float(score)
        except ValueError:
            place, value = 0.0, float("nan")
        if not isfinite(value):
            message = f"is not `query Q0 document rank score tag`: {line!r}"
            raise InvalidInput(str(Flaw(f"{path}:{number}", "malformed-run", message)))
        of_query = scores.setdefault(query, {})
        if document in of_query:
            message = (
                f"lists '{document}' for the query '{query}' again; a run holds each document "
                "once per query, so keep its best line"
            )
            raise InvalidInput(str(Flaw(f"{path}:{number}", "duplicate-in-run", message)))
        of_query[document] = value
        ranks.setdefault(query, {})[document] = place
    misranked = tuple(query for query in scores if _contradict(ranks[query], scores[query]))
    return TrecRun(scores, tag, misranked)


def write_trec_run(run: Mapping[str, Mapping[str, float]], tag: str, path: Path) -> None:
    """Write a run file, ranked as trec_eval ranks it.

    Columns are separated by spaces, as every tool expects; where an id holds one, by tabs.

    Raises:
        InvalidInput: an id holds a tab or a line break, so no run file can hold it.
    """
    ids = {*run, *(document for documents in run.values() for document in documents)}
    if odd := [
        identifier for identifier in ids if not identifier or set(identifier) & set("\t\r\n")
    ]:
        raise InvalidInput(f"The id {min(odd)!r} cannot stand in a TREC run file; rename it.")
    separator = "\t" if any(" " in identifier for identifier in ids) else " "
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for query, documents in run.items():
            for rank, document in enumerate(ranking(documents), start=1):
                columns = (query, "Q0", document, str(rank), f"{documents[document]:.9g}", tag)
                file.write(separator.join(columns) + "\n")


def read_qrels(path: Path, on_flaw: OnFlaw = refuse) -> dict[str, dict[str, int]]:
    """Read judgements: query id to document id to grade.

    The first line tells the layout: BEIR's `query-id<TAB>corpus-id<TAB>score` with or without a
    header, or TREC's `query iteration document grade`. A pair that is judged twice alike counts
    once.

    Args:
        on_flaw: meets lines that are malformed (code `malformed-judgement`) or contradict an
            earlier one (`contradictory-judgement`); if it returns, they are passed over.

    Raises:
        InvalidInput: the file cannot be read; what `on_flaw` raises, by default at the first flaw.
    """
    qrels: dict[str, dict[str, int]] = {}
    beir: bool | None = None
    for number, line in read_lines(path):
        where = f"{path}:{number}"
        if beir is None:
            columns = line.split("\t")
            beir = len(columns) == 3 or len(line.split()) != 4
            if columns[-1].strip().lower() in _HEADER_GRADES:
                continue
        row = _beir_row(line) if beir else _trec_row(line)
        if row is None:
            layout = (
                "query-id<TAB>corpus-id<TAB>score" if beir else "query iteration document grade"
            )
            on_flaw(Flaw(where, "malformed-judgement", f"is not `{layout}`: {line!r}"))
            continue
        query, document, grade = row
        known = qrels.setdefault(query, {}).setdefault(document, grade)
        if known != grade:
            message = (
                f"judges '{document}' for the query '{query}' as {grade}, an earlier line as "
                f"{known}; keep one"
            )
            on_flaw(Flaw(where, "contradictory-judgement", message, query))
    return qrels


def write_qrels(qrels: Mapping[str, Mapping[str, int]], path: Path) -> None:
    """Write judgements in BEIR's layout, with its header."""
    lines = ["query-id\tcorpus-id\tscore"]
    for query, grades in qrels.items():
        lines.extend(f"{query}\t{document}\t{grade}" for document, grade in grades.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _columns(line: str, count: int) -> list[str]:
    by_tab = line.split("\t")
    return (
        [part.strip() for part in by_tab] if len(by_tab) == count else line.split(None, count - 1)
    )


def _beir_row(line: str) -> tuple[str, str, int] | None:
    columns = line.split("\t")
    grade = _grade(columns[-1])
    return (columns[0], columns[1], grade) if len(columns) == 3 and grade is not None else None


def _trec_row(line: str) -> tuple[str, str, int] | None:
    columns = _columns(line, 4)
    grade = _grade(columns[-1])
    return (columns[0], columns[2], grade) if len(columns) == 4 and grade is not None else None


def _grade(text: str) -> int | None:
    """A whole number, also written as `1.0`; None for anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() else None


def _contradict(ranks: Mapping[str, float], scores: Mapping[str, float]) -> bool:
    """Whether some document is ranked above another with a higher score."""
    listed = (scores[document] for document in sorted(ranks, key=lambda each: ranks[each]))
    return any(later > earlier for earlier, later in pairwise(listed))
