"""Where a message quotes an older one, and where an older one begins and goes on to the end.

Answers between quoted lines stay the author's. English, Persian and Chinese by `kb.mail.patterns`;
the introductions of German, French, Spanish, Dutch, Portuguese, Russian and Swedish mail programs
by quotequail, which knows no right-to-left and no Chinese ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import quotequail
import regex

from kb.mail import patterns
from kb.mail.headers import after_headers, header_block
from kb.mail.lines import Line

Kind = Literal["intro", "history", "forward"]
"""`intro`: "Ann wrote:"; `history`: an older message follows; `forward`: one is passed on."""

_MIN_INTRO_CHARS, _MAX_INTRO_CHARS = 12, 300
_WRAPPED = regex.compile(r"^(?:on|at|在|于|در|\d{4}|am|le|el|op|em|den|il)\b|^[在于\d]")
_ANNOUNCES = regex.compile(r"^[^\d@]*:$")
_DIGIT = regex.compile(r"\d")
_LETTERS = regex.compile(r"\p{L}{2}")
_OLDER_NOT_PASSED_ON = regex.compile(r"origin|urspr|oorspr")


@dataclass
class Split:
    """A message taken apart."""

    own: list[list[Line]] = field(default_factory=lambda: [[]])
    """What the author wrote, in pieces between quotations."""
    quoted: list[Line] = field(default_factory=list)
    older: list[Line] = field(default_factory=list)
    """The body of the message that begins somewhere and goes on to the end."""
    passed_on: bool = False
    """Whether a program said that `older` was forwarded."""

    def quote(self, lines: list[Line]) -> None:
        """Quoted lines end a piece of the author's own."""
        self.quoted.extend(lines)
        if self.own[-1]:
            self.own.append([])


def split(lines: list[Line]) -> Split:
    """Own words, quotations, and the older message below, if there is one."""
    found = Split()
    at, shown = 0, False
    while at < len(lines):
        line = lines[at]
        if _is_quoted(line):
            shown = line.part != "quoted" and (shown or _is_shown(found.own[-1]))
            if not shown:
                found.quote([line])
                at += 1
                continue
        else:
            shown = False
        boundary = None if shown else _boundary(lines, at)
        if boundary is None:
            found.own[-1].append(line)
            at += 1
            continue
        kind, end = boundary
        if kind != "intro" or not _quotes_follow(lines, end):
            found.older, found.passed_on = lines[end:], kind == "forward"
            break
        found.quote(lines[at:end])
        at = end
    return found


def _is_quoted(line: Line) -> bool:
    return line.part == "quoted" or line.marked


def _is_shown(above: list[Line]) -> bool:
    """Whether a marked line below `above` is the author's evidence, announced like `I typed:`."""
    last = next((other for other in reversed(above) if not other.blank), None)
    return last is not None and bool(_ANNOUNCES.search(last.bare))


def _quotes_follow(lines: list[Line], at: int) -> bool:
    """Whether the next line that says something is quoted."""
    for line in lines[at : at + 4]:
        if not line.blank:
            return _is_quoted(line)
    return False


def _boundary(lines: list[Line], at: int) -> tuple[Kind, int] | None:
    """What begins at line `at`, and the line after its announcement."""
    line = lines[at]
    if line.part in ("intro", "history", "forward"):
        return _marked_by_html(lines, at)
    if line.blank or len(line.text) > _MAX_INTRO_CHARS:
        return None
    if patterns.FORWARD.match(line.bare):
        return "forward", after_headers(lines, at + 1)
    if patterns.HISTORY.match(line.bare) or patterns.REPLY_ABOVE.match(line.bare):
        return "history", after_headers(lines, at + 1)
    if patterns.RULE.match(line.bare):
        end = header_block(lines, at + 1)
        return ("history", end) if end else None
    end = header_block(lines, at)
    if end:
        return "history", end
    return _intro(lines, at) or _intro_in_another_language(lines, at)


def _marked_by_html(lines: list[Line], at: int) -> tuple[Kind, int]:
    end = at + 1
    while lines[at].part == "intro" and end < len(lines) and lines[end].part == "intro":
        end += 1
    texts = [line.bare for line in lines[at : end + 3]]
    if lines[at].part == "forward" or any(map(patterns.FORWARD.match, texts)):
        while end < len(lines) and patterns.FORWARD.match(lines[end].bare):
            end += 1
        return "forward", after_headers(lines, end)
    if lines[at].part == "intro":
        return "intro", end
    return "history", after_headers(lines, end)


# ── "On Monday, Ann wrote:" ──────────────────────────────────────────────────────────────────


def _intro(lines: list[Line], at: int) -> tuple[Kind, int] | None:
    """An introduction on one line, or wrapped over up to three."""
    first = lines[at].bare
    if patterns.WEAK_INTRO.match(first) and _quotes_follow(lines, at + 1):
        return "intro", at + 1
    joined, below = first, ""
    for end in range(at + 1, min(at + 4, len(lines) + 1)):
        if end > at + 1:
            joined = f"{joined} {lines[end - 1].bare}"
            below = f"{below} {lines[end - 1].bare}".lstrip()
        whole_below = _WRAPPED.match(below) and patterns.INTRO.match(below)
        if patterns.INTRO.match(joined) and not whole_below:
            return "intro", end
        ended = joined.endswith((":", ".", "?", "!", "。", "؟"))
        if ended or not _WRAPPED.match(first) or end == len(lines) or lines[end].blank:
            return None
    return None


def _intro_in_another_language(lines: list[Line], at: int) -> tuple[Kind, int] | None:
    for end in (at + 1, at + 2):
        if end > len(lines) or not lines[end - 1].bare.endswith((":", "--")):
            continue
        kind = _announced("\n".join(line.text.strip() for line in lines[at:end]))
        if kind:
            return kind, end if kind == "intro" else after_headers(lines, end)
    return None


@lru_cache(maxsize=2048)
def _announced(text: str) -> Kind | None:
    """What one or two lines announce, if quotequail knows them."""
    dated = _DIGIT.search(text) or text.endswith("--")
    if (
        not dated
        or text.endswith("wrote:")
        or not _MIN_INTRO_CHARS <= len(text) <= _MAX_INTRO_CHARS
    ):
        return None
    found = quotequail.unwrap(text) if _LETTERS.search(text) else None
    if found is None or "text_top" in found:
        return None
    if found["type"] == "reply":
        return "intro"
    passed_on = found["type"] == "forward" and not _OLDER_NOT_PASSED_ON.search(text.lower())
    return "forward" if passed_on else "history"
