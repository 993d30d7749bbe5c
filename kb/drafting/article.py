"""An article as a draft."""

from __future__ import annotations

from kb.drafting.templates import greeting, phrases_of
from kb.models import Ticket


def article_draft(text: str, title: str, url: str, ticket: Ticket, locale: str) -> str:
    """Greeting, the passage that answers, a link to the public article, closing."""
    phrases = phrases_of(locale)
    link = phrases.more.format(title=f"«{title}»" if locale == "fa" else f"“{title}”", url=url)
    return "\n\n".join([greeting(ticket, locale), text, link.strip(), phrases.closing])
