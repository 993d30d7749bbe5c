"""The write side as its user meets it."""

from __future__ import annotations

import json

import pytest

from indexer.pipeline import index
from kb.errors import InvalidInput
from kb.snapshot import open_current
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture
def embedder():
    return BagOfWordsEmbedder()


ARTICLE = """---
id: {id}
locale: en
title: {title}
audience: {audience}
---
{body}
"""


def write_article(folder, identifier, body, title="A title", audience="public"):
    folder.mkdir(exist_ok=True)
    text = ARTICLE.format(id=identifier, title=title, body=body, audience=audience)
    (folder / f"{identifier}.md").write_text(text, encoding="utf-8")


def ticket(identifier: str, text: str, reply: str, **extra: object) -> dict[str, object]:
    return {
        "kind": "ticket",
        "id": identifier,
        "locale": "en",
        "subject": "Help",
        "status": "solved",
        "messages": [
            {"author": "customer", "text": text},
            {"author": "rep", "text": reply},
        ],
        **extra,
    }


def test_a_second_run_with_nothing_changed_embeds_and_publishes_nothing(
    settings, store, embedder, tmp_path
):
    write_article(tmp_path / "docs", "one", "Some text about parcels.")
    first = index([tmp_path / "docs"], settings, store, embedder)
    assert (first.changes.added, first.published, first.passages_embedded) == (1, True, 1)
    embedder.embedded.clear()
    second = index([tmp_path / "docs"], settings, store, embedder)
    assert (second.changes.unchanged, second.published, second.passages_embedded) == (1, False, 0)
    assert second.generation == first.generation
    assert embedder.embedded == []


def test_only_changed_passages_are_embedded_again(settings, store, embedder, tmp_path):
    folder = tmp_path / "docs"
    write_article(folder, "one", "First part.\n\n## Second\n\nSecond part.")
    write_article(folder, "two", "Another article.")
    index([folder], settings, store, embedder)
    embedder.embedded.clear()
    write_article(folder, "one", "First part.\n\n## Second\n\nSecond part, edited.")
    report = index([folder], settings, store, embedder)
    assert report.changes.updated == 1
    assert embedder.embedded == ["A title › Second\nSecond part, edited."]
    assert report.passages_cached == 2


def test_an_article_deleted_from_its_folder_leaves_the_index(settings, store, embedder, tmp_path):
    folder = tmp_path / "docs"
    write_article(folder, "one", "Stays.")
    write_article(folder, "two", "Goes.")
    index([folder], settings, store, embedder)
    (folder / "two.md").unlink()
    report = index([folder], settings, store, embedder)
    assert report.changes.removed == 1
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    assert snapshot.collections["help"].document_ids == ["one"]


def test_an_article_broken_by_a_typo_stays_as_it_was(settings, store, embedder, tmp_path):
    folder = tmp_path / "docs"
    write_article(folder, "one", "Good text.")
    write_article(folder, "two", "Also good.")
    index([folder], settings, store, embedder)
    (folder / "two.md").write_text("---\ntitle: [oops\n---\ntext", encoding="utf-8")
    report = index([folder], settings, store, embedder)
    assert [problem.origin for problem in report.problems] == [str(folder / "two.md")]
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    assert snapshot.collections["help"].document_ids == ["one", "two"]


def test_bad_documents_are_reported_with_reason_and_the_rest_is_indexed(
    settings, store, embedder, tmp_path
):
    folder = tmp_path / "docs"
    write_article(folder, "good", "Good text.")
    (folder / "broken.md").write_text("---\ntitle: [\n---\nx", encoding="utf-8")
    (folder / "latin1.md").write_bytes("---\ntitle: café\nlocale: en\n---\nx".encode("latin-1"))
    write_article(folder, "empty", "   ")
    again = ARTICLE.format(id="good", title="T", body="Second.", audience="public")
    (folder / "zz-duplicate.md").write_text(again, encoding="utf-8")
    lines = [json.dumps({"_id": "fine", "title": "T", "text": "Fine text."}), "x" * 20_000_000]
    (folder / "big.jsonl").write_text("\n".join(lines), encoding="utf-8")

    report = index([folder], settings, store, embedder)

    reasons = {p.origin.removeprefix(f"{folder}/"): p.reason for p in report.problems}
    assert reasons.keys() == {
        "broken.md", "latin1.md", "empty.md", "zz-duplicate.md", "big.jsonl:2",
    }  # fmt: skip
    assert "front matter" in reasons["broken.md"]
    assert "not UTF-8" in reasons["latin1.md"]
    assert "empty body" in reasons["empty.md"]
    assert "repeats the id 'good'" in reasons["zz-duplicate.md"]
    assert "longer than the limit" in reasons["big.jsonl:2"]
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    assert snapshot.collections["help"].document_ids == ["fine", "good"]


def test_a_source_with_nothing_usable_is_the_users_mistake(settings, store, embedder, tmp_path):
    (tmp_path / "docs").mkdir()
    with pytest.raises(InvalidInput, match="nothing to index"):
        index([tmp_path / "docs"], settings, store, embedder)
    with pytest.raises(InvalidInput, match="no file or folder"):
        index([tmp_path / "nowhere"], settings, store, embedder)


