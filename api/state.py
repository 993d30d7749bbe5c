"""What requests share; made once in `create_app`, found through the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fastapi import Request

from api.limits import RateLimit
from kb.accounts.oidc import Provider
from kb.accounts.service import Accounts
from kb.config import Settings
from kb.feedback import Redact
from kb.gaps.service import GapDesk
from kb.help_center.service import HelpCenter
from kb.service import KnowledgeBase
from kb.sessions import Sessions
from kb.store import Store
from kb.support_desk import SupportDesk


class Indexing(Protocol):
    """Whoever makes changes of the store searchable; `indexer.worker` is one."""

    @property
    def problem(self) -> str:
        """Why the last attempt failed, for a person; empty where it did not."""

    def wake(self) -> None:
        """The store changed. Returns at once."""

    def close(self) -> None:
        """Stop; nothing is being written any more when it returns."""


class Telling(Protocol):
    """Whoever empties the webhook's outbox; `kb.webhooks` has one."""

    def wake(self) -> None:
        """Something was put into the outbox. Returns at once."""

    def close(self) -> None:
        """Stop; what is not delivered stays in the outbox."""


class Refreshing(Protocol):
    """Whoever computes reports in the background; `kb.gaps.worker` is one."""

    @property
    def busy(self) -> bool:
        """Whether a report is being computed, or was asked for and is not there yet."""

    @property
    def problem(self) -> str:
        """Why the last attempt failed, for a person; empty where it did not."""

    def wake(self) -> None:
        """Somebody wants a new report. Returns at once."""

    def close(self) -> None:
        """Stop."""


@dataclass(frozen=True)
class Reports:
    """What was computed from events and tickets, and who computes it."""

    gaps: GapDesk
    support: SupportDesk
    refreshing: Refreshing | None = None
    """None: this process serves what others computed."""


@dataclass(frozen=True)
class State:
    settings: Settings
    store: Store
    knowledge_base: KnowledgeBase
    rate_limit: RateLimit
    sessions: Sessions
    redact: Redact
    """For what visitors write; nobody's name is known."""
    reports: Reports
    accounts: Accounts
    """Staff who sign in; not to be confused with `sessions`, the pseudonyms of visitors."""
    help_center: HelpCenter
    contact_limit: RateLimit
    """Messages to the team, by address."""
    indexing: Indexing | None = None
    """None: changes become searchable with the next `kb index`."""
    telling: Telling | None = None
    """None: another process tells the webhook, or there is none."""
    provider: Provider | None = None
    """Where staff sign in with an account they have elsewhere."""


def state_of(request: Request) -> State:
    state: State = request.app.state.kb
    return state
