"""Markdown with YAML front matter: one article a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import frontmatter
import yaml
from pydantic import ValidationError

from indexer.sources.base import Item, Problem, SourceDocument, describe
from kb.models import Article


def read_markdown(path: Path, *, max_document_bytes: int) -> Item:
    """Read one article; every way a file can be wrong becomes a `Problem`.

    Front matter: `id` (default: the path without ending), `locale`, `title` (required), `section`,
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
        post = frontmatter.loads(raw)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 2}" if mark else ""
        return Problem(
            origin, f"has broken front matter{where}: {getattr(error, 'problem', error)}"
        )
    except (ValueError, TypeError, RecursionError) as error:
        return Problem(origin, f"has broken front matter: {error}")
    if not post.metadata:
        return Problem(origin, "has no front matter (needs at least title and locale)")
    if not post.content.strip():
        return Problem(origin, "has an empty body")
    try:
        return SourceDocument(_article(path, dict(post.metadata), post.content), origin)
    except ValidationError as error:
        return Problem(origin, f"has wrong front matter: {describe(error)}")


def _article(path: Path, fields: dict[str, Any], body: str) -> Article:
    identifier = fields.pop("id", None) or f"{path.parent.name}.{path.stem}"
    tags = fields.pop("tags", None) or ()
    if isinstance(tags, str):
        tags = tuple(tag.strip() for tag in tags.split(","))
    source = fields.pop("translation_of", None)
    return Article(
        id=str(identifier),
        group=str(source or identifier),
        tags=tuple(str(tag) for tag in tags),
        body=body,
        **fields,
    )
