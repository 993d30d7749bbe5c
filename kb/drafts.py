"""Drafts: what a suggestion puts in front of the rep, in words of sources and templates only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import regex

from kb.models import Ticket
from kb.text import language_of

_PLACEHOLDER = regex.compile(r"\{\{\s*([\w.]+)\s*\}\}|#\{\s*([\w.]+)\s*\}")
_FIRST_NAME = ("customer.first_name", "contact.name", "customer.firstname", "requester.first_name")
_FULL_NAME = ("customer.name", "ticket.requester.name", "requester.name", "contact.full_name")


@dataclass(frozen=True)
class _Phrases:
    greeting: str
    greeting_without_name: str
    more: str
    closing: str


_PHRASES: Mapping[str, _Phrases] = {
    "en": _Phrases(
        "Hello {name},",
        "Hello,",
        "The whole article: {title} {url}",
        "Does this solve it? If not, just reply to this message.",
    ),
    "fa": _Phrases(
        "سلام {name}،",
        "سلام،",
        "متن کامل مقاله: {title} {url}",
        "آیا مشکل حل شد؟ اگر نه، همین پیام را پاسخ دهید.",
    ),
    "zh": _Phrases(
        "{name}，您好：",
        "您好：",
        "完整文章：{title} {url}",
        "问题解决了吗？如果没有，请直接回复这条消息。",
    ),
}


def article_draft(text: str, title: str, url: str, ticket: Ticket, locale: str) -> str:
    """Greeting, the passage that answers, a link to the public article, closing."""
    phrases = _phrases(locale)
    link = phrases.more.format(title=f"«{title}»" if locale == "fa" else f"“{title}”", url=url)
    return "\n\n".join([greeting(ticket, locale), text, link.strip(), phrases.closing])


def reply_draft(text: str, ticket: Ticket, locale: str) -> str:
    """A past reply under a fresh greeting; its own greeting line, if it has one, is dropped."""
    return f"{greeting(ticket, locale)}\n\n{without_greeting(text)}"


def greeting(ticket: Ticket, locale: str) -> str:
    phrases = _phrases(locale)
    name = first_name(ticket.customer.name, locale)
    return phrases.greeting.format(name=name) if name else phrases.greeting_without_name


_GREETING = regex.compile(
    r"^(?:"
    r"(?:hi|hello|dear|hey|good (?:morning|afternoon|evening))\b[^\n.,!?:]{0,40}(?:[,.!:]|\n)"
    r"|(?:سلام|با سلام|درود)\b[^\n.،!؟?:]{0,40}(?:[،,.!:]|\n)"
    r"|[^\n]{0,40}[،,]\s*سلام\s*[.!،]?\n"
    r"|[^\n，。！？、]{0,12}(?:您好|你好)(?:[，,！!：:。、]|\n)"
    r")\s*",
    regex.IGNORECASE,
)


def without_greeting(text: str) -> str:
    """`text` without the greeting it begins with; a text that is nothing else stays."""
    return str(_GREETING.sub("", text.lstrip(), count=1)) or text


def first_name(full_name: str, locale: str) -> str:
    """How to address a person: the given name; in Chinese, where it comes last, the whole name."""
    parts = full_name.split()
    if not parts:
        return ""
    return full_name.strip() if locale.startswith("zh") else parts[0]


def fill_placeholders(body: str, ticket: Ticket) -> str:
    """Put the ticket's values into a macro; what the ticket does not tell stays a placeholder."""
    values = {"ticket.number": ticket.id, "ticket.id": ticket.id, "ticket.subject": ticket.subject}
    values |= dict.fromkeys(_FULL_NAME, ticket.customer.name)
    values |= dict.fromkeys(_FIRST_NAME, first_name(ticket.customer.name, ticket.locale))

    def value(match: regex.Match[str]) -> str:
        return values.get(match[1] or match[2] or "", "") or match[0]

    return str(_PLACEHOLDER.sub(value, body))


def unfilled(draft: str) -> list[str]:
    """Placeholders a rep must fill before sending, in order, once each."""
    found = [match[0] for match in _PLACEHOLDER.finditer(draft)]
    return list(dict.fromkeys(found))


def _phrases(locale: str) -> _Phrases:
    return _PHRASES.get(language_of(locale), _PHRASES["en"])
