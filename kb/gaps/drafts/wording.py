"""The words of drafts, by language, and what instructions sound like: `languages/*.toml`.

`instruction` lists patterns that are searched in sentences as `kb.resolution.phrases.normalise`
leaves them; a pattern may be broken over lines indented by four. Every repetition has an upper
bound, so that matching takes linear time. A language without a file gets the English words, and
what an instruction is there, only its form tells (an item of a list).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import regex
from pydantic import ValidationError

from kb.errors import ConfigurationError
from kb.models import Model
from kb.text import language_of

_FOLDER = files("kb.gaps.drafts") / "languages"
_FALLBACK = "en"


class Wording(Model):
    """A language's words; `{…}` are fields, see kb.gaps.drafts.outline."""

    question: str
    steps: str
    open_points: str
    checklist: str
    untitled: str
    asked: str
    from_replies: str
    no_steps: str
    only_statements: str
    conflict: str
    nearest: str
    between: str
    """Between words that are quoted."""
    nothing_near: str
    other_language: str
    does_not_mention: str
    other_subject: str
    unsure: str
    no_nearest: str
    translate: str
    comment: str
    check: tuple[str, ...]
    instruction: tuple[str, ...]


def wording(locale: str) -> Wording:
    """The words of a draft in this language; English where it has none."""
    return _known(language_of(locale)) or _read(_FALLBACK)


def is_instruction(sentence: str, locale: str) -> bool:
    """Whether a normalised sentence tells what to do, by its words."""
    return any(
        (pattern := _instruction(language)) is not None and pattern.search(sentence) is not None
        for language in {language_of(locale), _FALLBACK}
    )


@cache
def _instruction(language: str) -> regex.Pattern[str] | None:
    words = _known(language)
    if words is None:
        return None
    joined = (pattern.replace("\n    ", "") for pattern in words.instruction)
    return regex.compile("|".join(f"(?:{pattern})" for pattern in joined))


def _known(language: str) -> Wording | None:
    name = f"{language}.toml"
    return _read(language) if any(item.name == name for item in _FOLDER.iterdir()) else None


@cache
def _read(language: str) -> Wording:
    """A language's file.

    Raises:
        ConfigurationError: it lacks a phrase or has one that does not exist.
    """
    text = (_FOLDER / f"{language}.toml").read_text(encoding="utf-8")
    try:
        return Wording.model_validate(tomllib.loads(text))
    except ValidationError as error:
        where = ", ".join(str(item["loc"][0]) for item in error.errors())
        raise ConfigurationError(
            f"kb/gaps/drafts/languages/{language}.toml is wrong or incomplete: {where}."
        ) from error
