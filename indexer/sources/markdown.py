"""Markdown with YAML front matter: one article a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import SafeLoader, YAMLHandler
from pydantic import ValidationError

from indexer.sources.base import Item, Problem, SourceDocument, describe
from kb.models import Article

_MAX_DEPTH = 10
_COMPUTED = frozenset({"body", "group"})
"""Fields of an article that its author states otherwise."""


class _FrontMatter(YAMLHandler):
    """Plain values only: aliases make bombs, and deep nesting overflows the C parser's stack."""

    def load(self, fm: str, **kwargs: object) -> Any:
        depth = 0
        for event in yaml.parse(fm, Loader=SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise ValueError(f"aliases (*{event.anchor}) are not supported")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise ValueError("it is nested too deeply")
        return super().load(fm, **kwargs)


_HANDLER = _FrontMatter()


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
        raw = raw.strip()
        fields, body = (
            frontmatter.parse(raw, handler=_HANDLER) if _HANDLER.detect(raw) else ({}, raw)
        )
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        return Problem(
            origin, f"has broken front matter{where}: {getattr(error, 'problem', error)}"
        )
    except (ValueError, TypeError, RecursionError) as error:
        return Problem(origin, f"has broken front matter: {error}")
    if not fields:
        return Problem(origin, "has no front matter (needs at least title and locale)")
    if not body.strip():
        return Problem(origin, "has an empty body")
    try:
        return SourceDocument(_article(path, fields, body), origin)
    except ValidationError as error:
        return Problem(origin, f"has wrong front matter: {describe(error)}")
    except ValueError as error:
        return Problem(origin, f"has wrong front matter: {error}")


def _article(path: Path, fields: dict[str, Any], body: str) -> Article:
    for name in fields:
        if not isinstance(name, str) or name in _COMPUTED:
            raise ValueError(f"{name}: is no field of an article")
    for name in ("id", "translation_of"):
        if isinstance(fields.get(name), list | dict):
            raise ValueError(f"{name}: should be one word")
    identifier = fields.pop("id", None) or f"{path.parent.name}.{path.stem}"
    tags = fields.pop("tags", None) or ()
    if isinstance(tags, str):
        tags = tuple(tag.strip() for tag in tags.split(",") if tag.strip())
    if not isinstance(tags, list | tuple) or any(isinstance(tag, list | dict) for tag in tags):
        raise ValueError("tags: should be a list of words")
    source = fields.pop("translation_of", None)
    return Article(
        id=str(identifier),
        group=str(source or identifier),
        tags=tuple(str(tag) for tag in tags),
        body=body,
        **fields,
    )
