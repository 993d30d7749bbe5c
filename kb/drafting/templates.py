"""What a draft says in the house's own words, by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.drafting.names import first_name
from kb.models import Ticket
from kb.text import language_of


@dataclass(frozen=True)
class Phrases:
    greeting: str
    greeting_without_name: str
    more: str
    closing: str


_PHRASES: Mapping[str, Phrases] = {
    "en": Phrases(
        "Hello {name},",
        "Hello,",
        "The whole article: {title} {url}",
        "Does this solve it? If not, just reply to this message.",
    ),
    "fa": Phrases(
        "سلام {name}،",
        "سلام،",
        "متن کامل مقاله: {title} {url}",
        "آیا مشکل حل شد؟ اگر نه، همین پیام را پاسخ دهید.",
    ),
    "zh": Phrases(
        "{name}，您好：",
        "您好：",
        "完整文章：{title} {url}",
        "问题解决了吗？如果没有，请直接回复这条消息。",
    ),
}


def phrases_of(locale: str) -> Phrases:
    return _PHRASES.get(language_of(locale), _PHRASES["en"])


def greeting(ticket: Ticket, locale: str) -> str:
    phrases = phrases_of(locale)
    name = first_name(ticket.customer.name, locale)
    return phrases.greeting.format(name=name) if name else phrases.greeting_without_name
