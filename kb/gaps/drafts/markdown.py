"""Other people's words in a Markdown file: shown as they are, never read as Markdown or HTML."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import regex

from kb.drafting.bidi import Direction, placed, plain

_URL = regex.compile(
    r"https?://[^\s<>\"'“”«»\[\](){}|\\`^，。；：！？、（）【】《》「」،؛؟]+", regex.IGNORECASE
)
_SPECIAL = regex.compile(r"[\\`*_\[\]<>~|]|&(?=[#\w])")
_BLOCK_START = regex.compile(r"[-+#=]|\d{1,9}(?=[.)])")
_NOT_NAME = regex.compile(r"[^\w.:-]+")
_HYPHENS = regex.compile(r"-{2,}")


def text(words: str) -> str:
    """Words on one line that CommonMark shows as they are; addresses become links.

    >>> text("# <b>5*3</b> see https://a.example/x_y.")
    '\\\\# \\\\<b\\\\>5\\\\*3\\\\</b\\\\> see <https://a.example/x_y>.'
    """
    line = plain(words)
    parts: list[str] = []
    end = 0
    for match in _URL.finditer(line):
        url = match[0].rstrip(".,;:!?…*_~")
        parts += (_escaped(line[end : match.start()]), f"<{url}>")
        end = match.start() + len(url)
    shown = "".join([*parts, _escaped(line[end:])])
    first = _BLOCK_START.match(shown)
    if not first:
        return shown
    if first[0].isdecimal():  # `1.` begins a list, `1\.` does not
        return f"{first[0]}\\{shown[first.end() :]}"
    return f"\\{shown}"


def inside(words: str, before: str, after: str, base: Direction) -> str:
    """The same, isolated where it would disturb the direction of the line around it."""
    return placed(text(words), before, after, base)


def link(label: str, target: str) -> str:
    """A link; without one where the target is nothing that can be linked."""
    shown = text(label)
    try:
        scheme = urlsplit(target).scheme
    except ValueError:  # a bracket in the host
        return shown
    if not target.isprintable() or scheme not in ("", "http", "https"):
        return shown
    return f"[{shown}]({quote(target, safe='/:?#@!$&*+,;=%~._-')})"


def name(identifier: str) -> str:
    """An id as it can stand in a comment or in code: letters, digits, `.:-_`."""
    return _HYPHENS.sub("-", _NOT_NAME.sub("-", identifier)[:100]) or "-"


def _escaped(words: str) -> str:
    return str(_SPECIAL.sub(lambda match: f"\\{match[0]}", words))
