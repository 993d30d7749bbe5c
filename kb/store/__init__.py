"""The system of record (SQLAlchemy; SQLite or PostgreSQL): documents, keys, events.

Snapshots are built from here and can always be rebuilt; nothing in here is ever searched.

    schema      the tables
    documents   articles, macros and tickets, as they came
    keys        API keys
    events      the event log
    verdicts    what it says of sources, in sum
    salts       the salt of the day
    gaps        reports, what identifies a gap, what was decided about it
    content_decisions  what was decided about existing content
    erased      ids that must not come back
    outbox      what the webhook has to be told
    users       staff accounts
    user_sessions  who is signed in, one-time links
    audit       the audit log
    connections transactions, moments
    maintenance the database as a whole
"""

from __future__ import annotations

from kb.acceptance import Acceptance
from kb.store.audit import Audit
from kb.store.content_decisions import ContentDecisions
from kb.store.documents import Changes, Documents, StoredDocument
from kb.store.events import Events, Fact, Logged, LoggedEvent
from kb.store.gaps import Gaps, Report, Topic
from kb.store.keys import Keys
from kb.store.maintenance import compact, rows_mentioning
from kb.store.outbox import Outbox
from kb.store.salts import Salts
from kb.store.schema import open_database
from kb.store.user_sessions import OneTimeTokens, UserSessions
from kb.store.users import Users

__all__ = [
    "Acceptance",
    "Changes",
    "Fact",
    "Logged",
    "LoggedEvent",
    "Report",
    "Store",
    "StoredDocument",
    "Topic",
]


class Store:
    """One database and its repositories. Safe to share between threads.

    Raises:
        ConfigurationError: the URL is malformed or the database cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)
        self.documents = Documents(self._engine)
        self.keys = Keys(self._engine)
        self.outbox = Outbox(self._engine)
        self.events = Events(self._engine)
        self.salts = Salts(self._engine)
        self.gaps = Gaps(self._engine)
        self.users = Users(self._engine)
        self.user_sessions = UserSessions(self._engine)
        self.one_time = OneTimeTokens(self._engine)
        self.audit = Audit(self._engine)
        self.content_decisions = ContentDecisions(self._engine)

    def mentions(self, text: str) -> dict[str, int]:
        """How many rows of each table contain `text`, in any ASCII case; other tables are missing.

        JSON is searched as it is stored: `text` should have no quotes, backslashes or line ends.
        """
        return rows_mentioning(self._engine, text)

    def compact(self) -> None:
        """Overwrite what was deleted; see kb.store.maintenance.

        Raises:
            OperationalError: the database is busy or the disk full.
        """
        compact(self._engine)

    def close(self) -> None:
        self._engine.dispose()
