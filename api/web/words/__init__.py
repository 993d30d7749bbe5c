"""The pages' words, in every language they speak: `<area>.<locale>.toml`.

An area is a part of the product (`help`, `console`, …); `frame` belongs to all of them. Braces name
what is filled in; a table with `one` and `other` holds the forms of a number.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from api.web.formats import localised_digits, number
from kb.text import language_of

FOLDER = Path(__file__).parent
LOCALES = ("en", "fa", "zh")
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def direction(locale: str) -> str:
    """`rtl` or `ltr`, for the `dir` attribute."""
    return "rtl" if language_of(locale) in _RIGHT_TO_LEFT else "ltr"


class Words:
    """Words in one language: `t.key` as they are, `t("key", n=3)` filled in.

    In templates what is filled in is escaped; numbers get the digits of the language.
    """

    def __init__(self, locale: str, entries: Mapping[str, Any]) -> None:
        self.locale = locale
        self._entries = entries

    def __getattr__(self, key: str) -> Any:
        try:
            return self._entries[key]
        except KeyError:
            raise AttributeError(f"no words for '{key}' in {self.locale}") from None

    def __call__(self, key: str, **values: object) -> Markup:
        """HTML: the words of `key` with `values`, which are escaped unless they are markup."""
        return Markup(escape(getattr(self, key))).format(**self._shown(values))

    def text(self, key: str, **values: object) -> str:
        """The same as plain text, for what is no HTML."""
        filled: str = getattr(self, key).format(**self._shown(values))
        return filled

    def count(self, key: str, count: int, **values: object) -> Markup:
        """How many: the form of `key` for `count`, which `{count}` stands for."""
        form = getattr(self, key)["one" if count == 1 else "other"]
        return Markup(escape(form)).format(**self._shown({"count": count, **values}))

    def _shown(self, values: Mapping[str, object]) -> dict[str, object]:
        return {
            name: number(value, self.locale) if isinstance(value, int | float) else value
            for name, value in values.items()
        }

    @property
    def direction(self) -> str:
        return direction(self.locale)

    def language_name(self, locale: str) -> str:
        """A language's name in this one; its code if it has none here."""
        name: str = self.languages.get(language_of(locale), locale)
        return name

    def section(self, key: str) -> str:
        """A section's display name; one without a translation shows its key."""
        if not key:
            return str(self.other_section)
        readable = key.replace("-", " ").replace("_", " ")
        return str(self.sections.get(key, readable[:1].upper() + readable[1:]))

    def digits(self, value: object) -> str:
        """`value` as text in this language's digits, for what is no quantity: codes, times."""
        return localised_digits(value, self.locale)


@cache
def words(locale: str, area: str) -> Words:
    """The words of an area and of the frame in one of `LOCALES`."""
    return Words(locale, {**_read("frame", locale), **_read(area, locale)})


def _read(area: str, locale: str) -> Mapping[str, Any]:
    path = FOLDER / f"{area}.{locale}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
