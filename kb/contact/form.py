"""What somebody typed into the contact form, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from email_validator import EmailNotValidError, validate_email

from kb.text import clean, is_blank

QUESTION_CHARS = 300
DETAILS_CHARS = 10_000
NAME_CHARS = 100
EMAIL_CHARS = 254
"""RFC 5321: a path has at most 256 octets, its brackets included."""
_ASKED_CHARS = 2000
_PAGE_CHARS = 500
READ_KEPT = 10
"""Articles that are passed on."""

Problem = Literal[
    "question_missing",
    "question_long",
    "details_long",
    "name_long",
    "email_missing",
    "email_invalid",
]
Field = Literal["question", "details", "name", "email"]


@dataclass(frozen=True)
class ContactForm:
    """The form as it was sent; nothing is changed, so that it can be shown again."""

    question: str = ""
    details: str = ""
    name: str = ""
    email: str = ""
    asked: str = ""
    """What was searched for before; empty where the customer does not want it told."""
    read: tuple[str, ...] = ()
    """Ids of the articles that were opened before; the same."""
    page: str = ""
    """Address of the page that the widget stands on; the same."""

    def cleaned(self) -> ContactForm:
        """Without control characters and outer blanks, and what is not typed cut to its bounds."""
        asked = " ".join(clean(self.asked[: 2 * _ASKED_CHARS]).split())
        return replace(
            self,
            question=" ".join(clean(self.question).split()),
            details=clean(self.details).strip(),
            name=" ".join(clean(self.name).split()),
            email=clean(self.email).strip(),
            asked=asked[:_ASKED_CHARS],
            read=tuple(dict.fromkeys(self.read))[:READ_KEPT],
            page=clean(self.page).strip()[:_PAGE_CHARS],
        )

    @property
    def text(self) -> str:
        """The customer's message."""
        return "\n\n".join(part for part in (self.question, self.details) if part)


def check(form: ContactForm) -> dict[Field, Problem]:
    """What is wrong, by field, in the order of the form.

    Whether the address exists is not asked of anybody: no DNS.

    Args:
        form: cleaned.
    """
    problems: dict[Field, Problem] = {}
    if is_blank(form.question):
        problems["question"] = "question_missing"
    elif len(form.question) > QUESTION_CHARS:
        problems["question"] = "question_long"
    if len(form.details) > DETAILS_CHARS:
        problems["details"] = "details_long"
    if len(form.name) > NAME_CHARS:
        problems["name"] = "name_long"
    if not form.email:
        problems["email"] = "email_missing"
    elif not mailable(form.email):
        problems["email"] = "email_invalid"
    return problems


def mailable(address: str) -> bool:
    """Whether it is written like an address that mail can be sent to."""
    if len(address) > EMAIL_CHARS:
        return False
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
