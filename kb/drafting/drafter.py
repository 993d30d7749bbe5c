"""The whole: a document that answers and a ticket to a `Draft`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.drafting.article import answer_of, article_draft
from kb.drafting.bidi import Direction, balanced, direction, marked
from kb.drafting.placeholders import fill_placeholders, unfilled
from kb.drafting.reply import reply_draft
from kb.drafting.templates import Templates, packaged_templates
from kb.models import IndexedDocument, Passage, Ticket


@dataclass(frozen=True)
class Draft:
    text: str
    locale: str
    """Of the frame: the customer's, or `en` where there are no templates in their language. Of a
    macro or guidance, which have no frame: the source's."""
    direction: Direction
    """How the draft is written; a part in another language turns its own way line by line."""
    in_fallback: bool
    """The customer's language has no templates, so greeting and closing are in English."""
    unfilled: tuple[str, ...]
    """Placeholders that have to be filled before it can be inserted."""


@dataclass(frozen=True)
class Drafter:
    """Drafts for tickets; pure.

    Args:
        templates: from `load_templates`.
        values: what the ticket does not hold, by placeholder name: `agent.name`, `helpdesk.name`,
            `ticket.due_time` (see `moment_text`), `order.number`, …
    """

    templates: Templates = field(default_factory=packaged_templates)
    values: Mapping[str, str] = field(default_factory=dict)

    def with_values(self, values: Mapping[str, str]) -> Drafter:
        return Drafter(self.templates, {**self.values, **values})

    def draft(
        self, document: IndexedDocument, passage: Passage, ticket: Ticket, *, url: str = ""
    ) -> Draft:
        """What to send, or (internal articles) what to know.

        Args:
            passage: the best one of `document`.
            url: of the document; an article is linked where it is absolute.
        """
        match document.kind:
            case "article":
                answer = answer_of(document.body, passage, title=document.title, url=url)
                if document.collection != "help":
                    return self._alone(marked(answer, document.locale), document.locale)
                return self._framed(
                    article_draft(
                        answer, document.title, url, ticket, document.locale,
                        templates=self.templates, values=self.values,
                    ),
                    ticket,
                )  # fmt: skip
            case "macro":
                return self.macro(document.body, document.locale, ticket)
            case _:
                return self._framed(
                    reply_draft(
                        document.body, ticket, document.locale,
                        templates=self.templates, values=self.values,
                    ),
                    ticket,
                )  # fmt: skip

    def macro(self, body: str, locale: str, ticket: Ticket) -> Draft:
        """A macro, which brings its own greeting and closing, filled."""
        return self._alone(fill_placeholders(body, ticket, self.values, locale=locale), locale)

    def _framed(self, text: str, ticket: Ticket) -> Draft:
        locale = self.templates.phrases(ticket.locale).locale
        fallback = not self.templates.speaks(ticket.locale)
        return Draft(text, locale, direction(locale), fallback, tuple(unfilled(text)))

    def _alone(self, text: str, locale: str) -> Draft:
        text = balanced(text)
        return Draft(text, locale, direction(locale), False, tuple(unfilled(text)))
