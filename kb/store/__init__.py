"""The system of record (SQLAlchemy; SQLite or PostgreSQL): documents, keys, events.

Snapshots are built from here and can always be rebuilt; nothing in here is ever searched.

    schema      the tables
    documents   articles, macros and tickets, as they came
    keys        API keys
    events      the event log
    verdicts    what it says of sources, in sum
"""

from __future__ import annotations

from kb.acceptance import Acceptance
from kb.store.documents import Changes, Documents, StoredDocument
from kb.store.events import Events, Logged, LoggedEvent
from kb.store.keys import Keys
from kb.store.schema import open_database

__all__ = ["Acceptance", "Changes", "Logged", "LoggedEvent", "Store", "StoredDocument"]


class Store:
    """One database and its repositories. Safe to share between threads.

    Raises:
        ConfigurationError: the URL is malformed or the database cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)
        self.documents = Documents(self._engine)
        self.keys = Keys(self._engine)
        self.events = Events(self._engine)

    def close(self) -> None:
        self._engine.dispose()
