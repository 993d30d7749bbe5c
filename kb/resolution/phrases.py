"""What people say in tickets without answering, and when an answer worked: `languages/*.toml`.

A file per language holds lists of patterns by sign. They are searched in sentences as `normalise`
leaves them: lower case, Persian letters folded (ی, ک, ا for آ), a blank for ZWNJ, no accents. A
pattern begins at the beginning of a word, except in Chinese and Japanese, and may be broken over
lines indented by four. Every repetition in one has an upper bound, so that matching takes linear
time. Languages without a file are judged by structure alone.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import regex

from kb.errors import ConfigurationError
from kb.text import fold, simplify

Sign = Literal[
    "polite",  # greetings, thanks, good wishes: taken out, nothing is left of such a sentence
    "request",  # asks the customer for information
    "suggestion",  # a question that is advice: "have you tried …?"
    "closing",  # administration: closed, merged, duplicate
    "acknowledgement",  # promises an answer, or that somebody else will give one
    "me_too",  # somebody else with the same problem; in forums they count among those who reply
    "worked",  # the customer says that it works
    "did_not",  # the customer says that it does not
    "hedged",  # not said to have happened: hopes, plans, conditions, how it was before
    "thanks",  # the customer's thanks
]
SIGNS: tuple[Sign, ...] = get_args(Sign)

_FOLDER = files("kb.resolution") / "languages"
LANGUAGES = frozenset(
    item.name.removesuffix(".toml") for item in _FOLDER.iterdir() if item.name.endswith(".toml")
)
_WITHOUT_BLANKS = frozenset({"ja", "zh"})
_LATIN_ACCENTS = regex.compile(r"[\u0300-\u036f]")
_ALL_SCRIPTS = {
    "fa": regex.compile(r"\p{Arabic}"),
    "ja": regex.compile(r"[\p{Hiragana}\p{Katakana}]"),
    "ru": regex.compile(r"\p{Cyrillic}"),
    "zh": regex.compile(r"\p{Han}"),
}


def normalise(text: str) -> str:
    """The spelling in which patterns are written."""
    if text.isascii():
        return text.lower()
    text = simplify(fold(text)).replace("\u200c", " ").replace("’", "'")
    bare = _LATIN_ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare)


def languages_of(text: str, locale: str) -> tuple[str, ...]:
    """Languages whose phrases are looked for: the ticket's, English, and those of the scripts."""
    scripts = {language for language, script in _ALL_SCRIPTS.items() if script.search(text)}
    return tuple(sorted({"en", locale.split("-")[0].lower(), *scripts} & LANGUAGES))


def says(sign: Sign, text: str, languages: tuple[str, ...]) -> bool:
    """Whether normalised `text` holds a phrase of this kind in one of the languages."""
    pattern = _pattern(sign, languages)
    return pattern is not None and pattern.search(text) is not None


def without(sign: Sign, text: str, languages: tuple[str, ...]) -> str:
    """Normalised `text` with the phrases of this kind taken out."""
    pattern = _pattern(sign, languages)
    return pattern.sub(" ", text) if pattern else text


@cache
def phrases_of(language: str) -> dict[Sign, tuple[str, ...]]:
    """A language's patterns.

    Raises:
        ConfigurationError: its file names a sign that does not exist.
    """
    found = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    if unknown := found.keys() - set(SIGNS):
        raise ConfigurationError(
            f"kb/resolution/languages/{language}.toml has {', '.join(sorted(unknown))}, "
            f"which is none of {', '.join(SIGNS)}."
        )
    return {sign: tuple(map(_joined, found.get(sign, ()))) for sign in SIGNS}


@cache
def _pattern(sign: Sign, languages: tuple[str, ...]) -> regex.Pattern[str] | None:
    parts = []
    for language in languages:
        if phrases := phrases_of(language)[sign]:
            spaced = language not in _WITHOUT_BLANKS
            start = r"(?<!\w)" if spaced else ""
            end = r"(?!\w)" if spaced and sign == "polite" else ""
            parts.append(f"{start}(?:{'|'.join(phrases)}){end}")
    return regex.compile("|".join(parts)) if parts else None


def _joined(pattern: str) -> str:
    return simplify("".join(line.removeprefix("    ") for line in pattern.split("\n")))
