"""Drafts: what a suggestion puts in front of the rep, in words of sources and templates only."""

from kb.drafting.article import article_draft
from kb.drafting.names import first_name
from kb.drafting.placeholders import fill_placeholders, unfilled
from kb.drafting.reply import reply_draft, without_greeting
from kb.drafting.templates import greeting

__all__ = [
    "article_draft",
    "fill_placeholders",
    "first_name",
    "greeting",
    "reply_draft",
    "unfilled",
    "without_greeting",
]
