"""What the knowledge base holds and what it answers with: frozen pydantic models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from kb.points import Point
from kb.text import clean

Audience = Literal["public", "internal"]
Kind = Literal["article", "macro", "ticket"]
Role = Literal["customer", "rep", "writer", "admin"]
CollectionName = Literal["help", "internal", "tickets"]

COLLECTIONS: tuple[CollectionName, ...] = ("help", "internal", "tickets")
ROLES: tuple[Role, ...] = ("customer", "rep", "writer", "admin")

#: What a role's retriever is built with. There is no filter to forget: the rest is not searched.
COLLECTIONS_OF_ROLE: Mapping[Role, tuple[CollectionName, ...]] = {
    "customer": ("help",),
    "rep": COLLECTIONS,
    "writer": COLLECTIONS,
    "admin": COLLECTIONS,
}


def _text(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_text)]
Identifier = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=300)]
Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Model(BaseModel):
    """Frozen, and strict about names: an unknown field is a mistake, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Article(Model):
    """A help article in one language. Versions in other languages share its `group`."""

    kind: Literal["article"] = "article"
    id: Identifier
    group: Identifier
    locale: Locale
    title: Text = Field(min_length=1)
    body: Text
    """CommonMark."""
    section: Text = ""
    audience: Audience = "public"
    tags: tuple[Text, ...] = ()
    updated: dt.date | None = None
    draft: bool = False
    url: Text = ""
    """Where readers find it; empty: on our own pages."""

    @property
    def collection(self) -> CollectionName:
        return "help" if self.audience == "public" else "internal"


class Macro(Model):
    """A prepared reply with placeholders, in one language."""

    kind: Literal["macro"] = "macro"
    id: Identifier
    group: Identifier
    locale: Locale
    title: Text = Field(min_length=1)
    body: Text = Field(min_length=1)
    tags: tuple[Text, ...] = ()
    support_group: Text = ""
    updated: dt.date | None = None

    @property
    def collection(self) -> CollectionName:
        return "internal"


class Customer(Model):
    id: Text = ""
    """In the operator's own system; empty where it is not known."""
    name: Text = ""
    email: Text = ""
    phone: Text = ""
    attributes: Mapping[str, Text] = Field(default_factory=dict)
    """Whatever else the operator's system tells, for placeholders: `plan`, `city`, …"""


class Message(Model):
    """One message of a ticket."""

    author: Literal["customer", "rep", "system"]
    text: Text
    name: Text = ""
    at: dt.datetime | None = None
    accepted: bool = False
    helpful: int = 0


class TicketContext(Model):
    """What a customer did before writing, as far as they let it be passed on. For reps."""

    asked: Text = ""
    """What they had searched for."""
    read: tuple[Identifier, ...] = ()
    """Ids of the articles they had opened, the first one first."""
    page: Text = ""
    """Address of the page that the widget stood on."""


class Ticket(Model):
    """A support conversation. Stored as it came; redacted before it is indexed or shown."""

    kind: Literal["ticket"] = "ticket"
    id: Identifier
    locale: Locale
    subject: Text = ""
    messages: tuple[Message, ...] = Field(min_length=1)
    created: dt.datetime | None = None
    customer: Customer = Customer()
    channel: Text = ""
    group: Text = ""
    """Support group that handled it."""
    tags: tuple[Text, ...] = ()
    priority: Text = ""
    """As the operator's rules name it; empty: normal."""
    status: Literal["open", "solved"] = "open"
    satisfaction: int | None = Field(None, ge=1, le=5)
    # Left out where there is none, so that no other ticket changes its content hash.
    context: TicketContext | None = Field(None, exclude_if=lambda value: value is None)

    @property
    def collection(self) -> CollectionName:
        return "tickets"


Document = Article | Macro | Ticket


class Passage(Model):
    """The unit of retrieval: a piece of a document that fits the embedding model."""

    id: str
    """`<document id>#<section anchor>.<number in section>`: stable while its section is."""
    document_id: str
    title: str
    """The document's title; empty where the text is no more than it."""
    heading: str
    """Path of headings above it, ` › ` between them; empty before the first heading."""
    text: str

    @property
    def context(self) -> str:
        return " › ".join(part for part in (self.title, self.heading) if part)

    @property
    def embedded_text(self) -> str:
        """What the embedding model reads."""
        return f"{self.context}\n{self.text}" if self.context else self.text


