"""The text of an article's file, changed as little as possible.

What a writer did not touch stays as it is, to the byte: the order of fields and the comments of the
front matter, fields that we do not know, line endings, blank lines, the end of the file. Pure.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import yaml

from kb.authoring.reading import FIELDS, Unreadable, read_fields

_BOUNDARY = re.compile(r"-{3,}[ \t]*")
_BOM = "\ufeff"
Value = str | bool | dt.date | tuple[str, ...] | None
"""Of a field; None: the field is not there."""


def version_of(content: bytes) -> str:
    """What names a state of a file: sha256 (hex) of its bytes."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class ArticleText:
    """A file in its parts; together they are its text again."""

    front: str
    """Lines of the front matter, without the dashes around them."""
    gap: str
    """Blank lines before the body."""
    body: str
    tail: str
    """White space after it."""
    newline: str = "\n"
    bom: bool = False
    opening: str = "---"
    closing: str = "---"

    @classmethod
    def of(cls, text: str) -> Self:
        """Take a text apart; one without front matter is all body."""
        bom, newline = text.startswith(_BOM), _newline(text)
        text = text.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
        lines = text.lstrip().split("\n")
        end = next((n for n, line in enumerate(lines) if n and _BOUNDARY.fullmatch(line)), 0)
        if not _BOUNDARY.fullmatch(lines[0]) or not end:
            lines, end = ["---", "---", *lines], 1
        rest = "\n".join(lines[end + 1 :])
        body = rest.strip()
        start = rest.index(body) if body else 0
        return cls(
            front="\n".join(lines[1:end]),
            gap=rest[:start],
            body=body,
            tail=rest[start + len(body) :],
            newline=newline,
            bom=bom,
            opening=lines[0],
            closing=lines[end],
        )

    @classmethod
    def new(cls) -> Self:
        """A file that is yet to be written."""
        return cls(front="", gap="\n", body="", tail="\n")

    @property
    def body_line(self) -> int:
        """Line of the file that the body begins in, from 1."""
        front = self.front.count("\n") + 1 if self.front else 0
        return 3 + front + self.gap.count("\n")

    def with_changes(self, values: Mapping[str, Value], body: str) -> ArticleText:
        """The same with some fields set (or, with None, removed) and a body.

        Fields that already say so stay as they are written.
        """
        front = _changed_front(self.front, values)
        return ArticleText(
            front=front,
            gap=self.gap if "\n" in self.gap or self.front else "\n",
            body=body.strip("\n"),
            tail=self.tail,
            newline=self.newline,
            bom=self.bom,
            opening=self.opening,
            closing=self.closing,
        )

    def encoded(self) -> bytes:
        """The file's bytes."""
        front = f"{self.front}\n" if self.front else ""
        text = f"{self.opening}\n{front}{self.closing}\n{self.gap}{self.body}{self.tail}"
        text = text.replace("\n", self.newline)
        return ((_BOM if self.bom else "") + text).encode()


def fields_of(front: str) -> dict[str, Any]:
    """What front matter says.

    Raises:
        Unreadable: it is broken.
    """
    if not front.strip():
        return {}
    return read_fields(f"---\n{front}\n---\n.")[0]


def _newline(text: str) -> str:
    dos = text.count("\r\n")
    return "\r\n" if dos and 2 * dos >= text.count("\n") else "\n"


def _changed_front(front: str, values: Mapping[str, Value]) -> str:
    try:
        before = fields_of(front)
    except Unreadable:
        return _dumped({name: value for name, value in values.items() if value is not None})
    wanted = {**before, **values}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    changed = {n: v for n, v in values.items() if n not in before or _plain(before[n]) != _plain(v)}
    changed = {n: v for n, v in changed.items() if v is not None or n in before}
    if not changed:
        return front
    edited = _edited(front, changed)
    try:
        if edited is not None and _plain(fields_of(edited)) == _plain(wanted):
            return edited
    except Unreadable:
        pass
    return _dumped(wanted)


def _edited(front: str, changed: Mapping[str, Value]) -> str | None:
    """Some fields changed in their own lines; None where the text is no plain list of fields."""
    if not front.strip():
        return _dumped(changed)
    root = yaml.compose(front, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    lines = front.split("\n")
    places = {key.value: (key, value) for key, value in root.value}
    missing = {name: value for name, value in changed.items() if name not in places}
    edits = []
    for name, value in changed.items():
        if name in places:
            key, node = places[name]
            last = _last_line(node) if node.end_mark.index > key.end_mark.index else key
            end = last if isinstance(last, int) else key.end_mark.line
            comment = _comment(lines[end], node) if end == key.start_mark.line else ""
            new = [] if value is None else [_dumped({name: value}) + comment]
            edits.append((key.start_mark.line, end + 1, new))
    for start, end, new in sorted(edits, reverse=True):
        lines[start:end] = new
    if missing:
        lines.append(_dumped(missing))
    return "\n".join(lines).strip("\n")


def _last_line(node: yaml.Node) -> int:
    """Where a value ends; block values end, for YAML, where the next field begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    line: int = node.end_mark.line
    return line - 1 if node.end_mark.column == 0 and line > node.start_mark.line else line


def _comment(line: str, node: yaml.Node) -> str:
    rest = line[node.end_mark.column :]
    return rest.rstrip() if rest.lstrip().startswith("#") else ""


def _dumped(values: Mapping[str, Any]) -> str:
    order = {name: place for place, name in enumerate(FIELDS)}
    names = sorted(values, key=lambda name: order.get(name, len(order)))
    return "\n".join(_line(name, values[name]) for name in names)


def _line(name: str, value: Any) -> str:
    if isinstance(value, tuple | list):
        words = yaml.safe_dump(
            list(value), allow_unicode=True, width=10**6, default_flow_style=True
        )
        return f"{name}: {words.rstrip()}"
    text: str = yaml.safe_dump({name: value}, allow_unicode=True, width=10**6)
    return text.rstrip("\n")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return list(value) if isinstance(value, tuple) else value
