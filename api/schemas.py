"""Request bodies, and how they become models."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.config import Settings
from kb.models import Customer, Message, Ticket
from kb.text import detect_language


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class MessageIn(_Body):
    author: Literal["customer", "rep", "system"] = "customer"
    text: str = Field(max_length=1_000_000)
    name: str = Field("", max_length=300)
    at: dt.datetime | None = None


class CustomerIn(_Body):
    name: str = Field("", max_length=300)
    email: str = Field("", max_length=300)
    phone: str = Field("", max_length=100)


class TicketIn(_Body):
    """An open ticket: a subject, messages or a single body, and what is known about it."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "id": "T-4711",
                    "subject": "Parcel arrived broken",
                    "customer": {"name": "Sam Doe"},
                    "messages": [{"author": "customer", "text": "The tank has a crack. What now?"}],
                }
            ]
        },
    )

    id: str = Field("new", max_length=300)
    subject: str = Field("", max_length=5000)
    body: str = Field("", max_length=1_000_000)
    """For callers without a thread: becomes the customer's first message."""
    messages: list[MessageIn] = Field(default_factory=list, max_length=1000)
    locale: str | None = Field(None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    customer: CustomerIn = CustomerIn()
    channel: str = Field("", max_length=100)
    group: str = Field("", max_length=200)
    tags: list[str] = Field(default_factory=list, max_length=200)
    created: dt.datetime | None = None

    def to_ticket(self, settings: Settings) -> Ticket:
        """As a model; the locale is detected where it is not stated."""
        messages = [Message(**message.model_dump()) for message in self.messages]
        if self.body or not messages:
            messages.insert(0, Message(author="customer", text=self.body))
        text = " ".join([self.subject, *(m.text for m in messages if m.author == "customer")])
        locale = self.locale or detect_language(text, settings.languages, settings.default_locale)
        return Ticket(
            id=self.id,
            locale=locale,
            subject=self.subject,
            messages=tuple(messages),
            created=self.created,
            customer=Customer(**self.customer.model_dump()),
            channel=self.channel,
            group=self.group,
            tags=tuple(self.tags),
        )
