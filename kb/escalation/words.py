"""The words behind the signals: `words/<language>.toml`, compiled.

Words that ordinary questions use too (the leaf button is *pressed*, *Sue* works here, tanks *leak*,
a sensor gives `报警`) stand there only with their company.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from kb.escalation.matching import Pattern, compile_pattern

Kind = Literal["safety", "legal", "press", "data_protection", "dispute", "frustration"]
Phrase = Literal["refund_asked", "settled", "unsettled", "persists"]

LANGUAGES = ("en", "fa", "zh")
_STRENGTHS: Mapping[str, float] = {"strong": 1.0, "medium": 0.5, "weak": 0.25}


@cache
def patterns(kind: Kind | Phrase) -> tuple[Pattern, ...]:
    """The patterns of a kind, of all languages: customers mix them."""
    return tuple(
        compile_pattern(line, _STRENGTHS[name])
        for language in LANGUAGES
        for name, block in _file(language)[kind].items()
        for line in _lines(block, _file(language)["parts"])
    )


@cache
def contacts_said() -> tuple[Pattern, ...]:
    """*My third e-mail*: the strength is the number; the highest numbers first."""
    found = []
    for language in LANGUAGES:
        content = _file(language)
        for number, words in content["numbers"].items():
            for line in _lines(content["contacts_said"]["patterns"], content["parts"] | words):
                found.append(compile_pattern(line, float(number)))
    return tuple(sorted(found, key=lambda pattern: -pattern.strength))


def _lines(block: str, parts: Mapping[str, str]) -> Iterator[str]:
    for line in block.splitlines():
        for name, words in parts.items():
            line = line.replace(f"{{{name}}}", words)
        if line:
            yield line


@cache
def _file(language: str) -> dict[str, Any]:
    path = files("kb.escalation") / "words" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
