"""Snapshots: the manifest, and opening the current generation after verifying every byte.

    data/index/CURRENT                  name of the live generation, replaced atomically
    data/index/gen-000042/manifest.json
    data/index/gen-000042/centring.npz  language means that queries have to be centred by, too
    data/index/gen-000042/<collection>/ vectors.faiss, lexical/…, content.sqlite, documents.npy

FAISS and Whoosh trust their files (one parses binary, the other unpickles), so nothing reaches
them before its sha256 matched the manifest. Writing is `indexer.publish`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from kb.collection import Collection
from kb.embedder import Centring
from kb.errors import NoSnapshot, SnapshotCorrupt, SnapshotIncompatible
from kb.models import CollectionName
from kb.text import ANALYSIS_VERSION

FORMAT_VERSION = 2
MANIFEST = "manifest.json"
CURRENT = "CURRENT"
CENTRING = "centring.npz"
_GENERATION = re.compile(r"gen-(\d{6,})")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileRecord(_Record):
    size: int
    sha256: str


class EmbedderRecord(_Record):
    name: str
    fingerprint: str
    dimension: int


class CollectionRecord(_Record):
    documents: int
    passages: int
    content_hash: str
    """sha256 over everything that determines the collection's files: equal means reusable."""


class Manifest(_Record):
    format_version: Literal[2] = 2
    generation: int
    created: dt.datetime
    embedder: EmbedderRecord
    analysis_version: str
    collections: dict[CollectionName, CollectionRecord]
    files: dict[str, FileRecord]
    """By path relative to the generation's folder, `/` separated; all but the manifest itself."""


@dataclass(frozen=True)
class Snapshot:
    """One immutable generation, opened."""

    manifest: Manifest
    collections: Mapping[CollectionName, Collection]
    centring: Centring

    @property
    def generation(self) -> int:
        return self.manifest.generation


def generation_name(generation: int) -> str:
    return f"gen-{generation:06d}"


def generation_number(name: str) -> int | None:
    """The number in `gen-000042`; None for any other name."""
    match = _GENERATION.fullmatch(name)
    return int(match[1]) if match else None


def current_generation(index_dir: Path) -> int | None:
    """Number of the live generation; None if nothing was ever published.

    Raises:
        SnapshotCorrupt: CURRENT does not name a generation.
    """
    try:
        name = (index_dir / CURRENT).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    number = generation_number(name)
    if number is None:
        raise SnapshotCorrupt(
            f"{index_dir / CURRENT} does not name a generation; run `kb index` to publish one."
        )
    return number


def read_manifest(folder: Path) -> Manifest:
    """Parse a generation's manifest.

    Raises:
        SnapshotCorrupt: missing, malformed, or of another format version.
    """
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
        return Manifest.model_validate_json(content)
    except (OSError, ValidationError, ValueError) as error:
        if isinstance(error, OSError):
            reason = "it is missing"
        elif _written_by_another_version(content):
            reason = "another version of the program wrote it"
        else:
            reason = "it is damaged"
        raise SnapshotCorrupt(
            f"The snapshot manifest {path} cannot be used: {reason}. "
            "Run `kb index` to publish a new snapshot."
        ) from error


def _written_by_another_version(content: bytes) -> bool:
    try:
        return bool(json.loads(content)["format_version"] != FORMAT_VERSION)
    except (ValueError, KeyError, TypeError):
        return False


def verify(folder: Path, manifest: Manifest) -> None:
    """Check presence, size and sha256 of every file.

    Raises:
        SnapshotCorrupt: names the first file that differs, is missing, or should not be there.
    """
    present = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    } - {MANIFEST}
    for name in sorted(present ^ manifest.files.keys()):
        problem = "is missing" if name in manifest.files else "does not belong to the snapshot"
        raise _corrupt(folder / name, problem)
    for name, record in manifest.files.items():
        if (size := (folder / name).stat().st_size) != record.size:
            raise _corrupt(folder / name, f"has {size} bytes instead of {record.size}")
        if sha256_of(folder / name) != record.sha256:
            raise _corrupt(folder / name, "does not have the published content")


def _corrupt(path: Path, problem: str) -> SnapshotCorrupt:
    return SnapshotCorrupt(
        f"The snapshot file {path} {problem}. Run `kb index --rebuild` to publish a new snapshot."
    )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_generation(index_dir: Path, generation: int) -> Snapshot:
    """Verify and open one generation.

    Raises:
        SnapshotCorrupt: see `verify`.
    """
    folder = index_dir / generation_name(generation)
    manifest = read_manifest(folder)
    verify(folder, manifest)
    try:
        centring = Centring.load(folder / CENTRING)
    except (OSError, ValueError) as error:
        raise _corrupt(folder / CENTRING, "cannot be read") from error
    collections = {name: Collection(name, folder / name) for name in manifest.collections}
    return Snapshot(manifest, collections, centring)


def open_current(index_dir: Path, embedder_fingerprint: str) -> Snapshot:
    """Open the live generation for queries embedded by the model with this fingerprint.

    Raises:
        NoSnapshot: nothing was published yet.
        SnapshotIncompatible: built with another embedder or analysis.
        SnapshotCorrupt: a file is not what was published.
    """
    generation = current_generation(index_dir)
    if generation is None:
        raise NoSnapshot("Nothing has been indexed yet; run `kb index articles/` first.")
    manifest = read_manifest(index_dir / generation_name(generation))
    if manifest.embedder.fingerprint != embedder_fingerprint:
        raise SnapshotIncompatible(
            f"The snapshot was built with the embedding model '{manifest.embedder.name}', which is "
            "not the one configured now; run `kb index --rebuild`, or set KB_EMBEDDING_MODEL back."
        )
    if manifest.analysis_version != ANALYSIS_VERSION:
        raise SnapshotIncompatible(
            f"The snapshot was built with text analysis {manifest.analysis_version}, this version "
            f"has {ANALYSIS_VERSION}; run `kb index --rebuild`."
        )
    return open_generation(index_dir, generation)
