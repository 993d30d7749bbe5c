"""JSON Lines: articles, macros and tickets, one object a line, in any mix.

`kind` says what a line is; without it, replies or messages make a ticket and the rest are
articles. Two foreign layouts load as they are: articles with `_id, title, text, lang, group` (also
BEIR corpora) and forum threads with `title, body, replies[]` (docs/formats.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError

from indexer.sources.base import Item, Problem, SourceDocument
from kb.authoring.reading import describe
from kb.models import Article, Document, Macro, Ticket
from kb.text import detect_language

_READ = 1 << 16


def read_jsonl(path: Path, *, max_document_bytes: int) -> Iterator[Item]:
    """Yield each line's document, or a `Problem` naming the line."""
    try:
        file = path.open("rb")
    except OSError as error:
        yield Problem(str(path), f"cannot be read: {error.strerror}")
        return
    with file:
        for number, line in enumerate(_lines(file, max_document_bytes), start=1):
            origin = f"{path}:{number}"
            if line is None:
                yield Problem(origin, f"is longer than the limit of {max_document_bytes} bytes")
            elif line.strip():
                yield _parse(line, origin)


def _lines(file: BinaryIO, limit: int) -> Iterator[bytes | None]:
    """Lines without holding an overlong one in memory: None stands for it."""
    while line := file.readline(limit + 1):
        if len(line) <= limit or line.endswith(b"\n"):
            yield line
            continue
        yield None
        while (rest := file.readline(_READ)) and not rest.endswith(b"\n"):
            pass


def _parse(line: bytes, origin: str) -> Item:
    try:
        record = json.loads(line.rstrip(b"\r\n").decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Problem(origin, f"is not UTF-8 (byte {error.start})")
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" at")
        return Problem(origin, f"is not valid JSON: {what} at column {error.colno}")
    except (RecursionError, ValueError) as error:
        return Problem(origin, f"is not valid JSON: {error}")
    if not isinstance(record, dict):
        return Problem(origin, "is not a JSON object")
    try:
        document = to_document(record)
    except ValidationError as error:
        return Problem(origin, describe(error))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return Problem(origin, f"lacks or misuses a field: {error}")
    if document is None:
        return Problem(origin, "is marked as spam")
    if isinstance(document, Article) and not document.body.strip():
        return Problem(origin, "has an empty body")
    return SourceDocument(document, origin)


def to_document(record: dict[str, Any]) -> Document | None:
    """Turn one record into a document; None if the source itself calls it spam.

    Raises:
        pydantic.ValidationError, KeyError, TypeError, ValueError: the record is malformed.
    """
    kind = record.get("kind")
    if kind not in (None, "article", "macro", "ticket"):
        raise ValueError(f"kind {kind!r} is none of article, macro, ticket")
    if kind == "macro":
        return Macro(**_with_group(record))
    if kind == "ticket" or "messages" in record:
        return Ticket(**{"locale": _locale(record, _opening(record)), **record})
    if "replies" in record:
        return None if record.get("spam") else _forum_thread(record)
    if kind == "article" and "body" in record:
        return Article(**_with_group(record))
    return _foreign_article(record)


def _with_group(record: dict[str, Any]) -> dict[str, Any]:
    return {"group": record.get("id"), **record}


def _foreign_article(record: dict[str, Any]) -> Article:
    fields = {**(record.get("metadata") or {}), **record}
    identifier = record.get("_id") or record["id"]
    body = record["text"] if "text" in record else record["body"]
    title = record.get("title") or ""
    return Article(
        id=str(identifier),
        group=str(fields.get("group") or identifier),
        locale=_locale(fields, f"{title} {body}"),
        title=title or _first_words(body),
        body=body,
        section=str(fields.get("section") or fields.get("product") or ""),
        audience=fields.get("audience", "public"),
        tags=_tags(fields.get("tags")),
        updated=fields.get("updated"),
    )


def _forum_thread(record: dict[str, Any]) -> Ticket:
    """A thread whose replies by the asker are the customer's, all others the rep's."""
    asker = record.get("author")
    messages: list[dict[str, Any]] = [
        {"author": "customer", "text": record["body"], "at": _timestamp(record["created"])}
    ]
    for reply in record["replies"]:
        own = asker is not None and reply.get("author") == asker
        messages.append(
            {
                "author": "customer" if own else "rep",
                "text": reply["body"],
                "at": _timestamp(reply["created"]),
                "accepted": bool(reply.get("accepted")),
                "helpful": int(reply.get("helpful") or 0),
            }
        )
    return Ticket(
        id=str(record["id"]),
        locale=_locale(record, f"{record['title']} {record['body']}"),
        subject=record["title"],
        created=messages[0]["at"],
        messages=tuple(messages),
        group=str(record.get("topic") or ""),
        tags=_tags(record.get("tags")),
        status="solved" if record.get("solved") or len(messages) > 1 else "open",
    )


def _locale(record: dict[str, Any], text: str) -> str:
    stated = record.get("locale") or record.get("lang")
    return str(stated) if stated else detect_language(text, ("en", "fa", "zh"), "en")


def _opening(record: dict[str, Any]) -> str:
    """A ticket's subject and first message."""
    messages = record.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    text = first.get("text", "") if isinstance(first, dict) else ""
    return f"{record.get('subject', '')} {text}"


def _tags(value: Any) -> tuple[Any, ...]:
    """A list, or one string with semicolons between the tags."""
    return (
        tuple(tag for tag in value.split(";") if tag)
        if isinstance(value, str)
        else tuple(value or ())
    )


def _timestamp(value: str) -> str:
    """`2023-01-09 01:27:49 +0000` as ISO 8601."""
    date, _, rest = value.partition(" ")
    time, _, zone = rest.partition(" ")
    return f"{date}T{time}{zone}" if time else value


def _first_words(text: str) -> str:
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= 80 else line[:77].rsplit(" ", 1)[0] + "…"
