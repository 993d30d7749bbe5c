"""Labelled datasets: BEIR folders (`corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import InvalidInput
from kb.models import ROLES, Article, Role

Qrels = Mapping[str, Mapping[str, int]]
"""Query id to document id to grade; queries without an answer are absent."""


@dataclass(frozen=True)
class EvalQuery:
    id: str
    text: str
    locale: str | None
    role: Role
    slice: str


@dataclass(frozen=True)
class Dataset:
    name: str
    corpus: Path
    queries: tuple[EvalQuery, ...]
    qrels: Qrels


def load_dataset(folder: Path) -> Dataset:
    """Read a BEIR folder.

    A query's `metadata` may say `locale` or `lang`, `role` and `slice`.

    Raises:
        InvalidInput: a part is missing or malformed; the message names file and line.
    """
    corpus = folder / "corpus.jsonl"
    if not corpus.is_file():
        raise InvalidInput(
            f"{folder} is no dataset: it has no corpus.jsonl. "
            "A dataset holds corpus.jsonl, queries.jsonl and qrels/test.tsv."
        )
    return Dataset(
        name=folder.resolve().name,
        corpus=corpus,
        queries=tuple(_queries(folder / "queries.jsonl")),
        qrels=_qrels(folder / "qrels" / "test.tsv"),
    )


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


def _queries(path: Path) -> Iterator[EvalQuery]:
    seen: set[str] = set()
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            record: dict[str, Any] = json.loads(line)
            identifier, text = str(record["_id"]), record["text"]
            metadata = dict(record.get("metadata") or {})
            if not isinstance(text, str):
                raise TypeError("text is no string")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InvalidInput(f"{path}:{number} is not a query ({error!r}).") from error
        if identifier in seen:
            raise InvalidInput(f"{path}:{number} repeats the query id '{identifier}'.")
        seen.add(identifier)
        role = metadata.get("role", "customer")
        if role not in ROLES:
            raise InvalidInput(f"{path}:{number} has the unknown role '{role}'.")
        locale = metadata.get("locale") or metadata.get("lang")
        yield EvalQuery(identifier, text, locale, role, str(metadata.get("slice", "")))


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    rows = csv.reader(_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, start=1):
        if (number == 1 and row[:1] == ["query-id"]) or not row:
            continue
        try:
            query, document, grade = row
            qrels.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise InvalidInput(
                f"{path}:{number} is not `query-id<TAB>corpus-id<TAB>score`: {row!r}."
            ) from error
    return qrels


def _lines(path: Path) -> list[str]:
    try:
        # Not splitlines(): it also ends lines at U+2028 and the like, which JSON strings may hold.
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}.") from error
