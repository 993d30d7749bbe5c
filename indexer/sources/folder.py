"""Folders and single files: picks the reader for each file by its ending."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.sources.base import Item
from indexer.sources.jsonl import read_jsonl
from indexer.sources.markdown import read_markdown
from kb.authoring.files import content_files
from kb.errors import InvalidInput

_READERS = {".md": "markdown", ".markdown": "markdown", ".jsonl": "jsonl"}


def open_source(path: Path, *, max_document_bytes: int) -> Iterator[Item]:
    """Read a Markdown folder, a Markdown file or a JSON Lines file, in a stable order.

    Hidden files are not content, and neither is a folder with `qrels/` in it (an eval dataset).

    Raises:
        InvalidInput: `path` does not exist or is of no known format. Raised before reading.
    """
    if not path.exists():
        raise InvalidInput(f"There is no file or folder {path}; check the path.")
    if path.is_file() and path.suffix not in _READERS:
        raise InvalidInput(
            f"{path} is neither a folder nor a file ending in {', '.join(sorted(_READERS))}."
        )
    files = [path] if path.is_file() else sorted(content_files(path, _READERS))
    return _read(files, max_document_bytes)


def _read(files: list[Path], max_document_bytes: int) -> Iterator[Item]:
    for file in files:
        if _READERS[file.suffix] == "markdown":
            yield read_markdown(file, max_document_bytes=max_document_bytes)
        else:
            yield from read_jsonl(file, max_document_bytes=max_document_bytes)
