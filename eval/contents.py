"""A dataset as far as it can be read: what `kb eval check` looks at, flaws and all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from eval.datasets import (
    Parts,
    Qrels,
    QueryLine,
    judgements,
    queries_of_other_splits,
    read_queries,
)
from eval.reading import Flaw, OnFlaw
from eval.twins import words
from indexer.sources import Problem, open_source
from kb.models import Article, CollectionName, Document, Macro
from kb.text import clean, is_blank


@dataclass(frozen=True)
class Text:
    """What a document says, and where it is searched."""

    title: str
    body: str
    collection: CollectionName


@dataclass(frozen=True)
class Contents:
    documents: Mapping[str, Text]
    """By id, the first of each."""
    lines: Sequence[QueryLine]
    qrels: Qrels
    flaws: Sequence[Flaw]
    """Lines that `load_dataset` would refuse or the indexer skip."""

    @cached_property
    def relevant(self) -> dict[str, list[str]]:
        """Query id to its relevant documents, for the queries that are asked and have any."""
        found = {
            line.query.id: [
                document
                for document, grade in self.qrels.get(line.query.id, {}).items()
                if grade > 0
            ]
            for line in self.lines
        }
        return {query: documents for query, documents in found.items() if documents}

    @cached_property
    def query_words(self) -> dict[str, tuple[str, ...]]:
        return {line.query.id: words(line.query.text) for line in self.lines}

    @cached_property
    def body_words(self) -> dict[str, tuple[str, ...]]:
        return {identifier: words(text.body) for identifier, text in self.documents.items()}


def read_contents(parts: Parts, max_document_bytes: int) -> Contents:
    """Read all parts of a dataset, collecting flaws.

    Args:
        max_document_bytes: larger documents are skipped, as the indexer skips them.

    Raises:
        InvalidInput: a part is missing or unreadable as a whole.
    """
    flaws: list[Flaw] = []
    documents = _documents(parts.corpus, max_document_bytes, flaws.append)
    lines = read_queries(parts.queries, flaws.append)
    qrels = judgements(parts, lines, flaws.append)
    elsewhere = queries_of_other_splits(parts, qrels)
    lines = [line for line in lines if line.query.id not in elsewhere]
    if parts.qrels:
        flaws += [
            Flaw(line.where, "ignored-judgements", "carries judgements", line.query.id)
            for line in lines
            if line.relevant is not None
        ]
    return Contents(documents, lines, qrels, flaws)


def _documents(corpus: Path, max_document_bytes: int, on_flaw: OnFlaw) -> dict[str, Text]:
    """Documents as the indexer reads them."""
    documents: dict[str, Text] = {}
    problems = []
    for item in open_source(corpus, max_document_bytes=max_document_bytes):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        identifier = item.document.id
        if identifier in documents:
            message = f"repeats the document id '{identifier}'"
            on_flaw(Flaw(item.origin, "duplicate-document-id", message, identifier))
        else:
            documents[identifier] = _text(item.document)
    if problems:
        lines = corpus.read_bytes().split(b"\n") if corpus.is_file() else []
        for problem in problems:
            on_flaw(_skipped(problem, lines))
    return documents


def _text(document: Document) -> Text:
    if isinstance(document, Article | Macro):
        return Text(document.title, document.body, document.collection)
    body = "\n".join(message.text for message in document.messages)
    return Text(document.subject, body, document.collection)


def _skipped(problem: Problem, lines: Sequence[bytes]) -> Flaw:
    """A document that the indexer does not take: which is it, and is it just empty?"""
    record: dict[str, Any] = {}
    number = problem.origin.rpartition(":")[2]
    if lines and number.isdigit():
        try:
            record = dict(json.loads(lines[int(number) - 1].decode("utf-8-sig")))
        except (ValueError, TypeError, RecursionError):
            record = {}
    text = record.get("text", record.get("body"))
    empty = isinstance(text, str) and is_blank(text)
    code = "empty-document" if empty else "malformed-document"
    identifier = clean(str(record.get("_id") or record.get("id") or ""))
    return Flaw(problem.origin, code, problem.reason, identifier)
