"""What the contact form shows, on a page and in the widget."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from babel.dates import get_timezone_location
from markupsafe import Markup

from api.contacting import Answered, Sent, promised, proposals, read_articles
from api.pages.frame import Page
from api.state import State
from api.web.words import Words, words
from kb.contact import ContactForm
from kb.contact.desk import Channel
from kb.drafting.times import moment_text
from kb.errors import KBError
from kb.models import IndexedDocument, SearchResult


@dataclass(frozen=True)
class Due:
    """A promise as it is told."""

    at: dt.datetime
    words: str
    """On the office's clock, which is named."""


def due_of(at: dt.datetime | None, c: Words) -> Due | None:
    """A promise in words, if there is one."""
    if at is None:
        return None
    city = get_timezone_location(at.tzinfo, locale=c.locale, return_city=True)
    return Due(at, c.text("in_zone", moment=moment_text(at, c.locale), city=city))


@dataclass(frozen=True)
class FormView:
    """What the form's template shows besides the page."""

    c: Words
    answered: Answered
    sent: Sent
    read: list[IndexedDocument]
    result: SearchResult | None
    looked: bool
    """Whether answers were looked for; there may be none."""
    due: Due | None
    contact: str

    def error(self, field: str) -> str:
        """What is wrong with a field, in words; empty if nothing is."""
        problems = self.answered.problems or {}
        problem = next((code for name, code in problems.items() if name == field), "")
        return str(getattr(self.c, problem)) if problem else ""

    @property
    def refusal(self) -> tuple[str, Markup] | None:
        """Heading and text of the notice above the form, if it comes back."""
        refused = self.answered.refusal
        if refused is None or refused == "not_sent":
            return None
        return str(getattr(self.c, refused)), self.c(f"{refused}_text", contact=self.contact)


def form_view(
    state: State, page: Page, answered: Answered, channel: Channel, looked: bool = False
) -> FormView:
    """The form as it is to be shown.

    Args:
        answered: begun, or what came of sending it; with the form.
        looked: whether answers are to be shown above it.
    """
    c, sent = words(page.locale, "contact"), answered.sent or Sent(ContactForm())
    return FormView(
        c=c,
        answered=answered,
        sent=sent,
        read=read_articles(state, sent.form.read),
        result=_answers(state, sent, page.locale) if looked else None,
        looked=looked,
        due=due_of(promised(state, channel, page.now), c),
        contact=page.contact,
    )


def _answers(state: State, sent: Sent, locale: str) -> SearchResult | None:
    try:
        return proposals(state, sent.form, locale)
    except KBError:  # whoever cannot be answered can still write
        return None
