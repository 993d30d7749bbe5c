"""Reasons and warnings of suggestions in the page's language.

`kb.suggest` says them in English. A warning is recognised by its words and said again; one that is
not known stays as it is. A reason is English where the page is, since it quotes more evidence; in
other languages it is said from the suggestion's own fields.
"""

from __future__ import annotations

import datetime as dt

import regex

from api.web.formats import format_date
from api.web.words import Words
from kb.models import Suggestion

_WARNINGS: tuple[tuple[str, regex.Pattern[str]], ...] = (
    (
        "warn_contradicts",
        regex.compile(
            r"Contradicts a newer article \((?P<about>.*?)\): “(?P<sentence>.*)”", regex.DOTALL
        ),
    ),
    ("warn_language", regex.compile(r"The source is in another language \((?P<locale>[^)]*)\)\.")),
    ("warn_templates", regex.compile(r"There are no templates in the customer's language .*")),
    ("warn_years", regex.compile(r"The source is (?P<years>\d+) years old\.")),
    ("warn_old", regex.compile(r"The source is more than a year old\.")),
    ("warn_unhappy", regex.compile(r"A customer was not satisfied with this reply\.")),
)
_SHOWN_OTHERWISE = ("Internal: guidance for you", "Fill before sending:")
"""The card says these by itself."""


def warnings_of(suggestion: Suggestion, t: Words) -> tuple[str, ...]:
    """What to mind before sending, besides what every card shows anyway."""
    return tuple(
        _warning(text, t) for text in suggestion.warnings if not text.startswith(_SHOWN_OTHERWISE)
    )


def _warning(text: str, t: Words) -> str:
    for key, pattern in _WARNINGS:
        if match := pattern.fullmatch(text):
            values: dict[str, object] = dict(match.groupdict())
            if "locale" in values:
                values = {"language": t.language_name(str(values["locale"]))}
            if "years" in values:
                values = {"years": int(str(values["years"]))}
            return t.text(key, **values)
    return text


def reason_of(suggestion: Suggestion, t: Words) -> str:
    """Why it is offered, in one sentence."""
    if t.locale == "en":
        return suggestion.reason
    source = suggestion.sources[0] if suggestion.sources else None
    title = source.title if source else ""
    updated = source.updated if source else None
    match suggestion.kind:
        case "reply":
            said = t.text("reason_reply", count=max(suggestion.used, 1), title=title)
            return said + _dated("reason_last", suggestion.last_used, t)
        case "article":
            linked = t.text("reason_linked", count=suggestion.used) if suggestion.used else ""
            said = t.text("reason_article", title=title)
            return said + linked + _dated("reason_updated", updated, t)
        case "macro":
            return t.text("reason_macro", title=title) + _dated("reason_updated", updated, t)
        case "guidance":
            return t.text("reason_guidance", title=title) + _dated("reason_updated", updated, t)


def _dated(key: str, day: dt.date | None, t: Words) -> str:
    return t.text(key, date=format_date(day, t)) if day else ""
