"""Blocks of headers above an older message: From / Sent / To / Subject, in many languages."""

from __future__ import annotations

import quotequail

from kb.mail import patterns
from kb.mail.lines import Line

_MAX_HEADERS = 14
_FOREIGN_FROM = frozenset({"von", "de", "från", "van", "от кого"})
"""First labels of the blocks that quotequail is asked about."""


def _past_blanks(lines: list[Line], at: int) -> int:
    """The next line that says something, or one of the next three."""
    end = min(at + 3, len(lines))
    while at < end and lines[at].blank:
        at += 1
    return at


def _label(line: Line) -> str:
    match = patterns.HEADER.match(line.bare)
    return patterns.LABEL_OF.get(match["label"].strip(), "") if match else ""


def header_block(lines: list[Line], at: int) -> int | None:
    """The line after a block of headers that begins at `at` or below empty lines."""
    at = _past_blanks(lines, at)
    if at >= len(lines):
        return None
    if not _label(lines[at]):
        return _header_block_in_another_language(lines, at)
    if at and patterns.RAW_HEADER.match(lines[at - 1].bare):
        return None
    fields, end = _headers(lines, at)
    shown = fields & {"from", "date", "to", "subject"}
    return end if "from" in fields and len(shown) >= 3 else None


def _headers(lines: list[Line], at: int) -> tuple[set[str], int]:
    """The kinds of header from line `at` on, and the line after the last.

    An empty line may stand between two, and each may go on in the next line. None at all if the
    source of a mail is shown, which has headers that no mail program displays.
    """
    fields: set[str] = set()
    end, gap = at, 0
    for number, line in enumerate(lines[at : at + _MAX_HEADERS], at):
        label = _label(line)
        if patterns.RAW_HEADER.match(line.bare):
            return set(), at
        if label:
            fields.add(label)
            end, gap = number + 1, 0
        elif gap or not fields:
            break
        else:
            gap = 1
    return fields, end


def after_headers(lines: list[Line], at: int) -> int:
    """The line after the headers that begin at `at` or below an empty line; `at` without any."""
    fields, end = _headers(lines, _past_blanks(lines, at))
    return end if fields else at


def _header_block_in_another_language(lines: list[Line], at: int) -> int | None:
    match = patterns.HEADER.match(lines[at].bare)
    if not match or match["label"].strip() not in _FOREIGN_FROM:
        return None
    window = lines[at : at + 6]
    if len({m["label"] for line in window if (m := patterns.HEADER.match(line.bare))}) < 3:
        return None
    found = quotequail.unwrap("\n".join(line.text for line in window))
    if not found or found["type"] != "forward" or "text_top" in found:
        return None
    if len({"from", "date", "to", "subject"} & set(found)) < 3:
        return None
    end = at
    while end < len(lines) and patterns.HEADER.match(lines[end].bare):
        end += 1
    return end
