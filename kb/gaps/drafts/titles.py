"""A user's question as an article's title, and the title as a name of a folder. Pure."""

from __future__ import annotations

import regex

from kb.drafting import without_greeting
from kb.drafting.bidi import plain
from kb.gaps.drafts.replies import shortened, split
from kb.resolution.phrases import languages_of, normalise
from kb.resolution.signs import is_question, kind_of
from kb.text import language_of, script_of, slug

TITLE_CHARS = 80
_READ_CHARS = 2_000
"""Of a question, for its title."""
_SLUG_BYTES = 120
"""A file name has 255 at most; a numbered one has to fit, too."""
_RESERVED = frozenset({"qrels", "readme"})
"""A folder of that name would make the reader pass over everything beside it."""
_HELLO = regex.compile(
    r"\A(?:(?:hi|hello|hey|dear (?:all|team|support))\b(?!-)|(?:سلام|درود)(?!\p{L})|您好|你好"
    r"|请问)[\s,،，!！.。:：]*",
    regex.IGNORECASE,
)
_EDGES = " .,،，。;；:：!！-–—"


def title_of(question: str, locale: str) -> str:
    """A question as a title: its first sentence that asks, without greeting; empty for noise.

    Of a ticket it is the subject, where that says something.
    """
    subject, _, rest = question[:_READ_CHARS].strip().partition("\n")
    several = len(subject.split()) > 1 or script_of(language_of(locale)) == "han"
    if rest and several and _says(subject, locale):
        return trimmed(_HELLO.sub("", subject, count=1))
    pieces = [piece for piece, _ in split(without_greeting(question[:_READ_CHARS]))]
    pieces = [_HELLO.sub("", piece, count=1) for piece in pieces]
    saying = [piece for piece in pieces if any(map(str.isalnum, piece)) and _says(piece, locale)]
    asking = [piece for piece in saying if is_question(normalise(piece))]
    return trimmed(next(iter([*asking, *saying]), ""))


def trimmed(words: str) -> str:
    """Words on one line, at most `TITLE_CHARS` of them, without marks around, with a capital."""
    line = plain(words[:_READ_CHARS]).strip(_EDGES)
    return shortened(line[:1].upper() + line[1:], TITLE_CHARS)


def _says(piece: str, locale: str) -> bool:
    sentence = normalise(piece)
    return kind_of(sentence, languages_of(sentence, locale)) != "polite"


def folder_name(title: str) -> str:
    """A title as the name of a folder, in its own script: letters, digits and hyphens."""
    name = slug(title)
    while len(name.encode()) > _SLUG_BYTES:
        name = name.rpartition("-")[0] or name[:-1]
    name = name.strip("-")
    return f"{name}-article" if name in _RESERVED else name
