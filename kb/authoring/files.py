"""Which files of a folder are content: the one rule that indexer and editor share."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

MARKDOWN = frozenset({".md", ".markdown"})


def content_files(
    folder: Path, endings: Container[str], above: frozenset[Path] = frozenset()
) -> Iterator[Path]:
    """Files below a folder, in any order, with one of the endings.

    Hidden ones are not content, nor READMEs, nor a folder with `qrels/` in it (an eval dataset).

    Args:
        above: resolved folders on the way here; a link back up would never end.

    Raises:
        OSError: a folder cannot be read.
    """
    real = folder.resolve()
    if real in above or (folder / "qrels").is_dir():
        return
    for child in folder.iterdir():
        if child.name.startswith("."):
            continue
        if child.is_dir():
            yield from content_files(child, endings, above | {real})
        elif child.suffix in endings and child.stem.upper() != "README":
            yield child
