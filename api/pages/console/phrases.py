"""Reasons, warnings and advice in the page's language.

`kb` tells them as points, a code with values; the words of `console` have `point_<code>` for each,
with the same blanks. What people wrote is quoted in its own direction, figures and dates are the
language's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from babel.numbers import get_currency_name
from markupsafe import Markup

from api.pages.frame import Page
from api.web.formats import format_date, format_moment, percent
from kb.points import Point, Value

_SEVERAL = 2
"""Of a currency: limits are amounts."""


@dataclass(frozen=True)
class Phrases:
    """Says points on a page."""

    page: Page
    group_name: Callable[[str], str]
    """A group's name in the page's language."""

    def told(self, point: Point, lang: str = "") -> Markup:
        """A point in words.

        Args:
            lang: of what it quotes, where that is known.
        """
        t, key = self.page.t, f"point_{point.code}"
        values = {name: self._shown(name, v, lang) for name, v in point.values.items()}
        if not isinstance(getattr(t, key), Mapping):
            return t(key, **values)
        count = values.pop("count")
        return t.count(key, count if isinstance(count, int) else 0, **values)

    def _shown(self, name: str, value: Value, lang: str) -> object:
        """By the value's name, which means the same in every point."""
        if isinstance(value, tuple):
            return self._listed(value, lang)
        if isinstance(value, dt.datetime):
            return format_moment(value, self.page.t, self.page.zone)
        if isinstance(value, dt.date):
            return format_date(value, self.page.t)
        if isinstance(value, str):
            return self._named(name, value, lang)
        return percent(value, self.page.locale) if name == "share" else value

    def _named(self, name: str, value: str, lang: str) -> object:
        t = self.page.t
        if name == "language":
            return t.language_name(value)
        if name == "promise":
            return t.promises[value]
        if name == "currency":
            return get_currency_name(value, _SEVERAL, t.locale)
        if name == "group":
            return _isolated(self.group_name(value))
        return _isolated(value, lang)

    def _listed(self, words: tuple[str, ...], lang: str) -> Markup:
        opening, closing = self.page.t.quotes
        quoted = (Markup("{}{}{}").format(opening, _isolated(w, lang), closing) for w in words)
        return Markup(self.page.t.list_comma).join(quoted)


def _isolated(text: str, lang: str = "") -> Markup:
    named = Markup(' lang="{}"').format(lang) if lang else Markup("")
    return Markup("<bdi{}>{}</bdi>").format(named, text)
