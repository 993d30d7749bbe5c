"""One mail or chat message, as it came, to what its author wrote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kb.mail.automatic import is_automatic
from kb.mail.html import html_lines, is_html
from kb.mail.lines import Line, as_lines, as_text, bare
from kb.mail.patterns import POINTS_BELOW
from kb.mail.quotes import split
from kb.mail.signature import without_signature
from kb.text import clean, is_blank

MAX_CHARS = 20_000
"""Of the visible text. Longer messages are pasted logs; the problem is at their beginning."""

_MAX_DEPTH = 5
"""Forwards of forwards that are looked into."""
_MAX_NOTE_CHARS = 300
"""What is written above a message passed on is a note, or the message is not passed on."""


@dataclass(frozen=True)
class MailText:
    """A message taken apart. Parts that it does not have are empty."""

    written: str
    """What this author wrote now, answers between quotations included. If that is nothing: the
    forwarded message, else the text as it is."""
    quoted: str = ""
    """Older messages, as far as they are repeated here."""
    signature: str = ""
    """Names, contact details, device lines and legal notices below (and banners above)."""
    forwarded: str = ""
    """What was written in the message that this one passes on."""
    automatic: bool = False
    """An absence notice, a delivery failure, an acknowledgement of receipt: nobody wrote it."""

    @property
    def problem(self) -> str:
        """What the message is about: what is passed on, and what was written about it."""
        if not self.forwarded or self.forwarded == self.written:
            return self.written
        return f"{self.forwarded}\n{self.written}"


_REMEMBERED = 128
"""Messages: each of a thread is read for its problem, for its signals and for its solution."""


@lru_cache(_REMEMBERED)
def read_mail(text: str) -> MailText:
    """Take a plain or HTML message apart.

    Understands the quoting of common mail programs in English, Persian and Chinese, and less of it
    in other European languages. Reads the first `MAX_CHARS` visible characters, in linear time.
    `written` is empty only if `text` shows nothing, and reading it again changes nothing.
    """
    lines = _lines(text)
    mail = _read(lines)
    written = mail.written
    for _ in range(_MAX_DEPTH):  # what a cut uncovers may be a quotation or a signature again
        again = _read(_lines(written)).written
        if again == written:
            break
        written = again
    if not written and not is_html(text):  # marks that show nothing
        written = text.strip()[:MAX_CHARS]
    forwarded = written if mail.forwarded == mail.written else mail.forwarded
    return MailText(written, mail.quoted, mail.signature, forwarded, is_automatic(written))


def _lines(text: str) -> list[Line]:
    for _ in range(3):  # HTML escaped within HTML
        if not is_html(text):
            break
        lines = html_lines(text, MAX_CHARS)
        text = "\n".join(line.text for line in lines)
        if not is_html(text):
            return _first(lines)
    return as_lines(clean(text.strip()[:MAX_CHARS]).strip())


def _first(lines: list[Line]) -> list[Line]:
    """As many characters as are read; the rest of a line that is too long is left out."""
    left, kept = MAX_CHARS, []
    for line in lines:
        if left <= 0:
            break
        kept.append(Line(clean(line.text[:left]), line.part))
        left -= len(line.text) + 1
    return kept


def _read(lines: list[Line], depth: int = 0) -> MailText:
    found = split(lines)
    parts = [without_signature(piece) for piece in found.own]
    written = as_text([line for own, _ in parts for line in [*own, Line("")]])
    signature = [line for _, removed in parts for line in removed]
    written = "" if is_blank(written) else written
    quoted, forwarded = found.quoted, ""
    if found.older:
        if depth < _MAX_DEPTH and (found.passed_on or _passes_on(written)):
            inner = _read(found.older, depth + 1)
            forwarded = inner.problem
        else:
            quoted = quoted + found.older
    return MailText(
        written=written or forwarded or as_text(lines),
        quoted=as_text(quoted),
        signature=as_text(signature),
        forwarded=forwarded,
    )


def _passes_on(written: str) -> bool:
    """Whether a reply's own words only point at the message below."""
    if len(written) > _MAX_NOTE_CHARS:
        return False
    return not written or bool(POINTS_BELOW.search(bare(written)))
