"""Request bodies, and how they become models."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kb.config import Settings
from kb.errors import InvalidInput
from kb.models import Customer, Message, Ticket
from kb.store import Store
from kb.text import detect_language
from kb.ticketing import MAX_MESSAGES, Ticketing

NO_ID = "new"
"""Id of a ticket that has none yet."""

_Key = Annotated[str, Field(min_length=1, max_length=100)]
_Value = Annotated[str, Field(max_length=1000, coerce_numbers_to_str=True)]
_Tag = Annotated[str, Field(max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class MessageIn(_Body):
    author: Literal["customer", "rep", "system"] = "customer"
    text: str = Field(max_length=1_000_000)
    name: str = Field("", max_length=300)
    at: dt.datetime | None = None

    def to_message(self) -> Message:
        return Message(**self.model_dump())


class CustomerIn(_Body):
    id: str = Field("", max_length=300)
    """In the caller's own system."""
    name: str = Field("", max_length=300)
    email: str = Field("", max_length=300)
    phone: str = Field("", max_length=100)
    attributes: dict[_Key, _Value] = Field(default_factory=dict, max_length=50)
    """Whatever else placeholders may ask for: `plan`, `city`, …"""


class TicketIn(_Body):
    """An open ticket: a subject, messages or a single body, and what is known about it."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "id": "T-4711",
                    "subject": "Parcel arrived broken",
                    "customer": {"id": "C-17", "name": "Sam Doe", "attributes": {"plan": "Plus"}},
                    "messages": [{"author": "customer", "text": "The tank has a crack. What now?"}],
                }
            ]
        },
    )

    id: str = Field(NO_ID, min_length=1, max_length=300)
    subject: str = Field("", max_length=5000)
    body: str = Field("", max_length=1_000_000)
    """For callers without a thread: becomes the customer's first message."""
    messages: list[MessageIn] = Field(default_factory=list, max_length=MAX_MESSAGES)
    locale: str | None = Field(None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    customer: CustomerIn = CustomerIn()
    channel: str = Field("", max_length=100)
    group: str = Field("", max_length=200)
    tags: list[_Tag] = Field(default_factory=list, max_length=200)
    priority: str = Field("", max_length=50)
    """As the escalation rules name it; empty: normal."""
    created: dt.datetime | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is a ticket in it, not only the id of one."""
        texts = [self.subject, self.body, *(message.text for message in self.messages)]
        return any(text.strip() for text in texts)

    def to_ticket(self, settings: Settings) -> Ticket:
        """As a model; the locale is detected where it is not stated.

        Raises:
            InvalidInput: a text is not what it has to be once control characters are taken out.
        """
        messages = [message.to_message() for message in self.messages]
        if self.body or not messages:
            messages.insert(0, Message(author="customer", text=self.body))
        text = " ".join([self.subject, *(m.text for m in messages if m.author == "customer")])
        locale = self.locale or detect_language(text, settings.languages, settings.default_locale)
        try:
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
                priority=self.priority,
            )
        except ValidationError as error:
            raise InvalidInput(
                "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            ) from error


class ResolutionIn(_Body):
    """What solved a ticket: the reply that was sent, or the number of a message in the thread."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "text": "Tilt the tank until the air is out, then refill it to the mark.",
                    "rep": "Robin Hale",
                    "group": "devices",
                    "satisfaction": 5,
                }
            ]
        },
    )

    text: str = Field("", max_length=1_000_000)
    message: int | None = Field(None, ge=0)
    """Instead of `text`; counted from 0."""
    rep: str = Field("", max_length=300)
    group: str = Field("", max_length=200)
    tags: list[_Tag] = Field(default_factory=list, max_length=200)
    satisfaction: int | None = Field(None, ge=1, le=5)
    at: dt.datetime | None = None


def ticket_from(body: TicketIn, store: Store, settings: Settings) -> Ticket:
    """The ticket a caller means: the one in the body, or, if it is only an id, the stored one.

    Raises:
        NotFound: there is no ticket with that id. InvalidInput: the body is no ticket.
    """
    if body.says_something or body.id == NO_ID:
        return body.to_ticket(settings)
    return Ticketing(store, settings.max_document_bytes).get(body.id).ticket
