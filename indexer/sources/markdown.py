"""Markdown with YAML front matter: one article a file."""

from __future__ import annotations

from pathlib import Path

from indexer.sources.base import Item, Problem, SourceDocument
from kb.authoring.reading import Unreadable, read_article


def read_markdown(path: Path, *, max_document_bytes: int) -> Item:
    """Read one article; every way a file can be wrong becomes a `Problem`.

    Front matter: `id` (default: `<folder>.<file name>`), `locale`, `title` (required), `section`,
    `audience`, `tags`, `updated`, `draft`, `translation_of` (id of the source version, or the
    group all versions share).
    """
    origin = str(path)
    try:
        size = path.stat().st_size
        if size > max_document_bytes:
            return Problem(origin, f"is {size} bytes long, over the limit of {max_document_bytes}")
        raw = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(origin, f"is not UTF-8 (byte {error.start}); save it as UTF-8")
    except OSError as error:
        return Problem(origin, f"cannot be read: {error.strerror}")
    try:
        article = read_article(raw, default_id=f"{path.parent.name}.{path.stem}")
    except Unreadable as error:
        return Problem(origin, error.reason)
    return SourceDocument(article, origin)
