"""Proof of an erasure: look for what was erased in every file and every table.

What is looked for (the traces) is taken from the tickets before they go. Texts are compared as
UTF-8 bytes, ASCII letters in any case. SQLite stores texts uncompressed, and so do our files, so a
sentence that is there is found, but for one that a page border happens to cut; with several
sentences of every ticket that does not hide a ticket. Short ids would be found by chance in any
large file, so those are asked of the tables instead.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from indexer.prepared import PREPARED
from kb.collection import CONTENT
from kb.embedder.cached import EMBEDDINGS
from kb.models import Ticket
from kb.privacy import redact
from kb.store import Store
from kb.tickets import people

_CHUNK = 4 << 20
_MIN_ID_BYTES = 8
_MIN_SENTENCE_BYTES = 25
_MAX_SENTENCE_CHARS = 120
_SENTENCES, _ALL_SENTENCES = 5, 200
"""Of one ticket at most, and of all tickets; but one of every ticket."""
_TEXT_CHARS = 50_000
"""Of what the customer wrote; what follows are logs."""
_BETWEEN = re.compile(r'["\\\x00-\x1f]+')
"""JSON writes these differently; a piece without them is the same bytes everywhere."""
_SENTENCE_END = re.compile(r'["\\\x00-\x1f\[\].!?。！？؟]+')
"""The same, and where sentences end and placeholders begin."""
#: Tables that name documents, by file name: (table, column).
_TABLES = {
    CONTENT: (("documents", "id"), ("passages", "id")),
    PREPARED: (("prepared", "id"),),
    EMBEDDINGS: (("owners", "document"),),
}


@dataclass(frozen=True)
class Trace:
    """A text whose presence would show that something is left."""

    kind: str
    """ticket id, e-mail, phone, customer id, subject or sentence: what may be printed of it."""
    text: str


@dataclass
class Proof:
    """What was looked for, where, and what was found."""

    files: int = 0
    bytes: int = 0
    traces: int = 0
    shared: int = 0
    """Sentences not looked for: documents of others say the same."""
    found: dict[str, dict[str, int]] = field(default_factory=dict)
    """By file or table: how often each kind of trace occurs."""
    unreadable: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.found and not self.unreadable

    def add(self, place: str, kind: str, count: int) -> None:
        if count:
            kinds = self.found.setdefault(place, {})
            kinds[kind] = kinds.get(kind, 0) + count


def traces_of(tickets: Sequence[Ticket], named: Sequence[str]) -> list[Trace]:
    """What to look for: a sentence or several of every ticket, and all that names it.

    Args:
        named: what the operator called the customer by: e-mail addresses, ids.
    """
    traces: dict[str, Trace] = {}

    def add(kind: str, text: str, at_least: int = _MIN_ID_BYTES) -> None:
        for piece in _BETWEEN.split(text):
            piece = piece.strip()[:_MAX_SENTENCE_CHARS].strip()
            if len(piece.encode()) >= at_least:
                traces.setdefault(piece.casefold(), Trace(kind, piece))

    for name in named:
        add("e-mail" if "@" in name else "customer id", name)
    for ticket in tickets:
        add("ticket id", ticket.id)
        add("e-mail", ticket.customer.email)
        add("customer id", ticket.customer.id)
        add("phone", ticket.customer.phone)
        add("subject", ticket.subject, _MIN_SENTENCE_BYTES)
        for sentence in _sentences(ticket, max(1, _ALL_SENTENCES // len(tickets))):
            add("sentence", sentence, _MIN_SENTENCE_BYTES)
    return list(traces.values())


def _sentences(ticket: Ticket, most: int) -> list[str]:
    """The customer's longest sentences without personal data.

    Those stand in snapshots as they stand in the store.
    """
    said = "\n".join(m.text for m in ticket.messages if m.author == "customer")
    redacted = redact(said[:_TEXT_CHARS], people(ticket)).text
    pieces = dict.fromkeys(piece.strip() for piece in _SENTENCE_END.split(redacted))
    return sorted(pieces, key=len, reverse=True)[: min(most, _SENTENCES)]


def prove(
    traces: Sequence[Trace],
    ids: Collection[str],
    data_dir: Path,
    store: Store,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Proof:
    """Look for the traces in the store and in every file under `data_dir`.

    Args:
        ids: of the tickets; looked for in tables whatever their length.
    """
    proof = Proof()
    sought = []
    for trace in traces:
        tables = store.mentions(trace.text)
        if trace.kind in ("subject", "sentence") and tables.keys() <= {"documents"} and tables:
            proof.shared += 1  # what others wrote as well is not this customer's
            continue
        sought.append(trace)
        for table, count in tables.items():
            proof.add(f"store table {table}", trace.kind, count)
    proof.add("store table documents", "ticket id", sum(1 for _ in store.documents.some(list(ids))))
    proof.traces = len(sought) + len(ids)
    forms = _forms(sought)
    paths = sorted(path for path in data_dir.rglob("*") if path.is_file())
    for number, path in enumerate(paths, start=1):
        place = path.relative_to(data_dir).as_posix()
        try:
            _scan(path, forms, proof, place)
            for table, column in _TABLES.get(path.name, ()):
                proof.add(place, "ticket id", _rows(path, table, column, ids))
        except FileNotFoundError:
            pass  # a write-ahead log that was closed meanwhile
        except (OSError, sqlite3.Error) as error:
            proof.unreadable.append(f"{place}: {error}")
        progress(number, len(paths))
    return proof


def _forms(traces: Iterable[Trace]) -> list[tuple[str, bytes]]:
    """(kind, lower-case bytes) of each trace: as UTF-8, and as JSON escapes where they differ."""
    forms = []
    for trace in traces:
        for text in dict.fromkeys([trace.text, json.dumps(trace.text)[1:-1]]):
            forms.append((trace.kind, text.encode().lower()))
    return forms


def _scan(path: Path, forms: Sequence[tuple[str, bytes]], proof: Proof, place: str) -> None:
    overlap = max((len(form) for _, form in forms), default=1) - 1
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            proof.bytes += len(chunk)
            window = tail + chunk.lower()
            for kind, form in forms:
                # What lies wholly in the tail was counted with the chunk before.
                first = max(0, len(tail) - len(form) + 1)
                proof.add(place, kind, window.count(form, first))
            tail = window[-overlap:] if overlap else b""
    proof.files += 1


def _rows(path: Path, table: str, column: str, ids: Collection[str]) -> int:
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    found = 0
    with closing(sqlite3.connect(uri, uri=True)) as database:
        for identifier in ids:
            condition = f"{column} = ? OR substr({column}, 1, ?) = ?"  # a passage: `<id>#…`
            start = f"{identifier}#"
            found += database.execute(
                f"SELECT count(*) FROM {table} WHERE {condition}", [identifier, len(start), start]
            ).fetchone()[0]
    return found
