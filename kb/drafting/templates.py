"""What a draft says in the house's own words: phrases by language, from TOML files.

The package brings en, fa and zh. An operator's folder may hold files of the same names, whose
phrases replace the packaged ones, and files for further languages, which must be complete.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import regex
from pydantic import Field, StringConstraints, ValidationError, field_validator
from pydantic_core.core_schema import ValidationInfo

from kb.drafting.bidi import balanced, direction, plain
from kb.drafting.bidi import placed as place
from kb.errors import ConfigurationError
from kb.models import Model
from kb.text import language_of

PACKAGED = Path(__file__).parent / "templates"
FALLBACK = "en"

_LOCALE = regex.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FIELDS: Mapping[str, frozenset[str]] = {
    "greeting": frozenset({"name"}),
    "other_language": frozenset({"language"}),
    "link": frozenset({"title", "url"}),
    "source": frozenset({"title"}),
    "sign_off": frozenset({"agent"}),
}
"""Fields that a phrase must have; the other phrases have none."""

_Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Phrases(Model):
    """The phrases of one language. `{…}` is a field; `{{` and `}}` stand for one brace."""

    locale: str
    greeting: _Phrase
    greeting_without_name: _Phrase
    other_language: _Phrase
    """Before an answer that exists in another language only."""
    other_language_unnamed: _Phrase
    """The same where `languages` does not name that language."""
    link: _Phrase
    """After an article's answer. The URL belongs at the end of a line of its own: next to other
    text, link detection takes in what follows and right-to-left text reorders it."""
    source: _Phrase
    """Instead of `link` where readers cannot be given an address."""
    closing: _Phrase
    """Asks whether the article's answer helped."""
    sign_off: _Phrase
    sign_off_without_agent: _Phrase
    languages: Mapping[str, _Phrase] = Field(default_factory=dict)
    """Names of languages (ISO 639-1) in this language."""

    @field_validator("*")
    @classmethod
    def _has_its_fields(cls, value: Any, info: ValidationInfo) -> Any:
        name = info.field_name or ""
        if name in ("locale", "languages"):
            return value
        if balanced(value) != value:
            raise ValueError("has marks of direction that are not closed in their line")
        expected, found = _FIELDS.get(name, frozenset()), _fields_in(value)
        if found != expected:
            wanted = ", ".join(f"{{{field}}}" for field in sorted(expected)) or "no fields"
            raise ValueError(f"must have {wanted}")
        return value

    def say(self, phrase: str, **values: str) -> str:
        """A phrase with its fields filled; values of the other direction are made safe."""
        base = direction(self.locale)
        said = ""
        pieces = list(string.Formatter().parse(getattr(self, phrase)))
        for index, (literal, field, _, _) in enumerate(pieces):
            said += literal
            if field is not None:
                after = pieces[index + 1][0] if index + 1 < len(pieces) else ""
                said += place(plain(values[field]), said, after, base)
        return said

    def other_language_note(self, language: str) -> str:
        name = self.languages.get(language)
        return self.say("other_language", language=name) if name else self.other_language_unnamed


def _fields_in(phrase: str) -> set[str]:
    """Raises ValueError where braces do not pair or a field is more than a name."""
    fields = set()
    for _, field, spec, conversion in string.Formatter().parse(phrase):
        if field is not None:
            if not field.isidentifier() or spec or conversion:
                raise ValueError(f"has the field {{{field}}}; a field is a plain name")
            fields.add(field)
    return fields


@dataclass(frozen=True)
class Templates:
    """The phrases of all languages that have some."""

    by_locale: Mapping[str, Phrases]

    def speaks(self, locale: str) -> bool:
        """Whether there are phrases in the language of `locale`."""
        return locale in self.by_locale or language_of(locale) in self.by_locale

    def phrases(self, locale: str) -> Phrases:
        """The phrases for `locale`, else for its language, else English: see `Phrases.locale`."""
        for name in (locale, language_of(locale)):
            if name in self.by_locale:
                return self.by_locale[name]
        return self.by_locale[FALLBACK]


@cache
def packaged_templates() -> Templates:
    return Templates({path.stem: _read(path, {}) for path in sorted(PACKAGED.glob("*.toml"))})


def load_templates(folder: Path | None = None) -> Templates:
    """The packaged templates, with those in `folder` (`<content_dir>/templates`) over them.

    Raises:
        ConfigurationError: a file cannot be read, misses a phrase or has an unknown one, or a
            phrase lacks a field or has an unknown one.
    """
    templates = dict(packaged_templates().by_locale)
    if folder is None or not folder.is_dir():
        return Templates(templates)
    for path in sorted(folder.glob("*.toml")):
        if not _LOCALE.fullmatch(path.stem):
            raise ConfigurationError(
                f"{path} is not named like a language; call it de.toml or zh-Hant.toml."
            )
        base = templates.get(path.stem) or templates.get(language_of(path.stem))
        templates[path.stem] = _read(path, base.model_dump() if base else {})
    return Templates(templates)


def _read(path: Path, base: Mapping[str, Any]) -> Phrases:
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    languages = written.get("languages", {})
    if isinstance(languages, dict):
        languages = {**base.get("languages", {}), **languages}
    try:
        return Phrases.model_validate(
            {**base, **written, "languages": languages, "locale": path.stem}
        )
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, item['loc']))}: {item['msg'].removeprefix('Value error, ')}"
            for item in error.errors()
        )
        raise ConfigurationError(f"{path} is not valid: {problems}.") from error
