"""Labelled sentences: JSON Lines with the personal data marked inline.

    {"id": "en-001", "text": "mail ⟦EMAIL|ann@shop.example⟧, ⟦NAME|Ann⟧", "names": ["Ann Lee"]}

Marks cannot drift from the text as offsets do. A file's stem is its language.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import InvalidInput
from kb.privacy import PLACEHOLDERS, PersonalSpan

SENTENCES = Path(__file__).parent / "sentences"
SETS = {"packaged": SENTENCES, "held-out": SENTENCES / "held-out"}
"""Folders by the name of the set. No detector is changed for the held-out one."""

_MARK = re.compile(r"⟦([^|⟦⟧]*)\|([^⟦⟧]*)⟧")
_FIELDS = {"id", "text", "names"}


@dataclass(frozen=True)
class Sentence:
    """A text and what in it is personal: disjoint `spans` in text order, offsets in characters."""

    id: str
    language: str
    text: str
    names: tuple[str, ...]
    """Full names known from metadata, as the redactor gets them."""
    spans: tuple[PersonalSpan, ...]


def parse_marked(marked: str) -> tuple[str, tuple[PersonalSpan, ...]]:
    """The plain text and the spans that were marked in it.

    Raises:
        InvalidInput: a mark is empty, left open, nested, or of an unknown type.
    """
    pieces: list[str] = []
    spans: list[PersonalSpan] = []
    at = length = 0
    for match in _MARK.finditer(marked):
        kind, value = match.groups()
        if kind not in PLACEHOLDERS:
            known = ", ".join(PLACEHOLDERS)
            raise InvalidInput(f"⟦{kind}|…⟧ is no type of personal data; use one of {known}.")
        if not value.strip():
            raise InvalidInput(f"⟦{kind}|…⟧ marks nothing; put the personal data behind the |.")
        length += match.start() - at
        pieces += (marked[at : match.start()], value)
        spans.append(PersonalSpan(length, length + len(value), kind))
        length += len(value)
        at = match.end()
    text = "".join(pieces) + marked[at:]
    if "⟦" in text or "⟧" in text:
        raise InvalidInput("A mark is not closed or nested; write ⟦TYPE|the personal data⟧.")
    return text, tuple(spans)


def load_file(path: Path) -> list[Sentence]:
    """The sentences of one file.

    Raises:
        InvalidInput: the file cannot be read or holds no sentences; a line is malformed or its id
            was used before.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read as UTF-8 text: {error}.") from error
    sentences: dict[str, Sentence] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            sentence = _sentence(json.loads(line), path.stem)
        except (ValueError, InvalidInput) as error:
            raise InvalidInput(f"{path}, line {number}: {error}") from error
        if sentence.id in sentences:
            raise InvalidInput(f"{path}, line {number}: the id {sentence.id} was used before.")
        sentences[sentence.id] = sentence
    if not sentences:
        raise InvalidInput(f"{path} holds no sentences.")
    return list(sentences.values())


def _sentence(document: Any, language: str) -> Sentence:
    if not isinstance(document, dict) or not _FIELDS >= set(document) >= {"id", "text"}:
        raise InvalidInput('A line is an object with "id", "text" and, if known, "names".')
    names = document.get("names", [])
    texts = [document["id"], document["text"], *(names if isinstance(names, list) else [None])]
    if not all(isinstance(value, str) and value.strip() for value in texts):
        raise InvalidInput(
            '"id", "text" and each of the list "names" are texts that say something.'
        )
    text, spans = parse_marked(document["text"])
    return Sentence(document["id"], language, text, tuple(names), spans)


def load_set(name: str) -> list[Sentence]:
    """The packaged sentences of a set, all languages.

    Raises:
        InvalidInput: there is no such set.
    """
    if name not in SETS:
        raise InvalidInput(f"There is no set {name}; the sets are {', '.join(SETS)}.")
    return [sentence for path in sorted(SETS[name].glob("*.jsonl")) for sentence in load_file(path)]
