"""A collection derived from an earlier one is the collection that would have been built whole."""

from __future__ import annotations

import random
import sqlite3

import numpy as np
import pytest

from indexer import refresh
from indexer.pipeline import index
from kb.dense import DenseIndex
from kb.lexical import LexicalIndex
from kb.snapshot import open_current
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder

WORDS = "pump tank light پمپ مخزن چراغ 水泵 水箱 灯光 manual order parcel".split()


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


def ticket(identifier: str, words: str) -> dict[str, object]:
    return {
        "kind": "ticket", "id": identifier, "locale": "en", "subject": words[:20],
        "status": "solved",
        "messages": [
            {"author": "customer", "text": f"Why does it say {words}?"},
            {"author": "rep", "text": f"Tilt the tank until {words} is out, then refill it."},
        ],
    }  # fmt: skip


def contents(folder):
    """Everything of a collection but Whoosh's own files."""
    files = {
        path.name: path.read_bytes() for path in (folder / "lexical").iterdir() if path.is_file()
    }
    files["documents.npy"] = (folder / "documents.npy").read_bytes()
    files["sources.json"] = (folder / "sources.json").read_bytes()
    dense = DenseIndex.load(folder / "vectors.faiss")
    vectors = dense.vectors(np.arange(len(dense))).tolist()
    database = sqlite3.connect(folder / "content.sqlite")
    rows = [
        database.execute(f"SELECT * FROM {table} ORDER BY ordinal").fetchall()
        for table in ("documents", "passages")
    ]
    database.close()
    return files, vectors, rows


def test_a_derived_collection_equals_one_built_whole(settings, store, write_jsonl, monkeypatch):
    chance = random.Random(7)
    derived: list[int] = []
    derive = refresh.derive_collection
    monkeypatch.setattr(
        refresh, "derive_collection", lambda *args: derived.append(1) or derive(*args)
    )
    held: dict[str, str] = {}
    for turn in range(8):
        for _ in range(chance.randint(1, 4)):
            name = f"t{chance.randint(0, 12):02d}"
            if name in held and chance.random() < 0.4:
                del held[name]
            else:
                held[name] = " ".join(chance.choices(WORDS, k=chance.randint(3, 60)))
        held["always"] = f"turn {turn}"
        path = write_jsonl("tickets.jsonl", [ticket(name, text) for name, text in held.items()])
        index([path], settings, store, BagOfWordsEmbedder())
        folder = settings.index_dir / f"gen-{2 * turn + 1:06d}" / "tickets"
        one = contents(folder)
        report = index([], settings, store, BagOfWordsEmbedder(), rebuild=True)
        whole = contents(settings.index_dir / f"gen-{report.generation:06d}" / "tickets")
        assert one == whole
    assert len(derived) == 7  # all but the first


def test_what_was_derived_from_is_still_intact(settings, store, write_jsonl):
    embedder = BagOfWordsEmbedder()
    for count in (3, 4):
        records = [ticket(f"t{n}", WORDS[n]) for n in range(count)]
        index([write_jsonl("tickets.jsonl", records)], settings, store, embedder)
    (settings.index_dir / "CURRENT").write_text("gen-000001\n", encoding="ascii")
    assert open_current(settings.index_dir, embedder.fingerprint).generation == 1


def test_misspelt_words_of_added_documents_are_found(settings, store, write_jsonl):
    embedder = BagOfWordsEmbedder()
    for text in ("pump", "aquarium"):
        index([write_jsonl(f"{text}.jsonl", [ticket(text, text)])], settings, store, embedder)
    lexical = open_current(settings.index_dir, embedder.fingerprint).collections["tickets"].lexical
    assert lexical.resolve(["aquarim"]).coverage > 0


def test_too_many_changes_build_the_collection_whole(settings, store, write_jsonl):
    embedder = BagOfWordsEmbedder()
    for word in ("pump", "tank"):
        records = [ticket(f"t{n:03d}", f"{word} {n}") for n in range(80)]
        index([write_jsonl("tickets.jsonl", records)], settings, store, embedder)
    folder = settings.index_dir / "gen-000002" / "tickets" / "lexical"
    assert LexicalIndex.passages_in_whoosh(folder) == len(LexicalIndex(folder))


def test_words_that_went_do_not_pile_up(settings, store, write_jsonl):
    embedder = BagOfWordsEmbedder()
    most = 0
    for turn in range(12):
        records = [ticket(f"t{n:02d}", f"pump {n} turn {turn}") for n in range(30)]
        report = index([write_jsonl("tickets.jsonl", records)], settings, store, embedder)
        folder = settings.index_dir / f"gen-{report.generation:06d}" / "tickets" / "lexical"
        most = max(most, LexicalIndex.passages_in_whoosh(folder))
        assert len(LexicalIndex(folder)) == 30 * (len(LexicalIndex(folder)) // 30)
    assert most < 12 * len(LexicalIndex(folder))


def test_an_unchanged_document_is_not_prepared_again(settings, store, write_jsonl, monkeypatch):
    from indexer import prepared

    done: list[str] = []
    prepare = prepared.prepare
    monkeypatch.setattr(
        prepared,
        "prepare",
        lambda document, *args: done.append(document.id) or prepare(document, *args),
    )
    embedder = BagOfWordsEmbedder()
    index([write_jsonl("a.jsonl", [ticket("one", "pump")])], settings, store, embedder)
    index([write_jsonl("b.jsonl", [ticket("two", "tank")])], settings, store, embedder)
    assert done == ["one", "two"]
    index([], settings, store, embedder, rebuild=True)
    assert done == ["one", "two", "one", "two"]


def test_another_redaction_prepares_and_builds_everything_anew(settings, store, write_jsonl):
    embedder = BagOfWordsEmbedder()
    path = write_jsonl("t.jsonl", [ticket("one", "the pump of ACMEBOX/77123")])
    index([path], settings, store, embedder)
    wanted = settings.model_copy(update={"order_patterns": (r"ACMEBOX/(\d+)",)})
    assert index([], wanted, store, embedder).published
    tickets = open_current(settings.index_dir, embedder.fingerprint).collections["tickets"]
    assert "77123" not in tickets.document("one").body
    assert "ACMEBOX/[ORDER]" in tickets.document("one").body
