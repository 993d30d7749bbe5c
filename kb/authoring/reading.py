"""The text of an article's file as an article: the one reading that indexer and editor share.

A file is YAML front matter between two lines of dashes, then CommonMark. Every way it can be wrong
is an `Unreadable` with a sentence for its author. Pure: who calls it reads the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import SafeLoader, YAMLHandler
from pydantic import ValidationError

from kb.models import Article

_MAX_DEPTH = 10
_COMPUTED = frozenset({"body", "group"})
"""Fields of an article that its author states otherwise."""
FIELDS = (
    "id", "locale", "title", "section", "audience", "tags", "updated", "draft", "translation_of",
    "url",
)  # fmt: skip
"""What front matter may say, in the order that we write it."""


class Unreadable(ValueError):
    """The text is no article.

    Args:
        line: of the file, from 1, where it is known.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


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


def read_fields(text: str) -> tuple[dict[str, Any], str]:
    """Front matter as it stands, and the body.

    Raises:
        Unreadable: the front matter is missing or broken, or the body is empty.
    """
    raw = text.strip()
    try:
        fields, body = (
            frontmatter.parse(raw, handler=_HANDLER) if _HANDLER.detect(raw) else ({}, raw)
        )
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        where = f" in line {line}" if line else ""
        problem = getattr(error, "problem", error)
        raise Unreadable(f"has broken front matter{where}: {problem}", line) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(f"has broken front matter: {error}") from error
    if not fields:
        raise Unreadable("has no front matter (needs at least title and locale)")
    if not body.strip():
        raise Unreadable("has an empty body")
    return fields, body


def read_article(text: str, default_id: str) -> Article:
    """The article that a file's text says.

    Args:
        default_id: where the front matter names none: `<folder>.<file name>`.

    Raises:
        Unreadable: it says none.
    """
    fields, body = read_fields(text)
    try:
        return article_of(fields, body, default_id)
    except ValidationError as error:
        raise Unreadable(f"has wrong front matter: {describe(error)}") from error
    except ValueError as error:
        raise Unreadable(f"has wrong front matter: {error}") from error


def article_of(stated: Mapping[str, Any], body: str, default_id: str) -> Article:
    """Fields and body as an article.

    Raises:
        ValidationError, ValueError: a field is unknown, or is not what it should be.
    """
    fields = dict(stated)
    for name in fields:
        if not isinstance(name, str) or name in _COMPUTED:
            raise ValueError(f"{name}: is no field of an article")
    for name in ("id", "translation_of"):
        if isinstance(fields.get(name), list | dict):
            raise ValueError(f"{name}: should be one word")
    identifier = fields.pop("id", None) or default_id
    source = fields.pop("translation_of", None)
    return Article(
        id=str(identifier),
        group=str(source or identifier),
        tags=tags_of(fields.pop("tags", None)),
        body=body,
        **fields,
    )


def tags_of(value: Any) -> tuple[str, ...]:
    """Tags of a list, or of words with commas between them.

    Raises:
        ValueError: they are something else.
    """
    tags = value or ()
    if isinstance(tags, str):
        tags = tuple(tag.strip() for tag in tags.split(",") if tag.strip())
    if not isinstance(tags, list | tuple) or any(isinstance(tag, list | dict) for tag in tags):
        raise ValueError("tags: should be a list of words")
    return tuple(str(tag) for tag in tags)


def describe(error: ValidationError) -> str:
    """One sentence out of pydantic's report."""
    parts = []
    for item in error.errors():
        field = ".".join(str(part) for part in item["loc"])
        parts.append(f"{field}: {item['msg']}" if field else item["msg"])
    return "; ".join(parts)
