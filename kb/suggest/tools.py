"""What an installation brings to suggesting: templates, escalation rules, experience."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from kb.acceptance import Acceptance
from kb.config import Settings
from kb.drafting import Drafter, load_templates
from kb.escalation import EscalationRules, load_rules
from kb.models import Ticket
from kb.privacy import Redactor
from kb.store import Store


class Experience(Protocol):
    """What is known of sources and customers."""

    def acceptance_of(self, source_ids: Sequence[str]) -> Mapping[str, Acceptance]:
        """What reps did with sources; unknown ones are missing."""

    def earlier_tickets(self, ticket: Ticket, days: int, now: dt.datetime) -> int:
        """Other tickets of the same customer in the last so many days."""


class NoExperience:
    """Nothing is known."""

    def acceptance_of(self, source_ids: Sequence[str]) -> Mapping[str, Acceptance]:
        return {}

    def earlier_tickets(self, ticket: Ticket, days: int, now: dt.datetime) -> int:
        return 0


class StoredExperience:
    """From the store's event log and tickets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def acceptance_of(self, source_ids: Sequence[str]) -> Mapping[str, Acceptance]:
        return self._store.events.acceptance_of(source_ids)

    def earlier_tickets(self, ticket: Ticket, days: int, now: dt.datetime) -> int:
        since = now - dt.timedelta(days=days)
        earlier = {
            identifier
            for known in filter(None, (ticket.customer.email, ticket.customer.id))
            for identifier, other in self._store.documents.tickets_mentioning(known)
            if _same_customer(ticket, other) and _opened(other) >= since
        }
        return len(earlier - {ticket.id})


def _same_customer(ticket: Ticket, other: Ticket) -> bool:
    ours, theirs = ticket.customer, other.customer
    if ours.id and theirs.id:
        return ours.id == theirs.id
    return bool(ours.email) and ours.email.casefold() == theirs.email.casefold()


def _opened(ticket: Ticket) -> dt.datetime:
    moment = ticket.created or ticket.messages[0].at
    if moment is None:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class SuggestionTools:
    drafter: Drafter = field(default_factory=Drafter)
    redactor: Redactor = field(default_factory=Redactor)
    rules: EscalationRules | None = None
    experience: Experience = field(default_factory=NoExperience)

    def with_values(self, values: Mapping[str, str]) -> SuggestionTools:
        """The same, with what else is known for placeholders."""
        return replace(self, drafter=self.drafter.with_values(values))

    @classmethod
    def build(cls, settings: Settings, store: Store | None = None) -> SuggestionTools:
        """As configured.

        Raises:
            ConfigurationError: templates, escalation rules or privacy settings are not valid.
        """
        rules_file = settings.escalation_file or settings.content_dir / "escalation.toml"
        wanted = settings.escalation_file is not None or rules_file.is_file()
        return cls(
            drafter=Drafter(load_templates(settings.content_dir / "templates")),
            redactor=Redactor.of(settings),
            rules=load_rules(rules_file) if wanted else None,
            experience=StoredExperience(store) if store else NoExperience(),
        )
