"""Labelled datasets: queries, the documents they are asked of, and which of those are relevant.

Two layouts:

- BEIR folders: `corpus.jsonl`, `queries.jsonl`, `qrels/*.tsv` (or TREC's `qrels/*.qrels|*.txt`).
- Golden queries, each carrying its judgements: `{"_id", "text", "locale", "role", "relevant":
  {"doc-id": 2} | ["doc-id", …] | "none"}`, one JSON Lines file over a `corpus.jsonl` beside it or
  any content that `kb index` reads.

A query without a relevant document must not be answered: in BEIR folders one without judgements,
in golden queries one marked "none".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.reading import Flaw, OnFlaw, read_lines, refuse
from eval.trec import read_qrels
from kb.errors import InvalidInput
from kb.models import ROLES, Article, Role
from kb.text import clean

Qrels = Mapping[str, Mapping[str, int]]
"""Query id to document id to grade; queries without an answer are absent."""

NONE = "none"
"""As a golden query's `relevant`: no document answers, so nothing may be answered."""

_QUERIES = "queries.jsonl"
_CORPUS = "corpus.jsonl"
_QRELS_ENDINGS = (".tsv", ".qrels", ".txt")


@dataclass(frozen=True)
class EvalQuery:
    id: str
    text: str
    locale: str | None
    role: Role
    slice: str
    answers: tuple[str, ...] = ()
    """Texts that answer, in the words of a relevant document; empty where none are known."""


@dataclass(frozen=True)
class QueryLine:
    """A query with what its line says beyond it."""

    where: str
    query: EvalQuery
    relevant: Mapping[str, int] | None
    """The judgements it carries: empty for "none", None where it carries none."""
    must_abstain: bool | None
    """Whether its metadata call it unanswerable; None where they tell nothing."""


@dataclass(frozen=True)
class Dataset:
    name: str
    corpus: Path
    queries: tuple[EvalQuery, ...]
    qrels: Qrels


@dataclass(frozen=True)
class Parts:
    """Where the parts of a dataset are."""

    name: str
    corpus: Path
    queries: Path
    qrels: Path | None
    """None where the queries carry their judgements."""
    other_qrels: tuple[Path, ...]
    """Judgements of the other splits: queries that only they know belong to those."""


def load_dataset(path: Path, split: str | None = None, corpus: Path | None = None) -> Dataset:
    """Read a dataset: a folder, or a file of golden queries.

    A query's `locale` (or `lang`), `role`, `slice` and `answers` (or `answer`) may stand in the
    query or in its `metadata`.

    Args:
        split: which of several qrels files counts (`test`, `dev.tsv`); unset: `test.tsv`, or the
            only one. Queries that only another split judges are left out.
        corpus: the documents; unset: `corpus.jsonl` beside the queries.

    Raises:
        InvalidInput: a part is missing or malformed; the message names file and line.
    """
    parts = locate(path, split, corpus)
    lines = read_queries(parts.queries)
    qrels = judgements(parts, lines)
    elsewhere = queries_of_other_splits(parts, qrels)
    return Dataset(
        name=parts.name,
        corpus=parts.corpus,
        queries=tuple(line.query for line in lines if line.query.id not in elsewhere),
        qrels=qrels,
    )


def locate(path: Path, split: str | None = None, corpus: Path | None = None) -> Parts:
    """Find the parts of a dataset; see `load_dataset`.

    Raises:
        InvalidInput: there is no corpus, or several qrels files and none is chosen.
    """
    if not path.exists():
        raise InvalidInput(f"{path} is no dataset: there is nothing of that name.")
    folder = path if path.is_dir() else path.parent
    found = corpus or folder / _CORPUS
    if not found.exists():
        raise InvalidInput(
            f"{path} is no dataset: it has no corpus.jsonl. "
            "A dataset holds corpus.jsonl, queries.jsonl and qrels/test.tsv; write the corpus of "
            "golden queries with `kb eval corpus articles --out …/corpus.jsonl`."
        )
    queries = path if path.is_file() else folder / _QUERIES
    name = folder.resolve().name if queries.name == _QUERIES else queries.stem
    apart = (path.is_dir() and (folder / "qrels").is_dir()) or not _carry_judgements(queries)
    qrels, others = _qrels_files(folder / "qrels", split) if apart else (None, ())
    return Parts(name, found, queries, qrels, others)


def read_queries(path: Path, on_flaw: OnFlaw = refuse) -> list[QueryLine]:
    """Read a file of queries.

    Args:
        on_flaw: meets lines that are no query (`malformed-query`), have an unknown role
            (`unknown-role`) or an id that an earlier line has (`duplicate-query-id`); if it
            returns, they are passed over.

    Raises:
        InvalidInput: the file cannot be read; what `on_flaw` raises, by default at the first flaw.
    """
    seen: set[str] = set()
    lines = []
    for number, text in read_lines(path):
        where = f"{path}:{number}"
        try:
            line = _query(where, json.loads(text))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            reason = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
            on_flaw(Flaw(where, "malformed-query", f"is not a query ({reason})"))
            continue
        identifier, role = line.query.id, line.query.role
        if role not in ROLES:
            message = f"has the unknown role '{role}'; use one of {', '.join(ROLES)}"
            on_flaw(Flaw(where, "unknown-role", message, identifier))
        elif identifier in seen:
            message = f"repeats the query id '{identifier}'"
            on_flaw(Flaw(where, "duplicate-query-id", message, identifier))
        else:
            seen.add(identifier)
            lines.append(line)
    return lines


