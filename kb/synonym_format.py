"""What the synonyms file holds: its entries, read and written. Pure.

[[synonym]]
words = ["passcode", "password"]              # each may stand for each
language = "en"                               # of all words; without: any language

[[synonym]]
from = "pairing"                              # whoever asks for this …
to = ["connect", { word = "اتصال", language = "fa" }]   # … finds these, too; not vice versa
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from kb.errors import ConfigurationError, InvalidInput
from kb.expansion import Wording, variants
from kb.text import clean, language_of

MAX_WORDS = 4
MAX_CHARS = 80
MAX_ENTRY = 30
"""Words of one entry: their pairs are the square of it."""
_HEADER = re.compile(r"[ \t]*\[\[[ \t]*[\"']?synonym[\"']?[ \t]*\]\]")
_MEANT = {
    "extra_forbidden": "unknown key; correct its spelling or remove it",
    "model_type": "write an entry as `[[synonym]]`",
    "tuple_type": 'write a list, as in `words = ["…", "…"]`',
    "string_type": "write it in quotes",
}
"""Where pydantic's own words speak of Python."""


def _as_word(value: Any) -> Any:
    return value if isinstance(value, dict) else {"word": value}


def _as_words(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(_Strict):
    """A word or short phrase, as written."""

    word: Annotated[str, BeforeValidator(lambda v: clean(v).strip() if isinstance(v, str) else v)]
    language: str = ""

    @model_validator(mode="after")
    def _short(self) -> Self:
        if len(self.word) > MAX_CHARS or len(self.word.split()) > MAX_WORDS:
            raise ValueError(
                f"'{self.word[:MAX_CHARS]}' is too long: at most {MAX_WORDS} words and "
                f"{MAX_CHARS} characters"
            )
        if not variants(Wording(self.word), ()):
            raise ValueError(f"'{self.word}' holds no letter and no digit")
        return self


Words = Annotated[
    tuple[Annotated[Word, BeforeValidator(_as_word)], ...], BeforeValidator(_as_words)
]


class Entry(_Strict):
    """One `[[synonym]]`: a group, or one way."""

    words: Words = Field((), max_length=MAX_ENTRY)
    asked: Words = Field((), alias="from", max_length=MAX_ENTRY)
    to: Words = Field((), max_length=MAX_ENTRY)
    language: str = ""
    """Of the words that state none."""
    note: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if self.words and (self.asked or self.to):
            raise ValueError("give either `words`, or `from` and `to`")
        if not self.words and not (self.asked and self.to):
            raise ValueError('give `words = ["…", "…"]`, or `from = "…"` and `to = ["…"]`')
        if not any(True for _ in self.pairs()):
            raise ValueError("give two different words")
        return self

    def pairs(self) -> Iterator[tuple[Wording, Wording]]:
        """(asked, also): where a query says `asked`, `also` is looked for."""
        for one in self.words or self.asked:
            for other in self.words or self.to:
                pair = self._wording(one), self._wording(other)
                if pair[0] != pair[1]:
                    yield pair

    def _wording(self, word: Word) -> Wording:
        return Wording(word.word, language_of(word.language or self.language))


class _File(_Strict):
    synonym: tuple[Entry, ...] = ()


def parse_entries(text: str, languages: Sequence[str], name: str) -> tuple[Entry, ...]:
    """The entries of a file's text.

    Args:
        name: the file, for messages.

    Raises:
        ConfigurationError: it is malformed; names the line and what is wrong.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name} is no TOML file: {error}.") from error
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if _HEADER.match(line)]
    try:
        entries = _File.model_validate(content).synonym
    except ValidationError as error:
        problems = "; ".join(_problem(item, lines) for item in error.errors())
        raise ConfigurationError(
            f"{name}: {problems}. The format is in docs/vocabulary.md."
        ) from error
    for number, entry in enumerate(entries):
        for wording in dict.fromkeys(one for pair in entry.pairs() for one in pair):
            if wording.language and wording.language not in languages:
                raise ConfigurationError(
                    f"{name}: {_place(number, lines)}'{wording.language}' of '{wording.text}' is "
                    f"no configured language; use one of {', '.join(languages)}."
                )
    return entries


def accepted_entry(
    word: str,
    proposal: str,
    language: str,
    languages: Sequence[str],
    day: dt.date,
    *,
    one_way: bool = False,
) -> Entry:
    """An entry for a proposal that somebody accepted.

    Args:
        word, proposal: what customers and what articles say.
        language: of both; empty: any.
        languages: the configured ones.
        one_way: whoever asks for `proposal` shall not find `word`.

    Raises:
        InvalidInput: that can be no synonym, or the language is not configured.
    """
    if language and language_of(language) not in languages:
        raise InvalidInput(
            f"'{language}' is no configured language; use one of {', '.join(languages)}."
        )
    words = {"from": word, "to": [proposal]} if one_way else {"words": [word, proposal]}
    note = f"accepted {day:%Y-%m-%d}"
    try:
        return Entry.model_validate(words | {"language": language, "note": note})
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise InvalidInput(f"That can be no synonym: {reason}.") from error


def entry_text(entry: Entry) -> str:
    """The entry as TOML."""
    lines = ["[[synonym]]"]
    for key, words in (("words", entry.words), ("from", entry.asked), ("to", entry.to)):
        if words:
            lines.append(f"{key} = [{', '.join(_word_text(word) for word in words)}]")
    lines += [
        f"{key} = {_quoted(value)}"
        for key, value in (("language", entry.language), ("note", entry.note))
        if value
    ]
    return "\n".join(lines) + "\n"


def _word_text(word: Word) -> str:
    if not word.language:
        return _quoted(word.word)
    return f"{{ word = {_quoted(word.word)}, language = {_quoted(word.language)} }}"


def _quoted(text: str) -> str:
    # A JSON string is a basic string of TOML, but for one control character, which TOML escapes.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _problem(item: Mapping[str, Any], lines: Sequence[int]) -> str:
    key, *rest = item["loc"]
    numbers = [part for part in rest if isinstance(part, int)]
    place = _place(numbers[0], lines) if key == "synonym" and numbers else ""
    names = [str(part) for part in rest if isinstance(part, str)]
    where = f"{'.'.join(names)}: " if names else "" if rest else f"{key}: "
    meant = _MEANT.get(item["type"]) or str(item["msg"]).removeprefix("Value error, ")
    return f"{place}{where}{meant}"


def _place(number: int, lines: Sequence[int]) -> str:
    """Where entry `number` (from 0) begins."""
    return f"line {lines[number]}: " if number < len(lines) else f"entry {number + 1}: "
