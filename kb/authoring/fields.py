"""What a writer typed, checked, and as front matter: pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import regex

from kb.authoring.faults import Fault
from kb.authoring.text import Value
from kb.models import Article
from kb.text import clean, fold, is_blank

TITLE_CHARS, SECTION_CHARS, TAG_CHARS, ID_CHARS = 300, 100, 100, 300
MOST_TAGS = 50
AUDIENCES = ("public", "internal")
_LOCALE = regex.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_BETWEEN_TAGS = regex.compile(r"[,،，、;；\n]")
_MERGE_MARKS = regex.compile(r"^(?:<{7} |>{7} )", regex.MULTILINE)


@dataclass(frozen=True)
class Typed:
    """The form as it came; whatever is in it is shown again."""

    title: str = ""
    locale: str = ""
    section: str = ""
    audience: str = "public"
    tags: str = ""
    updated: str = ""
    translation_of: str = ""
    url: str = ""
    body: str = ""
    name: str = ""
    """Of a new article's folder; empty: as the title proposes."""
    minor: bool = False
    """A small correction: the date stays."""
    without: tuple[str, ...] = field(default=())
    """Fields of the file that we do not know and that shall go."""

    @classmethod
    def of(cls, article: Article, body: str) -> Typed:
        """The form as a file fills it."""
        return cls(
            title=article.title,
            locale=article.locale,
            section=article.section,
            audience=article.audience,
            tags=", ".join(article.tags),
            updated=article.updated.isoformat() if article.updated else "",
            translation_of="" if article.group == article.id else article.group,
            url=article.url,
            body=body,
        )

    @classmethod
    def of_broken(cls, stated: Mapping[str, Any], body: str) -> Typed:
        """The form as far as a file that is no article fills it."""

        def text(name: str) -> str:
            value = stated.get(name)
            return "" if value is None or isinstance(value, list | dict) else str(value)

        tags = stated.get("tags")
        return cls(
            title=text("title"),
            locale=text("locale"),
            section=text("section"),
            audience=text("audience") or "public",
            tags=", ".join(map(str, tags)) if isinstance(tags, list) else text("tags"),
            updated=text("updated"),
            translation_of=text("translation_of"),
            url=text("url"),
            body=body,
        )


def checked(typed: Typed, most_bytes: int) -> tuple[dict[str, Value], str, list[Fault]]:
    """Values of the front matter (None: none), the body, and what is wrong with either.

    Args:
        most_bytes: that a file may have.
    """
    faults: list[Fault] = []
    updated = _date(typed.updated, faults)
    values: dict[str, Value] = {
        "locale": _locale(typed.locale, faults),
        "title": _line(typed.title, "title", TITLE_CHARS, faults),
        "section": _line(typed.section, "section", SECTION_CHARS, faults) or None,
        "audience": _audience(typed.audience, faults),
        "tags": _tags(typed.tags, faults) or None,
        "updated": updated,
        "translation_of": _line(typed.translation_of, "translation_of", ID_CHARS, faults) or None,
        "url": _url(typed.url, faults),
    }
    if not values["title"] or is_blank(str(values["title"])):
        faults.append(Fault(code="title_missing", field="title"))
    body = body_of(typed.body)
    if is_blank(body):
        faults.append(Fault(code="body_missing", field="body"))
    if len(body.encode()) > most_bytes - 10_000:  # the front matter needs room, too
        faults.append(Fault(code="body_long", field="body", values={"limit": f"{most_bytes:,}"}))
    return values, body, faults


def body_of(typed: str) -> str:
    """A text as a form sends it, with the line ends and without the characters that files keep."""
    return clean(typed).strip("\n")


def unfinished(body: str) -> list[Fault]:
    """What keeps a text from being published: places where two versions are still side by side."""
    found = _MERGE_MARKS.search(body)
    if found is None:
        return []
    return [Fault(code="merge_marks", field="body", line=body.count("\n", 0, found.start()) + 1)]


def unknown_fields(stated: Collection[str], known: Collection[str]) -> list[str]:
    """Fields of a file that no article has, in their order."""
    return [str(name) for name in stated if name not in known]


def _line(text: str, name: str, most: int, faults: list[Fault]) -> str:
    line = " ".join(clean(text).split())
    if len(line) > most:
        faults.append(Fault(code="too_long", field=name, values={"limit": str(most)}))
    return line


def _locale(text: str, faults: list[Fault]) -> str:
    locale = text.strip()
    if not _LOCALE.fullmatch(locale):
        code = "locale_wrong" if locale else "locale_missing"
        faults.append(Fault(code=code, field="locale"))
    return locale


def _audience(text: str, faults: list[Fault]) -> str:
    if text not in AUDIENCES:
        faults.append(Fault(code="audience_wrong", field="audience"))
    return text


def _tags(text: str, faults: list[Fault]) -> tuple[str, ...]:
    words = (" ".join(part.split()) for part in _BETWEEN_TAGS.split(clean(text)))
    tags = tuple(dict.fromkeys(word for word in words if word))
    if len(tags) > MOST_TAGS or any(len(tag) > TAG_CHARS for tag in tags):
        values = {"tags": str(MOST_TAGS), "limit": str(TAG_CHARS)}
        faults.append(Fault(code="tags_long", field="tags", values=values))
    return tags


def _date(text: str, faults: list[Fault]) -> dt.date | None:
    written = fold(text).strip()  # digits of every script
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        faults.append(Fault(code="date_wrong", field="updated"))
        return None


def _url(text: str, faults: list[Fault]) -> str | None:
    url = _line(text, "url", 2000, faults)
    try:
        parts = urlsplit(url)
        good = not url or (parts.scheme in ("http", "https") and bool(parts.netloc))
    except ValueError:  # a bracket in the host
        good = False
    if not good or not url.isprintable() or " " in url:
        faults.append(Fault(code="url_wrong", field="url"))
    return url or None
