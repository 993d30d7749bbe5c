"""A BEIR folder as tickets and documents: what is asked, what is known, and what helps."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.datasets import EvalQuery, load_dataset, locate
from eval.reading import read_lines
from eval.replay.asking import Question
from eval.replay.sources import read_knowledge, read_tickets, with_address
from eval.replay.timeline import aware
from indexer.sources.jsonl import to_document
from kb.config import Settings
from kb.models import Document, Message, Ticket
from kb.text import detect_language, language_of

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class BeirFolder:
    questions: Sequence[Question]
    """By creation, undated ones last; ties by id."""
    corpus: Sequence[Document]
    unread: int
    """Lines of the corpus that are no document."""
    helpful: Mapping[str, frozenset[str]]
    """Ids of the documents judged to help, by question."""


@dataclass(frozen=True)
class Others:
    """What is in the memory beside a corpus."""

    documents: Sequence[Document]
    remarks: tuple[str, ...]


def read_beir(path: Path, settings: Settings, article_url: str) -> BeirFolder:
    """Read corpus, queries and judgements.

    Documents with a `metadata.reply` become tickets, solved unless it is empty, others articles
    with the address that `article_url` gives them; every query becomes an open ticket.

    Raises:
        InvalidInput: a part is missing or malformed.
    """
    dataset = load_dataset(path)
    metadata = _metadata(locate(path).queries)
    questions = [_question(q, metadata.get(q.id, {}), settings) for q in dataset.queries]
    questions.sort(key=lambda q: (q.created is None, q.created or _EPOCH, q.ticket.id))
    corpus, unread = _read_corpus(dataset.corpus, article_url)
    helpful = {
        query: frozenset(document for document, grade in grades.items() if grade > 0)
        for query, grades in dataset.qrels.items()
    }
    return BeirFolder(questions, corpus, unread, helpful)


def _metadata(queries: Path) -> dict[str, dict[str, Any]]:
    """The metadata of each query by its id; `load_dataset` has checked the lines."""
    records = (json.loads(line) for _, line in read_lines(queries))
    return {str(record["_id"]): record.get("metadata") or {} for record in records}


def _question(query: EvalQuery, metadata: Mapping[str, Any], settings: Settings) -> Question:
    """A query as an open ticket; its first line is the subject if the metadata say so."""
    first, _, rest = query.text.partition("\n")
    title = str(metadata.get("title") or "")
    titled = bool(title) and _folded(first) == _folded(title)
    subject, text = (first, rest) if titled else ("", query.text)
    default = language_of(settings.default_locale)
    created = _moment(metadata.get("created"))
    ticket = Ticket(
        id=query.id,
        locale=query.locale or detect_language(query.text, settings.languages, default),
        subject=subject,
        messages=(Message(author="customer", text=text, at=created),),
        created=created,
    )
    return Question(ticket, created)


def _read_corpus(path: Path, article_url: str) -> tuple[list[Document], int]:
    """The documents, and how many lines are none."""
    documents: dict[str, Document] = {}
    unread = 0
    for _, line in read_lines(path):
        try:
            record = json.loads(line)
            document = _ticket(record) or to_document(record)
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
            document = None
        if document is None:
            unread += 1
            continue
        if not isinstance(document, Ticket):
            document = with_address(document, article_url)
        documents.setdefault(document.id, document)
    return list(documents.values()), unread


def _ticket(record: Mapping[str, Any]) -> Ticket | None:
    """A document that tells what was replied to it, if anything was; None for any other."""
    metadata = record.get("metadata") or {}
    if "reply" not in metadata:
        return None
    title, text = str(record.get("title") or ""), str(record.get("text") or "")
    created = _moment(metadata.get("created"))
    accepted = bool(metadata.get("reply_accepted"))
    reply = str(metadata["reply"] or "")
    replied = [Message(author="rep", text=reply, at=created, accepted=accepted)] if reply else []
    return Ticket(
        id=str(record["_id"]),
        locale=metadata.get("locale")
        or metadata.get("lang")
        or detect_language(f"{title} {text}", ("en", "fa", "zh"), "en"),
        subject=title,
        messages=(Message(author="customer", text=text, at=created), *replied),
        created=created,
        status="solved" if replied else "open",
    )


def _moment(value: object) -> dt.datetime | None:
    try:
        return aware(dt.datetime.fromisoformat(str(value)))
    except ValueError:
        return None


def read_others(
    sources: Sequence[Path], folder: BeirFolder, settings: Settings, article_url: str
) -> Others:
    """What else is to be in the memory, without the threads that are asked or in the corpus.

    Raises:
        InvalidInput: a source does not exist.
    """
    limit = settings.max_document_bytes
    knowledge = read_knowledge(sources, limit, article_url)
    threads = [c.ticket for source in sources for c in read_tickets(source, limit).cases]
    asked = _marks(question.ticket for question in folder.questions)
    known = _marks(document for document in folder.corpus if isinstance(document, Ticket))
    fresh = [thread for thread in threads if asked.isdisjoint(_marks([thread]))]
    kept = [thread for thread in fresh if known.isdisjoint(_marks([thread]))]
    remarks = (
        f"{len(kept)} solved threads are in the memory beside the corpus; "
        f"{len(threads) - len(fresh)} that are asked here and {len(fresh) - len(kept)} that the "
        "corpus has were left out.",
    )
    return Others((*knowledge, *kept), remarks if threads else ())


def _marks(tickets: Iterable[Ticket]) -> set[str]:
    """Two tickets that have one in common are one: the number in the id, and what is said."""
    marks = set()
    for ticket in tickets:
        marks.add(f"number {ticket.id.rpartition(':')[2]}")
        marks.add(f"text {_folded(f'{ticket.subject} {ticket.messages[0].text}')}")
    return marks


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
