"""A past reply as a draft."""

from __future__ import annotations

import regex

from kb.drafting.templates import greeting
from kb.models import Ticket

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


def reply_draft(text: str, ticket: Ticket, locale: str) -> str:
    """A past reply under a fresh greeting; its own greeting line, if it has one, is dropped."""
    return f"{greeting(ticket, locale)}\n\n{without_greeting(text)}"