class IndexedDocument(Model):
    """A document as a snapshot carries it: nothing in here needs redaction any more."""

    id: str
    group: str
    kind: Kind
    collection: CollectionName
    locale: str
    title: str
    body: str
    """Articles and macros: their source. Tickets: the reply that resolved it, redacted."""
    url: str = ""
    """Of an article that readers find elsewhere."""
    section: str = ""
    tags: tuple[str, ...] = ()
    updated: dt.date | None = None
    support_group: str = ""
    satisfaction: int | None = None


class Hit(Model):
    """One document of a result, represented by its best passage."""

    id: str
    group: str
    title: str
    locale: str
    url: str
    snippet: str
    highlights: tuple[tuple[int, int], ...] = ()
    """Half-open spans of `snippet` that match the query."""
    score: float
    """Fused evidence in [0, 1], comparable within one result only."""
    collection: CollectionName
    kind: Kind
    passage_id: str
    heading: str = ""
    section: str = ""
    updated: dt.date | None = None


class Answer(Model):
    """The passage that answers, when the confidence allows saying so."""

    id: str
    passage_id: str
    title: str
    heading: str
    """Of the section that `text` is from; empty if it is from several, or before the first."""
    text: str
    """The passage with what stands around it, as far as there is room; see kb.answer."""
    highlights: tuple[tuple[int, int], ...] = ()
    locale: str
    url: str


class SearchResult(Model):
    """What a search returns. `answer` is null when nothing clears the confidence threshold."""

    id: str = ""
    """Names this search in clicks, votes and contacts; empty where it was not recorded."""
    query: str
    locale: str
    generation: int
    confidence: float
    """Calibrated probability that the first hit answers the query."""
    answer: Answer | None
    outcome: Literal["answered", "related", "nothing"]
    """`related`: no answer sure enough to show, but hits worth reading; `nothing`: tell the reader
    so and offer the contact first."""
    hits: tuple[Hit, ...]
    contact: str = ""
    """How to reach the team, given when there is no answer."""
    degraded: bool = False
    """True when the embedding model was unavailable and only lexical evidence was used."""
    suggestion: str = ""
    """The query in another spelling, where that finds clearly more; see kb.spelling."""
    corrected: str = ""
    """What was searched instead of `query`, which found nothing as it is written."""


class Source(Model):
    """Where a suggestion's words come from."""

    id: str
    kind: Kind
    title: str
    locale: str
    url: str
    audience: Literal["public", "internal"]
    """`internal` sources guide the rep and must not be sent as a link."""
    updated: dt.date | None = None


SuggestionKind = Literal["reply", "article", "macro", "guidance"]


class Suggestion(Model):
    """A reply a rep may send after reading it."""

    id: str
    """Of the answer, not of the occasion: the same answer for another ticket has the same one."""
    kind: SuggestionKind
    """`guidance` is internal: for the rep, not for the customer."""
    draft: str
    locale: str
    direction: Literal["ltr", "rtl"] = "ltr"
    """How `draft` is to be written."""
    sources: tuple[Source, ...]
    """The one it quotes first, then those that say the same."""
    confidence: float
    """Calibrated probability that a rep will use it."""
    reason: str
    reason_points: tuple[Point, ...] = ()
    """What `reason` says, apart from its language."""
    warnings: tuple[str, ...] = ()
    warning_points: tuple[Point, ...] = ()
    """What `warnings` say, in their order."""
    used: int = 0
    """Solved tickets that were answered like this."""
    last_used: dt.date | None = None
    unfilled: tuple[str, ...] = ()
    """Placeholders in `draft` that have to be filled before it can be inserted."""


class Escalation(Model):
    """Whom to hand over to, by when, and what to tell the customer meanwhile."""

    type: Literal["functional", "hierarchical"] = "functional"
    support_group: str
    """Who should take it; empty where nothing says whom."""
    level: int | None = None
    channel: str = ""
    """How to hand over."""
    channels: Mapping[str, str] = {}
    """The same by language; empty where the rules say it once for all."""
    reason: str
    reason_points: tuple[Point, ...] = ()
    """What `reason` says, apart from its language."""
    due: dt.datetime | None = None
    """By when the customer has to hear the next thing; None without rules."""
    lapsed: bool = False
    """The promised time has already passed; `due` is the soonest honest one."""
    meanwhile: Suggestion | None = None
    """A macro that tells the customer what happens next and when."""


class SuggestionResult(Model):
    id: str = ""
    """Names this occasion in feedback; empty where it was not recorded."""
    ticket_id: str
    locale: str
    generation: int
    suggestions: tuple[Suggestion, ...]
    escalation: Escalation | None
    degraded: bool = False
    """True when the embedding model was unavailable and only lexical evidence was used."""
