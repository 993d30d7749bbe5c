"""The pages' templates, static files, icons, and the filters that templates use."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

import regex
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from selectolax.lexbor import LexborHTMLParser

from api.web.anchors import with_anchors
from api.web.formats import FILTERS
from api.web.icons import icon
from api.web.words import Words, direction

Spans = Sequence[tuple[int, int]]

STATIC = Path(__file__).with_name("static")
"""Served by `api.static`."""

_MARKER = regex.compile(r"- |(?P<number>\d{1,3})\. ")
_MAX_SUBJECT, _MAX_QUESTION = 80, 600
"""Mail programs refuse long `mailto:` addresses, and a Persian letter takes six characters."""


def marked(text: str, spans: Spans) -> Markup:
    """`text`, escaped, with `<mark>` around `spans`; spans outside or overlapping are ignored.

    >>> marked("a < b", [(4, 5)])
    Markup('a &lt; <mark>b</mark>')
    """
    parts, at = [], 0
    for start, end in sorted(spans):
        if at <= start < end <= len(text):
            parts += [escape(text[at:start]), Markup("<mark>%s</mark>") % text[start:end]]
            at = end
    return Markup("").join([*parts, escape(text[at:])])


def passage(text: str, spans: Spans) -> Markup:
    """A passage's plain text as paragraphs, lists and tables again, with `spans` marked."""
    lines = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            lines.append(_Line(line, _within(spans, start, start + len(line))))
        start += len(line) + 1
    groups = groupby(lines, key=lambda line: line.kind)
    return Markup("").join(_block(kind, list(group)) for kind, group in groups)


def _within(spans: Spans, start: int, end: int) -> list[tuple[int, int]]:
    """The spans inside `start`…`end`, counted from `start`."""
    return [(a - start, b - start) for a, b in spans if start <= a and b <= end]


class _Line:
    """One line of a passage: what it is, and its text without the list marker."""

    def __init__(self, line: str, spans: Spans) -> None:
        match = _MARKER.match(line)
        cut = match.end() if match else 0
        self.number = match["number"] if match else None
        self.kind = "p"
        if match:
            self.kind = "ol" if self.number else "ul"
        elif " | " in line:
            self.kind = f"table {line.count(' | ')}"
        self._text = line[cut:]
        self._spans = [(start - cut, end - cut) for start, end in spans]

    def html(self) -> Markup:
        return marked(self._text, self._spans)

    def cells(self) -> list[Markup]:
        cells, start = [], 0
        for cell in self._text.split(" | "):
            end = start + len(cell)
            cells.append(marked(cell, _within(self._spans, start, end)))
            start = end + len(" | ")
        return cells


def _block(kind: str, lines: list[_Line]) -> Markup:
    if kind == "ul":
        return Markup("<ul>%s</ul>") % _each("<li>%s</li>", [line.html() for line in lines])
    if kind == "ol":
        items = _each("<li>%s</li>", [line.html() for line in lines])
        return Markup('<ol start="%s">%s</ol>') % (lines[0].number, items)
    if kind.startswith("table") and len(lines) > 1:
        rows = [_each("<td>%s</td>", line.cells()) for line in lines]
        return Markup("<table>%s</table>") % _each("<tr>%s</tr>", rows)
    return _each("<p>%s</p>", [line.html() for line in lines])


def _each(template: str, values: Sequence[Markup]) -> Markup:
    return Markup("").join(Markup(template) % value for value in values)


def outline(html: str) -> list[tuple[str, str]]:
    """Anchor and text of the main sections of a rendered article."""
    found = LexborHTMLParser(html).css("h2[id]")
    return [(node.attributes["id"] or "", node.text(strip=True)) for node in found]


def article_body(html: str) -> Markup:
    """Sanitised HTML of an article, with tables that scroll by themselves on a narrow screen.

    Args:
        html: from `render_markdown`, nowhere else: it is trusted.
    """
    html = regex.sub(r"<table[^>]*>", r'<div class="table" tabindex="0">\g<0>', html)
    return Markup(html.replace("</table>", "</table></div>"))


def contact_link(contact: str, t: Words, question: str = "") -> str:
    """Where to write to, carrying the question along; empty if `contact` is no address."""
    if regex.match(r"https?://", contact):
        return contact
    if "@" not in contact:
        return ""
    link = f"mailto:{quote(contact, safe='@')}"
    if not question:
        return link
    subject = t.mail_subject.format(question=_shortened(question, _MAX_SUBJECT))
    body = t.mail_body.format(question=_shortened(question, _MAX_QUESTION))
    body = body.replace("\r", "").replace("\n", "\r\n")
    return f"{link}?subject={quote(' '.join(subject.split()), safe='')}&body={quote(body, safe='')}"


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _version() -> str:
    """Changes with any static file, so that no browser keeps an old one."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:10]


VERSION = _version()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        marked=marked,
        passage=passage,
        article_body=article_body,
        with_anchors=with_anchors,
        direction=direction,
        **FILTERS,
    )
    environment.globals.update(contact_link=contact_link, icon=icon)
    return environment


TEMPLATES = _environment()
"""Autoescaping is on: what is not `Markup` is text."""
