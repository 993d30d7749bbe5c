"""The frame of a draft: greeting, what has to be said about the language, sign-off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.drafting.bidi import balanced, plain
from kb.drafting.names import display_name, form_of_address
from kb.drafting.templates import Templates, packaged_templates
from kb.drafting.values import customer_name
from kb.models import Ticket
from kb.text import language_of


def greeting(ticket: Ticket, locale: str, templates: Templates | None = None) -> str:
    """The customer greeted in the language of `locale`, by name if the name looks like one."""
    phrases = (templates or packaged_templates()).phrases(locale)
    name = form_of_address(customer_name(ticket), locale)
    return phrases.say("greeting", name=name) if name else phrases.greeting_without_name


def letter(
    body: str,
    ending: Sequence[str],
    ticket: Ticket,
    locale: str,
    templates: Templates,
    values: Mapping[str, str],
) -> str:
    """`body` (in `locale`) under a greeting and over a sign-off in the customer's language."""
    phrases = templates.phrases(ticket.locale)
    opening = [greeting(ticket, ticket.locale, templates)]
    language = language_of(locale)
    if language != language_of(ticket.locale):
        opening.append(phrases.other_language_note(language))
    agent = display_name(plain(values.get("agent.name", "")))
    signed = phrases.say("sign_off", agent=agent) if agent else phrases.sign_off_without_agent
    return balanced("\n\n".join([*opening, body, *ending, signed]))
