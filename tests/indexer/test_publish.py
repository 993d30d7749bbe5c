"""Publishing is atomic: whatever dies, wherever, old or new serves, never a mixture."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from indexer.pipeline import index
from indexer.publish import collect_garbage, publish, writer_lock
from kb.config import load_settings
from kb.errors import Conflict, SnapshotCorrupt
from kb.snapshot import (
    CURRENT,
    MANIFEST,
    current_generation,
    open_current,
    open_generation,
    read_manifest,
    verify,
)
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder


class Died(BaseException):
    """Stands for a crash: no handler of ours catches it."""


def document(identifier: str, text: str) -> dict[str, object]:
    return {"_id": identifier, "title": f"About {identifier}", "text": text, "lang": "en"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory):
    """A data folder with generation 1 live, and a complete generation 2 to publish again."""
    import json

    folder = tmp_path_factory.mktemp("published")
    settings = load_settings(data_dir=folder / "data")
    embedder = BagOfWordsEmbedder()
    store = Store(settings.store_url)
    source = folder / "docs.jsonl"
    for texts in (["old words"], ["new words", "more words"]):
        records = [document(f"d{n}", text) for n, text in enumerate(texts)]
        source.write_text("\n".join(json.dumps(r) for r in records), encoding="utf-8")
        index([source], settings, store, embedder)
    store.close()
    index_dir = settings.index_dir
    shutil.copytree(index_dir / "gen-000002", folder / "next")
    (folder / "next" / MANIFEST).unlink()
    manifest = read_manifest(index_dir / "gen-000002")
    shutil.rmtree(index_dir / "gen-000002")
    (index_dir / CURRENT).write_text("gen-000001\n", encoding="ascii")
    return folder, manifest, embedder


def publish_next(folder: Path, manifest, index_dir: Path, checkpoint=lambda _step: None) -> int:
    def write(target: Path) -> None:
        shutil.copytree(folder / "next", target, dirs_exist_ok=True)

    def describe(generation, files):
        return manifest.model_copy(update={"generation": generation, "files": files})

    return publish(index_dir, write, describe, keep=2, checkpoint=checkpoint)


def steps_of(published, tmp_path: Path) -> list[str]:
    folder, manifest, _ = published
    index_dir = tmp_path / "recording"
    shutil.copytree(folder / "data" / "index", index_dir)
    steps: list[str] = []
    publish_next(folder, manifest, index_dir, steps.append)
    return steps


def test_a_crash_at_any_step_leaves_old_or_new_and_the_next_run_recovers(published, tmp_path):
    folder, manifest, embedder = published
    steps = steps_of(published, tmp_path)
    expected = {"create", "write", "write manifest", "rename generation", "replace CURRENT"}
    assert expected < set(steps)
    assert sum(step.startswith("fsync") for step in steps) >= len(manifest.files) + 4
    for number, step in enumerate(steps):
        index_dir = tmp_path / f"crash-{number}"
        shutil.copytree(folder / "data" / "index", index_dir)
        reached = iter(range(len(steps)))

        def die(_step: str, reached=reached, number=number) -> None:
            if next(reached) == number:
                raise Died

        with pytest.raises(Died):
            publish_next(folder, manifest, index_dir, die)

        survivor = open_current(index_dir, embedder.fingerprint)
        ids = survivor.collections["help"].document_ids
        replaced = number > steps.index("replace CURRENT")
        assert ids == (["d0", "d1"] if replaced else ["d0"]), step

        with writer_lock(index_dir):
            generation = publish_next(folder, manifest, index_dir)
        recovered = open_current(index_dir, embedder.fingerprint)
        assert recovered.generation == generation
        assert recovered.collections["help"].document_ids == ["d0", "d1"]
        assert not list(index_dir.glob("*.tmp")), step


def test_a_generation_that_does_not_open_never_becomes_current(published, tmp_path):
    folder, manifest, _ = published
    index_dir = tmp_path / "index"
    shutil.copytree(folder / "data" / "index", index_dir)

    def break_vectors(step: str) -> None:
        if step == "reopen":
            (index_dir / "gen-000002" / "help" / "vectors.faiss").write_bytes(b"garbage")

    with pytest.raises(SnapshotCorrupt):
        publish_next(folder, manifest, index_dir, break_vectors)
    assert current_generation(index_dir) == 1


def test_a_flipped_byte_in_any_file_is_refused_by_name(published, tmp_path):
    folder, manifest, embedder = published
    index_dir = tmp_path / "index"
    shutil.copytree(folder / "data" / "index", index_dir)
    generation = publish_next(folder, manifest, index_dir)
    live = index_dir / f"gen-{generation:06d}"
    names = list(read_manifest(live).files)
    assert len(names) >= 3 * 9  # three collections, nine files or more each
    for name in names:
        path = live / name
        original = path.read_bytes()
        if not original:
            continue
        middle = len(original) // 2
        path.write_bytes(original[:middle] + bytes([original[middle] ^ 1]) + original[middle + 1 :])
        with pytest.raises(SnapshotCorrupt, match=path.name.replace(".", r"\.")):
            open_current(index_dir, embedder.fingerprint)
        path.write_bytes(original)
    assert open_current(index_dir, embedder.fingerprint).generation == generation


def test_a_truncated_a_missing_and_an_extra_file_are_refused_by_name(published, tmp_path):
    folder, manifest, _ = published
    index_dir = tmp_path / "index"
    shutil.copytree(folder / "data" / "index", index_dir)
    live = index_dir / "gen-000001"
    manifest = read_manifest(live)
    victim = live / "help" / "content.sqlite"
    original = victim.read_bytes()

    victim.write_bytes(original[:-1])
    with pytest.raises(SnapshotCorrupt, match=f"has {len(original) - 1} bytes instead of"):
        verify(live, manifest)
    victim.unlink()
    with pytest.raises(SnapshotCorrupt, match=r"content\.sqlite is missing"):
        verify(live, manifest)
    victim.write_bytes(original)
    (live / "help" / "stray.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SnapshotCorrupt, match=r"stray\.txt does not belong"):
        verify(live, manifest)


def test_a_snapshot_of_another_version_says_what_to_run(published, tmp_path):
    folder, _, _ = published
    manifest = json.loads(
        (folder / "data" / "index" / "gen-000001" / MANIFEST).read_text(encoding="utf-8")
    )
    manifest["format_version"] = 1
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(SnapshotCorrupt, match=r"another version of the program.*`kb index`"):
        read_manifest(tmp_path)


def test_a_damaged_manifest_or_pointer_is_a_sentence_not_a_traceback(published, tmp_path):
    folder, _, embedder = published
    index_dir = tmp_path / "index"
    shutil.copytree(folder / "data" / "index", index_dir)
    (index_dir / "gen-000001" / MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(SnapshotCorrupt, match="damaged"):
        open_current(index_dir, embedder.fingerprint)
    (index_dir / CURRENT).write_text("../../etc\n", encoding="ascii")
    with pytest.raises(SnapshotCorrupt, match="does not name a generation"):
        open_current(index_dir, embedder.fingerprint)


def test_old_generations_go_and_the_live_one_stays(tmp_path):
    index_dir = tmp_path / "index"
    for number in (1, 2, 3, 4, 5):
        (index_dir / f"gen-{number:06d}").mkdir(parents=True)
    (index_dir / CURRENT).write_text("gen-000004\n", encoding="ascii")
    collect_garbage(index_dir, keep=2)
    left = sorted(path.name for path in index_dir.glob("gen-*"))
    assert left == ["gen-000003", "gen-000004"]


def test_a_second_writer_is_turned_away_while_the_first_holds_the_lock(tmp_path):
    with (
        writer_lock(tmp_path / "index"),
        pytest.raises(Conflict, match="wait"),
        writer_lock(tmp_path / "index"),
    ):
        pass
    with writer_lock(tmp_path / "index"):
        pass


def test_opening_a_generation_by_number_gives_its_documents(published):
    folder, _, _ = published
    snapshot = open_generation(folder / "data" / "index", 1)
    assert snapshot.collections["help"].document_ids == ["d0"]
    assert len(snapshot.collections["tickets"]) == 0
