"""Publishing: the only place that syncs, renames and replaces (DESIGN §4).

Each effect is announced to `checkpoint` before it happens, so that a test can die at every one of
them and find either the old generation or the new one, never a mixture.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kb.errors import Conflict
from kb.snapshot import (
    CURRENT,
    MANIFEST,
    FileRecord,
    Manifest,
    current_generation,
    generation_name,
    generation_number,
    open_generation,
    sha256_of,
)

Checkpoint = Callable[[str], None]
_LEFTOVER = re.compile(r"gen-\d+\.tmp|CURRENT\.tmp")


@contextmanager
def writer_lock(index_dir: Path, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the exclusive right to change the index; the kernel frees it if the process dies.

    Raises:
        Conflict: another process is indexing, and goes on for longer than `wait_seconds`.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index_dir / ".lock")
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise Conflict(
            "Another `kb index` is running on this data folder; wait for it to finish."
        ) from error
    try:
        yield
    finally:
        lock.release()


def publish(
    index_dir: Path,
    write: Callable[[Path], None],
    describe: Callable[[int, dict[str, FileRecord]], Manifest],
    *,
    keep: int,
    checkpoint: Checkpoint = lambda _step: None,
) -> int:
    """Write a new generation and make it live; the caller holds `writer_lock`.

    Args:
        write: fills the (existing, empty) folder it is given.
        describe: makes the manifest from the generation's number and its files.
        keep: how many generations stay, the new one included.

    Returns:
        The number of the new, live generation.

    Raises:
        SnapshotCorrupt: what was written does not open; the old generation stays live.
    """
    sweep(index_dir)
    generation = _next_number(index_dir)
    name = generation_name(generation)
    scratch, final = index_dir / f"{name}.tmp", index_dir / name

    checkpoint("create")
    scratch.mkdir()
    checkpoint("write")
    write(scratch)
    files = {}
    for path in sorted(p for p in scratch.rglob("*") if p.is_file()):
        relative = path.relative_to(scratch).as_posix()
        checkpoint(f"fsync {relative}")
        _fsync(path)
        files[relative] = FileRecord(size=path.stat().st_size, sha256=sha256_of(path))
    checkpoint("write manifest")
    manifest = describe(generation, files)
    (scratch / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    checkpoint("fsync manifest")
    _fsync(scratch / MANIFEST)
    for folder in [*sorted(p for p in scratch.rglob("*") if p.is_dir()), scratch]:
        checkpoint(f"fsync folder {folder.relative_to(scratch).as_posix()}")
        _fsync(folder)
    checkpoint("rename generation")
    scratch.rename(final)
    checkpoint("fsync index after rename")
    _fsync(index_dir)
    checkpoint("reopen")
    open_generation(index_dir, generation)

    pointer = index_dir / f"{CURRENT}.tmp"
    checkpoint("write CURRENT")
    pointer.write_text(f"{name}\n", encoding="ascii")
    checkpoint("fsync CURRENT")
    _fsync(pointer)
    checkpoint("replace CURRENT")
    pointer.replace(index_dir / CURRENT)
    checkpoint("fsync index after replace")
    _fsync(index_dir)
    checkpoint("collect garbage")
    collect_garbage(index_dir, keep)
    return generation


def sweep(index_dir: Path) -> None:
    """Remove what an interrupted publication left behind; the caller holds the lock."""
    for path in index_dir.iterdir():
        if not _LEFTOVER.fullmatch(path.name):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def collect_garbage(index_dir: Path, keep: int) -> None:
    """Keep the live generation and the `keep - 1` before it; drop all others."""
    live = current_generation(index_dir)
    if live is None:
        return
    numbers = sorted(n for n in _generations(index_dir) if n <= live)
    kept = set(numbers[-keep:])
    for number in _generations(index_dir):
        if number not in kept:
            shutil.rmtree(index_dir / generation_name(number), ignore_errors=True)


def _generations(index_dir: Path) -> list[int]:
    return [
        number
        for path in index_dir.iterdir()
        if path.is_dir() and (number := generation_number(path.name)) is not None
    ]


def _next_number(index_dir: Path) -> int:
    return max(_generations(index_dir), default=0) + 1


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
