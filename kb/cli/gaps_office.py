"""What the commands on gaps work with: settings, store and desk, opened and closed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.config import Settings, load_settings
from kb.errors import NotFound
from kb.store import Store

if TYPE_CHECKING:
    from kb.gaps.report import GapReport
    from kb.gaps.service import GapDesk

NOTHING_YET = (
    "No report on gaps has been computed yet: `kb gaps refresh` computes one, and `kb serve` does "
    "so by itself. `kb import searches FILE.csv` brings in what was searched in an earlier help "
    "center."
)


@dataclass(frozen=True)
class Office:
    """What the commands work with."""

    settings: Settings
    store: Store
    desk: GapDesk
    now: dt.datetime

    def report(self) -> GapReport:
        """The last report, with what was decided since."""
        report = self.desk.report()
        if report is None:
            raise NotFound(NOTHING_YET)
        return report


@contextmanager
def open_office(
    *, searching: bool = False, as_of: dt.datetime | None = None, weeks: int | None = None
) -> Iterator[Office]:
    """Settings, store and desk for one command.

    Args:
        searching: whether the knowledge base itself is needed; loading its model takes seconds.
        as_of: the moment to look back from; default: now.
        weeks: how far to look back; default: `kb.gaps.service.WINDOW`.
    """
    from kb.gaps.service import WINDOW, GapDesk
    from kb.service import KnowledgeBase

    settings = load_settings()
    store = Store(settings.store_url)
    try:
        knowledge_base = KnowledgeBase.build(settings, store) if searching else None
        now = as_of or dt.datetime.now(dt.UTC)
        window = dt.timedelta(weeks=weeks) if weeks else WINDOW
        desk = GapDesk(store, knowledge_base, settings, lambda: now, window)
        yield Office(settings, store, desk, now)
    finally:
        store.close()