def test_audience_and_kind_decide_the_collection(settings, store, embedder, tmp_path, write_jsonl):
    folder = tmp_path / "docs"
    write_article(folder, "public", "For everybody.")
    write_article(folder, "secret", "For the team.", audience="internal")
    macro = {"kind": "macro", "id": "m", "locale": "en", "title": "M", "body": "Hi there"}
    tickets = write_jsonl("more.jsonl", [macro, ticket("t", "It broke", "Restart it.")])
    index([folder, tickets], settings, store, embedder)
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    ids = {name: c.document_ids for name, c in snapshot.collections.items()}
    assert ids == {"help": ["public"], "internal": ["m", "secret"], "tickets": ["t"]}


def test_drafts_and_unanswered_tickets_are_stored_but_not_indexed(
    settings, store, embedder, tmp_path, write_jsonl
):
    folder = tmp_path / "docs"
    write_article(folder, "public", "Text.")
    draft = ARTICLE.replace("\naudience:", "\ndraft: true\naudience:")
    text = draft.format(id="draft", title="T", body="Soon.", audience="public")
    (folder / "draft.md").write_text(text, encoding="utf-8")
    unanswered = ticket("t", "Hello?", "x") | {"status": "open"}
    index([folder, write_jsonl("t.jsonl", [unanswered])], settings, store, embedder)
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    assert [c.document_ids for c in snapshot.collections.values()] == [["public"], [], []]
    assert store.documents.get("draft") is not None
    assert store.documents.get("t") is not None


def test_personal_data_never_reaches_embedder_or_snapshot(settings, store, embedder, write_jsonl):
    record = ticket(
        "t",
        "I am Zelda Quux, zelda@quux.example, +49 30 2312 5678. The pump leaks.",
        "Dear Zelda, tighten the ring, then mail zelda@quux.example.",
        customer={"name": "Zelda Quux", "email": "zelda@quux.example"},
    )
    index([write_jsonl("t.jsonl", [record])], settings, store, embedder)
    everything = " ".join(embedder.embedded)
    for path in (settings.index_dir).rglob("*"):
        if path.is_file():
            everything += path.read_bytes().decode("utf-8", "ignore")
    assert "pump leaks" in everything
    assert "[NAME]" in everything
    for secret in ("Zelda", "zelda", "quux", "Quux", "2312 5678"):
        assert secret not in everything


def test_untouched_collections_are_shared_with_the_previous_generation(
    settings, store, embedder, tmp_path, write_jsonl
):
    folder = tmp_path / "docs"
    write_article(folder, "one", "Text.")
    tickets = write_jsonl("t.jsonl", [ticket("t", "It broke", "Restart it.")])
    first = index([folder, tickets], settings, store, embedder)
    write_article(folder, "one", "Text, edited.")
    second = index([folder, tickets], settings, store, embedder)
    inodes = [
        (settings.index_dir / f"gen-{n:06d}" / "tickets" / "vectors.faiss").stat().st_ino
        for n in (first.generation, second.generation)
    ]
    assert inodes[0] == inodes[1]


def test_an_interrupt_while_embedding_leaves_the_old_generation_serving(
    settings, store, embedder, tmp_path
):
    write_article(tmp_path / "docs", "one", "Text.")
    index([tmp_path / "docs"], settings, store, embedder)

    class Interrupted(BagOfWordsEmbedder):
        def embed_passages(self, texts):
            raise KeyboardInterrupt

    write_article(tmp_path / "docs", "two", "More text.")
    with pytest.raises(KeyboardInterrupt):
        index([tmp_path / "docs"], settings, store, Interrupted())
    snapshot = open_current(settings.index_dir, embedder.fingerprint)
    assert snapshot.collections["help"].document_ids == ["one"]
    report = index([tmp_path / "docs"], settings, store, embedder)
    assert report.published
    assert not list(settings.index_dir.glob("*.tmp"))


def test_another_embedding_model_rebuilds_everything(settings, store, embedder, tmp_path):
    write_article(tmp_path / "docs", "one", "Text.")
    index([tmp_path / "docs"], settings, store, embedder)
    other = BagOfWordsEmbedder("other weights")
    report = index([tmp_path / "docs"], settings, store, other)
    assert (report.published, report.passages_embedded) == (True, 1)
    assert open_current(settings.index_dir, other.fingerprint).generation == 2


def test_a_damaged_live_snapshot_is_rebuilt_not_reused(settings, store, embedder, tmp_path):
    write_article(tmp_path / "docs", "one", "Text.")
    index([tmp_path / "docs"], settings, store, embedder)
    (settings.index_dir / "gen-000001" / "help" / "vectors.faiss").write_bytes(b"broken")
    report = index([tmp_path / "docs"], settings, store, embedder)
    assert report.published
    assert len(open_current(settings.index_dir, embedder.fingerprint).collections["help"]) == 1


def test_a_large_collection_is_indexed_by_words_in_a_process_of_its_own(
    settings, store, embedder, tmp_path, monkeypatch
):
    write_article(tmp_path / "docs", "one", "Some text about parcels.")
    inline = index([tmp_path / "docs"], settings, store, embedder)
    files = {}
    for generation, threshold in ((inline.generation, 2000), (2, 0)):
        monkeypatch.setattr("indexer.words.BACKGROUND_PASSAGES", threshold)
        if generation == 2:
            index([tmp_path / "docs"], settings, store, embedder, rebuild=True)
        folder = settings.index_dir / f"gen-{generation:06d}" / "help" / "lexical"
        files[generation] = (
            (folder / "terms.txt").read_bytes(),
            (folder / "impacts.npy").read_bytes(),
        )
    assert files[1] == files[2]