def judgements(parts: Parts, lines: Iterable[QueryLine], on_flaw: OnFlaw = refuse) -> Qrels:
    """The judgements of a dataset, from its qrels file or its queries.

    Args:
        on_flaw: see `eval.trec.read_qrels`; also meets golden queries that say nothing about what
            is relevant (`unjudged-query`).

    Raises:
        InvalidInput: the qrels cannot be read; what `on_flaw` raises, by default at the first flaw.
    """
    if parts.qrels:
        # Document ids are cleaned as the indexer cleans them.
        return {
            query: {clean(document): grade for document, grade in grades.items()}
            for query, grades in read_qrels(parts.qrels, on_flaw).items()
        }
    qrels: dict[str, Mapping[str, int]] = {}
    for line in lines:
        if line.relevant:
            qrels[line.query.id] = line.relevant
        elif line.relevant is None:
            message = f'says not what is relevant; write "relevant": "{NONE}" if nothing is'
            on_flaw(Flaw(line.where, "unjudged-query", message, line.query.id))
    return qrels


def queries_of_other_splits(parts: Parts, qrels: Qrels) -> set[str]:
    """Ids of queries that other splits judge and this one does not."""
    return {
        query for path in parts.other_qrels for query in read_qrels(path, lambda _: None)
    } - qrels.keys()


def write_corpus(articles: Iterable[Article], path: Path) -> int:
    """Write articles as a BEIR corpus that loads back as the same articles; returns how many."""
    lines = []
    for article in sorted(articles, key=lambda article: article.id):
        metadata = article.model_dump(
            mode="json", include={"locale", "group", "section", "audience", "tags", "updated"}
        )
        record = {"_id": article.id, "title": article.title, "text": article.body}
        lines.append(json.dumps(record | {"metadata": metadata}, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def _carry_judgements(queries: Path) -> bool:
    """Whether any query carries its judgements."""
    for _, text in read_lines(queries):
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and "relevant" in record:
            return True
    return False


def _qrels_files(folder: Path, split: str | None) -> tuple[Path, tuple[Path, ...]]:
    """The qrels file that counts, and the others."""
    files = sorted(
        path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if path.suffix in _QRELS_ENDINGS and path.is_file()
    )
    wanted = {split} if split else {"test.tsv"}
    chosen = [path for path in files if {path.name, path.stem} & wanted]
    if not chosen and not split and len(files) < 2:
        # Without any, reading the usual one says that it is missing.
        chosen = files or [folder / "test.tsv"]
    if len(chosen) != 1:
        known = ", ".join(path.name for path in files) or "no qrels"
        raise InvalidInput(f"{folder} holds {known}: choose one with `--qrels NAME`.")
    return chosen[0], tuple(path for path in files if path != chosen[0])


def _query(where: str, record: Any) -> QueryLine:
    """Read one record.

    Raises:
        ValueError, KeyError, TypeError: it is no query.
    """
    if not isinstance(record, dict):
        raise TypeError("it is no JSON object")
    identifier, text = record["_id"], record["text"]
    if not isinstance(identifier, str | int) or identifier == "":
        raise TypeError("_id is no string")
    if not isinstance(text, str):
        raise TypeError("text is no string")
    fields = {**dict(record.get("metadata") or {}), **record}
    locale = fields.get("locale") or fields.get("lang")
    query = EvalQuery(
        id=str(identifier),
        text=text,
        locale=str(locale) if locale else None,
        role=fields.get("role", "customer"),
        slice=str(fields.get("slice", "")),
        answers=_texts(fields.get("answers", fields.get("answer"))),
    )
    relevant = _relevant(record["relevant"]) if "relevant" in record else None
    return QueryLine(where, query, relevant, _must_abstain(fields))


def _relevant(value: Any) -> dict[str, int]:
    """Grades by document id; a list says that each is relevant, with grade 1."""
    if value == NONE:
        return {}
    if not value or not isinstance(value, dict | list):
        raise ValueError(f'"relevant" is {value!r}: name documents, or write "{NONE}"')
    grades = value if isinstance(value, dict) else dict.fromkeys(value, 1)
    for document, grade in grades.items():
        if not isinstance(document, str) or isinstance(grade, bool) or not isinstance(grade, int):
            raise TypeError(f'"relevant" grades {document!r} as {grade!r}, which is no number')
    return {clean(document): grade for document, grade in grades.items()}


def _must_abstain(fields: Mapping[str, Any]) -> bool | None:
    if fields.get("relevant") == NONE or fields.get("slice") == "no-answer":
        return True
    stated = fields.get("in_scope", fields.get("answerable"))
    return not stated if isinstance(stated, bool) else None


def _texts(value: Any) -> tuple[str, ...]:
    """One text or several (or SQuAD's `{"text": …}`), without blank ones."""
    if isinstance(value, dict):
        value = value.get("text")
    texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(text for text in texts if isinstance(text, str) and text.strip())
