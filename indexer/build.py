"""Stored documents to one collection's files."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.chunker import Section, TokenCounter, chunk, pack
from indexer.words import Text
from kb.collection import CONTENT, CONTENT_SCHEMA, DOCUMENT_OF_PASSAGE, REPLY_ANCHOR, VECTORS
from kb.dense import DenseIndex
from kb.drafting import without_greeting
from kb.embedder import Vectors
from kb.models import Article, Document, IndexedDocument, Macro, Passage, Ticket
from kb.privacy import Redactor
from kb.resolution import is_answered, resolution
from kb.text import ANALYSIS_VERSION
from kb.tickets import opening_problem, people, without_quotes

BUILD_VERSION = "8"
"""Bump when the same documents would give different files (chunking, redaction, layout)."""

_TICKET_PASSAGES = 3
"""A problem is told at the beginning; what follows are logs, and they drown it."""
_REPLY_PASSAGES = 2
"""Enough to know what a reply says."""


@dataclass(frozen=True)
class PreparedDocument:
    """A document as it will be indexed, with its passages."""

    document: IndexedDocument
    passages: tuple[Passage, ...]


def is_indexed(document: Document) -> bool:
    """Whether a stored document takes part in search: no drafts, no unanswered tickets."""
    if isinstance(document, Article):
        return not document.draft
    if isinstance(document, Ticket):
        return document.status == "solved" and is_answered(document)
    return True


def recipe(fingerprint: str, centring: str, passage_tokens: int, redactor: Redactor) -> str:
    """Everything besides the documents that determines a collection's files."""
    redaction = hashlib.sha256(repr(redactor).encode()).hexdigest()
    return (
        f"{BUILD_VERSION} {ANALYSIS_VERSION} {fingerprint} {centring} {passage_tokens} {redaction}"
    )


def content_hash(members: Mapping[str, str], by: str) -> str:
    """sha256 over all that determines a collection's files.

    Args:
        members: the documents' content hashes by id, in order.
        by: the `recipe`.
    """
    digest = hashlib.sha256(by.encode())
    for identifier, content in members.items():
        digest.update(f"\n{identifier}\t{content}".encode())
    return digest.hexdigest()


def prepare(
    document: Document, count_tokens: TokenCounter, passage_tokens: int, redactor: Redactor
) -> PreparedDocument:
    """Redact (tickets) and chunk one document."""
    if isinstance(document, Ticket):
        return _prepare_ticket(document, count_tokens, passage_tokens, redactor)
    indexed = IndexedDocument(
        id=document.id,
        group=document.group,
        kind=document.kind,
        collection=document.collection,
        locale=document.locale,
        title=document.title,
        body=document.body,
        section=document.section if isinstance(document, Article) else "",
        url=document.url if isinstance(document, Article) else "",
        tags=document.tags,
        updated=document.updated,
        support_group=document.support_group if isinstance(document, Macro) else "",
    )
    passages = chunk(document.id, document.title, document.body, count_tokens, passage_tokens)
    return PreparedDocument(indexed, tuple(passages))


def _prepare_ticket(
    ticket: Ticket, count_tokens: TokenCounter, passage_tokens: int, redactor: Redactor
) -> PreparedDocument:
    names = people(ticket)
    reply = resolution(ticket)
    if reply is None:
        raise ValueError(f"ticket {ticket.id} has no reply that answers; is_indexed() excludes it")
    subject = redactor.redact(ticket.subject, names).text
    problem = redactor.redact(opening_problem(ticket), names).text
    indexed = IndexedDocument(
        id=ticket.id,
        group=ticket.id,
        kind="ticket",
        collection="tickets",
        locale=ticket.locale,
        title=subject,
        body=redactor.redact(without_quotes(reply.text), names).text,
        tags=ticket.tags,
        updated=_date(reply.at or ticket.created),
        support_group=ticket.group,
        satisfaction=ticket.satisfaction,
    )
    asked = _plain(problem or subject, "top")
    problems = pack(ticket.id, subject, [asked], count_tokens, passage_tokens)
    answered = _plain(without_greeting(indexed.body), REPLY_ANCHOR)
    replies = pack(ticket.id, "", [answered], count_tokens, passage_tokens)
    passages = (*problems[:_TICKET_PASSAGES], *replies[:_REPLY_PASSAGES])
    return PreparedDocument(indexed, passages)


def _plain(text: str, anchor: str) -> Section:
    """Plain text, not Markdown: a line of dashes in a mail is no heading."""
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    return Section(heading="", anchor=anchor, blocks=lines)


def _date(moment: dt.datetime | None) -> dt.date | None:
    return moment.date() if moment else None


def words_of(prepared: Sequence[PreparedDocument]) -> list[Text]:
    """What the lexical index reads, in ordinal order."""
    return [
        (passage.context, passage.text, item.document.locale)
        for item in prepared
        for passage in item.passages
    ]


def write_collection(
    prepared: Sequence[PreparedDocument], vectors: Vectors, dimension: int, folder: Path
) -> None:
    """Write a collection's other files; `vectors` (centred) has one row per passage, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    passages = [(n, p) for n, item in enumerate(prepared) for p in item.passages]
    DenseIndex.build(vectors, dimension).save(folder / VECTORS)
    np.save(folder / DOCUMENT_OF_PASSAGE, np.array([n for n, _ in passages], np.int32))
    content = sqlite3.connect(folder / CONTENT)
    try:
        content.executescript(CONTENT_SCHEMA)
        content.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
            (
                (n, d.id, d.group, d.locale, d.model_dump_json())
                for n, d in enumerate(item.document for item in prepared)
            ),
        )
        content.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?)",
            (
                (ordinal, passage.id, n, passage.model_dump_json())
                for ordinal, (n, passage) in enumerate(passages)
            ),
        )
        content.commit()
    finally:
        content.close()
