"""Drafts: what a suggestion puts in front of the rep, in words of sources and templates only.

The package reads in this order:

    bidi          right-to-left safety of plain text
    names         how a person is addressed
    times         moments in a language's calendar
    values        what a placeholder's name stands for
    placeholders  macros: filled, and what is left refused
    templates     the house's phrases, by language
    letter        greeting and sign-off around a body
    plain         CommonMark as plain text
    article       the section that answers, as a draft
    reply         a past reply, as a draft
    drafter       the whole: a document and a ticket to a `Draft`
"""

from kb.drafting.article import answer_of, article_draft
from kb.drafting.bidi import direction
from kb.drafting.drafter import Draft, Drafter
from kb.drafting.letter import greeting
from kb.drafting.names import first_name
from kb.drafting.placeholders import fill_placeholders, refuse_unfilled, unfilled
from kb.drafting.reply import reply_draft, without_closing, without_greeting
from kb.drafting.templates import Templates, load_templates, packaged_templates
from kb.drafting.times import moment_text

__all__ = [
    "Draft",
    "Drafter",
    "Templates",
    "answer_of",
    "article_draft",
    "direction",
    "fill_placeholders",
    "first_name",
    "greeting",
    "load_templates",
    "moment_text",
    "packaged_templates",
    "refuse_unfilled",
    "reply_draft",
    "unfilled",
    "without_closing",
    "without_greeting",
]
